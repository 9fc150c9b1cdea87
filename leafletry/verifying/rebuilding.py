"""`verify --rebuild`: make a file once more from the commit it came from, and compare the bytes.

A file cannot name its commit, so the commit is found by what is in it: the record tells the
digest of the engine, which git is asked for without running anything, and of everything that went
into the file, which only that engine can tell.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from leafletry.editions.composition import digest_of_engine, engine_digest
from leafletry.editions.record import half
from leafletry.verifying.history import History, NoHistoryError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from leafletry.editions.record import Provenance
    from leafletry.verifying.history import Commit

MOST_TRIES = 20
"""Of how many commits with the right engine a file is made once more before it is given up."""
_SECONDS = 300
_AGAIN = ("leafletry/verifying/again.py", "leafletry/provenance/again.py")
"""Where the engine of a commit has what makes an edition once more; some had it elsewhere."""


@dataclass(frozen=True)
class Rebuilt:
    """What came of it: the same bytes, other bytes, or no commit that gives the file."""

    outcome: Literal["same", "other", "none"]
    means: str
    commit: str = ""


def _nobody_listens(said: str) -> None:
    """Take what is told, and do nothing."""


@dataclass
class Rebuilder:
    """Finds the commits of files; what it learned of one it keeps for the next.

    `tell` is told what takes long, in words.
    """

    root: Path
    clinic: Path | None = None
    tell: Callable[[str], None] = field(default=_nobody_listens)
    _engines: dict[tuple[str, str], str] = field(default_factory=dict)

    def rebuild(self, content: bytes, record: Provenance) -> Rebuilt:
        """Make the file of a record once more, and compare."""
        if record.clinic is not None and self.clinic is None:
            return Rebuilt(
                "none",
                f'it is an edition of the clinic "{record.clinic.id}": '
                "name its profile with --clinic FILE",
            )
        try:
            commits, changed = self._commits, self._history.is_changed()
        except NoHistoryError as error:
            commits, changed, why = [], True, f" ({error})"
        else:
            why = ""
        with_engine = [commit for commit in commits if self._engine_of(commit) == record.engine]
        is_here = changed and half(engine_digest(self.root)) == record.engine
        if commits and not with_engine and not is_here:
            why = ": none has the program that made it"
        for tried, commit in enumerate(self._that_may_give(with_engine, record)):
            if tried == MOST_TRIES:
                why = f" (the {MOST_TRIES} newest that may give it were tried)"
                break
            self.tell(f"making {record.code} once more from {commit}")
            if found := self._from_commit(commit, content, record):
                return found
        if is_here:
            self.tell(f"making {record.code} once more from the files as they are here")
            if (made := self._make(self.root, record)) is not None:
                return _compared(made, content, "the files as they are here, not committed", "")
        return Rebuilt("none", f"no commit of this project gives it{why}")

    def _that_may_give(self, commits: Iterable[Commit], record: Provenance) -> Iterator[Commit]:
        return (commit for commit in commits if _may_give(self._history, commit, record))

    @cached_property
    def _history(self) -> History:
        return History(self.root)

    @cached_property
    def _commits(self) -> list[Commit]:
        return self._history.commits()

    def _engine_of(self, commit: Commit) -> str:
        """Give the digest of a commit's engine as records name it, from what lies in git."""
        if commit.engine not in self._engines:
            try:
                digest = half(digest_of_engine(*self._history.engine_of(commit)))
            except NoHistoryError:
                digest = ""
            self._engines[commit.engine] = digest
        return self._engines[commit.engine]

    def _from_commit(self, commit: Commit, content: bytes, record: Provenance) -> Rebuilt | None:
        """Try a commit; None where it is not the one."""
        with tempfile.TemporaryDirectory(prefix="leafletry-") as folder:
            tree = Path(folder).resolve() / "tree"
            tree.mkdir()
            try:
                self._history.extract(commit, tree)
            except NoHistoryError:
                return None
            lock = "requirements.lock"
            if (tree / lock).read_bytes() != (self.root / lock).read_bytes():
                return Rebuilt(
                    "none",
                    f"its engine is that of {commit}, which needs the packages of its own "
                    f"{lock}: check it out beside this folder, set it up, and verify there",
                    commit.name,
                )
            made = self._make(tree, record)
        return None if made is None else _compared(made, content, str(commit), commit.name)

    def _make(self, tree: Path, record: Provenance) -> bytes | None:
        """Give the file as a tree makes it; None where it is made from something else there."""
        clinic = record.clinic.id if record.clinic else None
        with tempfile.TemporaryDirectory(prefix="leafletry-") as folder:
            target = Path(folder) / "again.pdf"
            told = {
                "do": "again",
                "leaflet": record.leaflet,
                "locale": record.locale,
                "page_format": record.page_format,
                "clinic": clinic,
                "clinic_file": str(self.clinic.resolve()) if clinic and self.clinic else None,
                "made_from": record.made_from,
                "target": str(target),
            }
            made = self._ask(tree, told).get("made") is True
            return target.read_bytes() if made and target.is_file() else None

    def _ask(self, tree: Path, told: dict[str, Any]) -> dict[str, Any]:
        """Let the engine of a tree do something; nothing where it cannot."""
        again = next((name for name in _AGAIN if (tree / name).is_file()), _AGAIN[0])
        inherited = {key: value for key, value in os.environ.items() if key[:6] != "PYTHON"}
        own = {"PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
        try:
            done = subprocess.run(  # noqa: S603 - a fixed name, one of two
                [sys.executable, "-P", "-W", "ignore", "-m", again[:-3].replace("/", ".")],
                cwd=tree,
                env=inherited | own,
                input=json.dumps(told).encode(),
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
            answer = json.loads(done.stdout) if not done.returncode else {}
        except (OSError, ValueError, subprocess.TimeoutExpired):
            return {}
        return answer if isinstance(answer, dict) else {}


def _may_give(history: History, commit: Commit, record: Provenance) -> bool:
    """Tell whether a commit has the leaflet in its version, by a look that costs little."""
    leaflet = history.text(commit, f"leaflets/{record.leaflet}.yaml") or ""
    version = re.search(r"^version: *[\"']?([0-9.]+)", leaflet, re.MULTILINE)
    same = version is not None and version[1] == record.version
    return same and any(history.text(commit, name) is not None for name in _AGAIN)


def _compared(made: bytes, content: bytes, source: str, commit: str) -> Rebuilt:
    if made == content:
        return Rebuilt("same", f"the same bytes, from {source}", commit)
    pairs = zip(made, content, strict=False)
    same = next((at for at, pair in enumerate(pairs) if pair[0] != pair[1]), None)
    at = min(len(made), len(content)) if same is None else same
    means = (
        f"other bytes from {source}: first difference at byte {at:,}; "
        f"{len(content):,} bytes, and {len(made):,} made here"
    )
    return Rebuilt("other", means, commit)
