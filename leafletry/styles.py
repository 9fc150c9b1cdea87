"""Which style sheets an edition wears; the folders are the configuration."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
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


_DEFINED = re.compile(r"(--[a-z-]+):\s*([^;}]+)")
_USED = re.compile(r"var\((--[a-z-]+)\)")


def read_sheet(styles: Path, name: str) -> str:
    """Give a style sheet with the tokens that never change in place of their var().

    WeasyPrint looks a variable up anew for every element: that was a quarter of its layout.
    """
    constants = _constants(styles)
    text = (styles / name).read_text("utf-8")
    return _USED.sub(lambda used: constants.get(used[1], used[0]), text)


def _constants(styles: Path) -> dict[str, str]:
    """Give the tokens of `tokens.css` that no rule of any sheet sets again."""
    tokens = _definitions((styles / "tokens.css").read_text("utf-8"))
    sheets = (path for path in styles.rglob("*.css") if path.stem != "index")
    times = Counter(name for sheet in sheets for name, _ in _definitions(sheet.read_text("utf-8")))
    return {name: value.strip() for name, value in tokens if times[name] == 1}


def _definitions(sheet: str) -> list[tuple[str, str]]:
    return _DEFINED.findall(re.sub(r"(?s)/\*.*?\*/", "", sheet))
