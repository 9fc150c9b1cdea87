"""The list of a proof: each message in both languages as written, and all that is known of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from leafletry.content.catalog import catalog_name
from leafletry.content.comments import comments_of
from leafletry.content.project import SOURCE_LOCALE
from leafletry.editions.localization import Localizer
from leafletry.reading.languages import name_in
from leafletry.reading.placeholders import PLACEHOLDER, names_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from leafletry.content.catalog import State
    from leafletry.content.po_entries import Key
    from leafletry.content.project import Project
    from leafletry.editions.localization import Printable
    from leafletry.reading.problems import Problem


@dataclass(frozen=True)
class Row:
    """A message in the list; both texts as written, with the figures that stand for placeholders.

    `target` is the name of its place on the pages, nothing where it is on none; `line` that of its
    translation in the catalog, 0 where it has none. `previous` is the source text that a stale
    translation was written for; what changed since is marked in it and in `source`. `parent` is
    the language from which a variant has the words.
    """

    number: int
    state: State
    target: str
    pages: str
    line: int
    context: str
    source: Markup
    source_figures: list[tuple[str, str]]
    words: Markup
    figures: list[tuple[str, str]]
    previous: Markup
    parent: str
    findings: list[Problem]


class MessageList:
    """What is known of the messages of one language: their entries, and what is wrong with them."""

    def __init__(self, project: Project, locale: str, found: Iterable[Problem]) -> None:
        """Read what each stale translation was written for; `found` is all that is wrong."""
        folder = f"locales/{locale}/"
        self.file = catalog_name(locale)
        self.catalog = project.catalogs[locale]
        self.findings = [
            problem
            for problem in found
            if problem.place.file.startswith(folder) or locale in (problem.affects.locales or ())
        ]
        comments = comments_of(project, locale)
        self.previous = {key: said.former for key, said in comments if said.former}
        self.source_figures = Localizer(project, SOURCE_LOCALE, None).values
        self.figures = Localizer(project, locale, None).values

    def rows(
        self,
        messages: Iterable[Printable],
        pages: Mapping[int, Iterable[int]],
        targets: Mapping[int, str],
        problems: Iterable[Problem],
    ) -> list[Row]:
        """Give the rows of messages, by their numbers.

        `pages` and `targets` are where each stands, `problems` what was found in printing.
        """
        found: dict[Key, set[Problem]] = {}
        for problem in (*self.findings, *problems):
            for key in self._keys_of(problem) or ():
                found.setdefault(key, set()).add(problem)
        ordered = sorted(messages, key=lambda message: message.number)
        return [self._row(message, pages, targets, found) for message in ordered]

    def of_no_row(self, problems: Iterable[Problem]) -> list[Problem]:
        """Give what is wrong with the pages, or with the language's files, and no message's own."""
        of_files = {problem for problem in self.findings if not problem.warning}
        return sorted(p for p in {*of_files, *problems} if not self._keys_of(p))

    def _keys_of(self, problem: Problem) -> set[Key] | None:
        """Give the messages that a problem is about; nothing where it is about others, or all."""
        if problem.place.file == self.file:
            return self.catalog.keys_at(problem.place)
        # What is wrong for a variant only in words of its parent stands in the parent's file.
        own = self.catalog.locale in (problem.affects.locales or ())
        return set(problem.affects.messages or ()) if own else None

    def _row(
        self,
        message: Printable,
        pages: Mapping[int, Iterable[int]],
        targets: Mapping[int, str],
        found: Mapping[Key, set[Problem]],
    ) -> Row:
        key = (message.context, message.msgid)
        entry = self.catalog.messages.get(key)
        words, above = self.catalog.words(key), self.catalog.parent
        inherited = above is not None and self.catalog.inherits(key)
        findings = sorted(found.get(key, ()))
        # An entry that cannot be read is known by what is wrong with it.
        places = [entry.place] if entry else [problem.place for problem in findings]
        source, previous = _with_placeholders(message.msgid), Markup()
        if message.state == "fuzzy" and key in self.previous:
            previous, source = _with_changes(self.previous[key], message.msgid)
        return Row(
            number=message.number,
            state=message.state,
            target=targets.get(message.number, ""),
            pages=", ".join(map(str, sorted(pages.get(message.number, ())))),
            line=places[0].line if places else 0,
            context=message.context or "",
            source=source,
            source_figures=_figures_in(message.msgid, self.source_figures),
            words=_with_placeholders(words),
            figures=_figures_in(words, self.figures),
            previous=previous,
            parent=name_in(above.locale, SOURCE_LOCALE) if above and inherited else "",
            findings=findings,
        )


def _figures_in(words: str, figures: Mapping[str, str]) -> list[tuple[str, str]]:
    """Give the placeholders of a text that print figures, each once, with what they print."""
    return [(name, figures[name]) for name in dict.fromkeys(names_in(words)) if name in figures]


_PIECE = re.compile(rf"{PLACEHOLDER.pattern}|\s+|\w+|.", re.DOTALL)


def _pieces(text: str) -> list[str]:
    return [found[0] for found in _PIECE.finditer(text)]


def _with_placeholders(text: str) -> Markup:
    """Give a text as written, its placeholders set apart."""
    return Markup("").join(
        Markup("<code>{}</code>").format(piece) if PLACEHOLDER.fullmatch(piece) else escape(piece)
        for piece in _pieces(text)
    )


def _with_changes(before: str, now: str) -> tuple[Markup, Markup]:
    """Give two versions of a text, what the other one has not marked in each."""
    old, new = _pieces(before), _pieces(now)
    left, right = Markup(), Markup()
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = (_with_placeholders("".join(part)) for part in (old[i1:i2], new[j1:j2]))
        same = kind == "equal"
        left += gone if same or not gone else Markup("<del>{}</del>").format(gone)
        right += come if same or not come else Markup("<ins>{}</ins>").format(come)
    return left, right
