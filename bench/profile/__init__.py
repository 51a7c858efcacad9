"""Where a request's time goes, step by step: `make profile`."""
