"""The service as visitors meet it, in a real browser: nothing here imports from `service`."""
