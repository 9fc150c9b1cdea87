"""What an editor reads before signing: every fact, with each sentence as the pages print it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from babel.lists import format_list

from leafletry.content.catalog import Glossary
from leafletry.content.leaflet import Leaflet
from leafletry.content.message_places import BETWEEN, standing
from leafletry.content.project import SOURCE_LOCALE
from leafletry.content.sources import source_to_confirm
from leafletry.editions.localization import Localizer, LocalText
from leafletry.facts_report.uses import Use, uses_in
from leafletry.reading.languages import direction, language_tag, name_in
from leafletry.reading.problems import ProblemsFoundError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from leafletry.content.facts import Fact, Source
    from leafletry.content.leaflet import Phrases
    from leafletry.content.project import Project
    from leafletry.content.sources import SourceToConfirm
    from leafletry.editions.localization import LayoutValue
    from leafletry.facts_report.uses import Placed
    from leafletry.reading.languages import Direction

FIGURE_BEGINS, FIGURE_ENDS = "\ufdd0", "\ufdd1"
"""What stands around a fact's figure in a sentence: no file that is read may hold these."""

STALE = "Stale: the English has changed since it was translated. The page shows the English."
MISSING = "Missing: not translated yet. The page shows the English."
UNSAID = "Missing: this language has no word for its figure. The page shows the English."
BROKEN = "Broken: its entry in the catalog has errors. No page that shows it can be printed."
UNPRINTABLE = "Broken: it cannot be printed"
FIGURE_LOST = "The figure does not stand in this sentence."


@dataclass(frozen=True)
class Language:
    """A language of the report; `name` is its English one."""

    locale: str
    tag: str
    direction: Direction
    name: str


@dataclass(frozen=True)
class Value:
    """A figure as a language writes it, None where it has no word for it.

    `qualifiers` are the ways to say the fact's qualifier in the language, of which a text has one.
    """

    language: Language
    text: str | None
    qualifiers: list[str]


@dataclass(frozen=True)
class Sentence:
    """A text as one language prints it, None where it cannot; `remark` says what is not right.

    The fact's figure stands between `FIGURE_BEGINS` and `FIGURE_ENDS`. `before` is what the text
    is read after.
    """

    language: Language
    text: LocalText | None
    before: list[LocalText]
    remark: str


@dataclass(frozen=True)
class Passage:
    """A text that uses a fact: where it stands, and what it says in each language.

    `condition` says for which clinics it is printed, if not for all.
    """

    use: Use
    where: str
    condition: str
    sentences: list[Sentence]


@dataclass(frozen=True)
class Part:
    """A figure that another one is computed from; `here` tells whether the report shows it too."""

    id: str
    value: str
    here: bool


@dataclass(frozen=True)
class Entry:
    """A fact and all that is known of it; `part_of` are the figures computed from its own.

    `confirming` is its source, where somebody has to open that.
    """

    id: str
    fact: Fact
    population: str
    source: Source | None
    described: str
    waiting: bool
    confirming: SourceToConfirm | None
    parts: list[Part]
    part_of: list[str]
    values: list[Value]
    passages: list[Passage]


@dataclass(frozen=True)
class Report:
    """The facts of a project, or those that one leaflet uses, in the order of its pages.

    `unknown` are the citations of facts that there are none of: where they stand, and the id.
    """

    leaflet: Leaflet | None
    leaflet_id: str
    languages: list[Language]
    entries: list[Entry]
    unknown: list[tuple[str, str]]

    @property
    def spoken(self) -> str:
        """The names of its languages, in a row."""
        return format_list([language.name for language in self.languages], locale=SOURCE_LOCALE)

    @property
    def figures(self) -> list[Entry]:
        """The facts that have a figure."""
        return [entry for entry in self.entries if entry.fact.value is not None]

    @property
    def waiting(self) -> list[Entry]:
        """The facts that stand in no source: a clinician has to confirm each."""
        return [entry for entry in self.entries if entry.waiting]

    @property
    def unused(self) -> list[Entry]:
        """The facts that no text uses."""
        return [entry for entry in self.entries if not entry.passages]

    @property
    def remarks(self) -> int:
        """How many sentences are not printed as translated; one under several facts is one."""
        return len(
            {
                (passage.use.file_id, passage.use.path, sentence.language.locale)
                for entry in self.entries
                for passage in entry.passages
                for sentence in passage.sentences
                if sentence.remark
            }
        )


def waits_for_clinician(fact: Fact) -> bool:
    """Tell whether a fact stands in no source, so that a clinician has to confirm it."""
    return fact.basis is not None


def facts_report(
    project: Project, leaflet_id: str | None = None, locale: str | None = None
) -> Report:
    """Give the report on all facts, or on those one leaflet uses; in all languages, or in two.

    The two are the source language and `locale`. Raises KeyError where there is no such leaflet
    or language, or it could not be read.
    """
    leaflet = None if leaflet_id is None else project.leaflets[leaflet_id]
    chosen = project.locales if locale is None else dict.fromkeys([SOURCE_LOCALE, locale])
    localizers = {name: Localizer(project, name, None) for name in chosen}
    models: dict[str, Leaflet | Phrases] = {
        **({leaflet_id: leaflet} if leaflet_id and leaflet else project.leaflets),
        "phrases": project.phrases,
    }
    used: dict[str, list[Use]] = {}
    for file_id, model in models.items():
        for use in uses_in(file_id, model):
            used.setdefault(use.fact, []).append(use)
    shown = used if leaflet else project.facts
    known = [name for name in shown if name in project.facts]
    reader = _Reader(project, models, localizers, of_one=leaflet is not None)
    return Report(
        leaflet=leaflet,
        leaflet_id=leaflet_id or "",
        languages=reader.languages,
        entries=[_entry(reader, name, used.get(name, ()), known) for name in known],
        unknown=[
            (reader.where(use), use.fact)
            for name, uses in used.items()
            for use in uses
            if name not in project.facts and name not in reader.filled_in(use)
        ],
    )


def _entry(reader: _Reader, name: str, uses: Iterable[Use], here: Iterable[str]) -> Entry:
    facts = reader.project.facts
    fact = facts[name]
    described = reader.project.phrases.sources.get(fact.source or "")
    return Entry(
        id=name,
        fact=fact,
        population=reader.project.populations.get(fact.population, ""),
        source=reader.project.sources.get(fact.source or ""),
        described=described.text if described else "",
        waiting=waits_for_clinician(fact),
        confirming=source_to_confirm(reader.project, fact.source or ""),
        parts=[
            Part(part, str(facts[part].value), part in here)
            for part in _names_in_formula(fact)
            if part in facts
        ],
        part_of=[other for other in here if name in _names_in_formula(facts[other])],
        values=reader.values(name),
        passages=[reader.passage(use) for use in uses],
    )


def _names_in_formula(fact: Fact) -> list[str]:
    return list(dict.fromkeys(re.findall(r"[a-z]\w*", fact.formula or "")))


class _Reader:
    """Reads the texts of some files in some languages, as the build localizes them."""

    def __init__(
        self,
        project: Project,
        models: Mapping[str, Leaflet | Phrases],
        localizers: Mapping[str, Localizer],
        *,
        of_one: bool,
    ) -> None:
        self.project = project
        self.of_one = of_one
        self.models = models
        self.localizers = localizers
        self.by_locale = {
            locale: Language(
                locale, language_tag(locale), direction(locale), name_in(locale, SOURCE_LOCALE)
            )
            for locale in localizers
        }

    @property
    def languages(self) -> list[Language]:
        return list(self.by_locale.values())

    def where(self, use: Use) -> str:
        """Give where a text stands; a report on one leaflet does not name it each time."""
        model = self.models[use.file_id]
        whole = standing(use.file_id, model, use.path)
        if not self.of_one or not isinstance(model, Leaflet):
            return whole
        within = whole.removeprefix(f"{use.file_id}{BETWEEN}")
        return within.removesuffix(f" (for {model.audience})")

    def filled_in(self, use: Use) -> set[str]:
        """Give the placeholders of a text that stand for no fact: the layout's, or a clinic's."""
        layout = self.project.phrases.placeholders if use.file_id == "phrases" else ()
        return {*layout, *filter(None, [use.text.needs])} - self.project.facts.keys()

    def values(self, name: str) -> list[Value]:
        fact = self.project.facts[name]
        if fact.value is None:
            return []
        glossaries = self.project.glossaries
        return [
            Value(
                language,
                self.localizers[locale].values.get(name),
                glossaries.get(locale, Glossary()).qualifiers.get(fact.qualifier or "", []),
            )
            for locale, language in self.by_locale.items()
        ]

    def passage(self, use: Use) -> Passage:
        condition = f"printed where the clinic gives its {use.text.needs}" if use.text.needs else ""
        sentences = [self._sentence(locale, use) for locale in self.by_locale]
        return Passage(use, self.where(use), condition, sentences)

    def _sentence(self, locale: str, use: Use) -> Sentence:
        localizer, language = self.localizers[locale], self.by_locale[locale]
        before = [words for placed in use.before if (words := self._words(locale, use, placed))]
        if (use.text.context, use.text.text) in localizer.catalog.spoiled:
            return Sentence(language, None, before, BROKEN)
        try:
            text = self._localize(locale, use, (use.path, use.text))
        except ProblemsFoundError as error:
            said = "; ".join(problem.message for problem in error.problems)
            return Sentence(language, None, before, f"{UNPRINTABLE} ({said}).")
        remark = {"translated": "", "fuzzy": STALE, "missing": MISSING}[text.state]
        if text.state == "missing" and localizer.catalog.state(use.text) == "translated":
            remark = UNSAID
        if use.how == "prints" and FIGURE_BEGINS not in text.text:
            remark = remark or FIGURE_LOST
        return Sentence(language, text, before, remark)

    def _words(self, locale: str, use: Use, placed: Placed) -> LocalText | None:
        """Give what a text is read after; nothing where that cannot be printed."""
        try:
            return self._localize(locale, use, placed)
        except ProblemsFoundError:
            return None

    def _localize(self, locale: str, use: Use, placed: Placed) -> LocalText:
        """Give a text as the build localizes it, the figure of the fact marked in it."""
        localizer = self.localizers[locale]
        # What only a clinic or the layout can fill in stays as written.
        layout: dict[str, LayoutValue] = {name: f"{{{name}}}" for name in self.filled_in(use)}
        text = _localized(localizer, use.file_id, placed, layout)
        values = localizer.values if text.state == "translated" else localizer.source_values
        if use.fact not in values:
            return text
        layout[use.fact] = f"{FIGURE_BEGINS}{values[use.fact]}{FIGURE_ENDS}"
        return _localized(localizer, use.file_id, placed, layout)


def _localized(
    localizer: Localizer, file_id: str, placed: Placed, layout: Mapping[str, LayoutValue]
) -> LocalText:
    path, text = placed
    # Whether a clinic gave what a text needs decides if it is printed, and not what it says.
    always = text.model_copy(update={"needs": None, "otherwise": None})
    return localizer.localize(always, file_id, path, **layout)  # type: ignore[return-value]  # needs nothing
