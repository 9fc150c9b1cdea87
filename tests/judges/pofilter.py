"""What pofilter, of the Translate Toolkit, says of a catalog by its tests that are safe for us.

It is started as a program of its own, as its license wishes. Its other tests judge by rules that
are wrong here: `numbers` lets two numbers change places, those of punctuation refuse the narrow
space of French.
"""

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import polib
from patience import PATIENCE

from .findings import Finding, JudgeError

TESTS = (
    "pythonbraceformat",
    "variables",
    "urls",
    "emails",
    "xmltags",
    "nplurals",
    "untranslated",
    "isfuzzy",
    "notranslatewords",
    "doublewords",
)
# Variables are looked for only where a kind of project says how they look: GNOME's are %s, $(x).
_PROFILES = (
    ("--gnome", ("variables",)),
    ("--review", tuple(test for test in TESTS if test != "variables")),
)
_PROGRAM = "import sys; from translate.filters.pofilter import main; sys.exit(main())"
_NOTE = re.compile(r"\(pofilter\) ([a-z]+):")


def findings(path: Path, names: Iterable[str] = ()) -> list[Finding]:
    """Give the tests that messages of a catalog fail; `names` must stand in a translation too."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        untranslated = Path(folder) / "names.txt"
        untranslated.write_text("".join(f"{name}\n" for name in names), "utf-8")
        for profile, tests in _PROFILES:
            options = [
                profile,
                f"--notranslatefile={untranslated}",
                f"--language={_language(path)}",
            ]
            found += _run(path, [*options, *(f"--test={test}" for test in tests)])
    return found


def _language(path: Path) -> str:
    text = path.read_text("utf-8") if path.exists() else ""
    said = re.search(r'^"Language: ([A-Za-z_]+)', text, re.MULTILINE)
    return said[1] if said else "en"


def _run(path: Path, options: Iterable[str]) -> list[Finding]:
    done = subprocess.run(
        [sys.executable, "-P", "-c", _PROGRAM, "--progress=none", *options, str(path)],
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    # It says "all is well" whatever it found: what it wrote is its verdict.
    if done.returncode or done.stderr:
        raise JudgeError(f"pofilter stopped with {done.returncode}: {done.stderr}")
    return [
        Finding("pofilter", test, entry.msgid)
        for entry in polib.pofile(done.stdout + "\n")
        for test in _NOTE.findall(entry.tcomment)
    ]
