"""What is shipped works where it is installed, and does nothing while it is imported."""
