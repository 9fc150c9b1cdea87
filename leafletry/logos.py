"""Logos: a harmless picture beside a clinic's profile, and the way it is named inside a page."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree  # type: ignore[import-untyped]

from leafletry.given_raster import painted_anew
from leafletry.problems import Problem, ProblemsFoundError
from leafletry.sourcefile import composed, did_you_mean, shortened
from leafletry.svg_numbers import undrawable

if TYPE_CHECKING:
    from pathlib import Path

    from leafletry.problems import Place

MOST_LOGO_BYTES = 500_000
MOST_LOGO_ELEMENTS = 2_000


@dataclass(frozen=True)
class Logo:
    """A checked picture and the way it is named inside a page: by the digest of its content."""

    name: str
    content: bytes


_LOGO_NAME = re.compile(r"[^./\\:*?\"<>|\s][^/\\:*?\"<>|]{0,80}\.(svg|png|jpe?g)", re.IGNORECASE)
_LOGO_HINT = "export the picture again, plain, without scripts or links"


def read_logo(folder: Path, name: str, place: Place) -> Logo:
    """Give a harmless picture that lies beside the profile.

    Raises ProblemsFoundError, at `place`, for anything else.
    """
    said = shortened(name)
    if not _LOGO_NAME.fullmatch(name) or ".." in name:
        message = f'logo: "{said}" is not the name of an .svg, .png or .jpg file'
        raise _single(place, message, "put the picture beside the profile, with a plain name")
    path = folder / _spelled(folder, name)
    if path.is_symlink() or not path.is_file():
        pictures = [entry.name for entry in folder.iterdir() if _LOGO_NAME.fullmatch(entry.name)]
        message = f'logo: there is no file "{said}" beside the profile'
        raise _single(place, message, did_you_mean(name, pictures))
    try:
        with path.open("rb") as file:
            content = file.read(MOST_LOGO_BYTES + 1)
    except OSError as error:
        raise _single(place, f'logo: "{said}" cannot be read: {error.strerror}') from None
    if len(content) > MOST_LOGO_BYTES:
        message = f'logo: "{said}" is larger than {MOST_LOGO_BYTES // 1000} kB'
        raise _single(place, message, "save a smaller picture")
    is_svg = path.suffix.lower() == ".svg"
    content, refusal = _checked_svg(content) if is_svg else painted_anew(content)
    if refusal:
        raise _single(place, f'logo: "{said}" {refusal}', _LOGO_HINT)
    # Pages are made one after another in one process, which keeps pictures by their names.
    digest = hashlib.sha256(content).hexdigest()
    return Logo(f"clinic-logo-{digest}{'.svg' if is_svg else '.png'}", content)


def _spelled(folder: Path, name: str) -> str:
    """Give the name of a file as its folder spells it: macOS sets letter and accent apart."""
    if (folder / name).exists():
        return name
    names = (entry.name for entry in folder.iterdir())
    return next((other for other in names if composed(other) == composed(name)), name)


def _single(place: Place, message: str, hint: str = "") -> ProblemsFoundError:
    return ProblemsFoundError([Problem(place, message, hint)])


_SVG_ELEMENT = re.compile(
    r"svg|g|path|rect|circle|ellipse|line|polyline|polygon|title|desc"
    r"|defs|linearGradient|radialGradient|stop"
)


def _checked_svg(content: bytes) -> tuple[bytes, str]:
    """Give the picture written anew from what was checked, and why it is refused (or nothing).

    What is printed is the checked tree and never the file, so that another parser cannot see
    something else in it.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.LxmlError, ValueError):
        return b"", "is not well-formed SVG"
    if root.getroottree().docinfo.doctype:
        return b"", "declares a document type or entities"
    refusal = _refuse_tree(root)
    return (b"", refusal) if refusal else (etree.tostring(root, encoding="utf-8"), "")


def _refuse_tree(root: etree._Element) -> str:
    if etree.QName(root).localname != "svg":
        return "is not an SVG picture"
    elements = list(root.iter())
    if len(elements) > MOST_LOGO_ELEMENTS:
        return f"has more than {MOST_LOGO_ELEMENTS:,} parts"
    refusals = (_refuse_element(element) for element in elements)
    return next(filter(None, refusals), "") or undrawable(root)


def _refuse_element(element: etree._Element) -> str:
    tag = etree.QName(element).localname if isinstance(element.tag, str) else "&"
    if not _SVG_ELEMENT.fullmatch(tag):
        return f"holds <{shortened(tag)}>, which a logo may not"
    for key, value in element.attrib.items():
        name = etree.QName(key).localname.lower()
        if name == "href" and not re.fullmatch(r"#[\w-]+", value):
            return "holds a link"
        if name.startswith("on") or name == "style" or _UNSAFE_VALUE.search(value):
            return (
                f'holds the attribute {shortened(name)}="{shortened(value)}", which a logo may not'
            )
    return ""


_UNSAFE_VALUE = re.compile(r"(?i)script:|data:|//|\\|url\s*\(\s*(?!#)")
