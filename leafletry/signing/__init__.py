"""Sign-off: what a reviewer reads, what is recorded, and how far each text has got."""
