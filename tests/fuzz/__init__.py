"""Hostile bytes for everything that reads what people write or send.

`readers` is the table of all readers, `cases` makes the bytes of a case from its number,
`trial` tries them in a process with limits. One case: `.venv/bin/python tests/fuzz leaflet 12`.
"""
