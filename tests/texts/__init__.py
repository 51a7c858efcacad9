"""Tests of the texts, and what gathers them from the sources."""
