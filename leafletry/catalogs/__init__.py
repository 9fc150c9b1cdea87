"""The translators' files: read, extracted, matched, brought up to date, counted."""
