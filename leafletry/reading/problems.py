"""What can be wrong with what people write, and how it is said to them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    Message = tuple[str | None, str]
    """A message by what stands in a catalog: its context and its source text."""


FORBIDDEN_CHARACTERS = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\uf8ff\ufdd0-\ufdef"
    r"\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f\U000f0000-\U0010ffff]"
)
"""Controls, line ends only some programs know, reversals of the reading order, halves of
characters, tags, private and undefined characters: none can be seen, each can mislead."""


def shortened(text: str, most: int = 40) -> str:
    """Give a text as a message can quote it: in one line, and cut off if it is long."""
    line = " ".join(FORBIDDEN_CHARACTERS.sub("\ufffd", text).split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


@dataclass(frozen=True, order=True)
class Place:
    """A spot in a file a person can edit; line and column start at 1, 0 means unknown."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """Give `file:line:column`, as editors make it clickable."""
        parts = [self.file, *(str(n) for n in (self.line, self.column) if n)]
        return ":".join(parts)


@dataclass(frozen=True)
class Affects:
    """Which editions a problem keeps from being made: those of all that it names.

    What is None is not named, so that a problem which says nothing of itself keeps every edition
    from being made. `messages` are the texts it is in: an edition that shows none of them is well.
    Among `clinics`, None are the editions for all.
    """

    leaflets: frozenset[str] | None = None
    locales: frozenset[str] | None = None
    clinics: frozenset[str | None] | None = None
    formats: frozenset[str] | None = None
    messages: frozenset[Message] | None = None

    @classmethod
    def only(
        cls,
        *,
        leaflets: Iterable[str] | None = None,
        locales: Iterable[str] | None = None,
        clinics: Iterable[str | None] | None = None,
        formats: Iterable[str] | None = None,
        messages: Iterable[Message] | None = None,
    ) -> Affects:
        """Give what names just these."""
        named = (leaflets, locales, clinics, formats, messages)
        return cls(*(None if names is None else frozenset(names) for names in named))  # type: ignore[arg-type]

    def edition(
        self,
        leaflet: str,
        locale: str,
        clinic: str | None,
        page_format: str,
        shown: Collection[Message],
    ) -> bool:
        """Tell whether an edition that shows some messages is one of them."""
        return (
            (self.leaflets is None or leaflet in self.leaflets)
            and (self.locales is None or locale in self.locales)
            and (self.clinics is None or clinic in self.clinics)
            and (self.formats is None or page_format in self.formats)
            and (self.messages is None or not self.messages.isdisjoint(shown))
        )

    def words(self, locale: str, messages: Collection[Message]) -> bool:
        """Tell whether pages that are no edition suffer, which show some messages in a language.

        What keeps single leaflets, clinics or formats from being made is nothing to them, nor
        what is in no text at all.
        """
        if self.leaflets is not None or self.clinics is not None or self.formats is not None:
            return False
        spoken = self.locales is None or locale in self.locales
        return spoken and self.messages is not None and not self.messages.isdisjoint(messages)

    def __lt__(self, other: Affects) -> bool:
        """Put problems that say the same in some order, which is always the same."""
        return self._sorted() < other._sorted()

    def _sorted(self) -> str:
        named = (self.leaflets, self.locales, self.clinics, self.formats, self.messages)
        return repr([None if names is None else sorted(map(repr, names)) for names in named])


EVERYTHING = Affects()
NOTHING = Affects.only(leaflets=())


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong, where it is, what to do about it, and what it keeps from being made.

    A `warning` is printed and affects nothing; an error keeps what it `affects` from being made.
    """

    place: Place
    message: str
    hint: str = ""
    warning: bool = False
    affects: Affects = EVERYTHING

    def __post_init__(self) -> None:
        """Take from a warning what it is about: it stops nothing."""
        if self.warning:
            object.__setattr__(self, "affects", NOTHING)

    def __str__(self) -> str:
        """Give the line people see, with the hint below it."""
        kind = "warning: " if self.warning else ""
        hint = f"\n  hint: {self.hint}" if self.hint else ""
        return f"{self.place}: {kind}{self.message}{hint}"


def each_once(problems: Iterable[Problem]) -> list[Problem]:
    """Give problems sorted by place, each once as people read it: it may affect several things."""
    told = {(p.place, p.message, p.hint, p.warning): p for p in sorted(set(problems), reverse=True)}
    return sorted(told.values())


class ProblemsFoundError(Exception):
    """Input that people must mend; carries every problem found, not only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems, sorted by place."""
        self.problems = sorted(set(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[ProblemsFoundError], tuple[list[Problem]]]:
        """Travel whole between the processes of a build."""
        return (ProblemsFoundError, (self.problems,))


@dataclass
class ProblemList:
    """Collects problems, so that all of them are reported at once."""

    problems: list[Problem] = field(default_factory=list)

    def add(
        self,
        place: Place,
        message: str,
        hint: str = "",
        *,
        warning: bool = False,
        affects: Affects = EVERYTHING,
    ) -> None:
        """Note one problem."""
        self.problems.append(Problem(place, message, hint, warning, affects))

    def take(self, error: ProblemsFoundError, affects: Affects | None = None) -> None:
        """Note all problems another step found; say what they affect, where it could not know."""
        for problem in error.problems:
            self.problems.append(replace(problem, affects=affects) if affects else problem)

    def __iter__(self) -> Iterator[Problem]:
        """Walk the problems in the order found."""
        return iter(self.problems)

    @property
    def errors(self) -> list[Problem]:
        """The problems that stop a build."""
        return [problem for problem in self.problems if not problem.warning]

    def raise_errors(self) -> None:
        """Raise all errors together, if there are any."""
        if self.errors:
            raise ProblemsFoundError(self.errors)
