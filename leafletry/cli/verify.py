"""`verify`: whether files, and codes on paper, are still good."""

from __future__ import annotations

import datetime as dt
import json
import os
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from leafletry.cli.speaking import ROOT, print_problems

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from leafletry.edition_code import EditionCode
    from leafletry.provenance.rebuilding import Rebuilder, Rebuilt
    from leafletry.provenance.verifying import Change, Verdict, Verifier

_MOST_CHANGES = 12
_LONGEST = 160
_EVERY = 500


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
    well as one can. Answers are: current, superseded (and what changed), withdrawn, altered,
    unknown, expired. Nothing is written.
    """
    from leafletry.problems import ProblemsFoundError  # noqa: PLC0415 - `--help` needs none of it
    from leafletry.provenance.known_codes import KnownCodes  # noqa: PLC0415
    from leafletry.provenance.rebuilding import Rebuilder  # noqa: PLC0415
    from leafletry.provenance.verifying import STATES, Verifier  # noqa: PLC0415

    wanted = _wanted(given)
    started = time.monotonic()
    try:
        verifier = Verifier(KnownCodes.of(ROOT, dt.date.today(), clinic))  # noqa: DTZ011 - the day where one is
    except ProblemsFoundError as error:
        print_problems(error.problems)
        return 1
    rebuilder = Rebuilder(ROOT, clinic) if rebuild else None
    counts: Counter[str] = Counter()
    all_same = True
    told: list[dict[str, Any]] = []
    for name, verdict in _verdicts(verifier, wanted):
        counts[verdict.state] += 1
        if not as_json:
            _tell(name, verdict)
        rebuilt = _rebuilt(rebuilder, name) if rebuilder else None
        all_same &= rebuilt is None or rebuilt.outcome == "same"
        if as_json:
            told.append(_as_json(name, verdict) | ({"rebuilt": vars(rebuilt)} if rebuilt else {}))
        elif rebuilt:
            click.echo(f"  rebuilt: {rebuilt.means}.")
    total = counts.total()
    if as_json:
        summary = {state: counts[state] for state in STATES}
        click.echo(json.dumps({"verified": told, "counts": summary}, indent=1))
    elif total != 1:
        parts = [f"{counts[state]} {state}" for state in STATES if counts[state]]
        took = time.monotonic() - started
        rate = f", {total / took:.0f} a second" if total >= _EVERY else ""
        click.echo(f"{total} looked at in {took:.1f} s{rate}: {', '.join(parts) or 'no PDF'}.")
    return 0 if counts["current"] == total > 0 and all_same else 1


def _rebuilt(rebuilder: Rebuilder, name: str) -> Rebuilt | None:
    """Make a file once more; nothing where it is a code, which has no bytes."""
    from leafletry.edition_code import read_code  # noqa: PLC0415
    from leafletry.provenance.given_files import NotReadableError, read_given  # noqa: PLC0415
    from leafletry.provenance.packet import NoRecordError, read_record  # noqa: PLC0415
    from leafletry.provenance.rebuilding import Rebuilt  # noqa: PLC0415

    if read_code(name):
        return None
    try:
        content = read_given(Path(name))
        return rebuilder.rebuild(content, read_record(content))
    except (NotReadableError, NoRecordError) as error:
        return Rebuilt("none", f"{error}, so nothing tells what to make")


def _wanted(given: Sequence[str]) -> list[Path | EditionCode]:
    """Give the paths and codes that are meant; a code may be typed in several words."""
    from leafletry.edition_code import read_code  # noqa: PLC0415

    if code := read_code(" ".join(given)):
        return [code]
    wanted: list[Path | EditionCode] = []
    words: list[str] = []
    for word in (*given, ""):
        is_path = bool(word) and _is_there(word)
        if words and (is_path or not word or read_code(word)):
            wanted.append(_code(words))
            words = []
        if is_path:
            wanted.append(Path(word))
        elif code := read_code(word):
            wanted.append(code)
        elif word:
            words.append(word)
    return wanted


def _is_there(name: str) -> bool:
    try:
        return os.path.lexists(name)
    except ValueError:
        return False


def _code(words: Sequence[str]) -> EditionCode:
    from leafletry.edition_code import read_code  # noqa: PLC0415
    from leafletry.sourcefile import shortened  # noqa: PLC0415

    code = read_code(" ".join(words))
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
    from leafletry.provenance.given_files import pdfs_below  # noqa: PLC0415

    for one in wanted:
        if not isinstance(one, Path):
            yield str(one), verifier.code(one)
        elif one.is_dir():
            for path in pdfs_below(one):
                yield str(path), verifier.file(path)
        else:
            yield str(one), verifier.file(one)


def _tell(name: str, verdict: Verdict) -> None:
    from leafletry.sourcefile import shortened  # noqa: PLC0415

    said = shortened(name, _LONGEST)
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
    from leafletry.sourcefile import shortened  # noqa: PLC0415

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
        "bytes_on_record": verdict.on_record,
        "means": verdict.means,
        "changes": [vars(change) for change in verdict.changes],
        "did_you_mean": list(verdict.near),
    }
