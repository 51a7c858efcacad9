"""A store: OpenSearch. `client.open_opensearch` is the way in."""
