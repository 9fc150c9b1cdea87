"""The commits of the project, as far as a build reads them; git is asked, nothing is changed."""

from __future__ import annotations

import hashlib
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from leafletry.printing.uptodate import INPUT_FILES, INPUT_FOLDERS, input_names
from leafletry.reading.plain_file import read_plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

INPUTS = (*INPUT_FOLDERS, *INPUT_FILES)
_SECONDS = 120
_OURS = ("HEAD", "--branches", "--tags")
_MOST_EXTRACTED = 500_000_000
_LENGTH_OF_SHA1 = 40
_SAFE = (
    "core.fsmonitor=false",
    "core.hooksPath=" + os.devnull,
    "core.quotePath=true",
    "protocol.allow=never",
    "log.showSignature=false",
)
_KEPT = ("SYSTEMROOT", "WINDIR", "TEMP", "TMP", "TMPDIR")
_NOBODYS_SETTINGS = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}


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
class CommittedFile:
    """A file of a commit: where it lies, git's name of its content, and its size in bytes."""

    path: str
    name: str
    size: int


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
        listed = self._git("rev-list", *_OURS, "--date-order", "--format=%H %cs").split("\n")
        pairs = [line.split(" ") for line in listed if line and not line.startswith("commit ")]
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

    def engine_of(self, commit: Commit) -> tuple[bytes, dict[str, bytes]]:
        """Give the locked packages of a commit and the files of its engine, by their names.

        Nothing of it is run. Raises NoHistoryError.
        """
        lock = commit.engine[1]
        files = {
            file.path.removeprefix("leafletry/"): file.name
            for file in _plain_files(self._files(commit.name))
            if file.path.startswith("leafletry/")
        }
        contents = self._contents([lock, *files.values()])
        return contents[lock], {name: contents[blob] for name, blob in files.items()}

    def _contents(self, names: list[str]) -> dict[str, bytes]:
        """Give the contents of files by git's names of them. Raises NoHistoryError."""
        asked = "".join(f"{name}\n" for name in names)
        packed = self._run("cat-file", "--batch", stdout=subprocess.PIPE, told=asked).stdout
        contents, at = {}, 0
        for name in names:
            head, _, _ = packed[at : at + 200].partition(b"\n")
            size = head.split(b" ")[-1]
            if not size.isdigit():
                raise NoHistoryError("a commit is not whole")
            start = at + len(head) + 1
            at = start + int(size) + 1
            contents[name] = packed[start : at - 1]
        return contents

    def is_changed(self) -> bool:
        """Tell whether files that a build reads are not as in the last commit.

        They are compared here: git would first hand them to programs that its settings name.
        """
        committed = {file.path: file.name for file in self._files("HEAD")}
        return any(name not in committed for name in input_names(self.root)) or any(
            not _is_still(self.root / path, name) for path, name in committed.items()
        )

    def extract(self, commit: Commit, folder: Path) -> None:
        """Put what a build reads in a commit into an empty folder, byte for byte.

        Raises NoHistoryError.
        """
        files = list(_plain_files(self._files(commit.name)))
        asked = "".join(f"{file.name}\n" for file in files)
        with tempfile.TemporaryFile() as packed:
            self._run("cat-file", "--batch", stdout=packed, told=asked)
            packed.seek(0)
            for file in files:
                # A line with name, kind and size; the file; a line feed.
                if packed.readline().split() != [file.name.encode(), b"blob", b"%d" % file.size]:
                    raise NoHistoryError("a commit cannot be unpacked")
                try:
                    target = folder / file.path
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(packed.read(file.size))
                except (OSError, ValueError):
                    raise NoHistoryError("a commit cannot be unpacked") from None
                packed.read(1)

    def _files(self, commit: str) -> list[CommittedFile]:
        """Give the files of a commit that a build reads; links and other repositories are none."""
        listed = self._git("ls-tree", "-r", "-l", "-z", commit, "--", *INPUTS)
        files = []
        for line in filter(None, listed.split("\0")):
            about, _, path = line.partition("\t")
            mode, _, name, size = about.split()
            if mode.startswith("100"):
                if not size.isdigit():
                    raise NoHistoryError("a file of a commit is missing")
                files.append(CommittedFile(path, name, int(size)))
        return files

    def _git(self, *arguments: str, told: str = "") -> str:
        done = self._run(*arguments, stdout=subprocess.PIPE, told=told)
        return done.stdout.decode("utf-8", "replace")

    def _run(
        self, *arguments: str, stdout: Any, told: str = ""
    ) -> subprocess.CompletedProcess[bytes]:
        """Run git without a shell; it asks nobody, fetches nothing, locks nothing, runs nothing.

        Whoever gave us the folder may have written its settings, and these name programs.
        """
        safe = [part for setting in _SAFE for part in ("-c", setting)]
        git, path = _git_and_path(self.root)
        kept = {key: os.environ[key] for key in _KEPT if key in os.environ}
        try:
            done = subprocess.run(  # noqa: S603 - what it is told are its own names
                [git, "--no-pager", *safe, "-c", f"safe.directory={self.root}", *arguments],
                cwd=self.root,
                env=kept | _NOBODYS_SETTINGS | {"PATH": path},
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


def _git_and_path(root: Path) -> tuple[str, str]:
    """Give where git is, and where it may look for programs: nowhere in the project itself.

    Raises NoHistoryError where there is none.
    """
    named = os.environ.get("PATH", os.defpath).split(os.pathsep)
    ours = root.resolve()
    folders = [
        name
        for name in named
        if Path(name).is_absolute() and not Path(name).resolve().is_relative_to(ours)
    ]
    for folder in folders:
        git = Path(folder) / ("git.exe" if os.name == "nt" else "git")
        if git.is_file() and os.access(git, os.X_OK):
            return str(git), os.pathsep.join(folders)
    raise NoHistoryError("git is not installed here")


def _is_still(path: Path, name: str) -> bool:
    """Tell whether a file is the one that git knows by a name."""
    try:
        content = read_plain(path)
    except OSError:
        return False
    kind = "sha1" if len(name) == _LENGTH_OF_SHA1 else "sha256"
    digest = hashlib.new(kind, b"blob %d\0" % len(content), usedforsecurity=False)
    digest.update(content)
    return digest.hexdigest() == name


def _plain_files(files: Iterable[CommittedFile]) -> Iterator[CommittedFile]:
    """Yield the files whose names lead nowhere else, up to a limit."""
    left = _MOST_EXTRACTED
    for file in files:
        parts = PurePosixPath(file.path).parts
        harmless = all(part not in ("..", "/") and "\\" not in part for part in parts)
        left -= file.size
        if harmless and parts[0] in INPUTS and left > 0:
            yield file
