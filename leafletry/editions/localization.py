"""A leaflet in one language: every string final, every number formatted."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from babel.lists import format_list

from leafletry.content.catalog import Glossary
from leafletry.content.leaflet import map_texts, walk_texts
from leafletry.content.making import MakingFile
from leafletry.content.numerals import FRACTIONS, format_day, format_figure, format_temperature
from leafletry.content.project import SOURCE_LOCALE
from leafletry.content.reference_numbers import reference_numbers
from leafletry.content.writing import Writing
from leafletry.editions.added_fonts import can_print
from leafletry.editions.approval import UNSIGNED
from leafletry.reading.languages import direction, language_tag, name_in
from leafletry.reading.placeholders import fill, names_in
from leafletry.reading.problems import Place, Problem, ProblemsFoundError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from leafletry.content.catalog import Catalog, State
    from leafletry.content.clinic import ClinicProfile
    from leafletry.content.leaflet import Leaflet, Text
    from leafletry.content.making import Making
    from leafletry.content.project import Project
    from leafletry.editions.approval import Approval
    from leafletry.reading.languages import Direction

LayoutValue = str | Callable[[str], str]


@dataclass(frozen=True)
class Printable:
    """A message of an edition, by the number that stands for it on proof, desk and map.

    `place` is where people change its words. It is no part of what it says: an edition need not
    be made again because a line of a catalog moved. `also` are its words where it is printed
    again with other values, as the number of a page.
    """

    number: int
    msgid: str
    context: str | None
    text: str
    state: State
    place: Place = field(default=Place(""), repr=False, compare=False)
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class LocalText:
    """A final string; `lang` (a tag) is not the page's where no translation can be trusted.

    `number` tells which message of its edition it is, from 1 on. `references` are the sources whose
    numbers stand behind it, before the full stop it ends in where that is its `stop`.
    """

    text: str
    lang: str
    state: State
    place: Place
    number: int = 0
    references: tuple[Reference, ...] = ()
    stop: str = ""

    def __str__(self) -> str:
        """Give the words."""
        return self.text


@dataclass(frozen=True)
class Reference:
    """A source as a leaflet prints it, with its number in the list.

    `described` says what it is, in the reader's language; `description` is of its link.
    """

    number: int
    source: Any
    described: LocalText | None
    updated: LocalText | None
    description: str


@dataclass
class LocalizedLeaflet:
    """What one edition says: plain data for the templates, in the order of the page.

    `page_labels` are what stands below each page, by how many pages there are.
    """

    id: str
    locale: str
    audience: str
    code: str
    content: dict[str, Any]
    labels: Mapping[str, LocalText]
    page_labels: Mapping[int, list[LocalText]]
    references: list[Reference]
    consensus: bool
    languages: list[tuple[str, str]]
    in_english: str
    clinic: ClinicProfile | None
    approval: Approval
    making: Making
    texts: list[LocalText] = field(default_factory=list)
    messages: list[Printable] = field(default_factory=list)

    @property
    def lang(self) -> str:
        """The language as pages and PDFs name it: `pt-BR`."""
        return language_tag(self.locale)

    @property
    def direction(self) -> Direction:
        """Which way its pages run."""
        return direction(self.locale)

    @property
    def is_translation(self) -> bool:
        """Tell whether the leaflet was written in another language."""
        return self.locale != SOURCE_LOCALE

    @property
    def draft(self) -> bool:
        """Tell whether it may not be given out, which every page then says."""
        return self.approval.state == "draft"

    @property
    def incomplete(self) -> int:
        """How many texts stand in the source language because no translation can be trusted."""
        return sum(text.state != "translated" for text in self.texts)


class Localizer:
    """Localizes the texts of one locale for one clinic (or none)."""

    def __init__(
        self, project: Project, locale: str, clinic: ClinicProfile | None, *, numbered: bool = False
    ) -> None:
        """Format every figure of the project once; `numbered` for what goes on an edition."""
        self.project = project
        self.locale = locale
        self.clinic = clinic
        self.catalog: Catalog = project.catalogs[locale]
        self.formats = self.catalog.formats or locale
        self.values = self._figures(self.formats) | self._sites(trusted=True)
        self.source_values = self._figures(SOURCE_LOCALE) | self._sites(trusted=False)
        self.numbered = numbered
        self.references: Mapping[tuple[str | int, ...], tuple[Reference, ...]] = {}
        self.messages: dict[tuple[str | None, str], Printable] = {}

    def _figures(self, locale: str) -> dict[str, str]:
        fractions = self.project.glossaries.get(locale, Glossary()).fractions
        # A fraction the locale has no words for is told by `check`; what prints it is in English.
        figures = {
            name: format_figure(fact, locale, fractions)
            for name, fact in self.project.facts.items()
            if fact.value is not None
            and (
                fact.kind != "fraction" or fractions.get(FRACTIONS.get(fact.value, ""), "").strip()
            )
        }
        if self.clinic is not None and (threshold := self.clinic.clinic.fields.fever_threshold):
            figures["fever_threshold"] = format_temperature(threshold, locale)
        return figures

    def _sites(self, *, trusted: bool) -> dict[str, str]:
        """Give the words for the site where a clinic takes marrow, if it says so."""
        site = self.clinic.clinic.fields.marrow_site if self.clinic else None
        text = self.project.phrases.labels.get(f"{MARROW_SITE}_{site}")
        if text is None:
            return {}
        if self.locale == SOURCE_LOCALE or not trusted:
            return {MARROW_SITE: text.text}
        if self.catalog.state(text) != "translated":
            return {}
        return {MARROW_SITE: self.catalog.look_up(text)}

    def localize(
        self, text: Text, file_id: str, path: tuple[str | int, ...], **layout: LayoutValue
    ) -> LocalText | None:
        """Give a text's final words, or None where the clinic gave no value for what it needs.

        `layout` are the values the layout fills in: words, or what says them in a language.
        """
        if text.needs is not None and text.needs not in self.values:
            if text.otherwise is None:
                return None
            return self.localize(text.otherwise, file_id, (*path, "otherwise"), **layout)
        state = self._state(text)
        trusted = state == "translated"
        lang = language_tag(self.locale) if trusted else SOURCE_LOCALE
        formats = self.formats if trusted else SOURCE_LOCALE
        filled = {
            name: value if isinstance(value, str) else value(formats)
            for name, value in layout.items()
        }
        values = {**(self.values if trusted else self.source_values), **filled}
        words = self.catalog.look_up(text) if trusted else text.text
        place = self.project.place(file_id, path)
        try:
            final = fill(words, values)
        except KeyError as error:
            message = self.catalog.message((text.context, text.text))
            where = message.place if trusted and message else place
            raise ProblemsFoundError(
                [
                    Problem(
                        where, f"unknown placeholder {{{error.args[0]}}}", _placeholders_hint(text)
                    )
                ]
            ) from None
        number = self._number(text, final, state, place)
        references = self.references.get(path, ())
        stop = self._stop(final, trusted=trusted) if references else ""
        return LocalText(final, lang, state, place, number, references, stop)

    def _stop(self, words: str, *, trusted: bool) -> str:
        """Give the full stop before which a language puts numbers; never between it and a digit."""
        locale = self.locale if trusted else SOURCE_LOCALE
        writing = self.project.writings.get(locale, Writing())
        before = writing.reference_numbers == "before-stop"
        return words[-1] if before and words[-1:] in _STOPS and not words[-2:-1].isdigit() else ""

    def _state(self, text: Text) -> State:
        """Tell whether a text is translated, and the language has words for all its figures."""
        unsaid = self.source_values.keys() - self.values.keys()
        if unsaid and not unsaid.isdisjoint(names_in(text.text)):
            return "missing"
        return self.catalog.state(text)

    def _number(self, text: Text, final: str, state: State, place: Place) -> int:
        """Give a message its number, in the order of localization; equal texts are one message."""
        if not self.numbered:
            return 0
        key = (text.context, text.text)
        place = self.catalog.messages[key].place if key in self.catalog.messages else place
        known = self.messages.get(key)
        if known is None:
            number = len(self.messages) + 1
            known = Printable(number, text.text, text.context, final, state, place)
        elif final not in (known.text, *known.also):
            known = replace(known, also=(*known.also, final))
        self.messages[key] = known
        return known.number

    def label(self, name: str, **layout: LayoutValue) -> LocalText:
        """Give one shared phrase with the layout's values in it."""
        text = self.project.phrases.labels[name]
        return self.localize(text, "phrases", ("labels", name), **layout)  # type: ignore[return-value]


_STOPS = (".", "。")


def _placeholders_hint(text: Text) -> str:
    names = names_in(text.text)
    return (
        f"known here: {', '.join(f'{{{n}}}' for n in names)}"
        if names
        else "this text has no placeholder"
    )


def localize_leaflet(
    project: Project,
    leaflet_id: str,
    locale: str,
    clinic: ClinicProfile | None = None,
    approval: Approval = UNSIGNED,
    offered: Iterable[str] | None = None,
) -> LocalizedLeaflet:
    """Give one leaflet in one language.

    `offered` are the languages besides that readers can have it in: where nothing is said, all
    those in which it is complete. Raises ProblemsFoundError where a placeholder has no value.
    """
    leaflet = project.leaflets[leaflet_id]
    localizer = Localizer(project, locale, clinic, numbered=True)
    problems: list[Problem] = []
    texts: list[LocalText] = []

    def localize(path: tuple[str | int, ...], text: Text) -> LocalText | None:
        try:
            local = localizer.localize(text, leaflet_id, path)
        except ProblemsFoundError as error:
            problems.extend(error.problems)
            return None
        if local is not None:
            texts.append(local)
        return local

    if leaflet.audience == "clinicians":
        localizer.references = _references_by_text(project, leaflet_id, localizer)
    content = map_texts(leaflet, localize)
    if problems:
        raise ProblemsFoundError(problems)
    references = _references(project, leaflet_id, localizer)
    others = complete_locales(project, leaflet_id) if offered is None else offered
    languages = names_of_locales(project, {locale, *others}, localizer.formats)
    making = project.makings.get(locale, MakingFile()).of(leaflet_id)
    labels = _labels(project, localizer, leaflet, languages, approval, making)
    page_labels = _page_labels(project, localizer, leaflet)
    texts.extend(labels.values())
    texts.extend(labels_of_one[0] for labels_of_one in [*page_labels.values()][:1])
    texts.extend(reference.described for reference in references if reference.described)
    return LocalizedLeaflet(
        id=leaflet_id,
        locale=locale,
        audience=leaflet.audience,
        code=leaflet.code,
        content=content,
        labels=labels,
        page_labels=page_labels,
        references=references,
        consensus=bool(consensus_facts(project, leaflet_id)),
        languages=languages,
        in_english=_in_english(localizer, leaflet),
        clinic=clinic,
        approval=approval,
        making=making,
        texts=texts,
        messages=list(localizer.messages.values()),
    )


def _in_english(localizer: Localizer, leaflet: Leaflet) -> str:
    """Give by what staff know a leaflet in a language they cannot read; nothing of their own."""
    if localizer.formats.partition("_")[0] == SOURCE_LOCALE:
        return ""
    title = fill(leaflet.title.text, localizer.source_values)
    return f"{title} · {name_in(localizer.locale, SOURCE_LOCALE)}"


def complete_locales(project: Project, leaflet_id: str) -> list[str]:
    """Give the languages in which all is translated that a leaflet prints."""
    labels = project.phrases.labels
    texts = [text for _, text in walk_texts(project.leaflets[leaflet_id])]
    texts += [labels[name] for name in labels if not name.startswith(_OF_NO_LEAFLET)]
    return [
        locale
        for locale, catalog in project.catalogs.items()
        if all(catalog.state(text) == "translated" for text in texts)
    ]


def names_of_locales(
    project: Project, locales: Iterable[str], reader: str
) -> list[tuple[str, str]]:
    """Give the names of languages, as `_printed_name` gives them; a variant has its parent's."""
    named = {project.language_of(locale) for locale in locales}
    return [_printed_name(project, code, reader) for code in project.languages if code in named]


def _printed_name(project: Project, locale: str, reader: str) -> tuple[str, str]:
    """Give a language's name in itself, or, where no font has its letters, in the reader's.

    The tag of the language the name is in comes first.
    """
    for language in (locale, reader, SOURCE_LOCALE):
        name = name_in(locale, language)
        if can_print(project.root / "styles", name):
            return language_tag(language), name
    return language_tag(SOURCE_LOCALE), language_tag(locale)


MARROW_SITE = "marrow_site"
"""What the names of the phrases for such sites begin with; a project may do without."""
PAGE_OF = "page_of"
"""The phrase below every page."""
URGENT_ON_PAGE = "urgent_on_page"
"""The phrase on page 1 where the urgent box is on the next one; a project may do without."""
EXTENSION = "phone_extension"
"""The phrase for a number that is dialed after another one; a project may do without."""
_OF_NO_LEAFLET = ("index_", "signoff_", "verify_")
"""How the names of phrases begin that stand on pages of their own."""


def _labels(
    project: Project,
    localizer: Localizer,
    leaflet: Leaflet,
    languages: Iterable[tuple[str, str]],
    approval: Approval,
    making: Making,
) -> dict[str, LocalText]:
    """Give the shared phrases a leaflet prints; those of other pages are left out."""
    names = [name for _, name in languages]
    days = {
        "written_on": leaflet.written,
        "reviewed_on": approval.reviewed_on,
        "next_review": approval.next_review,
    }
    layout: dict[str, LayoutValue] = {
        "leaflet_version": leaflet.version,
        "languages": partial(listed, names),
        "reviewers": partial(listed, approval.reviewers),
        "translators": partial(listed, approval.translators),
        "translated_by": partial(listed, making.translated_by),
        "verify_address": localizer.clinic.verify_address if localizer.clinic else "",
        **{
            name: day if isinstance(day, str) else partial(format_day, day)
            for name, day in days.items()
        },
    }
    chosen = [name for name in project.phrases.labels if not name.startswith(_OF_NO_LEAFLET)]
    labels = {}
    for name in chosen:
        if name in ("updated_on", "link_to_source"):
            continue
        if name == EXTENSION:
            continue
        if name == PAGE_OF:
            continue
        if name == URGENT_ON_PAGE:
            labels[name] = localizer.label(name, page_number="2")
            continue
        labels[name] = localizer.label(name, **layout)
    extensions = localizer.clinic.extensions if localizer.clinic else {}
    if extensions and EXTENSION not in chosen:
        message = f'the label "{EXTENSION}" is missing, which this clinic needs'
        raise ProblemsFoundError([Problem(project.place("phrases", ("labels",)), message)])
    for contact, digits in extensions.items():
        labels[f"extension_{contact}"] = localizer.label(EXTENSION, extension=digits)
    return labels


def _page_labels(
    project: Project, localizer: Localizer, leaflet: Leaflet
) -> dict[int, list[LocalText]]:
    """Give what stands below each page, by how many pages there are in any of its formats."""
    counts: set[int] = set()
    for name, most in leaflet.formats.items():
        if name in project.formats:
            counts.update(project.formats[name].counts(most))
    return {
        count: [
            localizer.label(PAGE_OF, page_number=str(number), page_count=str(count))
            for number in range(1, count + 1)
        ]
        for count in sorted(counts)
    }


def listed(names: Sequence[str], locale: str) -> str:
    """Give names as a sentence of the language lists them; nothing where there are none."""
    return format_list(names, locale=locale) if names else ""


def consensus_facts(project: Project, leaflet_id: str) -> list[str]:
    """Give the ids of the facts in no source that a leaflet rests on, for the clinician to judge.

    In the order of the page.
    """
    cited = project.cited_facts[leaflet_id]
    return [name for name in cited if name in project.facts and project.facts[name].basis]


def _numbered_sources(project: Project, leaflet_id: str) -> dict[str, int]:
    """Give the sources of a leaflet with their numbers, in the order of what it cites."""
    cited = project.cited_facts[leaflet_id]
    facts = [project.facts[name] for name in cited if name in project.facts]
    printed = dict.fromkeys(
        fact.source for fact in facts if fact.source and fact.source in project.sources
    )
    return {name: number for number, name in enumerate(printed, 1)}


def _references(project: Project, leaflet_id: str, localizer: Localizer) -> list[Reference]:
    """Give the numbered references of a leaflet."""
    return [
        _reference(number, name, project, localizer)
        for name, number in _numbered_sources(project, leaflet_id).items()
    ]


def _references_by_text(
    project: Project, leaflet_id: str, localizer: Localizer
) -> dict[tuple[str | int, ...], tuple[Reference, ...]]:
    """Give the references whose numbers stand behind each text, by its key path."""
    # What links say is printed nowhere, and takes no number from the messages of the page.
    unnumbered = copy.copy(localizer)
    unnumbered.numbered = False
    references = _references(project, leaflet_id, unnumbered)
    sources = _numbered_sources(project, leaflet_id)
    numbers = reference_numbers(project.leaflets[leaflet_id], project.facts, sources)
    return {
        path: tuple(references[number - 1] for number in found) for path, found in numbers.items()
    }


def _reference(number: int, name: str, project: Project, localizer: Localizer) -> Reference:
    source = project.sources[name]
    described = updated = None
    if (text := project.phrases.sources.get(name)) is not None:
        described = localizer.localize(text, "phrases", ("sources", name))
    if source.updated is not None:
        updated = localizer.label("updated_on", source_updated=partial(format_day, source.updated))
    called = source.title or (described.text if described else "")
    linked = f"{called} ({source.link_text})" if source.link else called
    description = localizer.label("link_to_source", source_name=linked).text
    return Reference(number, source, described, updated, description)
