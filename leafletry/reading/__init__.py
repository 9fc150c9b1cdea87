"""Files as people write them: read with limits, problems with their places, and whole writes."""
