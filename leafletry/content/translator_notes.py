"""What translators are told about a message: its places, placeholders, room and the writer's note.

These are the `#.` lines of a catalog, one note a line. Examples are in the catalog's own language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from babel.lists import format_list

from leafletry.content.catalog import Glossary
from leafletry.content.clinic import Temperature
from leafletry.content.edition_code import EditionCode
from leafletry.content.leaflet import walk_texts
from leafletry.content.lengths import width
from leafletry.content.message_places import standing
from leafletry.content.numerals import format_day, format_figure, format_temperature
from leafletry.reading.languages import language_tag, name_in
from leafletry.reading.placeholders import names_in
from leafletry.reading.problems import shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from leafletry.content.facts import Fact
    from leafletry.content.leaflet import Text
    from leafletry.content.lengths import Limit
    from leafletry.content.project import Project
    from leafletry.reading.problems import Place

_NOBODY = ["A. B.", "C. D."]
_SOME_LANGUAGES = ("en", "es", "fr")
"""To name as an example; with those of the project, each new one would change every catalog."""
_LONGEST_EXAMPLE = 60
_FEVER = Temperature(value=38.0, unit="celsius")
CLINIC_EXAMPLES: dict[str, Callable[[str], str]] = {
    "fever_threshold": partial(format_temperature, _FEVER),
    "marrow_site": lambda _locale: "tibia",
}
"""For each value that a clinic gives and texts print, one it could give, by language."""


@dataclass(frozen=True)
class Spot:
    """One place at which a message is printed: words, place in its file, room."""

    text: Text
    file_id: str
    place: Place
    standing: str
    limit: Limit | None

    @property
    def is_written_there(self) -> bool:
        """Tell whether the file has its words, and not only their name in the bank of warnings."""
        return self.place.file == f"leaflets/{self.file_id}.yaml"


def spots_of(project: Project) -> Iterator[Spot]:
    """Yield every text of the project in the order of the catalogs: leaflets, then phrases."""
    for file_id, model in [*project.leaflets.items(), ("phrases", project.phrases)]:
        for path, text in walk_texts(model):
            where = standing(file_id, model, path)
            place = project.place(file_id, (*path, "text"))
            yield Spot(text, file_id, place, where, project.lengths.limit(model, path))


class NoteWriter:
    """Writes the notes of one catalog."""

    def __init__(self, project: Project, locale: str, translate: Callable[[Text], str]) -> None:
        """Take the language of the examples, and what gives a leaflet's title in it."""
        self.project = project
        self.locale = locale
        self.glossary = project.glossaries.get(locale, Glossary())
        self.layout = self._layout_examples(translate)

    def notes(self, spots: list[Spot]) -> str:
        """Give the notes of a message that is printed at some spots, each note once."""
        names = dict.fromkeys(name for spot in spots for name in names_in(spot.text.text))
        limits = [spot.limit for spot in spots if spot.limit]
        lines = [
            *(spot.standing for spot in spots),
            *(f"{{{name}}}: {_one_line(self._meaning(name))}" for name in names),
            *([self._room(min(limits))] if limits else []),
            *(f"TRANSLATORS: {_one_line(s.text.note)}" for s in spots if s.text.note),
        ]
        return "\n".join(dict.fromkeys(lines))

    def _meaning(self, name: str) -> str:
        if fact := self.project.facts.get(name):
            return self._figure(fact)
        example = self.layout.get(name)
        meaning = self.project.phrases.placeholders.get(name, "")
        if (given := CLINIC_EXAMPLES.get(name)) is not None:
            example, meaning = given(self.locale), "filled in by the clinic"
        printed = f'prints for example "{example}"' if example else ""
        return "; ".join(part for part in (printed, meaning) if part) or "filled in by the layout"

    def _figure(self, fact: Fact) -> str:
        try:
            printed = f'prints "{format_figure(fact, self.locale, self.glossary.fractions)}"'
        except (KeyError, ValueError):  # `check` says which figure or which word is missing
            printed = "prints a figure"
        if fact.qualifier:
            agreed = ", ".join(self.glossary.qualifiers.get(fact.qualifier, []))
            words = f": {agreed}" if agreed else ""
            printed += f'; keep a word for "{fact.qualifier}" beside it{words}'
        return f"{printed}. {fact.statement}"

    def _layout_examples(self, translate: Callable[[Text], str]) -> dict[str, str]:
        """Give for each placeholder of the shared phrases what the layout could fill in."""
        leaflets = list(self.project.leaflets.values())
        if not leaflets:
            return {}
        leaflet, day = leaflets[0], format_day(leaflets[0].written, self.locale)
        names = [_own_name(code) for code in _SOME_LANGUAGES]
        titles = [source.title for source in self.project.sources.values() if source.title]
        return {
            "source_updated": day,
            "reviewers": format_list(_NOBODY, locale=self.locale),
            "translators": format_list(_NOBODY, locale=self.locale),
            "leaflet_version": leaflet.version,
            "written_on": day,
            "reviewed_on": day,
            "next_review": day,
            "languages": format_list(names, locale=self.locale),
            "verify_address": "leaflets.example/verify",
            "edition_code": str(
                EditionCode(leaflet.code, language_tag(self.locale), leaflet.version, "3fa92c")
            ),
            "valid_until": day,
            "withdrawn_on": day,
            "page_number": "1",
            "page_count": str(next(iter(leaflet.formats.values()))),
            "leaflet_title": translate(leaflet.title),
            "source_name": shortened(titles[0], _LONGEST_EXAMPLE) if titles else "",
        }

    def _room(self, limit: Limit) -> str:
        lines = "one line" if limit.one_line else "on several lines if need be"
        # A language whose own name is written in full-width characters is written in them.
        name = _own_name(self.locale)
        wide = "; full-width ones count two" if width(name) > len(name) else ""
        return f"At most {limit.characters} characters, {lines}{wide}."


def _own_name(locale: str) -> str:
    return name_in(locale, locale)


def _one_line(words: str) -> str:
    # A backslash at the end of a comment would join the next line to it for gettext.
    return re.sub(r"\s*\n\s*", " ", words).strip().rstrip("\\")
