"""What `formwell check` finds out about an OpenSearch, step by step."""
