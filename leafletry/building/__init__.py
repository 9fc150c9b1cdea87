"""The build, from top to bottom, and the pages that say what is still good."""
