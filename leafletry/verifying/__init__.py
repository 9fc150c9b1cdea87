"""Whether a file or a code somebody holds is still good, and who says so."""
