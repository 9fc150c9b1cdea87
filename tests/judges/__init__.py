"""Outside judges: programs that know nothing of this project and say what its PDFs are worth."""
