"""The overview of all editions: one file to open from a disk, in every language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args
from urllib.parse import quote

from babel import Locale
from babel.numbers import format_decimal
from babel.units import format_unit
from markupsafe import Markup

from leafletry.leaflet import Audience
from leafletry.localization import Localizer, LocalText
from leafletry.pages.markup import template_environment
from leafletry.problems import Place, ProblemsFoundError
from leafletry.project import SOURCE_LOCALE

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from leafletry.edition import Edition, EditionRecord
    from leafletry.project import Project

AUDIENCES: tuple[str, ...] = get_args(Audience)
STYLES = ("tokens.css", "index.css")
SECTION_LABELS = (
    "index_title",
    "index_intro",
    "index_draft_notice",
    "index_language",
    "index_missing",
)
CARD_LABELS = ("index_state", "index_pages", "index_size", "index_download")
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
    """What a card says of a PDF that is there; `url` and `picture` are relative to the page."""

    url: str
    open: LocalText
    picture: str
    picture_alt: LocalText
    state: str
    state_name: LocalText
    pages: str
    size: str


@dataclass(frozen=True)
class Card:
    """One edition; without a download it could not be made."""

    leaflet: str
    title: LocalText
    audience: str
    page_format: str
    clinic: str | None
    download: Download | None


@dataclass(frozen=True)
class Group:
    """Cards that belong together: those of an audience, or those of a clinic."""

    heading: LocalText
    clinic: bool
    cards: list[Card]


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
) -> str:
    """Give the page that shows every edition built and names every edition that failed.

    In `unsound` languages the page's own phrases are broken: there it speaks the source language.
    Raises ProblemsFoundError where one of the page's own phrases has a placeholder without a value.
    """
    template = template_environment(project.root / "templates").get_template("index.html")
    return template.render(
        lang=_lang(SOURCE_LOCALE),
        labels=_section_labels(Localizer(project, SOURCE_LOCALE, None)),
        sections=_sections(project, records, failed, unsound),
        style=page_style(project.root / "styles", STYLES),
    )


def _sections(
    project: Project,
    records: Sequence[EditionRecord],
    failed: Sequence[Edition],
    unsound: Collection[str],
) -> list[Section]:
    used = {record.locale for record in records} | {edition.locale for edition in failed}
    known = [locale for locale in project.locales if locale in used]
    return [
        _section(
            Localizer(project, _spoken(project, locale, unsound), None),
            locale,
            [record for record in records if record.locale == locale],
            [edition for edition in failed if edition.locale == locale],
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
) -> Section:
    cards = [_built_card(localizer, record) for record in records]
    cards += [_failed_card(localizer, edition) for edition in failed]
    cards.sort(key=lambda card: (card.leaflet, card.page_format))
    described = Locale.parse(locale)
    return Section(
        locale=locale,
        lang=_lang(locale),
        direction=described.text_direction,
        language=described.get_display_name(locale) or locale,
        labels=_section_labels(localizer),
        draft=any(record.state == "draft" for record in records),
        groups=[*_audience_groups(localizer, cards), *_clinic_groups(locale, cards)],
    )


def _section_labels(localizer: Localizer) -> dict[str, LocalText]:
    names = (*SECTION_LABELS, *CARD_LABELS, *(f"for_{audience}" for audience in AUDIENCES))
    return {name: localizer.label(name) for name in names}


def _audience_groups(localizer: Localizer, cards: Sequence[Card]) -> list[Group]:
    groups = []
    for audience in AUDIENCES:
        chosen = [card for card in cards if card.clinic is None and card.audience == audience]
        if chosen:
            heading = localizer.label(f"for_{audience}")
            groups.append(Group(heading, clinic=False, cards=chosen))
    return groups


def _clinic_groups(locale: str, cards: Sequence[Card]) -> list[Group]:
    by_clinic: dict[str, list[Card]] = {}
    for card in sorted(cards, key=lambda card: AUDIENCES.index(card.audience)):
        if card.clinic is not None:
            by_clinic.setdefault(card.clinic, []).append(card)
    return [
        Group(_as_it_is(clinic, locale), clinic=True, cards=by_clinic[clinic])
        for clinic in sorted(by_clinic)
    ]


def _built_card(localizer: Localizer, record: EditionRecord) -> Card:
    title = _record_title(localizer, record)
    download = Download(
        url=quote(record.path),
        open=localizer.label("index_open", leaflet_title=title.text),
        picture=quote(record.picture),
        picture_alt=localizer.label("index_picture", leaflet_title=title.text),
        state=record.state,
        state_name=localizer.label(f"index_state_{record.state}"),
        pages=format_decimal(record.pages, locale=localizer.locale),
        size=_size(record.size, localizer.locale),
    )
    return Card(
        record.leaflet,
        title,
        record.audience,
        _format_name(record.page_format),
        record.clinic,
        download,
    )


def _failed_card(localizer: Localizer, edition: Edition) -> Card:
    leaflet = localizer.project.leaflets.get(edition.leaflet)
    return Card(
        leaflet=edition.leaflet,
        title=_title(localizer, edition.leaflet) or _as_it_is(edition.leaflet, localizer.locale),
        audience=leaflet.audience if leaflet else AUDIENCES[0],
        page_format=_format_name(edition.page_format),
        clinic=edition.clinic,
        download=None,
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


def _format_name(page_format: str) -> str:
    """Give a paper's name as people write it: `A4`, `Large print`."""
    words = page_format.replace("-", " ").replace("_", " ")
    return words[:1].upper() + words[1:]


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
