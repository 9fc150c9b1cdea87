"""Logos: a harmless picture beside a clinic's profile, and the way it is named inside a page."""

from __future__ import annotations

import hashlib
import re
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree  # type: ignore[import-untyped]

from leafletry.reading.given_drawing import drawn_anew
from leafletry.reading.given_raster import painted_anew
from leafletry.reading.problems import Problem, ProblemsFoundError, shortened
from leafletry.reading.sourcefile import composed, did_you_mean
from leafletry.reading.svg_numbers import undrawable

if TYPE_CHECKING:
    from pathlib import Path

    from leafletry.reading.problems import Place

MOST_LOGO_BYTES = 500_000
MOST_LOGO_ELEMENTS = 2_000


@dataclass(frozen=True)
class Logo:
    """A checked picture and the way it is named inside a page: by the digest of its content.

    `content` is a PNG; `ratio` says how many times wider than high it is.
    """

    name: str
    content: bytes
    ratio: float = 1.0


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
    hint = _LOGO_HINT
    if path.suffix.lower() == ".svg":
        content, refusal, hint = _drawn(content)
        if refusal:
            raise _single(place, f'logo: "{said}" {refusal}', hint)
    content, refusal = painted_anew(content)
    if refusal:
        raise _single(place, f'logo: "{said}" {refusal}', hint)
    width, height = struct.unpack(">II", content[16:24])
    # Pages are made one after another in one process, which keeps pictures by their names.
    digest = hashlib.sha256(content).hexdigest()
    return Logo(f"clinic-logo-{digest}.png", content, width / height)


def _spelled(folder: Path, name: str) -> str:
    """Give the name of a file as its folder spells it: macOS sets letter and accent apart."""
    if (folder / name).exists():
        return name
    names = (entry.name for entry in folder.iterdir())
    return next((other for other in names if composed(other) == composed(name)), name)


def _single(place: Place, message: str, hint: str = "") -> ProblemsFoundError:
    return ProblemsFoundError([Problem(place, message, hint)])


_SVG = "http://www.w3.org/2000/svg"
_SVG_ELEMENT = re.compile(
    r"svg|g|path|rect|circle|ellipse|line|polyline|polygon|title|desc|metadata|style"
    r"|defs|linearGradient|radialGradient|stop|clipPath|mask|pattern|symbol|use|marker"
)
_INSTEAD = {
    "text": "turn its text into paths in your drawing program, and export it again",
    "image": "export it without pictures in it, or as .png",
    "filter": "export it without shadows and effects, or as .png",
    "switch": "export it as plain SVG, not for editing, or as .png",
}


def _drawn(content: bytes) -> tuple[bytes, str, str]:
    """Give an SVG as a picture of dots; or why it is refused, and what to do about it.

    What is drawn is the checked tree and never the file, so that another parser cannot see
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
        return b"", "is not well-formed SVG", _LOGO_HINT
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and any(True for _ in declared.iterentities()):
        return b"", "declares entities", _INSTEAD["switch"]
    if etree.QName(root).localname != "svg":
        return b"", "is not an SVG picture", _LOGO_HINT
    _drop_what_programs_note(root)
    refusal, hint = _refuse_tree(root)
    if refusal:
        return b"", refusal, hint
    picture, refusal = drawn_anew(etree.tostring(root, encoding="utf-8"))
    return picture, refusal, "export it again as plain SVG, or as .png"


def _drop_what_programs_note(root: etree._Element) -> None:
    """Take away what drawing programs write for themselves, under names of their own."""
    for element in list(root.iter(etree.Element)):
        name = etree.QName(element)
        if name.namespace not in (_SVG, None) or name.localname == "metadata":
            if element is not root:
                element.getparent().remove(element)
            continue
        for key in list(element.attrib):
            space = etree.QName(key).namespace
            if space and not space.endswith(("/xlink", "/XML/1998/namespace")):
                del element.attrib[key]
    etree.cleanup_namespaces(root)


def _refuse_tree(root: etree._Element) -> tuple[str, str]:
    elements = list(root.iter())
    if len(elements) > MOST_LOGO_ELEMENTS:
        return f"has more than {MOST_LOGO_ELEMENTS:,} parts", "export a simpler picture, or a .png"
    for element in elements:
        if refusal := _refuse_element(element):
            tag = etree.QName(element).localname if isinstance(element.tag, str) else ""
            return refusal, _INSTEAD.get(tag, _LOGO_HINT)
    return undrawable(root), _LOGO_HINT


def _refuse_element(element: etree._Element) -> str:
    tag = etree.QName(element).localname if isinstance(element.tag, str) else "&"
    if not _SVG_ELEMENT.fullmatch(tag):
        return f"holds <{shortened(tag)}>, which a logo may not"
    if tag == "style" and _UNSAFE_STYLE.search(element.text or ""):
        return "holds a style with a link"
    for key, value in element.attrib.items():
        name = etree.QName(key).localname.lower()
        if name == "href" and not re.fullmatch(r"#[\w-]+", value):
            return "holds a link"
        if name.startswith("on") or _UNSAFE_VALUE.search(value):
            return (
                f'holds the attribute {shortened(name)}="{shortened(value)}", which a logo may not'
            )
    return ""


_UNSAFE_VALUE = re.compile(r"(?i)script:|data:|//|\\|url\s*\(\s*(?!['\"]?#)")
_UNSAFE_STYLE = re.compile(rf"{_UNSAFE_VALUE.pattern}|@import|@font-face|expression")
