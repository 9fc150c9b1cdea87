"""The translator's desk: the real pages in a browser, made again with every save."""
