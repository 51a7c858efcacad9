"""What a form file means: its definition, its validation, its mapping. Pure but for reading files."""
