"""From the words of a leaflet to finished pages: markup, styles, fonts, layout, tags."""
