"""Whether the store has what was acknowledged: compared receipt by receipt."""
