"""Canaries in everything that people, programs and stores send; none may sing in a log."""
