"""The project as the rules see it, and the ways through its content."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

from leafletry.checking.meanings import Senses
from leafletry.checking.terms import Agreement, Terms
from leafletry.checking.typography import Typography
from leafletry.checking.words import Vocabulary, fold
from leafletry.content.catalog import Glossary, catalog_name
from leafletry.content.leaflet import Picture, Text, walk_blocks, walk_texts
from leafletry.content.project import CONFIRMED, SOURCE_LOCALE
from leafletry.content.writing import Writing
from leafletry.reading.placeholders import PLACEHOLDER, names_in
from leafletry.reading.problems import EVERYTHING, Affects, Place
from leafletry.reading.sourcefile import Strict

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

    from leafletry.content.catalog import Catalog
    from leafletry.content.leaflet import Audience
    from leafletry.content.project import Project

KeyPath = tuple[str | int, ...]
_NO_RULES = Writing()


@dataclass(frozen=True)
class Passage:
    """A text of the source language: in which file and under which keys it stands."""

    file_id: str
    path: KeyPath
    text: Text

    @property
    def affects(self) -> Affects:
        """What suffers from something wrong in it: whatever shows it, in any language."""
        return Affects.only(messages=[(self.text.context, self.text.text)])


@dataclass(frozen=True)
class Wording:
    """Words that can be printed: a source text or a translation of it, and where they stand.

    `audiences` are those of the leaflets it stands in; a shared phrase is for nobody in particular.
    `starts` tells with which character each further line of the words begins, and its place.
    `inherited` are the same words in the language that a variant has them from.
    """

    words: str
    locale: str
    place: Place
    source: str
    audiences: frozenset[Audience] = frozenset()
    starts: tuple[tuple[int, Place], ...] = ()
    context: str | None = None
    inherited: Wording | None = None

    @property
    def key(self) -> tuple[str | None, str]:
        """The message that it says."""
        return self.context, self.source

    @cached_property
    def shown(self) -> str:
        """The words without the stars of strong ones."""
        return self.words.replace("**", "")

    @cached_property
    def plain(self) -> str:
        """The words shown, with figures where placeholders stand, each as long as it was."""
        return _with_figures(self.shown)

    @cached_property
    def spoken(self) -> str:
        """The plain words as they are compared, without acronyms: ALL is not "all"."""
        return _compared(self.plain)

    @cached_property
    def source_spoken(self) -> str:
        """The plain words of the source as they are compared."""
        return _compared(_with_figures(self.source.replace("**", "")))

    @property
    def affects(self) -> Affects:
        """What suffers from something wrong in these words: whatever shows them."""
        locales = None if self.locale == SOURCE_LOCALE else [self.locale]
        return Affects.only(locales=locales, messages=[self.key])

    @cached_property
    def folded(self) -> str:
        """The words without case, width and invisible joints, to look for words in."""
        return fold(self.words)


def _with_figures(words: str) -> str:
    """Put as many figures as there are characters in each placeholder."""
    if "{" not in words:
        return words
    return PLACEHOLDER.sub(lambda match: "0" * len(match[0]), words)


_ACRONYM = re.compile(r"\b[A-Z]{3,}\b")


def _compared(words: str) -> str:
    return fold(_ACRONYM.sub(lambda match: "0" * len(match[0]), words))


@dataclass
class Survey:
    """The project as the rules see it, with what several of them need worked out once."""

    project: Project
    today: dt.date
    signing: tuple[str, str] | None = None

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
    def readers(self) -> dict[tuple[str | None, str], frozenset[Audience]]:
        """For whom the leaflets are that each message stands in."""
        readers: dict[tuple[str | None, str], frozenset[Audience]] = {}
        for passage in self.passages:
            key = (passage.text.context, passage.text.text)
            leaflet = self.project.leaflets.get(passage.file_id)
            audience = frozenset((leaflet.audience,) if leaflet else ())
            readers[key] = readers.get(key, frozenset()) | audience
        return readers

    @cached_property
    def shown_in(self) -> dict[tuple[str | None, str], frozenset[str]]:
        """The leaflets that each message stands in; a shared phrase may stand in any."""
        shown: dict[tuple[str | None, str], frozenset[str]] = {}
        for passage in self.passages:
            key = (passage.text.context, passage.text.text)
            own = passage.file_id in self.project.leaflets
            where = frozenset((passage.file_id,) if own else self.project.leaflets)
            shown[key] = shown.get(key, frozenset()) | where
        return shown

    @cached_property
    def signed(self) -> dict[str, frozenset[str]]:
        """The leaflets that somebody signed in each language, or is about to."""
        signed = {
            locale: {signoff.leaflet for signoff in signoffs}
            for locale, signoffs in self.project.signoffs.items()
        }
        if self.signing:
            locale, leaflet = self.signing
            signed.setdefault(locale, set()).add(leaflet)
        return {locale: frozenset(leaflets) for locale, leaflets in signed.items()}

    @cached_property
    def wordings(self) -> list[Wording]:
        """The source texts, and every translation that would be printed."""
        translated = (wordings.values() for wordings in self._translated.values())
        return [*self._written, *chain.from_iterable(translated)]

    def wordings_of(self, file_id: str, locale: str) -> list[Wording]:
        """Give the words of one file in one language, in the order of the page, as far as there."""
        passages = zip(self.passages, self._written, strict=True)
        of_file = [(p, written) for p, written in passages if p.file_id == file_id]
        if locale == SOURCE_LOCALE:
            return [written for _, written in of_file]
        known = self._translated[locale]
        keys = [(passage.text.context, passage.text.text) for passage, _ in of_file]
        return [known[key] for key in keys if key in known]

    def own_place(self, wording: Wording) -> Place:
        """Give where words stand; of those that a variant inherits, where it can put its own."""
        if wording.inherited is None:
            return wording.place
        entry = self.project.catalogs[wording.locale].messages.get(wording.key)
        return entry.place if entry else Place(catalog_name(wording.locale), 1, 1)

    def translation(self, locale: str, text: Text) -> Wording | None:
        """Give the translation of a text that would be printed, if there is one."""
        return self._translated.get(locale, {}).get((text.context, text.text))

    @cached_property
    def _written(self) -> list[Wording]:
        """The source texts, one for each passage."""
        return [
            Wording(
                p.text.text,
                SOURCE_LOCALE,
                self.project.place(p.file_id, p.path),
                p.text.text,
                self.readers[p.text.context, p.text.text],
                context=p.text.context,
            )
            for p in self.passages
        ]

    @cached_property
    def _translated(self) -> dict[str, dict[tuple[str | None, str], Wording]]:
        """The translations that would be printed, by language and message."""
        return {locale: self._said_in(catalog) for locale, catalog in self.translations}

    def _said_in(self, catalog: Catalog) -> dict[tuple[str | None, str], Wording]:
        """Give what a language prints of its own, and what a variant prints of its parent's."""
        locale = catalog.locale
        own = {
            key: Wording(m.msgstr, locale, m.place, m.msgid, self.readers[key], m.starts, m.context)
            for key, m in catalog.messages.items()
            if m.msgstr and not m.fuzzy and key in self.messages
        }
        if catalog.parent is None:
            return own
        above = (
            {wording.key: wording for wording in reversed(self._written)}
            if catalog.parent.locale == SOURCE_LOCALE
            else self._said_in(catalog.parent)
        )
        return own | {
            key: replace(wording, locale=locale, inherited=wording)
            for key, wording in above.items()
            if catalog.inherits(key)
        }

    @cached_property
    def translations(self) -> list[tuple[str, Catalog]]:
        """The catalogs of all languages but the source language."""
        return [pair for pair in self.project.catalogs.items() if pair[0] != SOURCE_LOCALE]

    @cached_property
    def vocabularies(self) -> dict[str, Vocabulary]:
        """How each language says numbers and limits."""
        glossaries = self.project.glossaries
        of_all = glossaries.get(SOURCE_LOCALE, Glossary()).names
        return {
            locale: Vocabulary(own, [*of_all, *own.names])
            for locale in self.project.catalogs
            for own in (glossaries.get(locale, Glossary()),)
        }

    def writing(self, locale: str) -> Writing:
        """Give how a language is written; where it did not say so, nothing is wrong."""
        return self.project.writings.get(locale, _NO_RULES)

    @cached_property
    def typographies(self) -> dict[str, Typography]:
        """How each language is written."""
        return {locale: Typography(self.writing(locale)) for locale in self.project.catalogs}

    @cached_property
    def urgent(self) -> set[tuple[str | None, str]]:
        """The messages of the bank of warnings, in which no mistake may stand."""
        return {
            (passage.text.context, passage.text.text)
            for passage in self.passages
            if passage.file_id == "phrases" and passage.path[0] == "urgent"
        }

    @cached_property
    def senses(self) -> dict[str, Senses]:
        """How each language says the meanings that its translations must neither lose nor add."""
        glossaries = self.project.glossaries
        return {
            locale: Senses(glossaries.get(locale, Glossary()).meanings)
            for locale in self.project.catalogs
        }

    @cached_property
    def terms(self) -> dict[str, Terms]:
        """What each language agreed to say for words of the source language."""
        source = self.writing(SOURCE_LOCALE).endings
        glossaries = self.project.glossaries
        return {
            locale: Terms(
                glossaries.get(locale, Glossary()).terms, source, self.writing(locale).endings
            )
            for locale, _ in self.translations
        }

    def terms_in(self, wording: Wording) -> list[Agreement]:
        """Give the agreed terms that the source of a translation uses."""
        if wording.locale == SOURCE_LOCALE:
            return []
        key = (wording.locale, wording.source, wording.audiences)
        if key not in self._terms_in:
            source = PLACEHOLDER.sub("0", wording.source.replace("**", ""))
            self._terms_in[key] = self.terms[wording.locale].used_in(source, wording.audiences)
        return self._terms_in[key]

    @cached_property
    def term_uses(self) -> dict[str, Counter[str]]:
        """Count in how many texts each term of a language is used."""
        return {
            locale: Counter(
                agreement.term.source
                for wording in self._translated[locale].values()
                for agreement in self.terms_in(wording)
            )
            for locale, _ in self.translations
        }

    @cached_property
    def _terms_in(self) -> dict[tuple[str, str, frozenset[Audience]], list[Agreement]]:
        return {}

    @cached_property
    def citations(self) -> list[tuple[str, KeyPath, str]]:
        """Every use of a fact, cited or printed: the file, the keys, the fact's id."""
        return [
            (name, path, fact)
            for name, model in self.models.items()
            for path, fact in citations_below(model, ())
        ]

    @cached_property
    def figures(self) -> set[str]:
        """The names of the drawings there are."""
        folder = self.project.root / "templates" / "figures"
        return {path.stem for path in folder.glob("*.svg")}

    @property
    def unread(self) -> set[str]:
        """The ids of files that could not be read whole; what only they hold is not missing."""
        broken = (f"catalog:{locale}" for locale, catalog in self.translations if catalog.problems)
        return self.project.unread.union(broken)

    def affects(self, file_id: str) -> Affects:
        """Give what suffers from something wrong in a content file: a leaflet, or all of them."""
        return Affects.only(leaflets=[file_id]) if file_id in self.project.leaflets else EVERYTHING

    def place(self, file_id: str, *path: str | int) -> Place:
        """Give where a value stands."""
        return self.project.place(file_id, path)

    def signoff_place(self, locale: str, number: int, key: str) -> Place:
        """Give where a value of a language's sign-off stands."""
        return self.project.place(f"signoff:{locale}", ("signoffs", number, key))

    def confirmed_place(self, number: int, key: str) -> Place:
        """Give where a value of a confirmation stands."""
        return self.project.place(f"{CONFIRMED}:{SOURCE_LOCALE}", ("confirmed", number, key))

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


def citations_below(part: object, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    """Yield the facts that a part cites or prints, with the keys of the citation."""
    if isinstance(part, Strict):
        for i, name in enumerate(getattr(part, "cites", ())):
            yield (*path, "cites", i), name
        if isinstance(part, Text):
            yield from (((*path, "text"), name) for name in names_in(part.text))
    for below, value in _below(part):
        yield from citations_below(value, (*path, below))


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
