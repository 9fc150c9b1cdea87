"""What the desk tells of each message of an edition: words, places, notes, state and findings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from leafletry.content.catalog import catalog_name
from leafletry.content.comments import Comment, comments_of
from leafletry.content.leaflet import walk_texts
from leafletry.content.project import SOURCE_LOCALE
from leafletry.content.translator_notes import NoteWriter, spots_of
from leafletry.reading.languages import ancestors, name_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from leafletry.content.catalog import Catalog, State
    from leafletry.content.leaflet import Text
    from leafletry.content.project import Project
    from leafletry.content.translator_notes import Spot
    from leafletry.editions.edition import Edition
    from leafletry.editions.localization import Printable
    from leafletry.pages.placing import PageSize, Placement
    from leafletry.reading.problems import Place, Problem

Key = tuple[str | None, str]


@dataclass(frozen=True)
class Finding:
    """A problem as the desk shows it."""

    place: str
    message: str
    hint: str
    warning: bool

    @classmethod
    def of(cls, problem: Problem) -> Finding:
        """Give a problem in words."""
        return cls(str(problem.place), problem.message, problem.hint, problem.warning)


@dataclass(frozen=True)
class Box:
    """Where a piece of a message stands on a page; percent of the page from its top left corner."""

    page: int
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Change:
    """A stretch of a source text that was edited: what stayed, what is gone, what is new."""

    kind: Literal["same", "gone", "new"]
    words: str


@dataclass(frozen=True)
class ShownMessage:
    """All that the desk tells of a message.

    `printed` are the words on the page, every figure filled in. `source_places` and
    `catalog_place` are `file:line`, the latter empty for what no catalog holds; `notes` are the
    engine's for translators, `remarks` those that translators left in the catalog; `edited` tells
    how the source text became another after it was translated.
    """

    number: int
    state: State
    context: str | None
    msgid: str
    msgstr: str
    printed: str
    source_places: list[str]
    catalog_place: str
    notes: list[str]
    remarks: list[str]
    edited: list[Change]
    findings: list[Finding]
    boxes: list[Box]


@dataclass(frozen=True)
class SortedProblems:
    """The problems of a project as one edition sees them: by message, its own, and the others'."""

    by_number: dict[int, list[Finding]]
    own: list[Finding]
    elsewhere: list[Finding]


def sort_problems(
    project: Project,
    edition: Edition,
    messages: Iterable[Printable],
    problems: Iterable[Problem],
) -> SortedProblems:
    """Sort problems by what they are about: a message of the edition, all of it, or another one.

    A message that cannot be read is told of both, as its file has to be mended.
    """
    unreadable = set(project.problems.errors)
    numbers = {(message.context, message.msgid): message.number for message in messages}
    spoken = _lines_of_sources(project, edition.leaflet, numbers)
    catalog = project.catalogs.get(edition.locale)
    found = SortedProblems({}, [], [])
    for problem in sorted(set(problems)):
        place = problem.place
        about: set[int] | None = spoken.get((place.file, place.line))
        if problem.affects.locales is not None and edition.locale not in problem.affects.locales:
            about = set()  # It may stand in words that a variant of the language has from here.
        elif about is None and (spoiled := _keys_at(catalog, place)) is not None:
            about = {numbers[key] for key in spoiled if key in numbers}
        elif about is None and not _concerns(place, edition):
            about = set()
        if about is None or (about and problem in unreadable):
            found.own.append(Finding.of(problem))
        if about is not None and not about:
            found.elsewhere.append(Finding.of(problem))
        for number in about or ():
            findings = found.by_number.setdefault(number, [])
            if Finding.of(problem) not in findings:  # A variant's may be its parent's as well.
                findings.append(Finding.of(problem))
    return found


def _keys_at(catalog: Catalog | None, place: Place) -> set[Key] | None:
    """Give which messages stand at a place of a catalog, or of one that it inherits from."""
    while catalog is not None and place.file != catalog_name(catalog.locale):
        catalog = catalog.parent
    return catalog.keys_at(place) if catalog is not None else None


def _with_parents(locale: str) -> list[str]:
    return [locale, *ancestors(locale)]


def shared_names(edition: Edition) -> list[str]:
    """Give the files without which no page of an edition can be made, besides its own leaflet."""
    words = [f"leaflets/{name}.yaml" for name in ("facts", "sources", "phrases")]
    glossaries = {SOURCE_LOCALE, *_with_parents(edition.locale)}
    return [*words, *(f"locales/{locale}/glossary.yaml" for locale in sorted(glossaries))]


def _concerns(place: Place, edition: Edition) -> bool:
    """Tell whether a file, or what is wrong with it, has to do with an edition."""
    own = [f"leaflets/{edition.leaflet}.yaml", "leaflets"]
    for locale in _with_parents(edition.locale):
        own += [catalog_name(locale), f"locales/{locale}", f"locales/{locale}/writing.yaml"]
    design = place.file.startswith(("templates", "styles"))
    return design or place.file in (*own, *shared_names(edition))


def _lines_of_sources(
    project: Project, leaflet: str, numbers: dict[Key, int]
) -> dict[tuple[str, int], set[int]]:
    """Give which messages of an edition begin in which line of the files they were written in."""
    lines: dict[tuple[str, int], set[int]] = {}
    for file_id, path, text in _texts(project, leaflet):
        number = numbers.get((text.context, text.text))
        for inner in (path, (*path, "text")):
            place = project.place(file_id, inner)
            if number is not None and place.line:
                lines.setdefault((place.file, place.line), set()).add(number)
    return lines


def _texts(project: Project, leaflet: str) -> Iterator[tuple[str, tuple[str | int, ...], Text]]:
    for file_id, model in ((leaflet, project.leaflets.get(leaflet)), ("phrases", project.phrases)):
        yield from ((file_id, path, text) for path, text in walk_texts(model))


def boxes_of(pages: Sequence[PageSize], placements: Iterable[Placement]) -> dict[int, list[Box]]:
    """Give where each message stands, in percent of its page."""
    boxes: dict[int, list[Box]] = {}
    for piece in placements:
        page = pages[piece.page - 1]
        across, down = 100 / page.width, 100 / page.height
        sides = (piece.x * across, piece.y * down, piece.width * across, piece.height * down)
        boxes.setdefault(piece.message, []).append(
            Box(piece.page, *(round(side, 3) for side in sides))
        )
    return boxes


def show_messages(
    project: Project,
    edition: Edition,
    messages: Iterable[Printable],
    boxes: dict[int, list[Box]],
    findings: dict[int, list[Finding]],
) -> list[ShownMessage]:
    """Give all that is known of the messages of an edition, in their order."""
    catalog = project.catalogs[edition.locale]
    comments = dict(comments_of(project, edition.locale))
    name = catalog_name(edition.locale)
    begins = {key: f"{name}:{first}" for first, _, key in catalog.stretches if key is not None}
    spots: dict[Key, list[Spot]] = {}
    for spot in spots_of(project):
        if spot.file_id in (edition.leaflet, "phrases"):
            spots.setdefault((spot.text.context, spot.text.text), []).append(spot)
    writer = NoteWriter(project, edition.locale, catalog.look_up)
    shown = []
    for message in messages:
        key = (message.context, message.msgid)
        entry = catalog.messages.get(key)
        comment = comments.get(key, Comment())
        here = spots.get(key, [])
        shown.append(
            ShownMessage(
                number=message.number,
                state=message.state,
                context=message.context,
                msgid=message.msgid,
                msgstr="" if edition.locale == SOURCE_LOCALE else catalog.words(key),
                printed=message.text,
                source_places=list(dict.fromkeys(_line(spot.place) for spot in here)),
                catalog_place=_line(entry.place) if entry else begins.get(key, ""),
                notes=[
                    *_inherited(catalog, key),
                    *(writer.notes(here).split("\n") if here else []),
                ],
                remarks=comment.remarks,
                edited=changes_between(comment.former, message.msgid) if comment.former else [],
                findings=findings.get(message.number, []),
                boxes=boxes.get(message.number, []),
            )
        )
    return shown


def _inherited(catalog: Catalog, key: Key) -> list[str]:
    """Say from where a variant has the words of a message, if it has them from its parent."""
    parent = catalog.parent if catalog.inherits(key) else None
    if parent is None:
        return []
    return [f"As in {name_in(parent.locale, SOURCE_LOCALE)}: the catalog needs no words here."]


def _line(place: Place) -> str:
    return f"{place.file}:{place.line}" if place.line else place.file


def changes_between(former: str, now: str) -> list[Change]:
    """Give how one text became another: what is the same at both ends, what was edited between."""
    old, new = (re.findall(r"\w+|\s+|[^\w\s]", text) for text in (former, now))
    shorter = min(len(old), len(new))
    ahead = next((i for i in range(shorter) if old[i] != new[i]), shorter)
    rest = shorter - ahead
    behind = next((i for i in range(rest) if old[-1 - i] != new[-1 - i]), rest)
    stretches = (
        Change("same", "".join(new[:ahead])),
        Change("gone", "".join(old[ahead : len(old) - behind])),
        Change("new", "".join(new[ahead : len(new) - behind])),
        Change("same", "".join(new[len(new) - behind :])),
    )
    return [change for change in stretches if change.words]
