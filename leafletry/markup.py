"""A localized leaflet as HTML: templates arrange, they never decide what is said."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING

import jinja2
from markupsafe import Markup, escape

from leafletry.localization import LocalText

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import budoux

    from leafletry.localization import LocalizedLeaflet

_STRONG = re.compile(r"\*\*(.+?)\*\*")
_UNSAFE_IN_CSS = re.compile(r"[^A-Za-z0-9 .\-\u00a0-\U0010ffff]")
_LONGEST_LAST_WORDS = 18


def leaflet_html(
    environment: jinja2.Environment, leaflet: LocalizedLeaflet, edition_code: str
) -> str:
    """Give the page of one edition; `FIT_STEP` stands where typesetting puts its step."""
    template = environment.get_template("leaflet.html")
    return template.render(
        leaflet=leaflet,
        content=leaflet.content,
        labels=leaflet.labels,
        contacts=leaflet.clinic.contacts if leaflet.clinic else {},
        clinic_name=leaflet.clinic.clinic.name if leaflet.clinic else "",
        edition_code=edition_code,
        fit="FIT_STEP",
    )


def template_environment(folder: Path) -> jinja2.Environment:
    """Give the Jinja2 environment: autoescape and StrictUndefined on, one folder to load from."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        inline=inline,
        phrases=phrases,
        sentences=sentences,
        names_of_languages=names_of_languages,
        css_string=css_string,
    )
    return environment


def inline(text: LocalText) -> Markup:
    """Give a text with its one markup (`**strong**`), marked where it is not translated."""
    return _marked(text, _strong(escape(text.text)))


def phrases(text: LocalText) -> Markup:
    """Give a heading that breaks well: Japanese by phrase, others with no lonely last word."""
    if text.lang == "ja" and "**" not in text.text:
        parts = _japanese_phrases().parse(text.text)
        spans = Markup("").join(
            Markup('<span class="phrase">{}</span>').format(part) for part in parts
        )
        return _marked(text, spans)
    words = text.text.rsplit(" ", 2)
    if len(words) == 3 and len(words[1]) + len(words[2]) < _LONGEST_LAST_WORDS:  # noqa: PLR2004
        return _marked(text, _strong(escape(f"{words[0]} {words[1]}\u00a0{words[2]}")))
    return inline(text)


def sentences(texts: Iterable[LocalText]) -> Markup:
    """Give sentences in a row: with a space between, but not after a Japanese full stop."""
    joined, before = Markup(), "。"
    for text in texts:
        joined += ("" if before.endswith("。") else " ") + inline(text)
        before = text.text
    return joined


def names_of_languages(html: Markup, languages: Iterable[tuple[str, str]]) -> Markup:
    """Give a line of text in which each language's own name is marked as being in that language."""
    for code, name in languages:
        html = html.replace(escape(name), Markup('<span lang="{}">{}</span>').format(code, name), 1)
    return html


def css_string(text: str) -> Markup:
    """Give a text as a CSS string that can end neither the string nor the style element."""
    escaped = _UNSAFE_IN_CSS.sub(lambda found: f"\\{ord(found[0]):x} ", str(text))
    return Markup('"{}"').format(Markup(escaped))  # noqa: S704 - every other character is escaped


def _strong(escaped: Markup) -> Markup:
    return Markup(_STRONG.sub(r"<strong>\1</strong>", str(escaped)))  # noqa: S704 - escaped before


def _marked(text: LocalText, html: Markup) -> Markup:
    if text.state != "translated":
        html = Markup('<span class="untranslated" lang="{}">{}</span>').format(text.lang, html)
    if text.number:
        html = Markup('<span data-message="{}">{}</span>').format(text.number, html)
    return html


@cache
def _japanese_phrases() -> budoux.Parser:
    import budoux  # noqa: PLC0415 - needed for Japanese only

    return budoux.load_default_japanese_parser()


def digest_text(leaflet: LocalizedLeaflet) -> str:
    """Give the words of an edition as one canonical string, to take a digest of."""

    def plain(value: object) -> object:
        if isinstance(value, LocalText):
            return [value.lang, value.text]
        if hasattr(value, "isoformat"):
            return value.isoformat()
        return str(value)

    clinic = leaflet.clinic
    parts = [
        leaflet.content,
        dict(leaflet.labels),
        leaflet.references,
        sorted(clinic.contacts.items()) if clinic else None,
    ]
    return json.dumps(parts, default=plain, ensure_ascii=False, sort_keys=True)
