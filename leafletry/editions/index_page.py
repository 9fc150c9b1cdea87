"""The overview of editions: one file to open from a disk, in every language.

There is one of the editions for all, which leads to one for each clinic.
"""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, get_args
from urllib.parse import quote

from babel import Locale
from babel.numbers import format_decimal
from babel.units import format_unit
from markupsafe import Markup

from leafletry.content.leaflet import Audience
from leafletry.content.numerals import format_day
from leafletry.content.project import SOURCE_LOCALE
from leafletry.editions.localization import Localizer, LocalText
from leafletry.editions.markup import template_environment
from leafletry.editions.public_names import saved_name
from leafletry.reading.languages import name_in
from leafletry.reading.problems import Place, ProblemsFoundError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from leafletry.content.project import Project
    from leafletry.editions.edition import Edition, EditionRecord

AUDIENCES: tuple[str, ...] = get_args(Audience)
STYLES = ("tokens.css", "index.css")
SECTION_LABELS = (
    "index_title",
    "index_intro",
    "index_draft_notice",
    "index_language",
    "index_missing",
    "index_clinics",
)
CARD_LABELS = ("index_state", "index_pages", "index_size", "index_kept", "index_download")
LABELS = (
    *SECTION_LABELS,
    *CARD_LABELS,
    *(f"for_{audience}" for audience in AUDIENCES),
    *("index_open", "index_picture", "index_state_draft", "index_state_release"),
)
"""All shared phrases that the page prints."""

_MEGABYTE = 1_000_000
_KILOBYTE = 1_000


@dataclass(frozen=True)
class Download:
    """What a card says of a PDF that is there; `url` and `picture` are relative to the page.

    `paper` is what its format is called.
    `kept_from` is the day on which it was made, if it should have been made anew since.
    """

    paper: LocalText
    url: str
    saved_as: str
    open: LocalText
    picture: str
    picture_alt: LocalText
    state: str
    state_name: LocalText
    pages: str
    size: str
    kept_from: str


@dataclass(frozen=True)
class Card:
    """One leaflet in one language: its formats to download, and those that could not be made."""

    leaflet: str
    title: LocalText
    audience: str
    downloads: list[Download]
    missing: list[LocalText]


@dataclass(frozen=True)
class Group:
    """Cards that belong together: those of an audience."""

    heading: LocalText
    cards: list[Card]


@dataclass(frozen=True)
class ClinicLink:
    """A clinic by its name, and where its own overview lies, below `output/`."""

    name: str
    path: str


@dataclass(frozen=True)
class Overview:
    """Which overview it is: where it lies, below `output/`, and where it leads.

    `clinic` is the name of the clinic whose editions it shows, `home` then the overview for all.
    `files` lie under other names than the build's where they are published.
    """

    path: str = "index.html"
    clinic: str = ""
    home: str = ""
    clinics: tuple[ClinicLink, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)

    def link(self, name: str) -> str:
        """Give how the page names a file below `output/`."""
        folder = PurePosixPath(self.path).parent
        return quote(os.path.relpath(self.files.get(name, name), folder).replace(os.sep, "/"))


@dataclass(frozen=True)
class Section:
    """Everything in one language, with the words to say it in."""

    locale: str
    lang: str
    direction: str
    language: str
    labels: dict[str, LocalText]
    draft: bool
    groups: list[Group]


def index_page(
    project: Project,
    records: Sequence[EditionRecord],
    failed: Sequence[Edition],
    unsound: Collection[str] = (),
    overview: Overview | None = None,
) -> str:
    """Give the page that shows editions built and names editions that failed.

    In `unsound` languages the page's own phrases are broken: there it speaks the source language.
    Raises ProblemsFoundError where one of the page's own phrases has a placeholder without a value.
    """
    overview = overview or Overview()
    template = template_environment(project.root / "templates").get_template("index.html")
    return template.render(
        lang=_lang(SOURCE_LOCALE),
        labels=_section_labels(Localizer(project, SOURCE_LOCALE, None)),
        sections=_sections(project, records, failed, unsound, overview),
        clinic_name=overview.clinic,
        home=overview.link(overview.home) if overview.home else "",
        clinics=[ClinicLink(link.name, overview.link(link.path)) for link in overview.clinics],
        style=page_style(project.root / "styles", STYLES),
    )


def _sections(
    project: Project,
    records: Sequence[EditionRecord],
    failed: Sequence[Edition],
    unsound: Collection[str],
    overview: Overview,
) -> list[Section]:
    used = {record.locale for record in records} | {edition.locale for edition in failed}
    known = [locale for locale in project.locales if locale in used]
    return [
        _section(
            Localizer(project, _spoken(project, locale, unsound), None),
            locale,
            [record for record in records if record.locale == locale],
            [edition for edition in failed if edition.locale == locale],
            overview,
        )
        for locale in [*known, *sorted(used.difference(known))]
    ]


def _spoken(project: Project, locale: str, unsound: Collection[str]) -> str:
    """Give in which language the section of a language can be written."""
    return locale if locale in project.catalogs and locale not in unsound else SOURCE_LOCALE


def _section(
    localizer: Localizer,
    locale: str,
    records: Sequence[EditionRecord],
    failed: Sequence[Edition],
    overview: Overview,
) -> Section:
    there = {record.leaflet for record in records}
    lost = {edition.leaflet for edition in failed}
    cards = [
        _card(
            localizer,
            leaflet,
            [record for record in records if record.leaflet == leaflet],
            [edition for edition in failed if edition.leaflet == leaflet],
            overview,
        )
        for leaflet in sorted(there | lost)
    ]
    described = Locale.parse(locale)
    return Section(
        locale=locale,
        lang=_lang(locale),
        direction=described.text_direction,
        language=name_in(locale, locale),
        labels=_section_labels(localizer),
        draft=any(record.state == "draft" for record in records),
        groups=_audience_groups(localizer, cards),
    )


def _section_labels(localizer: Localizer) -> dict[str, LocalText]:
    names = (*SECTION_LABELS, *CARD_LABELS, *(f"for_{audience}" for audience in AUDIENCES))
    return {name: localizer.label(name) for name in names}


def _audience_groups(localizer: Localizer, cards: Sequence[Card]) -> list[Group]:
    groups = []
    for audience in AUDIENCES:
        chosen = [card for card in cards if card.audience == audience]
        if chosen:
            groups.append(Group(localizer.label(f"for_{audience}"), chosen))
    return groups


def _card(
    localizer: Localizer,
    leaflet: str,
    records: Sequence[EditionRecord],
    failed: Sequence[Edition],
    overview: Overview,
) -> Card:
    """Give the card of a leaflet, its formats in the order in which the leaflet names them."""
    project = localizer.project
    model = project.leaflets.get(leaflet)
    usual = list(model.formats) if model else []

    def order(name: str) -> tuple[int, str]:
        return (usual.index(name) if name in usual else len(usual), name)

    records = sorted(records, key=lambda record: order(record.page_format))
    lost = sorted((edition.page_format for edition in failed), key=order)
    if records:
        title, audience = _record_title(localizer, records[0]), records[0].audience
    else:
        title = _title(localizer, leaflet) or _as_it_is(leaflet, localizer.locale)
        audience = model.audience if model else AUDIENCES[0]
    return Card(
        leaflet,
        title,
        audience,
        [_download(localizer, record, overview) for record in records],
        [_format_name(localizer, name) for name in lost],
    )


def _download(localizer: Localizer, record: EditionRecord, overview: Overview) -> Download:
    title = _record_title(localizer, record)
    return Download(
        paper=_format_name(localizer, record.page_format),
        url=overview.link(record.path),
        saved_as=saved_name(record),
        open=localizer.label("index_open", leaflet_title=title.text),
        picture=overview.link(record.picture) if record.picture else "",
        picture_alt=localizer.label("index_picture", leaflet_title=title.text),
        state=record.state,
        state_name=localizer.label(f"index_state_{record.state}"),
        pages=format_decimal(record.pages, locale=localizer.locale),
        size=_size(record.size, localizer.locale),
        kept_from=_day(record.kept_from, localizer.locale),
    )


def _record_title(localizer: Localizer, record: EditionRecord) -> LocalText:
    """Give the title as it was printed, in the language it was printed in."""
    title = _title(localizer, record.leaflet)
    if title is not None and title.text == record.title:
        return title
    return _as_it_is(record.title, record.locale)


def _title(localizer: Localizer, leaflet_id: str) -> LocalText | None:
    """Give a leaflet's title, in the source language if its translation is what is broken."""
    leaflet = localizer.project.leaflets.get(leaflet_id)
    if leaflet is None:
        return None
    try:
        return localizer.localize(leaflet.title, leaflet_id, ("title",))
    except ProblemsFoundError:
        if localizer.locale == SOURCE_LOCALE:
            return None
        return _title(Localizer(localizer.project, SOURCE_LOCALE, None), leaflet_id)


def _as_it_is(text: str, locale: str) -> LocalText:
    return LocalText(text, locale, "translated", Place(""))


def _format_name(localizer: Localizer, page_format: str) -> LocalText:
    """Give what a format is called; one that has no phrase, by its name in the source language."""
    name = label_of_format(page_format)
    if name in localizer.project.phrases.labels:
        return localizer.label(name)
    return _as_it_is(plain_name(page_format), SOURCE_LOCALE)


def label_of_format(page_format: str) -> str:
    """Give the phrase that says what a format is called."""
    return f"index_format_{page_format.replace('-', '_')}"


def plain_name(page_format: str) -> str:
    """Give a format's name as people write it who have no phrase for it: `A5 booklet`."""
    words = page_format.replace("-", " ")
    return words[:1].upper() + words[1:]


def _day(day: str, locale: str) -> str:
    return format_day(dt.date.fromisoformat(day), locale) if day else ""


def _size(size: int, locale: str) -> str:
    """Give a file's size such as `62 kB`, which never parts at a line end."""
    if size < _MEGABYTE:
        text = format_unit(
            size / _KILOBYTE, "digital-kilobyte", "short", format="#,##0", locale=locale
        )
    else:
        text = format_unit(
            size / _MEGABYTE, "digital-megabyte", "short", format="#,##0.0", locale=locale
        )
    return text.replace(" ", "\u00a0")


def _lang(locale: str) -> str:
    return locale.replace("_", "-")


def page_style(folder: Path, names: Sequence[str]) -> Markup:
    """Give a page's style sheets as one text that cannot end the style element."""
    text = "\n".join((folder / name).read_text(encoding="utf-8") for name in names)
    return Markup(text.replace("</", "<\\/"))  # noqa: S704 - it stands in a style element, made safe above
