"""A store for one machine and no set-up: SQLite's full-text search in one file."""
