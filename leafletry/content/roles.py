"""Who signs."""

from typing import Literal

Role = Literal["clinical", "translation", "lay-reader"]
"""In which role somebody signs: who knows the medicine, both languages, or none of it."""
