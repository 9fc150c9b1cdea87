"""A file is made once more from the commit it came from, and its bytes are compared."""

import datetime as dt
import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
from conftest import ROOT
from signing import sign
from small_release import (
    CLINIC,
    CLINIC_EN,
    EN,
    LEAFLET,
    NL,
    build_here,
    change,
    kept,
    released,
    root,
    verify,
)

from leafletry.provenance import history, rebuilding
from leafletry.provenance.history import History, NoHistoryError
from leafletry.provenance.packet import read_record
from leafletry.provenance.rebuilding import Rebuilder, Rebuilt

__all__ = ["kept", "released", "root"]

DUTCH = "locales/nl/LC_MESSAGES/messages.po"
WORDS = ("blauwe plekken", "blauwe vlekken")


def git(root: Path, *arguments: str) -> str:
    """Run git as somebody who works on the project."""
    who = ("-c", "user.name=Example", "-c", "user.email=nobody@example.org")
    done = subprocess.run(
        ["git", *who, *arguments], cwd=root, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def commit(root: Path, message: str) -> str:
    """Commit everything, and give the commit's name."""
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", message)
    return git(root, "rev-parse", "HEAD")


@pytest.fixture(scope="module")
def told(released: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A project with a history: the commit that was released, and later ones."""
    root = tmp_path_factory.mktemp("told") / "project"
    shutil.copytree(released, root, ignore=shutil.ignore_patterns("__pycache__"))
    (root / ".gitignore").write_text("output/\n.cache/\n__pycache__/\n")
    git(root, "init", "--quiet", "--initial-branch", "main")
    names = [commit(root, "released")]
    (root / "notes.txt").write_text("nothing that is printed")
    names.append(commit(root, "notes"))
    change(root, DUTCH, *WORDS)
    names.append(commit(root, "other words"))
    change(root, "leafletry/numerals.py", '"""', '""" ')
    names.append(commit(root, "another engine"))
    return root, names


def rebuilt(root: Path, path: Path, clinic: Path | None = None) -> Rebuilt:
    """Make a file once more."""
    content = path.read_bytes()
    return Rebuilder(root, clinic).rebuild(content, read_record(content))


def digests(folder: Path) -> dict[str, str]:
    """Give all files of a folder, but those of git and what Python compiled."""
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not {".git", "__pycache__"} & set(path.parts)
    }


def test_the_commit_is_found_by_what_is_in_it(told: tuple[Path, list[str]], kept: Path) -> None:
    """The newest commit that gives the file is named, and nothing in the project is touched."""
    root, names = told
    before = digests(root)
    found = rebuilt(root, kept / NL.path)
    assert found.outcome == "same"
    assert found.commit == names[1]
    assert found.means.startswith(f"the same bytes, from commit {names[1][:10]} of 20")
    assert digests(root) == before
    assert git(root, "status", "--porcelain") == ""


def test_other_bytes_are_told_with_their_place(told: tuple[Path, list[str]], kept: Path) -> None:
    """A file that was changed afterwards is found, and where it first differs."""
    root, names = told
    content = bytearray((kept / EN.path).read_bytes())
    content[20_000] ^= 1
    (kept / EN.path).write_bytes(content + b"more")
    found = rebuilt(root, kept / EN.path)
    assert (found.outcome, found.commit) == ("other", names[2])
    assert "first difference at byte 20,000; " in found.means


def test_a_clinics_edition_needs_its_profile(
    told: tuple[Path, list[str]], kept: Path, tmp_path: Path
) -> None:
    """A clinic's numbers are in no commit: its profile is named, whatever the file is called."""
    root, _ = told
    found = rebuilt(root, kept / CLINIC_EN.path)
    assert found == Rebuilt(
        "none",
        'it is an edition of the clinic "example": name its profile with --clinic FILE',
    )
    profile = tmp_path / "old copy.yaml"
    shutil.copy(root / CLINIC, profile)
    shutil.copy(root / "clinics/example-logo.svg", tmp_path)
    assert rebuilt(root, kept / CLINIC_EN.path, profile).outcome == "same"
    change(tmp_path, profile.name, "020 7946 0199", "020 7946 0198")
    found = rebuilt(root, kept / CLINIC_EN.path, profile)
    assert found == Rebuilt("none", "no commit of this project gives it")


def test_the_command_rebuilds(told: tuple[Path, list[str]], kept: Path) -> None:
    """`verify --rebuild` says both: whether the file is good, and whether its bytes are."""
    root, names = told
    done = verify(root, "verify", "--rebuild", str(kept / EN.path))
    first, second = done.stdout.splitlines()
    assert ": current: " in first
    assert second.startswith(f"  rebuilt: the same bytes, from commit {names[2][:10]} of 20")
    assert (done.returncode, done.stderr) == (0, "")
    (kept / "no.pdf").write_bytes(b"%PDF-1.7")
    done = verify(root, "verify", "--rebuild", "--json", str(kept / "no.pdf"))
    (one,) = json.loads(done.stdout)["verified"]
    assert one["rebuilt"]["outcome"] == "none"
    assert done.returncode == 1


def test_files_that_are_not_committed_are_tried_last(root: Path) -> None:
    """What was built from files as they are is found there, and said so."""
    git(root, "init", "--quiet")
    (root / ".gitignore").write_text("output/\n.cache\n__pycache__/\n")
    commit(root, "before")
    change(root, DUTCH, *WORDS)
    build_here(root)
    path = root / "output" / NL.path
    found = rebuilt(root, path)
    assert found == Rebuilt(
        "same", "the same bytes, from the files as they are here, not committed"
    )
    change(root, DUTCH, *reversed(WORDS))
    assert rebuilt(root, path) == Rebuilt("none", "no commit of this project gives it")


def test_without_a_history_there_are_only_the_files(root: Path, kept: Path) -> None:
    """A copy of the project without git still says whether its own files give the same bytes."""
    assert rebuilt(root, kept / NL.path).outcome == "same"
    change(root, DUTCH, *WORDS)
    found = rebuilt(root, kept / NL.path)
    assert found.outcome == "none"
    assert found.means == "no commit of this project gives it (there is no git history here)"


def test_a_release_is_rebuilt_after_its_review_ran_out(root: Path) -> None:
    """Whether it was a draft depended on the day; the day is found too."""
    signed, until = dt.date(2024, 1, 1), dt.date(2024, 12, 31)
    for locale in ("en", "nl"):
        (root / f"locales/{locale}/signoff.yaml").unlink()
    shutil.rmtree(root / "output")
    sign(root, LEAFLET, "nl", signed_on=signed, next_review=until)
    build_here(root, day=until)
    record = read_record((root / "output" / NL.path).read_bytes())
    assert record.state == "release"
    assert rebuilt(root, root / "output" / NL.path).outcome == "same"


def test_other_packages_need_another_set_up(
    told: tuple[Path, list[str]], kept: Path, tmp_path: Path
) -> None:
    """A commit with other locked packages is named, and not built with those of today."""
    root = tmp_path / "later"
    shutil.copytree(told[0], root, ignore=shutil.ignore_patterns("__pycache__"))
    with (root / "requirements.lock").open("a") as lock:
        lock.write("# newer\n")
    commit(root, "newer packages")
    found = rebuilt(root, kept / NL.path)
    assert (found.outcome, found.commit) == ("none", told[1][2])
    assert "needs the packages of its own requirements.lock" in found.means


def test_commits_that_print_the_same_count_once(told: tuple[Path, list[str]]) -> None:
    """Of commits in which a build reads the same, the newest stands for all."""
    root, names = told
    assert [item.name for item in History(root).commits()] == [names[3], names[2], names[1]]
    assert History(root).is_changed() is False


def test_only_our_own_commits_are_run(told: tuple[Path, list[str]], tmp_path: Path) -> None:
    """What was only fetched from somebody, or put aside, is never run."""
    root = tmp_path / "fetched"
    shutil.copytree(told[0], root, ignore=shutil.ignore_patterns("__pycache__"))
    change(root, "leafletry/numerals.py", '"""', '""" evil')
    strange = commit(root, "a stranger's")
    git(root, "update-ref", "refs/remotes/stranger/main", strange)
    git(root, "update-ref", "refs/pull/1/head", strange)
    git(root, "reset", "--quiet", "--hard", told[1][3])
    assert strange not in {item.name for item in History(root).commits()}


def test_an_engine_that_hangs_or_lies_is_given_up(
    told: tuple[Path, list[str]], kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A commit whose engine never ends, breaks or talks nonsense gives no file, and no error."""
    root = tmp_path / "broken"
    monkeypatch.setattr(rebuilding, "_SECONDS", 3)
    for code in (
        "while True: pass",
        "raise SystemExit(3)",
        "import os; os.write(1, b'nonsense')",
        "import os; os.write(1, b'[]')",
    ):
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(told[0], root, ignore=shutil.ignore_patterns("__pycache__", ".git"))
        (root / "leafletry/provenance/again.py").write_text(code)
        git(root, "init", "--quiet")
        commit(root, "broken")
        assert rebuilt(root, kept / NL.path).outcome == "none"


def test_no_git_is_no_failure(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where git is not installed, it is said."""
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NoHistoryError, match="not installed"):
        History(root).commits()


def test_names_in_an_archive_lead_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only plain files below the folders of a build come out of an archive."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:") as archive:
        for name in (
            *("leaflets/a.yaml", "leaflets/../../a", "/etc/passwd", "../a", "other/a"),
            *("leaflets/..\\a", "requirements.lock", "styles/b/c.css", "clinics/a.yaml"),
        ):
            archive.addfile(tarfile.TarInfo(name), io.BytesIO())
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE):
            link = tarfile.TarInfo("leaflets/link")
            link.type, link.linkname = kind, "/etc/passwd"
            archive.addfile(link)
        for name in ("leaflets/large", "leaflets/too-large"):
            large = tarfile.TarInfo(name)
            large.size = 60
            archive.addfile(large, io.BytesIO(bytes(60)))
    packed.seek(0)
    monkeypatch.setattr(history, "_MOST_EXTRACTED", 100)
    with tarfile.open(fileobj=packed, mode="r:") as archive:
        names = ["/".join(parts) for _, parts in history._plain_files(archive)]
    assert names == ["leaflets/a.yaml", "requirements.lock", "styles/b/c.css", "leaflets/large"]


def test_the_project_itself_has_a_history_to_look_through() -> None:
    """The commits of this very project can be listed, where it is a clone."""
    if not (ROOT / ".git").exists() or os.environ.get("GIT_DIR"):
        pytest.skip("this is no clone")
    commits = History(ROOT).commits()
    assert all(len(item.trees) == len(history.INPUTS) for item in commits)
