"""Several processes on one port, one spool slot each, and who looks after them."""
