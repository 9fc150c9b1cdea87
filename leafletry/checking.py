"""The rules that content keeps, checked before every build.

A rule is one small function that yields the problems it finds. Rules about words see the source
texts and their translations alike; rules about the project see how its parts fit together.
All of them stand in `WORD_RULES` and `PROJECT_RULES` at the end.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
import warnings
from collections import Counter
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any, get_args

from leafletry.catalog import Glossary
from leafletry.clinic import ClinicFields
from leafletry.facts import recompute
from leafletry.leaflet import (
    BlockBase,
    Checklist,
    ContactField,
    Figure,
    MainMessage,
    Picture,
    Prose,
    Table,
    Text,
    Urgent,
    walk_blocks,
    walk_texts,
)
from leafletry.leaflet import Glossary as GlossaryBlock
from leafletry.placeholders import PLACEHOLDER, names_in, stray_brace
from leafletry.problems import Place, Problem
from leafletry.project import SOURCE_LOCALE
from leafletry.sourcefile import FORBIDDEN_CHARACTERS, LINK, Strict, did_you_mean, shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from leafletry.catalog import Catalog
    from leafletry.facts import Fact
    from leafletry.leaflet import Leaflet
    from leafletry.project import Project

KeyPath = tuple[str | int, ...]

MOST_CHARACTERS = 2_000
FRACTIONS = {0.5: "half"}
CLINIC_FIELDS = frozenset(ClinicFields.model_fields)


def check_project(project: Project, today: dt.date | None = None) -> list[Problem]:
    """Give every problem of what could be read; what could not be read is in `project.problems`."""
    day = today or dt.datetime.now(tz=dt.UTC).astimezone().date()
    survey = Survey(project, day)
    found = set(chain.from_iterable(rule(survey) for rule in PROJECT_RULES))
    for wording in survey.wordings:
        for word_rule in WORD_RULES:
            for message, hint in word_rule(survey, wording):
                found.add(Problem(wording.place, message, hint))
    return sorted(found)


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


# ── Finding words ──────────────────────────────────────────────────────────────────────────────


_JOINTS = re.compile("[\u00ad\u200b-\u200f\u2060\u2061]")
_WRITTEN_WITHOUT_SPACES = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)


def fold(text: str) -> str:
    """Give a text as it is compared: case, width, accents' coding and apostrophes made one."""
    if text.isascii():
        return text.lower()
    whole = unicodedata.normalize("NFKC", _JOINTS.sub("", text)).casefold()
    return whole.replace("\u2019", "'")


def any_of(phrases: Iterable[str]) -> re.Pattern[str] | None:
    """Give a pattern for folded texts that finds each phrase, the longest first.

    Words of scripts with spaces are found whole, words of other scripts anywhere.
    """
    folded = sorted({fold(phrase) for phrase in phrases if phrase.strip()}, key=len, reverse=True)
    inside = [re.escape(phrase) for phrase in folded if _WRITTEN_WITHOUT_SPACES.search(phrase)]
    whole = [re.escape(phrase) for phrase in folded if not _WRITTEN_WITHOUT_SPACES.search(phrase)]
    patterns = inside + ([rf"\b(?:{'|'.join(whole)})(?!\w)"] if whole else [])
    return re.compile("|".join(patterns)) if patterns else None


@cache
def _is_numeral(char: str) -> bool:
    return unicodedata.category(char)[0] == "N"


class Vocabulary:
    """What one language's glossary says about numbers, limits and ratios, ready to look for."""

    def __init__(self, glossary: Glossary, names: Iterable[str]) -> None:
        """Make the patterns of one language; `names` are names in every language."""
        self.number_words = any_of(glossary.number_words)
        self.allowed = any_of(glossary.allowed)
        ratios = any_of(glossary.one_in)
        self.ratios = re.compile(rf"(?:{ratios.pattern})(?=\s*\{{)") if ratios else None
        self.qualifiers = {name: any_of(words) for name, words in glossary.qualifiers.items()}
        whole = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True) if name)
        self.names = re.compile(rf"(?<![A-Za-z0-9])(?:{whole})(?![A-Za-z0-9])") if whole else None

    def number_in(self, text: str, folded: str) -> str | None:
        """Give the first numeral or number word of a text, placeholders and names left out."""
        numerals = set(filter(_is_numeral, set(text)))
        if not numerals and not (self.number_words and self.number_words.search(folded)):
            return None
        text = PLACEHOLDER.sub(" ", text)
        text = self.names.sub(" ", text) if self.names else text
        found = next((char for char in text if char in numerals), None)
        return found or self._number_word(fold(text))

    def _number_word(self, folded: str) -> str | None:
        excused = [match.span() for match in self.allowed.finditer(folded)] if self.allowed else []
        for word in self.number_words.finditer(folded) if self.number_words else ():
            if not any(start <= word.start() and word.end() <= end for start, end in excused):
                return word[0]
        return None


# ── Rules about words: each yields what is wrong, and a hint ──────────────────────────────────


Said = tuple[str, str]


def refuse_numbers(survey: Survey, wording: Wording) -> Iterator[Said]:
    """Refuse figures in texts: numbers stand in facts.yaml and nowhere else."""
    if number := survey.vocabularies[wording.locale].number_in(wording.words, wording.folded):
        yield (
            f'the number "{number}" stands in the text',
            "print a figure of facts.yaml as {its_id}; a glossary can allow other phrases",
        )


def refuse_stray_braces(_survey: Survey, wording: Wording) -> Iterator[Said]:
    """Refuse a brace that belongs to no placeholder."""
    if "{" not in wording.words and "}" not in wording.words:
        return
    if (offset := stray_brace(wording.words)) >= 0:
        message = f'a brace belongs to no placeholder: "{_around(wording.words, offset)}"'
        yield message, "a placeholder is a plain name in braces, such as {infant_cases_us}"


def require_same_placeholders(_survey: Survey, wording: Wording) -> Iterator[Said]:
    """Require that a translation prints the same figures as its source."""
    if "{" not in wording.source and "{" not in wording.words:
        return
    source, words = Counter(names_in(wording.source)), Counter(names_in(wording.words))
    for name in source - words:
        yield f"lost {{{shortened(name)}}}", "the source text prints it; keep it"
    for name in words - source:
        known = ", ".join(f"{{{name}}}" for name in source)
        hint = f"the source text has {known}" if known else "the source text has no placeholder"
        yield f"foreign {{{shortened(name)}}}", hint


def require_qualifiers(survey: Survey, wording: Wording) -> Iterator[Said]:
    """Require "about", "under" and the like beside each figure that has one."""
    if "{" not in wording.source:
        return
    needed: dict[str, list[str]] = {}
    for name in names_in(wording.source):
        fact = survey.project.facts.get(name)
        if fact is not None and fact.qualifier:
            needed.setdefault(fact.qualifier, []).append(name)
    for qualifier, names in needed.items():
        pattern = survey.vocabularies[wording.locale].qualifiers.get(qualifier)
        if pattern is None or len(pattern.findall(wording.folded)) >= len(names):
            continue
        known = ", ".join(survey.project.glossaries[wording.locale].qualifiers[qualifier])
        figures = ", ".join(f"{{{name}}}" for name in dict.fromkeys(names))
        times = f" {len(names)} times" if len(names) > 1 else ""
        yield f'"{qualifier}" is lost beside {figures}', f"say{times} one of: {known}"


_DOSE = re.compile(
    r"(?<![0-9a-zß-ɏ])(?:mg|mcg|μg|ug|ml|iu|ui|milligram\w*|miligramo\w*|microgram\w*"
    r"|millilit(?:er|re)\w*|mililitro\w*)(?![0-9a-zß-ɏ])|ミリグラム|マイクログラム|ミリリットル|国際単位"
)


def refuse_doses(_survey: Survey, wording: Wording) -> Iterator[Said]:
    """Refuse units of doses: what a child is given stands on a prescription."""
    if unit := _DOSE.search(wording.folded):
        yield f'the unit "{unit[0]}" reads like a dose', "leaflets give no doses; delete it"


def refuse_one_in(survey: Survey, wording: Wording) -> Iterator[Said]:
    """Refuse risks said as "1 in N", which readers misjudge."""
    ratios = survey.vocabularies[wording.locale].ratios
    found = ratios.search(wording.folded) if ratios else None
    if found or re.search(r"\} in (?:every )?\{", wording.words):
        said = found[0] if found else "{...} in {...}"
        yield f'"{said}" reads like "1 in N"', "say how many of a hundred or a thousand"


def refuse_markup(_survey: Survey, wording: Wording) -> Iterator[Said]:
    """Refuse markup, links and invisible characters."""
    if _MAYBE_MORE.search(wording.folded) or not wording.words.isprintable():
        yield from _more_than_words(wording.words)


def require_balanced_stars(_survey: Survey, wording: Wording) -> Iterator[Said]:
    """Require that every ** that opens is closed, around some words."""
    if "*" not in wording.words:
        return
    parts = wording.words.split("**")
    loose = any(not part.strip() or part != part.strip() for part in parts[1::2])
    if len(parts) % 2 == 0 or loose or "*" in "".join(parts):
        yield "the stars do not go together", "write **strong words**, with two on each side"


_MAY_STAND_TWICE = frozenset(("vous", "nous", "die", "dat", "that", "had"))
_TWICE = re.compile(r"\b(\w+)\s+\1(?!\w)")
_BLANKS = re.compile(r"[ \u00a0\u202f\u3000]{2,}|[\t\n\r\v\f]")


def require_tidy_blanks(_survey: Survey, wording: Wording) -> Iterator[Said]:
    """Refuse doubled blanks and words, and blanks at an end."""
    inner = wording.words.strip()
    if wording.words != inner:
        yield "a blank stands at the beginning or end", "delete it"
    if blank := _BLANKS.search(inner):
        message = f'blanks that do not belong here: "{_around(inner, blank.start())}"'
        yield message, "write one line, with one blank between words"
    words = wording.folded.split()
    if not any(after.startswith(word) for word, after in pairwise(words)):
        return
    for twice in _TWICE.finditer(wording.folded):
        if twice[1] not in _MAY_STAND_TWICE:
            yield f'"{shortened(twice[0])}" stands here twice', "keep one of the two"


def refuse_endless_texts(_survey: Survey, wording: Wording) -> Iterator[Said]:
    """Refuse what is longer than a page could hold."""
    if len(wording.words) > MOST_CHARACTERS:
        message = f"is {len(wording.words):,} characters long"
        yield message, f"at most {MOST_CHARACTERS:,} can be printed"


_MARKUP = re.compile(r"[<>]|&[A-Za-z]\w*;|&#")


_MAYBE_MORE = re.compile(r"[<>&:]|www")


def _more_than_words(words: str) -> Iterator[Said]:
    """Yield what makes a text more than plain words."""
    if markup := _MARKUP.search(words):
        message = f'markup is not allowed: "{_around(words, markup.start())}"'
        yield message, "write plain words; **strong** is the only markup"
    if link := LINK.search(words):
        message = f'links are not allowed: "{_around(words, link.start())}"'
        yield message, "name the place in words; links stand in leaflets/sources.yaml"
    if bad := FORBIDDEN_CHARACTERS.search(words):
        yield f"the invisible character U+{ord(bad[0]):04X} is not allowed", "delete it"


def _around(words: str, offset: int) -> str:
    """Give a few words around an offset, to quote."""
    return shortened(words[max(0, offset - 10) : offset + 40], 30)


# ── Rules about facts ──────────────────────────────────────────────────────────────────────────


def require_cited_facts(survey: Survey) -> Iterator[Problem]:
    """Require that every fact a text rests on is in facts.yaml."""
    facts = survey.project.facts
    if not facts:
        return
    for file_id, path, name in survey.citations:
        if name not in facts and path[-1] != "text":
            yield Problem(
                survey.place(file_id, *path),
                f'there is no fact "{name}"',
                did_you_mean(name, facts) or "add it to leaflets/facts.yaml, with its source",
            )


def require_fitting_audience(survey: Survey) -> Iterator[Problem]:
    """Require that a leaflet shows only facts its readers may be shown."""
    for file_id, path, name in survey.citations:
        fact, leaflet = survey.project.facts.get(name), survey.project.leaflets.get(file_id)
        if fact and leaflet and leaflet.audience not in fact.audiences:
            yield Problem(
                survey.place(file_id, *path),
                f'the fact "{name}" is not for {leaflet.audience}',
                f"it may be shown to: {', '.join(fact.audiences) or 'nobody'}",
            )


def require_population_and_source(survey: Survey) -> Iterator[Problem]:
    """Require that every fact names a population and a source that exist."""
    project = survey.project
    for name, fact in project.facts.items():
        if fact.population not in project.populations:
            yield Problem(
                survey.place("facts", "facts", name, "population"),
                f'there is no population "{shortened(fact.population)}"',
                did_you_mean(fact.population, project.populations) or "add it to populations",
            )
        if project.sources and fact.source not in project.sources:
            yield Problem(
                survey.place("facts", "facts", name, "source"),
                f'there is no source "{fact.source}"',
                did_you_mean(fact.source, project.sources) or "add it to leaflets/sources.yaml",
            )


def warn_of_unused_facts(survey: Survey) -> Iterator[Problem]:
    """Warn of facts and sources that nothing uses."""
    if survey.unread:
        return
    project = survey.project
    used = {name for _, _, name in survey.citations}
    used |= {
        name
        for fact in project.facts.values()
        for name in re.findall(r"[a-z]\w*", fact.formula or "")
    }
    for name in project.facts:
        if name not in used:
            yield Problem(
                survey.place("facts", "facts", name),
                f'no leaflet uses the fact "{name}"',
                "cite it or delete it",
                warning=True,
            )
    cited = {fact.source for fact in project.facts.values()}
    for name in project.sources:
        if name not in cited:
            yield Problem(
                survey.place("sources", "sources", name),
                f'no fact uses the source "{name}"',
                "cite it or delete it",
                warning=True,
            )


def require_possible_values(survey: Survey) -> Iterator[Problem]:
    """Require figures that their kind can be, and that every language can write."""
    for name, fact in survey.project.facts.items():
        if fact.value is None or _is_possible(fact):
            continue
        known = ", ".join(str(value) for value in FRACTIONS)
        hint = f"a fraction is one of: {known}" if fact.kind == "fraction" else ""
        yield Problem(
            survey.place("facts", "facts", name, "value"),
            f"{name}: {fact.value:.12g} is no {fact.kind}",
            hint,
        )


def _is_possible(fact: Fact) -> bool:
    value = fact.value or 0
    if fact.kind == "fraction":
        return value in FRACTIONS
    least, most = _LIMITS.get(str(fact.kind), (0, 10**10))
    whole = fact.kind in ("percent", "age", "weeks") or isinstance(value, int)
    return whole and least <= value <= most


_LIMITS = {"percent": (0, 100), "year": (1800, 2200), "age": (0, 150), "weeks": (0, 1000)}


def require_true_formulas(survey: Survey) -> Iterator[Problem]:
    """Require that a figure of our own follows from the figures of its formula."""
    for name, fact in survey.project.facts.items():
        if fact.formula is None or fact.value is None:
            continue
        place = survey.place("facts", "facts", name, "formula")
        try:
            result = _computed(fact.formula, survey.project.facts)
        except (ValueError, OverflowError, MemoryError) as error:
            yield Problem(
                place,
                f"the formula {shortened(str(error), 90)}",
                "use ids of figures, + - * / and round()",
            )
            continue
        if not math.isclose(result, fact.value, rel_tol=0, abs_tol=1e-9):
            yield Problem(
                place,
                f"{name} is {fact.value:.12g}, but its formula gives {result:.12g}",
                "mend the value or the formula",
            )


def _computed(formula: str, facts: dict[str, Fact]) -> float:
    if len(formula) > 200:  # noqa: PLR2004 - longer than any sum a reader can follow
        raise ValueError("is too long")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", category=Warning)
        return float(recompute(formula, facts))


def require_infant_figures(survey: Survey) -> Iterator[Problem]:
    """Refuse a figure of children of all ages where no figure of babies stands."""
    for file_id, path, block in _parts(survey):
        texts = list(walk_texts(block, path))
        shown = [(where, name) for where, text in texts for name in names_in(text.text)]
        facts = [
            (where, name, survey.project.facts[name])
            for where, name in shown
            if name in survey.project.facts
        ]
        if any(fact.population.startswith(("infant-", "neonatal-")) for _, _, fact in facts):
            continue
        for where, name, fact in facts:
            if fact.population.startswith("childhood-") and fact.kind in ("count", "percent"):
                yield Problem(
                    survey.place(file_id, *where),
                    f"{{{name}}} is a figure of {fact.population} and stands here alone",
                    "show a figure of infants in the same block, and name both groups",
                )


# ── Rules about leaflets ───────────────────────────────────────────────────────────────────────


def require_citations(survey: Survey) -> Iterator[Problem]:
    """Require that every claim rests on a fact."""
    for file_id, path, block in _parts(survey):
        for where, text, cites in _claims(block, path) if isinstance(block, BlockBase) else ():
            if not (cites or text.cites or set(names_in(text.text)) & survey.project.facts.keys()):
                yield Problem(
                    survey.place(file_id, *where),
                    f'this claim cites no fact: "{shortened(text.text)}"',
                    "add cites: [...] with ids of leaflets/facts.yaml",
                )


def _claims(block: BlockBase, path: KeyPath) -> Iterator[tuple[KeyPath, Text, list[str]]]:
    """Yield what a block claims, with the facts cited around it; questions claim nothing."""
    if isinstance(block, Table):
        for i, row in enumerate(block.rows):
            around = block.cites + row.cites
            yield from (
                ((*path, "rows", i, "cells", n), cell, around) for n, cell in enumerate(row.cells)
            )
    if isinstance(block, GlossaryBlock):
        for i, term in enumerate(block.terms):
            yield (*path, "terms", i, "meaning"), term.meaning, block.cites + term.cites
    for kind, names in _CLAIMING.items():
        if isinstance(block, kind):
            for name in names:
                yield from (
                    ((*path, *below), text, block.cites) for below, text in _texts_of(block, name)
                )


_CLAIMING: dict[type[BlockBase], tuple[str, ...]] = {
    MainMessage: ("points",),
    Urgent: ("items", "closing"),
    Checklist: ("intro", "items"),
    Prose: ("paragraphs",),
    Table: ("intro", "note"),
    Figure: ("number", "paragraphs"),
}


def _texts_of(block: BlockBase, name: str) -> Iterator[tuple[KeyPath, Text]]:
    value = getattr(block, name)
    if isinstance(value, list):
        yield from (((name, i), text) for i, text in enumerate(value))
    elif value is not None:
        yield (name,), value


def require_known_placeholders(survey: Survey) -> Iterator[Problem]:
    """Require that texts print known figures or values of the clinic."""
    for passage in survey.passages:
        layout = survey.project.phrases.placeholders if passage.file_id == "phrases" else None
        for name in dict.fromkeys(names_in(passage.text.text)):
            if problem := _unknown_placeholder(survey, passage, name, layout):
                yield problem


def _unknown_placeholder(
    survey: Survey, passage: Passage, name: str, layout: dict[str, str] | None
) -> Problem | None:
    place = survey.place(passage.file_id, *passage.path)
    facts = survey.project.facts
    if layout is not None:
        known: Iterable[str] = layout
    elif name in CLINIC_FIELDS:
        if passage.text.needs == name:
            return None
        return Problem(
            place,
            f"{{{name}}} is not there without a clinic",
            f"add needs: {name}, and otherwise: with the words for no clinic",
        )
    elif not facts:
        return None
    elif name in facts and facts[name].value is None:
        return Problem(
            place,
            f'the fact "{name}" has no figure to print',
            "give it value and kind, or cite it instead",
        )
    else:
        known = [*(fact for fact in facts if facts[fact].value is not None), *CLINIC_FIELDS]
    if name in known:
        return None
    return Problem(place, f"unknown placeholder {{{name}}}", did_you_mean(name, known))


def require_sound_needs(survey: Survey) -> Iterator[Problem]:
    """Require that what a text needs is something a clinic can give."""
    for passage in survey.passages:
        needs = passage.text.needs
        place = survey.place(passage.file_id, *passage.path)
        if needs is not None and needs not in CLINIC_FIELDS:
            known = ", ".join(sorted(CLINIC_FIELDS))
            yield Problem(
                place,
                f'"{needs}" is nothing that a clinic gives',
                did_you_mean(needs, CLINIC_FIELDS) or f"known are: {known}",
            )
        if passage.text.otherwise is not None and needs is None:
            yield Problem(
                place, "otherwise: would never be printed", "say what the text needs: ..."
            )


def require_figures(survey: Survey) -> Iterator[Problem]:
    """Require that every drawing a leaflet names is in templates/figures."""
    for file_id, leaflet in survey.project.leaflets.items():
        for path, picture in _pictures_below(leaflet, ()):
            if picture.file not in survey.figures:
                yield Problem(
                    survey.place(file_id, *path, "file"),
                    f'there is no figure "{picture.file}"',
                    did_you_mean(picture.file, survey.figures)
                    or "the figures are in templates/figures",
                )


def require_different_codes(survey: Survey) -> Iterator[Problem]:
    """Require that no two leaflets have one code."""
    first: dict[str, str] = {}
    for file_id, leaflet in survey.project.leaflets.items():
        other = first.setdefault(leaflet.code, file_id)
        if other != file_id:
            yield Problem(
                survey.place(file_id, "code"),
                f'the code "{leaflet.code}" is taken',
                f"leaflets/{other}.yaml has it; give this leaflet another",
            )


def require_true_reviews(survey: Survey) -> Iterator[Problem]:
    """Require that a review was made by somebody, in the past, and before the next one."""
    for file_id, leaflet in survey.project.leaflets.items():
        for key, message, hint in _review_faults(leaflet, survey.today):
            yield Problem(survey.place(file_id, key), message, hint)
        if leaflet.next_review and leaflet.next_review < survey.today:
            yield Problem(
                survey.place(file_id, "next_review"),
                f"the next review was due by {leaflet.next_review}",
                "review the leaflet",
                warning=True,
            )


def _review_faults(leaflet: Leaflet, today: dt.date) -> Iterator[tuple[str, str, str]]:
    reviewed, following = leaflet.reviewed_on, leaflet.next_review
    if reviewed and reviewed > today:
        yield (
            "reviewed_on",
            f"reviewed_on {reviewed} lies in the future",
            "give the day of the review",
        )
    if reviewed and reviewed < leaflet.written:
        yield (
            "reviewed_on",
            f"reviewed_on {reviewed} is before the text was written",
            "review it anew",
        )
    if reviewed and not leaflet.reviewed_by:
        yield "reviewed_on", "reviewed_on says when, and nobody says who", "add reviewed_by: [...]"
    if leaflet.reviewed_by and not reviewed:
        yield "reviewed_by", "reviewed_by says who, and nobody says when", "add reviewed_on: ..."
    if following and not reviewed:
        yield "next_review", "a next review needs a first one", "add reviewed_on: ..."
    if following and reviewed and following <= reviewed:
        yield "next_review", f"next_review {following} is not after reviewed_on {reviewed}", ""


def require_labels(survey: Survey) -> Iterator[Problem]:
    """Require that every label a page prints is in phrases.yaml."""
    labels = survey.project.phrases.labels
    if not labels and survey.unread:
        return
    needed = {"page_of", "updated_on", "link_to_source", *get_args(ContactField)}
    needed |= {f"for_{leaflet.audience}" for leaflet in survey.project.leaflets.values()}
    for path in sorted((survey.project.root / "templates").glob("*.html")):
        needed.update(re.findall(r"\blabels\.([a-z_]+)", path.read_text("utf-8", "replace")))
    for name in sorted(needed - labels.keys() - {"items", "values", "keys", "get"}):
        yield Problem(
            survey.place("phrases", "labels"),
            f'the label "{name}" is missing',
            f"add a line {name}: ...",
        )


def require_plain_words(survey: Survey) -> Iterator[Problem]:
    """Refuse markup in what is printed beside the texts: references, reviewers."""
    for place, words in _shared_words(survey):
        for message, hint in _more_than_words(words):
            yield Problem(place, message, hint)
        if words != words.strip() or "\n" in words:
            yield Problem(place, "a blank stands at the beginning or end", "write one line")


def _shared_words(survey: Survey) -> Iterator[tuple[Place, str]]:
    project = survey.project
    for name, fact in project.facts.items():
        yield survey.place("facts", "facts", name, "statement"), fact.statement
        yield survey.place("facts", "facts", name, "place"), fact.place
    for name, source in project.sources.items():
        for key, words in source:
            if isinstance(words, str) and key not in ("link", "kind"):
                yield survey.place("sources", "sources", name, key.rstrip("_")), words
    for name, meaning in project.populations.items():
        yield survey.place("facts", "populations", name), meaning
    for name, meaning in project.phrases.placeholders.items():
        yield survey.place("phrases", "placeholders", name), meaning
    for name, leaflet in project.leaflets.items():
        yield from (
            (survey.place(name, "reviewed_by", i), who) for i, who in enumerate(leaflet.reviewed_by)
        )
    for locale, glossary in project.glossaries.items():
        for name, words in glossary.fractions.items():
            yield survey.glossary_place(locale, "fractions", name), words


def require_language_codes(survey: Survey) -> Iterator[Problem]:
    """Require that the language of a reference is a code that a page can carry."""
    for name, source in survey.project.sources.items():
        if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", source.lang):
            yield Problem(
                survey.place("sources", "sources", name, "lang"),
                f'"{shortened(source.lang)}" is no language',
                "use a code such as en",
            )


# ── Rules about languages ──────────────────────────────────────────────────────────────────────


def require_words_of_language(survey: Survey) -> Iterator[Problem]:
    """Require words of every language for each limit and each fraction the facts use."""
    facts = survey.project.facts.values()
    limits = sorted({fact.qualifier for fact in facts if fact.qualifier})
    fractions = sorted(
        {FRACTIONS[f.value] for f in facts if f.kind == "fraction" and f.value in FRACTIONS}
    )
    for locale in survey.project.catalogs:
        if f"locales/{locale}/glossary.yaml" in survey.unread:
            continue
        glossary = survey.project.glossaries.get(locale, Glossary())
        for limit in limits:
            if not any(word.strip() for word in glossary.qualifiers.get(limit, [])):
                yield Problem(
                    survey.glossary_place(locale, "qualifiers"),
                    f'no words for the qualifier "{limit}"',
                    f"list under qualifiers how this language says it: {limit}: [...]",
                )
        for fraction in fractions:
            if not glossary.fractions.get(fraction, "").strip():
                yield Problem(
                    survey.glossary_place(locale, "fractions"),
                    f'no word for the fraction "{fraction}"',
                    f"say it under fractions: {fraction}: ...",
                )


def warn_of_incomplete_catalogs(survey: Survey) -> Iterator[Problem]:
    """Warn how much is left to translate, in one line a language."""
    for locale, catalog in survey.translations:
        states = [_state(catalog, key) for key in survey.messages]
        unknown = len(catalog.messages.keys() - survey.messages) if not survey.unread else 0
        counts = [
            (states.count("untranslated"), "untranslated"),
            (states.count("fuzzy"), "fuzzy"),
            (unknown, "no longer in the leaflets"),
        ]
        if said := ", ".join(f"{count} {what}" for count, what in counts if count):
            yield Problem(
                Place(f"locales/{locale}/LC_MESSAGES/messages.po", 1, 1),
                f"of {len(states)} messages: {said}",
                "pages print untranslated and fuzzy texts in English, marked",
                warning=True,
            )


def _state(catalog: Catalog, key: tuple[str | None, str]) -> str:
    message = catalog.messages.get(key)
    if message is None or not message.msgstr:
        return "untranslated"
    return "fuzzy" if message.fuzzy else "translated"


# ── Walking the content ────────────────────────────────────────────────────────────────────────


def _parts(survey: Survey) -> Iterator[tuple[str, KeyPath, Any]]:
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


def _pictures_below(part: object, path: KeyPath) -> Iterator[tuple[KeyPath, Picture]]:
    if isinstance(part, Picture):
        yield path, part
    for below, value in _below(part):
        yield from _pictures_below(value, (*path, below))


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


# ── All rules ──────────────────────────────────────────────────────────────────────────────────

PROJECT_RULES: tuple[Callable[[Survey], Iterator[Problem]], ...] = (
    require_cited_facts,
    require_fitting_audience,
    require_population_and_source,
    warn_of_unused_facts,
    require_possible_values,
    require_true_formulas,
    require_infant_figures,
    require_citations,
    require_known_placeholders,
    require_sound_needs,
    require_figures,
    require_different_codes,
    require_true_reviews,
    require_labels,
    require_plain_words,
    require_language_codes,
    require_words_of_language,
    warn_of_incomplete_catalogs,
)

WORD_RULES: tuple[Callable[[Survey, Wording], Iterator[Said]], ...] = (
    refuse_numbers,
    refuse_stray_braces,
    require_same_placeholders,
    require_qualifiers,
    refuse_doses,
    refuse_one_in,
    refuse_markup,
    require_balanced_stars,
    require_tidy_blanks,
    refuse_endless_texts,
)
