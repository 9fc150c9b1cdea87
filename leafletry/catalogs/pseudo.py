"""The pseudo-locale en-XA: English made longer, accented and bracketed, to see what would break.

Every message is `[Éáçĥ ôñéé]`. So a word without accents cannot be translated, a message without
one of its brackets is cut, and what is too narrow for longer words shows. The pages are judged
as they are typeset, and can be looked at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import partial
from math import ceil
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from lxml import etree  # type: ignore[import-untyped]

from leafletry.content.catalog import Catalog, Glossary, Message
from leafletry.content.leaflet import walk_texts
from leafletry.content.project import SOURCE_LOCALE
from leafletry.editions.composition import Composition
from leafletry.editions.edition import editions_of
from leafletry.editions.line_breaks import spoken
from leafletry.printing.presses import Presses
from leafletry.printing.printing import process_ended, program_at_fault, typeset_edition
from leafletry.reading.placeholders import PLACEHOLDER
from leafletry.reading.problems import Place, Problem, ProblemsFoundError, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from leafletry.content.leaflet import Text
    from leafletry.content.project import Project
    from leafletry.editions.edition import Edition
    from leafletry.editions.job import Job
    from leafletry.pages.placing import Words
    from leafletry.printing.printing import Reporter

LOCALE = "en-XA"
"""What CLDR calls accented English; it is no folder in `locales/`."""
LONGER = 0.4
_VOWELS = "aeiouy"
_ACCENTED = str.maketrans(
    "aceghijklnorstuwyzACDEGHIJKLNORSTUWYZ", "áçéğĥîĵķłñôŕšţûŵýžÁÇĎÉĞĤÎĴĶŁÑÔŔŠŢÛŴÝŽ"
)
_KEPT = (r"\{[a-z][a-z0-9_]*\}", r"\*\*", r"\w*\d\w*")
"""What stays as it is beside the names of the glossary: placeholders, markup, names with digits."""
_WORD = r"[^\W\d_]+(?:['’][^\W\d_]+)*"  # noqa: RUF001 - as texts have it


def pseudo_text(text: str, names: Iterable[str] = ()) -> str:
    """Give a text whose words are 40 % longer and accented, in brackets.

    Placeholders, `**` and names stay whole, and the other words are longer by their share. Words
    keep their shape: vowels are said longer. A text of names alone gets brackets and nothing more.
    """
    kept = "|".join([*(rf"\b{re.escape(name)}\b" for name in names), *_KEPT])
    words = [found for found in re.finditer(rf"(?:{kept})|({_WORD})", text) if found[1]]
    letters = sum(len(word[1]) for word in words)
    wanted = ceil(LONGER * len(PLACEHOLDER.sub("", text)))
    parts, end, passed, given = ["["], 0, 0, 0
    for word in words:
        passed += len(word[1])
        share = ceil(wanted * passed / letters) - given
        given += share
        parts += [text[end : word.start()], _lengthened(word[1], share).translate(_ACCENTED)]
        end = word.end()
    return "".join([*parts, text[end:], "]"])


def _lengthened(word: str, more: int) -> str:
    """Give a word with more letters: its vowels one after another, or an e where it has none."""
    vowels = [i for i, letter in enumerate(word) if letter.lower() in _VOWELS]
    if not vowels:
        return f"{word[0]}{'e' * more}{word[1:]}"
    times = {at: len(range(n, more, len(vowels))) for n, at in enumerate(vowels)}
    return "".join(letter * (1 + times.get(i, 0)) for i, letter in enumerate(word))


class PseudoCatalog(Catalog):
    """The catalog of the pseudo-locale: it has every message, at the place of its English words."""

    def look_up(self, text: Text) -> str:
        """Give the pseudo-translation."""
        return self.messages[text.context, text.text].msgstr


def pseudo_project(project: Project) -> Project:
    """Give the project with one language more, the pseudo-locale."""
    catalog = PseudoCatalog(LOCALE, formats=SOURCE_LOCALE)
    words = project.glossaries.get(SOURCE_LOCALE, Glossary())
    for file_id, model in [*project.leaflets.items(), ("phrases", project.phrases)]:
        for path, text in walk_texts(model):
            place = project.place(file_id, path)
            said = pseudo_text(text.text, words.names)
            message = Message(text.text, said, text.context, fuzzy=False, place=place)
            catalog.messages.setdefault((text.context, text.text), message)
    return replace(project, catalogs={**project.catalogs, LOCALE: catalog})


@dataclass(frozen=True)
class PseudoEdition:
    """A leaflet in the pseudo-locale: the PDF to look at (or none), and what is wrong with it.

    `over` is by how much it is longer than its pages, in mm of a column: longer words may be.
    """

    edition: Edition
    pages: int
    pdf: bytes
    over: float
    problems: tuple[Problem, ...]

    @property
    def path(self) -> str:
        """Where it lands, below `output/`."""
        return str(self.edition.path)


def pseudo_editions(project: Project, reporter: Reporter) -> list[PseudoEdition]:
    """Make every leaflet in the pseudo-locale, in the order of the leaflets."""
    composition = Composition.of(pseudo_project(project))
    made: dict[Edition, PseudoEdition] = {}
    jobs = []
    editions = [e for leaflet in project.leaflets for e in editions_of(project, leaflet, LOCALE)]
    for edition in editions:
        try:
            job = composition.job(edition, None)
        except ProblemsFoundError as error:
            made[edition] = PseudoEdition(edition, 0, b"", 0.0, tuple(error.problems))
            continue
        jobs.append(replace(job, place=Place(f"leaflets/{edition.leaflet}.yaml")))
    make = partial(_make, project.root, _words_of_no_language(project))
    with Presses(project.root) as presses:
        for job, printed in presses.print_all(jobs, make, reporter, _unmade):
            reporter.edition_done(job.edition, printed.problems)
            made[job.edition] = printed
    return [made[edition] for edition in editions]


def _unmade(job: Job) -> PseudoEdition:
    return PseudoEdition(job.edition, 0, b"", 0.0, (process_ended(job),))


def _words_of_no_language(project: Project) -> tuple[str, ...]:
    """Give what a page prints as it stands: the references."""
    words: set[str] = set()
    for source in project.sources.values():
        known = (source.authors, source.title, source.in_, source.link_text, source.year)
        words |= {str(part) for part in known if part}
    return tuple(words)


def _make(root: Path, known: Sequence[str], job: Job) -> PseudoEdition:
    """Typeset, judge and finish one leaflet, where a press is open."""
    from leafletry.pages.finishing import finish
    from leafletry.pages.placing import find_words

    edition = job.edition
    try:
        typeset = typeset_edition(job)
        page_boxes = typeset.page_boxes
        problems = [
            *map(_told_to_designers, typeset.problems[bool(typeset.over) :]),
            *_untranslatable(root, job, find_words(page_boxes), known),
            *_untranslatable_descriptions(root, job),
            *_words_in_drawings(root, job),
        ]
        pdf, flaws = finish(typeset, job.place, job.provenance, job.copy.format)
    except ProblemsFoundError as error:
        return PseudoEdition(edition, 0, b"", 0.0, tuple(error.problems))
    except Exception as error:  # noqa: BLE001 - one leaflet must not hide the others
        return PseudoEdition(edition, 0, b"", 0.0, (program_at_fault(job, error),))
    named = [
        Problem(p.place, f"{job.called}: {p.message}", p.hint, p.warning)
        for p in [*problems, *flaws]
    ]
    return PseudoEdition(edition, job.pages, pdf, typeset.over, tuple(named))


def _told_to_designers(problem: Problem) -> Problem:
    """Give a problem of typesetting as one of the box: these words are meant to be longer."""
    hint = "give the box more room in templates/ or styles/; some language will need it"
    return replace(problem, hint=hint)


def _is_whole(words: str) -> bool:
    return words.startswith("[") and words.endswith("]")


def _untranslatable(
    root: Path, job: Job, printed: Iterable[Words], known: Sequence[str]
) -> Iterator[Problem]:
    """Yield what belongs to no message, and the messages that are not printed whole."""
    places = {message.number: message.place for message in job.messages}
    for words in printed:
        text = " ".join(words.text.split())
        where = f'page {words.page}: "{shortened(text)}"'
        if words.message and not _is_whole(text):
            place = places.get(words.message, job.place)
            yield Problem(place, f"{where} is a message that is not printed whole", _WHOLE_HINT)
        elif not words.message and _is_whole(text):
            if not words.in_margin:
                yield Problem(job.place, f"{where} is not marked as a message", _MARK_HINT)
        elif not words.message and _has_words(text, [*known, job.record.code]):
            place = _where_it_stands(root, text)
            yield Problem(place, f"{where} cannot be translated", _MESSAGE_HINT)


_WHOLE_HINT = "print a message alone and whole in its element"
_MARK_HINT = "print it with the filter `inline` or `phrases`"
_MESSAGE_HINT = "make it a text of the leaflet, or one of leaflets/phrases.yaml"


def _squeezed(text: str) -> str:
    return "".join(spoken(text).split())


def _has_words(text: str, known: Iterable[str]) -> bool:
    """Tell whether letters or digits are left when what is known is taken away."""
    rest = _squeezed(text)
    for words in sorted(map(_squeezed, known), key=len, reverse=True):
        rest = rest.replace(words, " ")
    return any(character.isalnum() for character in rest)


def _where_it_stands(root: Path, text: str) -> Place:
    """Give the line of a template or style sheet that holds a text, or the longest of its words."""
    files = [
        *sorted((root / "templates").glob("*.html")),
        *sorted((root / "styles").rglob("*.css")),
    ]
    words = sorted(re.findall(r"\w+", text), key=len, reverse=True)
    for said in (text, *words):
        whole = re.compile(rf"(?<!\w){re.escape(said)}(?!\w)")
        for path in files:
            for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
                if found := whole.search(line):
                    name = path.relative_to(root).as_posix()
                    return Place(name, number, found.start() + 1)
    return Place("templates/leaflet.html")


def _untranslatable_descriptions(root: Path, job: Job) -> Iterator[Problem]:
    """Yield what is only read aloud, or shown by a viewer, and is no message."""
    page = ET.fromstring(job.html)  # noqa: S314 - our own, and typeset before
    said = [page.findtext("head/title", "")]
    said += [e.get("content", "") for e in page.iter("meta") if e.get("name") == "description"]
    said += [e.get(name, "") for e in page.iter() for name in ("alt", "title", "aria-label")]
    for text in said:
        if text and not _is_whole(text):
            place = _where_it_stands(root, text)
            yield Problem(
                place, f'the description "{shortened(text)}" cannot be translated', _MESSAGE_HINT
            )


def _words_in_drawings(root: Path, job: Job) -> Iterator[Problem]:
    """Yield the words that stand in the drawings of a leaflet."""
    for name in dict.fromkeys(re.findall(r"figure:([\w.-]+\.svg)", job.html)):
        path = root / "templates" / "figures" / name
        parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
        for element in etree.parse(path, parser).iter("{*}text"):
            text = " ".join("".join(element.itertext()).split())
            if any(character.isalnum() for character in text):
                place = Place(f"templates/figures/{name}", element.sourceline or 0)
                yield Problem(place, f'"{shortened(text)}" cannot be translated', _DRAWING_HINT)


_DRAWING_HINT = "draw no words: write them beside the drawing, as texts of the leaflet"
