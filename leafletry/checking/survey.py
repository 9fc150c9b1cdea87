"""The project as the rules see it, and the ways through its content."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from leafletry.catalog import Glossary
from leafletry.checking.words import Vocabulary, fold
from leafletry.leaflet import Picture, Text, walk_blocks, walk_texts
from leafletry.placeholders import names_in
from leafletry.problems import Place
from leafletry.project import SOURCE_LOCALE
from leafletry.sourcefile import Strict

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

    from leafletry.catalog import Catalog
    from leafletry.project import Project

KeyPath = tuple[str | int, ...]


@dataclass(frozen=True)
class Passage:
    """A text of the source language: in which file and under which keys it stands."""

    file_id: str
    path: KeyPath
    text: Text


@dataclass(frozen=True)
class Wording:
    """Words that can be printed: a source text or a translation of it, and where they stand."""

    words: str
    locale: str
    place: Place
    source: str

    @cached_property
    def folded(self) -> str:
        """The words without case, width and invisible joints, to look for words in."""
        return fold(self.words)


@dataclass
class Survey:
    """The project as the rules see it, with what several of them need worked out once."""

    project: Project
    today: dt.date

    @cached_property
    def models(self) -> dict[str, Any]:
        """All files with texts, by id."""
        return {**self.project.leaflets, "phrases": self.project.phrases}

    @cached_property
    def passages(self) -> list[Passage]:
        """Every source text, in the order of the pages."""
        return [
            Passage(name, path, text)
            for name, model in self.models.items()
            for path, text in walk_texts(model)
        ]

    @cached_property
    def messages(self) -> set[tuple[str | None, str]]:
        """What translators translate."""
        return {(passage.text.context, passage.text.text) for passage in self.passages}

    @cached_property
    def wordings(self) -> list[Wording]:
        """The source texts, and every translation that would be printed."""
        place = self.project.place
        source = [
            Wording(p.text.text, SOURCE_LOCALE, place(p.file_id, p.path), p.text.text)
            for p in self.passages
        ]
        return source + [
            Wording(message.msgstr, locale, message.place, message.msgid)
            for locale, catalog in self.translations
            for key, message in catalog.messages.items()
            if message.msgstr and not message.fuzzy and key in self.messages
        ]

    @cached_property
    def translations(self) -> list[tuple[str, Catalog]]:
        """The catalogs of all languages but the source language."""
        return [pair for pair in self.project.catalogs.items() if pair[0] != SOURCE_LOCALE]

    @cached_property
    def vocabularies(self) -> dict[str, Vocabulary]:
        """How each language says numbers and limits."""
        glossaries = self.project.glossaries
        names = glossaries.get(SOURCE_LOCALE, Glossary()).names
        return {
            locale: Vocabulary(glossaries.get(locale, Glossary()), names)
            for locale in self.project.catalogs
        }

    @cached_property
    def citations(self) -> list[tuple[str, KeyPath, str]]:
        """Every use of a fact, cited or printed: the file, the keys, the fact's id."""
        return [
            (name, path, fact)
            for name, model in self.models.items()
            for path, fact in _citations_below(model, ())
        ]

    @cached_property
    def figures(self) -> set[str]:
        """The names of the drawings there are."""
        folder = self.project.root / "templates" / "figures"
        return {path.stem for path in folder.glob("*.svg")}

    @cached_property
    def unread(self) -> set[str]:
        """The files that could not be read; what only they hold is not missing."""
        return {problem.place.file for problem in self.project.problems.errors}

    def place(self, file_id: str, *path: str | int) -> Place:
        """Give where a value stands."""
        return self.project.place(file_id, path)

    def glossary_place(self, locale: str, *path: str | int) -> Place:
        """Give where a language's agreed words stand."""
        if f"glossary:{locale}" in self.project.files:
            return self.project.place(f"glossary:{locale}", path)
        return Place(f"locales/{locale}/glossary.yaml", 1, 1)


def parts_of(survey: Survey) -> Iterator[tuple[str, KeyPath, Any]]:
    """Yield every block of every leaflet by itself, also the ones that stand side by side."""
    for file_id, leaflet in survey.project.leaflets.items():
        for name in ("title", "subtitle", "reader"):
            yield file_id, (name,), getattr(leaflet, name)
        yield from ((file_id, path, block) for path, block in walk_blocks(leaflet))


def _citations_below(part: object, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    """Yield the facts that a part cites or prints, with the keys of the citation."""
    if isinstance(part, Strict):
        for i, name in enumerate(getattr(part, "cites", ())):
            yield (*path, "cites", i), name
        if isinstance(part, Text):
            yield from (((*path, "text"), name) for name in names_in(part.text))
    for below, value in _below(part):
        yield from _citations_below(value, (*path, below))


def pictures_below(part: object, path: KeyPath) -> Iterator[tuple[KeyPath, Picture]]:
    """Yield the drawings that a part shows, with the keys of each."""
    if isinstance(part, Picture):
        yield path, part
    for below, value in _below(part):
        yield from pictures_below(value, (*path, below))


def _below(part: object) -> Iterator[tuple[str | int, Any]]:
    """Yield what a part is made of, where that can hold more."""
    items: Iterable[tuple[str | int, Any]] = ()
    if isinstance(part, Strict):
        items = part
    elif isinstance(part, dict):
        items = part.items()
    elif isinstance(part, list):
        items = enumerate(part)
    yield from (item for item in items if isinstance(item[1], (Strict, dict, list)))
