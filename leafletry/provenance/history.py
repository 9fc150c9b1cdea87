"""The commits of the project, as far as a build reads them; git is asked, nothing is changed."""

from __future__ import annotations

import os
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from leafletry.uptodate import INPUT_FILES, INPUT_FOLDERS

if TYPE_CHECKING:
    from collections.abc import Iterator

INPUTS = (*INPUT_FOLDERS, *INPUT_FILES)
_SECONDS = 120
_OURS = ("HEAD", "--branches", "--tags")
_MOST_EXTRACTED = 500_000_000


class NoHistoryError(Exception):
    """A project without commits, or a computer without git; says which."""


@dataclass(frozen=True)
class Commit:
    """One commit: its name, its day, and git's names of what a build reads in it."""

    name: str
    day: str
    trees: tuple[str, ...]

    @property
    def engine(self) -> tuple[str, str]:
        """What stands for the engine of the commit: its code, and its locked packages."""
        named = dict(zip(INPUTS, self.trees, strict=True))
        return named["leafletry"], named["requirements.lock"]

    def __str__(self) -> str:
        """Give what people know a commit by."""
        return f"commit {self.name[:10]} of {self.day}"


@dataclass(frozen=True)
class History:
    """The commits below a folder."""

    root: Path

    def commits(self) -> list[Commit]:
        """Give the commits that a build reads differently, the newest first.

        Those of our own branches and tags: what was fetched from others is never run.
        Raises NoHistoryError.
        """
        if self._git("rev-parse", "--show-prefix").strip():
            raise NoHistoryError("the project is not at the top of its repository")
        listed = self._git("log", *_OURS, "--date-order", "--format=%H %cs").split("\n")
        pairs = [line.split(" ") for line in listed if line]
        asked = "".join(f"{name}:{path}\n" for name, _ in pairs for path in INPUTS)
        answers = iter(self._git("cat-file", "--batch-check=%(objectname)", told=asked).split("\n"))
        different: dict[tuple[str, ...], Commit] = {}
        for name, day in pairs:
            trees = tuple(next(answers) for _ in INPUTS)
            if not any(tree.endswith(" missing") for tree in trees):
                different.setdefault(trees, Commit(name, day, trees))
        return list(different.values())

    def text(self, commit: Commit, path: str) -> str | None:
        """Give a file as it was in a commit; None where it was not there."""
        try:
            return self._git("cat-file", "blob", f"{commit.name}:{path}")
        except NoHistoryError:
            return None

    def is_changed(self) -> bool:
        """Tell whether files that a build reads are not as in the last commit."""
        return bool(self._git("status", "--porcelain", "--", *INPUTS).strip())

    def extract(self, commit: Commit, folder: Path) -> None:
        """Put what a build reads in a commit into an empty folder."""
        with tempfile.TemporaryFile() as packed:
            self._run("archive", "--format=tar", commit.name, "--", *INPUTS, stdout=packed)
            packed.seek(0)
            try:
                with tarfile.open(fileobj=packed, mode="r:") as archive:
                    for member, parts in _plain_files(archive):
                        target = folder.joinpath(*parts)
                        target.parent.mkdir(parents=True, exist_ok=True)
                        content = archive.extractfile(member)
                        target.write_bytes(content.read() if content else b"")
            except (tarfile.TarError, OSError):
                raise NoHistoryError("a commit cannot be unpacked") from None

    def _git(self, *arguments: str, told: str = "") -> str:
        done = self._run(*arguments, stdout=subprocess.PIPE, told=told)
        return done.stdout.decode("utf-8", "replace")

    def _run(
        self, *arguments: str, stdout: Any, told: str = ""
    ) -> subprocess.CompletedProcess[bytes]:
        """Run git without a shell; it may ask nobody, fetch nothing and lock nothing."""
        inherited = {key: value for key, value in os.environ.items() if key[:4] != "GIT_"}
        quiet = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1"}
        safe = ("-c", "core.fsmonitor=false", "-c", "core.quotePath=true")
        try:
            done = subprocess.run(  # noqa: S603 - a fixed name; what it is told are its own names
                ["git", "--no-pager", *safe, *arguments],  # noqa: S607 - wherever the system has it
                cwd=self.root,
                env=inherited | quiet,
                input=told.encode(),
                stdout=stdout,
                stderr=subprocess.DEVNULL,
                timeout=_SECONDS,
                check=False,
            )
        except OSError:
            raise NoHistoryError("git is not installed here") from None
        except subprocess.TimeoutExpired:
            raise NoHistoryError("git takes too long") from None
        if done.returncode:
            raise NoHistoryError("there is no git history here")
        return done


def _plain_files(archive: tarfile.TarFile) -> Iterator[tuple[tarfile.TarInfo, tuple[str, ...]]]:
    """Yield the files of an archive whose names lead nowhere else."""
    left = _MOST_EXTRACTED
    for member in archive:
        parts = PurePosixPath(member.name).parts
        harmless = all(part not in ("..", "/") and "\\" not in part for part in parts)
        left -= member.size
        if member.isfile() and harmless and parts[0] in INPUTS and left > 0:
            yield member, parts
