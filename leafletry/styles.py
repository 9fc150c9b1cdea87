"""Which style sheets an edition wears; the folders are the configuration."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def style_names(styles: Path, audience: str, locale: str, page_format: str) -> list[str]:
    """Give the style sheets of an edition, in the order of the layers."""
    names = ["layers.css", "tokens.css", "base.css", "blocks.css", f"formats/{page_format}.css"]
    optional = (f"audiences/{audience}.css", f"locales/{locale}.css")
    return names + [name for name in optional if (styles / name).exists()]


def style_digest(styles: Path, names: Iterable[str]) -> str:
    """Give one digest of the sheets an edition wears."""
    digest = hashlib.sha256()
    for name in names:
        digest.update(name.encode() + b"\0" + (styles / name).read_bytes())
    return digest.hexdigest()
