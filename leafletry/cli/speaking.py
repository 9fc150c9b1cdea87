"""How the command line tells people what it does and what is wrong."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leafletry.reading.problems import each_once

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leafletry.editions.edition import Edition
    from leafletry.reading.problems import Problem

ROOT = Path(__file__).resolve().parent.parent.parent
HELP_OPTIONS = {"help_option_names": ["-h", "--help"]}


def print_problems(problems: Sequence[Problem]) -> None:
    """Print problems sorted by place, each once, where errors belong."""
    for problem in each_once(problems):
        click.echo(str(problem), err=True)


class _Lines:
    """Plain lines, for files and pipes; all of them only when asked."""

    def __init__(self, *, verbose: bool) -> None:
        self.verbose = verbose
        self.total = self.done = 0

    def start(self, total: int) -> None:
        self.total = total

    def edition_done(self, edition: Edition, problems: Sequence[Problem]) -> None:
        self.done += 1
        if self.verbose or self.done in (1, self.total) or self.done % 25 == 0:
            click.echo(f"{self.done}/{self.total} {edition.path}{' FAILED' if problems else ''}")

    def stop(self) -> None:
        pass


class _Bar:
    """A progress bar, for terminals; without colour where NO_COLOR is set."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
        )

        columns = (
            TextColumn("Making leaflets"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[last]}"),
        )
        self.progress = Progress(*columns, console=Console(), transient=True)

    def start(self, total: int) -> None:
        self.task = self.progress.add_task("", total=total, last="")
        self.progress.start()

    def edition_done(self, edition: Edition, problems: Sequence[Problem]) -> None:  # noqa: ARG002
        self.progress.update(self.task, advance=1, last=str(edition.path))

    def stop(self) -> None:
        self.progress.stop()


class _Silence:
    """Says nothing."""

    def start(self, total: int) -> None:
        pass

    def edition_done(self, edition: Edition, problems: Sequence[Problem]) -> None:
        pass

    def stop(self) -> None:
        pass


def reporter_for(*, quiet: bool, verbose: bool) -> _Lines | _Bar | _Silence:
    """Give who tells how a build goes on: a bar in a terminal, lines in a pipe, or nobody."""
    if quiet:
        return _Silence()
    if verbose or not sys.stdout.isatty():
        return _Lines(verbose=verbose)
    return _Bar()
