"""What a build did: what it made, kept and left, and every problem it found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from leafletry.editions.scope import Scope
from leafletry.editions.stopped import only
from leafletry.printing.manifest import Failure
from leafletry.reading.problems import ProblemList, ProblemsFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leafletry.building.verify_pages import Standing
    from leafletry.content.edition_code import EditionCode
    from leafletry.editions.approval import Approval
    from leafletry.editions.edition import Edition, EditionRecord
    from leafletry.editions.job import Job
    from leafletry.reading.problems import Problem


@dataclass
class Outcome:
    """What a build did, with every problem found in what it was asked for.

    `made` and `kept` are as they should be; `left` were not asked for; `stale` are the last good
    ones of what could not be made anew, or is known to be behind and was not asked for. `failed`
    are those that cannot be made, with or without a last good one. `held_back` are the drafts, and
    why each is one; `standings` tell of each code that can be made today how it stands. `elsewhere`
    is wrong with what was not asked for; `indexed` tells whether there is an overview.
    """

    made: list[EditionRecord] = field(default_factory=list)
    kept: list[EditionRecord] = field(default_factory=list)
    left: list[EditionRecord] = field(default_factory=list)
    stale: list[EditionRecord] = field(default_factory=list)
    failed: list[Edition] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    released: list[EditionRecord] = field(default_factory=list)
    held_back: dict[Edition, Approval] = field(default_factory=dict)
    standings: dict[EditionCode, Standing] = field(default_factory=dict)
    problems: ProblemList = field(default_factory=ProblemList)
    elsewhere: ProblemList = field(default_factory=ProblemList)
    indexed: bool = False
    scope: Scope = field(default_factory=Scope)

    @property
    def failed_elsewhere(self) -> int:
        """How many that were not asked for cannot be made."""
        return sum(edition not in self.scope for edition in self.failed)

    @property
    def records(self) -> list[EditionRecord]:
        """Everything that lies in the folder afterwards, by path."""
        everything = (*self.made, *self.kept, *self.left, *self.stale)
        return sorted(everything, key=lambda record: record.path)

    def fail(self, edition: Edition, digest: str = "", problems: Sequence[Problem] = ()) -> None:
        """Note that an edition cannot be made; what is wrong is told where it is asked for."""
        self.failed.append(edition)
        self.failures.append(Failure.of(edition, digest, problems))

    def take(self, job: Job, made: EditionRecord | ProblemsFoundError) -> None:
        """Note what became of a job."""
        if isinstance(made, ProblemsFoundError):
            self.problems.take(made, only(job.edition))
            self.fail(job.edition, job.digest, made.problems)
            self.standings.pop(job.code, None)
        else:
            self.made.append(made)
