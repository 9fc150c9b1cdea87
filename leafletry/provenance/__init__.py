"""Where a file comes from: what it carries, how it is sealed, and whether it is still good."""
