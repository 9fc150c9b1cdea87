"""What gettext's own programs make of a catalog."""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import polib
from patience import PATIENCE

from .findings import Finding, JudgeError
from .tools import require_tool

_STATISTICS = re.compile(
    r"(\d+) translated messages?(?:, (\d+) fuzzy translations?)?"
    r"(?:, (\d+) untranslated messages?)?\."
)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many messages of a catalog are in which state, the header left out."""

    translated: int
    fuzzy: int
    untranslated: int
    obsolete: int


def findings(path: Path) -> list[Finding]:
    """Give what `msgfmt --check` says against header, format strings and form."""
    done = _run("msgfmt", "--check", "--verbose", "-o", os.devnull, str(path))
    lines = [line for line in done.stderr.splitlines() if not _STATISTICS.fullmatch(line)]
    if done.returncode and not lines:
        raise JudgeError(f"msgfmt stopped with {done.returncode} and said nothing")
    return [Finding("msgfmt", "check", line.removeprefix(f"{path}:")) for line in lines]


def rewritten(path: Path) -> str:
    """Give a catalog as `msgcat --no-wrap` writes it."""
    return _output("msgcat", "--no-wrap", str(path))


def statistics(path: Path) -> tuple[int, int, int]:
    """Give how many messages are translated, fuzzy and untranslated, as msgfmt counts them."""
    done = _run("msgfmt", "--statistics", "-o", os.devnull, str(path))
    if found := _STATISTICS.search(done.stderr):
        return int(found[1]), int(found[2] or 0), int(found[3] or 0)
    raise JudgeError(f"msgfmt counted nothing: {done.stderr}")


def counts(path: Path) -> Counts:
    """Give how many messages msgattrib picks out by state."""
    return Counts(
        _count(path, "--translated", "--no-fuzzy", "--no-obsolete"),
        _count(path, "--only-fuzzy", "--no-obsolete"),
        _count(path, "--untranslated", "--no-obsolete"),
        _count(path, "--only-obsolete"),
    )


def _count(path: Path, *options: str) -> int:
    return len(polib.pofile(_output("msgattrib", *options, str(path)) + "\n"))


def _output(tool: str, *arguments: str) -> str:
    done = _run(tool, *arguments)
    if done.returncode:
        raise JudgeError(f"{tool} stopped with {done.returncode}: {done.stderr}")
    return done.stdout


def _run(tool: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [str(require_tool(tool)), *arguments]
    # Its sentences are read here, so they must be English ones.
    environment = os.environ | {"LC_ALL": "C.UTF-8", "LANGUAGE": ""}
    return subprocess.run(
        command,
        capture_output=True,
        encoding="utf-8",
        env=environment,
        timeout=PATIENCE,
        check=False,
    )
