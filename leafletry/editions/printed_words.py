"""Exactly what prints: the words of a leaflet in a language, as a person reads and signs them.

They are taken from the very page that is printed, so nothing on it can be forgotten here. They do
not depend on styles, formats, who signs, what other languages there are, or the clinic: what those
fill in stands as `{phone_day}`, and how many pages there are as `{page_count}`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, get_args

from lxml import html as lxml_html  # type: ignore[import-untyped]

from leafletry.content.clinic import Address, Clinic, ClinicProfile, Spoken
from leafletry.content.leaflet import ContactField, walk_texts
from leafletry.content.signoffs import PrintedWords
from leafletry.editions.approval import Approval
from leafletry.editions.line_breaks import spoken
from leafletry.editions.localization import (
    EXTENSION,
    MARROW_SITE,
    PAGE_OF,
    URGENT_ON_PAGE,
    Localizer,
    localize_leaflet,
)
from leafletry.editions.markup import leaflet_html

if TYPE_CHECKING:
    from collections.abc import Iterator

    import jinja2
    from lxml.etree import _Element  # type: ignore[import-untyped]

    from leafletry.content.project import Project

_INLINE = frozenset(("a", "em", "span", "strong", "sup"))
_RUNNING = re.compile(r'content:((?: "(?:[^"\\]|\\.)*")+)')
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ESCAPED = re.compile(r"\\([0-9a-f]+) ")

_ANY_RELEASE = Approval(
    "release",
    reviewers=("{reviewers}",),
    translators=("{translators}",),
    reviewed_on="{reviewed_on}",
    next_review="{next_review}",
)
_CLINIC = Clinic(
    name=Spoken(texts={"": "{clinic_name}"}),
    address=Address(texts={"": ["{clinic_address}"]}),
    country="ZZ",
    verify_url="{verify_url}",
    verified_on=dt.date(1900, 1, 1),
    verified_by="{verified_by}",
)
_ANY_CLINIC = ClinicProfile(
    "any", _CLINIC, {name: f"{{{name}}}" for name in get_args(ContactField)}, None
)


def printed_words(
    project: Project, environment: jinja2.Environment, leaflet_id: str, locale: str
) -> PrintedWords:
    """Give what the released leaflet says in a language.

    Raises ProblemsFoundError and jinja2.TemplateError as the page itself does.
    """
    leaflet = localize_leaflet(project, leaflet_id, locale, _ANY_CLINIC, _ANY_RELEASE)
    localizer = Localizer(project, locale, None)
    # A language that is added later voids no sign-off in the others.
    others = {"other_languages": localizer.label("other_languages", languages="{languages}")}
    leaflet.labels = {**leaflet.labels, **others}
    page = lxml_html.document_fromstring(leaflet_html(environment, leaflet, "", "{verify_url}"))
    below = localizer.label(PAGE_OF, page_number="{page_number}", page_count="{page_count}")
    variants, untranslated = _clinics_variants(localizer, leaflet_id)
    if EXTENSION in project.phrases.labels:
        extension = localizer.label(EXTENSION, extension="{extension}")
        variants.append(f"with {{extension}}: {extension.text}")
        untranslated += extension.state != "translated"
    if URGENT_ON_PAGE in project.phrases.labels:
        pointer = localizer.label(URGENT_ON_PAGE, page_number="{page_number}")
        variants.append(f"with {{page_number}}: {pointer.text}")
        untranslated += pointer.state != "translated"
    version = project.leaflets[leaflet_id].version
    lines = [
        # With its own first digits, what stands before the comma is the code of these words.
        f"{leaflet.code} · {leaflet.lang} · v{version}, {leaflet_id}, for {leaflet.audience}",
        *_lines(page.find("body")),
        *_running_lines(page),
        f"foot: {below.text}",
        *variants,
        *_drawings(project, page),
    ]
    return PrintedWords("\n".join(lines) + "\n", leaflet.incomplete + untranslated)


def _lines(body: _Element) -> Iterator[str]:
    """Yield each block of text as one line, with **strong** words and [what pictures show]."""
    parts: list[str] = []

    def line() -> Iterator[str]:
        # Where lines may end is a matter of layout.
        words = " ".join(spoken("".join(parts)).split())
        parts.clear()
        if words:
            yield words

    def walk(element: _Element) -> Iterator[str]:
        inline = element.tag in _INLINE
        if not inline:
            yield from line()
        mark = "**" if element.tag == "strong" else ""
        parts.append(mark + (element.text or ""))
        if element.tag == "img" and element.get("alt"):
            parts.append(f"[{element.get('alt')}]")
        for child in element:
            if isinstance(child.tag, str):
                yield from walk(child)
            parts.append(child.tail or "")
        # A number that leads to the list of sources says all that it is.
        if element.tag == "a" and not (element.get("href") or "").startswith("#"):
            parts.append(f" <{element.get('href')}> ({element.get('title')})")
        parts.append(mark)
        if not inline:
            yield from line()

    yield from walk(body)


def _running_lines(page: _Element) -> Iterator[str]:
    """Yield what stands at the foot of the pages."""
    for style in page.iter("style"):
        for said in _RUNNING.findall(style.text or ""):
            strings = (string.replace("\\A", " ") for string in _STRING.findall(said))
            words = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), "".join(strings)).strip()
            if words:
                yield f"foot: {words}"


def _clinics_variants(localizer: Localizer, leaflet_id: str) -> tuple[list[str], int]:
    """Give the texts that are printed only where a clinic gives a value, and how many are stale."""
    lines, untranslated = [], 0
    for path, text in walk_texts(localizer.project.leaflets[leaflet_id]):
        if text.needs is None:
            continue
        value = {text.needs: f"{{{text.needs}}}"}
        whole = text.model_copy(update={"needs": None, "otherwise": None})
        said = localizer.localize(whole, leaflet_id, path, **value)
        if said is not None:
            lines.append(f"with {{{text.needs}}}: {said.text}")
            untranslated += said.state != "translated"
            lines += _sites(localizer) if text.needs == MARROW_SITE else ()
    return lines, untranslated


def _sites(localizer: Localizer) -> Iterator[str]:
    """Yield what may stand for the site where a clinic takes marrow."""
    for name in localizer.project.phrases.labels:
        if name.startswith(MARROW_SITE):
            yield f"with {{{MARROW_SITE}}}: {{{MARROW_SITE}}} is {localizer.label(name).text}"


def _drawings(project: Project, page: _Element) -> Iterator[str]:
    """Yield each drawing with the digest of its file: other lines may say something else."""
    pictures = [image.get("src").partition(":") for image in page.iter("img")]
    names = {name for kind, _, name in pictures if kind == "figure"}
    for name in sorted(names):
        path = project.root / "templates" / "figures" / PurePosixPath(name).name
        content = path.read_bytes() if path.is_file() else b""
        yield f"drawing {name}: {hashlib.sha256(content).hexdigest()}"
