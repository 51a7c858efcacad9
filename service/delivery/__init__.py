"""From the spool to the store: batches, what an answer means, when to try again."""
