"""Reads a finished edition back from its bytes, as a reader of paper would, before it is given."""
