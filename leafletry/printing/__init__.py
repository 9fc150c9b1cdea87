"""Editions are made: in several processes, with a record of what was made of what."""
