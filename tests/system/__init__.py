"""The service as a process, seen from outside only: nothing here imports from `service`."""
