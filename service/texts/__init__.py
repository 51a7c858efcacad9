"""Every text that people read, in their language; numbers and dates too. Pure, but for load.py."""
