"""What i18nspector, the strictest of linters, says of a catalog's header and form."""

import re
import subprocess
from pathlib import Path

from patience import PATIENCE

from .findings import Finding, JudgeError
from .tools import require_tool

_LINE = re.compile(r"[EWIP]: (?P<path>.*?): (?P<tag>[a-z0-9-]+)(?: (?P<about>.*))?")


def findings(path: Path) -> list[Finding]:
    """Give the tags that a catalog gets, of whatever severity."""
    done = subprocess.run(
        [str(require_tool("i18nspector")), str(path)],
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    if done.returncode or done.stderr:
        raise JudgeError(f"i18nspector stopped with {done.returncode}: {done.stderr}")
    return [_finding(line) for line in done.stdout.splitlines()]


def _finding(line: str) -> Finding:
    read = _LINE.fullmatch(line)
    if read is None:
        raise JudgeError(f"i18nspector said something unexpected: {line}")
    if read["tag"] == "os-error":
        raise JudgeError(f"i18nspector could not read it: {line}")
    return Finding("i18nspector", read["tag"], read["about"] or "")
