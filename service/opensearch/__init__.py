"""A store: OpenSearch, on its own or as a service of AWS."""
