"""What can be wrong with what people write, and how it is said to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


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


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong, where it is, and what to do about it.

    A `warning` is printed and does not stop the build; an error does.
    """

    place: Place
    message: str
    hint: str = ""
    warning: bool = False

    def __str__(self) -> str:
        """Give the line people see, with the hint below it."""
        kind = "warning: " if self.warning else ""
        hint = f"\n  hint: {self.hint}" if self.hint else ""
        return f"{self.place}: {kind}{self.message}{hint}"


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

    def add(self, place: Place, message: str, hint: str = "", *, warning: bool = False) -> None:
        """Note one problem."""
        self.problems.append(Problem(place, message, hint, warning))

    def take(self, error: ProblemsFoundError) -> None:
        """Note all problems another step found."""
        self.problems.extend(error.problems)

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
