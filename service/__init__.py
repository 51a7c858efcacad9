"""Formwell: a form server that answers "thank you" only once the answer is safe on disk."""
