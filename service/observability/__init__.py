"""What the service tells about itself: logs and metrics, and never an answer in either."""
