"""The kinds of field, one file a family."""
