"""What the service costs beside its peers: `make bench`. README.md here says how it measures."""
