"""Figures that are no row of the table: draining, starting, waiting, and too much at once."""
