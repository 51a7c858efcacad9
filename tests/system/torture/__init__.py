"""What breaks while clients send, chosen by a seed, and what is left of it all in the end."""
