"""What a form file means: definition, validation, mapping. Pure but for reading the files."""
