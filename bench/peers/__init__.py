"""What a developer would write instead, on today's versions, and the limit of them all."""
