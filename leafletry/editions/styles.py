"""Which style sheets an edition wears; the folders are the configuration."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FONT_FACE = re.compile(r"@font-face\s*\{[^}]*\}", re.IGNORECASE)
"""A rule that names a font; the fonts of an edition are chosen apart from its sheets."""


def style_names(
    styles: Path, audience: str, languages: Iterable[str], page_format: str
) -> list[str]:
    """Give the style sheets of an edition, in the order of the layers.

    `languages` are its own and, before it, those it is a variant of: it wears their sheets, too.
    """
    names = ["layers.css", "tokens.css", "base.css", "blocks.css", f"formats/{page_format}.css"]
    spoken = list(languages)
    optional = (
        f"audiences/{audience}.css",
        *(f"locales/{name}.css" for name in spoken),
        # What a format has of its own for some readers, and in some language.
        *(f"formats/{page_format}.{name}.css" for name in (audience, *spoken)),
    )
    return names + [name for name in optional if (styles / name).exists()]


_OF_NO_EDITION = ("index", "proof", "checklist")


def sheet_names(styles: Path) -> list[str]:
    """Give all style sheets that an edition can wear, sorted."""
    sheets = (path for path in styles.rglob("*.css") if path.stem not in _OF_NO_EDITION)
    return sorted(path.relative_to(styles).as_posix() for path in sheets)


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
    Rules that name fonts are left out.
    """
    constants = _constants(styles)
    text = FONT_FACE.sub("", without_comments((styles / name).read_text("utf-8")))
    return _USED.sub(lambda used: constants.get(used[1], used[0]), text)


def _constants(styles: Path) -> dict[str, str]:
    """Give the tokens of `tokens.css` that no rule of any sheet sets again."""
    tokens = _definitions((styles / "tokens.css").read_text("utf-8"))
    sheets = [(styles / name).read_text("utf-8") for name in sheet_names(styles)]
    times = Counter(name for sheet in sheets for name, _ in _definitions(sheet))
    return {name: value.strip() for name, value in tokens if times[name] == 1}


def _definitions(sheet: str) -> list[tuple[str, str]]:
    return _DEFINED.findall(without_comments(sheet))


def without_comments(sheet: str) -> str:
    """Give a style sheet without its comments, each line still in its place."""
    return re.sub(r"(?s)/\*.*?\*/", lambda comment: "\n" * comment[0].count("\n"), sheet)
