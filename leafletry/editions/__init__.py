"""What is printed of it: words in a language, whether they may be given out, and their page."""
