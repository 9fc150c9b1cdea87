"""What dennis, Mozilla's linter of catalogs, says of placeholders, markup and missing words."""

import re
import subprocess
import sys
from pathlib import Path

import polib
from patience import PATIENCE

from .findings import Finding, JudgeError

_LINE = re.compile(r"(?P<path>.*): (?P<line>\d+): \d+: (?P<rule>[EW]\d+): (?P<said>.*)")
_PROGRAM = "import sys; from dennis.cmdline import click_run; sys.exit(click_run())"


def findings(path: Path) -> list[Finding]:
    """Give the rules that messages of a catalog break."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", _PROGRAM, "lint", "--reporter", "line", str(path)],
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    heading, *lines = done.stdout.splitlines()
    if done.stderr or done.returncode not in (0, 1) or not heading.startswith("dennis version"):
        raise JudgeError(f"dennis stopped with {done.returncode}: {done.stderr or done.stdout}")
    msgids = {entry.linenum: entry.msgid for entry in polib.pofile(str(path))}
    return [_finding(line, msgids) for line in lines if line.strip()]


def _finding(line: str, msgids: dict[int | None, str]) -> Finding:
    read = _LINE.fullmatch(line)
    if read is None or int(read["line"]) not in msgids:
        raise JudgeError(f"dennis said something unexpected: {line}")
    return Finding("dennis", read["rule"], msgids[int(read["line"])])
