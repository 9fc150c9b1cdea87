"""Sign-off: what exactly is printed, who read it, and whether it may therefore be given out."""
