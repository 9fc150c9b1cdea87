"""From the page of an edition to a finished file: layout, tags, fonts and seal."""
