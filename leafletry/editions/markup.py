"""A localized leaflet as HTML: templates arrange, they never decide what is said."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import jinja2
from markupsafe import Markup, escape

from leafletry.editions.furniture import furniture_of
from leafletry.editions.line_breaks import (
    JOINER,
    LONELY,
    LONELY_IN_HEADINGS,
    by_characters,
    by_phrase,
    by_word,
)
from leafletry.editions.sandbox import Templates
from leafletry.reading.languages import direction, direction_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from leafletry.content.formats import Format
    from leafletry.editions.localization import LocalizedLeaflet, LocalText
    from leafletry.reading.languages import Direction

_STRONG = re.compile(r"\*\*(.+?)\*\*")
_UNSAFE_IN_CSS = re.compile(r"[^A-Za-z0-9 .\-\u00a0-\U0010ffff]")


def leaflet_html(
    environment: jinja2.Environment,
    leaflet: LocalizedLeaflet,
    edition_code: str,
    verify_link: str = "",
    page_format: Format | None = None,
    pages: int = 0,
) -> str:
    """Give the page of one edition.

    `verify_link` is the page that says whether the edition is still current, if a clinic has one;
    `pages` are as many as it will have in its format: each says below which one it is.
    """
    template = environment.get_template("leaflet.html")
    clinic = leaflet.clinic
    urgent_page = page_format.urgent_page if page_format else 1
    panel = {
        "name": clinic.name_in(leaflet.locale) if clinic else None,
        "address": clinic.address_in(leaflet.locale) if clinic else [],
        "extra_lines": clinic.extra_lines_in(leaflet.locale) if clinic else [],
        "extensions": clinic.extensions if clinic else {},
    }
    return template.render(
        leaflet=leaflet,
        content=leaflet.content,
        labels=leaflet.labels,
        contacts=clinic.contacts if clinic else {},
        panel=panel,
        edition_code=edition_code,
        verify_link=verify_link,
        foot=page_format.foot if page_format else None,
        page_labels=leaflet.page_labels[pages] if pages else [],
        furniture=furniture_of(leaflet, checkable=bool(verify_link), urgent_page=urgent_page),
    )


def template_environment(folder: Path) -> jinja2.Environment:
    """Give the sandbox of templates: autoescape is on, one folder to load from."""
    environment = Templates(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        inline=inline,
        phrases=phrases,
        sentences=sentences,
        names_of_languages=names_of_languages,
        linked=linked,
        css_string=css_string,
        direction=direction,
        direction_of=direction_of,
        set_apart=set_apart,
        separator_after=separator_after,
        unknown_kind=unknown_kind,
    )
    return environment


def as_written(text: LocalText) -> Markup:
    """Give a text as `inline` does, with nothing that keeps its words together."""
    return _marked(text, _strong(_escaped(text.text, text.lang)))


def inline(text: LocalText) -> Markup:
    """Give a text with its one markup (`**strong**`), marked where it is not translated.

    Its lines end well: see `line_breaks`.
    """
    return _with_lines(text, LONELY)


def phrases(text: LocalText) -> Markup:
    """Give a heading as `inline` does a text; in it, no longer word is left alone either."""
    return _with_lines(text, LONELY_IN_HEADINGS)


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
        letters = f"{JOINER}?".join(map(re.escape, escape(name))).replace(r"\ ", r"\s")
        held = JOINER.join(name) if by_characters(name) else name
        marked = Markup('<span lang="{}" dir="{}">{}</span>').format(code, direction(code), held)
        if found := re.search(letters, html):
            html = html[: found.start()] + marked + html[found.end() :]
    return html


def linked(html: Markup, address: str, link: str, description: LocalText) -> Markup:
    """Give a line of text in which an address leads somewhere when it is touched."""
    leading = Markup('<a data-clinic="verify_url" href="{}" dir="ltr" title="{}">{}</a>')
    return html.replace(escape(address), leading.format(link, description.text, address), 1)


def set_apart(words: str, around: Direction) -> Markup:
    """Give a name or an address; one that runs the other way is set apart from what is around."""
    if direction_of(words) == around:
        return escape(words)
    return Markup('<span dir="{}">{}</span>').format(direction_of(words), words)


def separator_after(words: str) -> str:
    """Give what parts the lines of an address where they run on, as its own script writes it."""
    if direction_of(words) == "rtl":
        return "\u060c"
    wide = any(unicodedata.east_asian_width(character) in "WF" for character in words)
    return "" if wide else ","


def unknown_kind(kind: str) -> Markup:
    """Refuse a block of which no template knows how it is printed."""
    message = f'no macro prints a block of the kind "{kind}"'
    raise jinja2.TemplateRuntimeError(message)


def css_string(text: str) -> Markup:
    """Give a text as a CSS string that can end neither the string nor the style element."""
    escaped = _UNSAFE_IN_CSS.sub(lambda found: f"\\{ord(found[0]):x} ", str(text))
    return Markup('"{}"').format(Markup(escaped))  # noqa: S704 - every other character is escaped


_LATIN = "A-Za-z\u00aa-\u00ac\u00ae-\u058f"
_RUN_THE_OTHER_WAY = re.compile(
    rf"[{_LATIN}0-9](?:[{_LATIN}0-9 .,:;/+=\-()'%\u00a0\u2010-\u2015\u2019\u202f]*"
    rf"[{_LATIN}0-9+%)])?"
)
"""A gene, a name, a unit with its number: what has letters that run from left to right."""


def _escaped(text: str, language: str) -> Markup:
    """Give a text's words; in a language written right to left, with runs that are not set apart.

    WeasyPrint orders each element by itself: what is not set apart takes its signs from the text
    around it, and CD10+ becomes +CD10.
    """
    if direction(language) == "ltr":
        return escape(text)
    html, end = Markup(), 0
    for found in _RUN_THE_OTHER_WAY.finditer(text):
        run = found[0]
        while run.count(")") > run.count("("):
            run = run[: run.rindex(")")].rstrip()
        if re.search(f"[{_LATIN}]", run):
            html += escape(text[end : found.start()])
            html += Markup('<span dir="ltr">{}</span>').format(run)
            end = found.start() + len(run)
    return html + escape(text[end:])


def _with_lines(text: LocalText, lonely: int) -> Markup:
    if text.lang.partition("-")[0] == "ja":
        words = by_phrase(_before_stop(text))
    else:
        words = by_word(_before_stop(text), lonely)
    return _marked(text, _strong(_escaped(words, text.lang)))


def _strong(escaped: Markup) -> Markup:
    return Markup(_STRONG.sub(r"<strong>\1</strong>", str(escaped)))  # noqa: S704 - escaped before


def _marked(text: LocalText, html: Markup) -> Markup:
    if text.state != "translated":
        html = Markup('<span class="untranslated" lang="{}" dir="{}">{}</span>').format(
            text.lang, direction(text.lang), html
        )
    if text.references:
        html += _reference_numbers(text) + text.stop
    if text.number:
        # One of ten milliseconds of an edition, where Markup.format did it.
        html = Markup(f'<span data-message="{text.number}">{html}</span>')  # noqa: S704 - a number, and escaped
    return html


def _before_stop(text: LocalText) -> str:
    return text.text.removesuffix(text.stop) if text.stop else text.text


def _reference_numbers(text: LocalText) -> Markup:
    """Give the numbers of the sources of a text, each leading to its entry in the list.

    They run as in the list, also in Arabic. They stand in brackets, and a blank parts them from a
    digit: no figure gets one more, on paper or in what is copied from it, and no unit an exponent.
    No line begins with them.
    """
    gap = "\u202f" if _before_stop(text)[-1:].isdigit() else "\u2060"
    first, last = text.references[0], text.references[-1]
    links = Markup()
    for reference in text.references:
        # With its signs, so that a finger finds it.
        links += Markup('<a href="#source-{}" title="{}">{}{}{}</a>').format(
            reference.number,
            reference.description,
            f"{gap}[" if reference is first else "\u00a0",
            reference.number,
            "]" if reference is last else ",",
        )
    return Markup('<sup data-cited="" dir="ltr">{}</sup>').format(links)
