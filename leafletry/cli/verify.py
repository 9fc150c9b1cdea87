"""`verify`: whether files, and codes on paper, are still good."""

from __future__ import annotations

import datetime as dt
import json
import os
import time
from collections import Counter
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from leafletry.cli.speaking import ROOT, print_problems

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from leafletry.content.edition_code import EditionCode
    from leafletry.verifying.given_files import LeftOut
    from leafletry.verifying.verifying import Change, Verdict, Verifier

_MOST_CHANGES = 12
_LONGEST = 160
_LONGEST_NAME = 1_000
_EVERY = 500
_SECONDS_OF_SILENCE = 5
_MANY = 100


@click.command("verify")
@click.argument("given", nargs=-1, required=True, metavar="PATH|CODE...")
@click.option(
    "--clinic",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The profile of the clinic whose editions are looked at.",
)
@click.option(
    "--rebuild",
    is_flag=True,
    help="Also make each file once more, from the commit it came from, and compare the bytes.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document, for programs.")
def verify_command(
    given: tuple[str, ...],
    clinic: Path | None,
    rebuild: bool,  # noqa: FBT001 - click gives it so
    as_json: bool,  # noqa: FBT001
) -> int:
    """Tell of each PDF, or edition code, whether it is still good.

    Each PATH is a PDF or a folder of them; CODE is what stands at the foot of a page, typed as
    well as one can. Of a file, "current" means that each of its bytes is proved; all else is
    told as what it is: not proven, expired, superseded (and what changed), altered, withdrawn,
    unknown, or not looked at. The exit code is 0 only if all are current. Nothing is written.
    """
    from leafletry.reading.problems import ProblemsFoundError
    from leafletry.verifying.known_codes import KnownCodes
    from leafletry.verifying.rebuilding import Rebuilder
    from leafletry.verifying.verifying import Verifier

    wanted = _wanted(given)
    try:
        known = KnownCodes.of(ROOT, dt.date.today(), clinic)  # noqa: DTZ011 - the day where one is
        known.publishers  # noqa: B018 - where their list is broken, nothing is judged
    except ProblemsFoundError as error:
        print_problems(error.problems)
        return 1
    rebuilder = Rebuilder(ROOT, clinic, _aside) if rebuild else None
    teller = _JsonTeller() if as_json else _Teller()
    clock = _Clock(time.monotonic)
    with Verifier(known, rebuilder) as verifier:
        for name, verdict in _verdicts(verifier, wanted):
            teller.tell(name, verdict)
            if said := clock.tick():
                _aside(said)
    teller.end(clock)
    return 0 if teller.all_good else 1


def _aside(said: str) -> None:
    """Say what goes on where nobody takes it for a verdict."""
    click.echo(said, err=True)


class _Clock:
    """Counts what was looked at, and says every few seconds how far it is."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.now, self.started, self.count = now, now(), 0
        self.said = self.started

    @property
    def seconds(self) -> float:
        return self.now() - self.started

    def tick(self) -> str:
        self.count += 1
        now = self.now()
        if self.count < _MANY or now - self.said < _SECONDS_OF_SILENCE:
            return ""
        self.said = now
        return f"{self.count:,} looked at in {now - self.started:.0f} s, and more to come"


class _Teller:
    """Tells each verdict in words as soon as there is one, and the sum."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    @property
    def all_good(self) -> bool:
        return self.counts["current"] == self.counts.total() > 0

    def tell(self, name: str, verdict: Verdict) -> None:
        self.counts[verdict.state] += 1
        _tell(name, verdict)
        if verdict.rebuilt:
            click.echo(f"  rebuilt: {verdict.rebuilt.means}.")

    def end(self, clock: _Clock) -> None:
        from leafletry.verifying.verifying import STATES

        total = self.counts.total()
        if total == 1:
            return
        parts = [f"{self.counts[state]} {state}" for state in STATES if self.counts[state]]
        rate = f", {total / clock.seconds:.0f} a second" if total >= _EVERY else ""
        summary = ", ".join(parts) or "no PDF"
        click.echo(f"{total} in all, in {clock.seconds:.1f} s{rate}: {summary}.")


class _JsonTeller(_Teller):
    """Tells the same as one JSON document, an entry at a time."""

    def tell(self, name: str, verdict: Verdict) -> None:
        before = "," if self.counts.total() else '{"verified": ['
        self.counts[verdict.state] += 1
        click.echo(f"{before}\n {json.dumps(_as_json(name, verdict))}", nl=False)

    def end(self, clock: _Clock) -> None:
        from leafletry.verifying.verifying import STATES

        before = "" if self.counts.total() else '{"verified": ['
        counts = {state: self.counts[state] for state in STATES}
        ending = {"counts": counts, "all_good": self.all_good, "seconds": round(clock.seconds, 1)}
        click.echo(f"{before}\n], {json.dumps(ending)[1:]}")


def _wanted(given: Sequence[str]) -> list[Path | EditionCode]:
    """Give the paths and codes that are meant; a code may be typed in several words.

    What is there as a path is a path, whatever it is called.
    """
    from leafletry.content.edition_code import read_code

    wanted: list[Path | EditionCode] = []
    words: list[str] = []
    whole = None if any(map(_is_there, given)) else read_code(" ".join(given))
    if whole is not None and not any(map(_is_meant_as_path, given)):
        return [whole]
    for word in (*given, ""):
        is_path = bool(word) and _is_there(word)
        code = None if is_path or _is_meant_as_path(word) else read_code(word)
        if words and (is_path or not word or code):
            wanted.append(_code(words))
            words = []
        if is_path:
            wanted.append(Path(word))
        elif code:
            wanted.append(code)
        elif word:
            words.append(word)
    return wanted


def _is_there(name: str) -> bool:
    try:
        return os.path.lexists(name)
    except ValueError:
        return False


def _is_meant_as_path(word: str) -> bool:
    return word.startswith((".", "~", os.sep)) or word.endswith(("/", os.sep))


def _code(words: Sequence[str]) -> EditionCode:
    from leafletry.content.edition_code import read_code
    from leafletry.reading.problems import shortened

    code = None if any(map(_is_meant_as_path, words)) else read_code(" ".join(words))
    if code is None:
        said = shortened(" ".join(words), 80)
        message = (
            f'"{said}" is no file, no folder and no edition code. '
            "A code stands at the foot of each page, such as IL-P1 · es · v0.1 · 3fa92c."
        )
        raise click.UsageError(message)
    return code


def _verdicts(
    verifier: Verifier, wanted: Sequence[Path | EditionCode]
) -> Iterator[tuple[str, Verdict]]:
    for several, group in groupby(wanted, lambda one: isinstance(one, Path)):
        if several:
            found = _files(one for one in group if isinstance(one, Path))
            for path, verdict in verifier.files(found):
                yield str(path), verdict
        else:
            for one in group:
                if not isinstance(one, Path):
                    yield str(one), verifier.code(one)


def _files(paths: Iterable[Path]) -> Iterator[Path | LeftOut]:
    from leafletry.verifying.given_files import pdfs_below

    for path in paths:
        if path.is_dir():
            yield from pdfs_below(path)
        else:
            yield path


def _tell(name: str, verdict: Verdict) -> None:
    from leafletry.reading.problems import shortened

    said = shortened(name, _LONGEST_NAME)
    code = f" {verdict.code}," if verdict.code and verdict.code != name else ""
    click.echo(f"{said}: {verdict.state}:{code} {verdict.means}")
    for change in verdict.changes[:_MOST_CHANGES]:
        for line in _told(change):
            click.echo(f"  {line}")
    if len(verdict.changes) > _MOST_CHANGES:
        click.echo(f"  and {len(verdict.changes) - _MOST_CHANGES} more changes")
    if verdict.near:
        click.echo(f"  did you mean {' or '.join(verdict.near)}?")


def _told(change: Change) -> Iterator[str]:
    from leafletry.reading.problems import shortened

    if change.what == "version":
        yield f"version {change.was}, now {change.now}"
    elif change.what == "facts":
        yield f"no longer cites {change.was}" if change.was else f"now cites {change.now}"
    else:
        if change.was:
            yield f"was: {shortened(change.was, _LONGEST)}"
        if change.now:
            yield f"now: {shortened(change.now, _LONGEST)}"


def _as_json(name: str, verdict: Verdict) -> dict[str, Any]:
    return {
        "what": name,
        "state": verdict.state,
        "code": verdict.code,
        "draft": verdict.draft,
        "proof": verdict.proof,
        "signature": verdict.signature,
        "signed_by": verdict.signed_by,
        "sha256": verdict.sha256,
        "means": verdict.means,
        "changes": [vars(change) for change in verdict.changes],
        "did_you_mean": list(verdict.near),
        **({"rebuilt": vars(verdict.rebuilt)} if verdict.rebuilt else {}),
    }
