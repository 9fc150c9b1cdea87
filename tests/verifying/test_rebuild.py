"""A file is made once more from the commit it came from, and its bytes are compared."""

import datetime as dt
import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT
from forging import FRESH, with_record
from signed import sign
from small_release import (
    CLINIC,
    CLINIC_EN,
    DAY,
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

from leafletry.pages.packet import read_record
from leafletry.printing.uptodate import INPUT_FOLDERS
from leafletry.verifying import history, rebuilding
from leafletry.verifying.history import Commit, CommittedFile, History, NoHistoryError
from leafletry.verifying.known_codes import KnownCodes
from leafletry.verifying.rebuilding import Rebuilder, Rebuilt
from leafletry.verifying.verifying import Verifier

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
    change(root, "leafletry/content/numerals.py", '"""', '""" ')
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
    assert done.returncode == 0
    assert re.fullmatch(r"(making IL-S2 · en · \S+ · \w+ once more from commit .*\n)+", done.stderr)
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
    (root / "locales/en/confirmed.yaml").unlink()
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
    change(root, "leafletry/content/numerals.py", '"""', '""" evil')
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
        (root / "leafletry/verifying/again.py").write_text(code)
        git(root, "init", "--quiet")
        commit(root, "broken")
        assert rebuilt(root, kept / NL.path).outcome == "none"


def test_an_engine_of_before_the_rooms_makes_its_files(
    told: tuple[Path, list[str]], tmp_path: Path
) -> None:
    """Where an older commit has what makes an edition once more elsewhere, it is found there."""
    root = tmp_path / "before"
    shutil.copytree(told[0], root, ignore=shutil.ignore_patterns("__pycache__", ".git"))
    change(root, "leafletry/content/numerals.py", '""" ', '"""')
    (root / "leafletry/provenance").mkdir()
    (root / "leafletry/verifying/again.py").rename(root / "leafletry/provenance/again.py")
    build_here(root)
    git(root, "init", "--quiet")
    name = commit(root, "before the rooms")
    found = rebuilt(root, root / "output" / EN.path)
    assert (found.outcome, found.commit) == ("same", name)


def test_no_engine_is_run_but_the_one_that_made_it(
    told: tuple[Path, list[str]], kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which commit has the engine of a file is read from git; others are left alone."""
    root, names = told
    asked: list[str] = []
    monkeypatch.setattr(Rebuilder, "_make", lambda _, tree, __: asked.append(tree.name))
    said: list[str] = []
    record = read_record((kept / NL.path).read_bytes())
    found = Rebuilder(root, None, said.append).rebuild(b"", record)
    assert found == Rebuilt("none", "no commit of this project gives it")
    assert [line.partition("commit ")[2][:10] for line in said] == [names[2][:10], names[1][:10]]
    assert len(asked) == 2
    strange = record.model_copy(update={"engine": "0" * 32})
    found = Rebuilder(root, None, said.append).rebuild(b"", strange)
    why = ": none has the program that made it"
    assert found == Rebuilt("none", f"no commit of this project gives it{why}")
    monkeypatch.setattr(rebuilding, "MOST_TRIES", 1)
    found = Rebuilder(root, None, said.append).rebuild(b"", record)
    assert "(the 1 newest that may give it were tried)" in found.means
    assert len(asked) == len(said) == 3


def test_a_forged_file_is_not_proven_by_a_rebuild(root: Path, kept: Path, tmp_path: Path) -> None:
    """With `--rebuild`, what output/ vouches for and no commit gives is not called current."""
    (root / ".gitignore").write_text("output/\n.cache\n__pycache__/\n")
    git(root, "init", "--quiet")
    commit(root, "released")
    content = (kept / NL.path).read_bytes()
    made_from = read_record(content).made_from
    first = content.replace(made_from[:32].encode(), FRESH[:32].encode())
    forged = tmp_path / "forged.pdf"
    forged.write_bytes(with_record(first, made_from=FRESH))
    with Verifier(KnownCodes.of(root, DAY), Rebuilder(root)) as verifier:
        verdict = verifier.file(forged)
        assert (verdict.state, verdict.proof) == ("not proven", "")
        assert verdict.rebuilt is not None
        assert verdict.rebuilt.outcome == "none"
        good = verifier.file(kept / NL.path)
        assert (good.state, good.proof) == ("current", "rebuilt")
    with (root / "styles/blocks.css").open("a", encoding="utf-8") as sheet:
        sheet.write("\n.block { letter-spacing: -0.05pt }\n")
    with Verifier(KnownCodes.of(root, DAY), Rebuilder(root)) as verifier:
        old = verifier.file(kept / EN.path)
        assert (old.state, old.proof) == ("current", "rebuilt"), "its words are still the newest"


def test_no_git_is_no_failure(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where git is not installed, it is said."""
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NoHistoryError, match="not installed"):
        History(root).commits()


def test_names_in_a_commit_lead_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only files below the folders of a build come out of a commit, and not more than a limit."""
    names = (
        *("leaflets/a.yaml", "leaflets/../../a", "/etc/passwd", "../a", "other/a"),
        *("leaflets/..\\a", "requirements.lock", "styles/b/c.css", "clinics/a.yaml"),
    )
    files = [CommittedFile(name, "", 0) for name in names]
    files += [CommittedFile(f"leaflets/{name}", "", 60) for name in ("large", "too-large")]
    monkeypatch.setattr(history, "_MOST_EXTRACTED", 100)
    kept = [file.path for file in history._plain_files(files)]
    assert kept == ["leaflets/a.yaml", "requirements.lock", "styles/b/c.css", "leaflets/large"]


# ── Settings that somebody else wrote ──────────────────────────────────────────────────────────


@pytest.fixture
def little(tmp_path: Path) -> Path:
    """A project with two commits, as small as can be."""
    root = tmp_path / "little"
    for folder in INPUT_FOLDERS:
        (root / folder).mkdir(parents=True)
        (root / folder / "a.txt").write_text(f"first in {folder}\n")
    (root / "requirements.lock").write_text("jinja2==1\n")
    git(root, "init", "--quiet", "--initial-branch", "main")
    commit(root, "first")
    (root / "leaflets/a.txt").write_text("second $Format:%H$\n")
    commit(root, "second")
    return root


def everything(root: Path, folder: Path) -> dict[str, str]:
    """Ask of a history all that it can tell, and give the files of its newest commit."""
    asked = History(root)
    [newest, first] = asked.commits()
    assert asked.text(first, "leaflets/a.txt") == "first in leaflets\n"
    asked.is_changed()
    folder.mkdir()
    asked.extract(newest, folder)
    return {str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*.*"))}


def program(tmp_path: Path, name: str = "program") -> Path:
    """A program that leaves a mark when somebody runs it."""
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\nexec cat\n")
    path.chmod(0o755)
    return path


SETTINGS: dict[str, list[str]] = {
    "filter": ["filter.x.clean", "filter.x.smudge"],
    "process of a filter": ["filter.x.process"],
    "signatures": ["gpg.program", "gpg.ssh.program", "gpg.x509.program"],
    "watch of files": ["core.fsmonitor"],
    "words of files": ["diff.x.textconv", "diff.x.command", "diff.external"],
    "pager and editor": ["core.pager", "pager.rev-list", "pager.cat-file", "core.editor"],
    "names": ["alias.rev-list", "alias.cat-file", "alias.ls-tree", "alias.rev-parse"],
    "the net": ["core.sshCommand", "core.gitProxy", "core.askPass", "credential.helper"],
    "other repositories": ["core.alternateRefsCommand", "uploadpack.packObjectsHook"],
    "archives": ["tar.tar.command"],
}


@pytest.mark.parametrize("settings", SETTINGS)
def test_settings_of_git_run_nothing(settings: str, little: Path, tmp_path: Path) -> None:
    """Whatever programs a folder's own settings of git name, none of them is run."""
    ran = tmp_path / "ran"
    for name in SETTINGS[settings]:
        git(little, "config", name, str(program(tmp_path)))
    git(little, "config", "log.showSignature", "true")
    info = little / ".git/info"
    info.mkdir(exist_ok=True)
    (info / "attributes").write_text("* filter=x diff=x text=auto eol=crlf export-subst ident\n")
    for path in little.glob("*/*.txt"):
        os.utime(path)  # As after an archive is unpacked: git would look into each.
    assert everything(little, tmp_path / "out")["leaflets/a.txt"] == "second $Format:%H$\n"
    assert not ran.exists()
    assert not History(little).is_changed()
    # So that the silence means something.
    assert program(tmp_path).exists()
    subprocess.run([program(tmp_path)], stdin=subprocess.DEVNULL, check=True)
    assert ran.exists()


def test_hooks_run_nothing(little: Path, tmp_path: Path) -> None:
    """Nor is any hook."""
    names = [path.name.removesuffix(".sample") for path in (little / ".git/hooks").iterdir()]
    for name in [*names, "post-index-change", "reference-transaction"]:
        shutil.copy(program(tmp_path), little / ".git/hooks" / name)
    everything(little, tmp_path / "out")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "address", ["ext::{program}", "ssh://host/x", "file://{folder}", "{folder}"]
)
def test_nothing_is_fetched(address: str, little: Path, tmp_path: Path) -> None:
    """Where a repository lacks a file and names who has it, it is not asked for."""
    ran = program(tmp_path)
    blob = git(little, "rev-parse", "HEAD:leaflets/a.txt")
    (little / ".git/objects" / blob[:2] / blob[2:]).unlink()
    for name, value in (
        ("core.repositoryFormatVersion", "1"),
        ("extensions.partialClone", "origin"),
        ("remote.origin.promisor", "true"),
        ("remote.origin.url", address.format(program=ran, folder=tmp_path)),
        ("remote.origin.uploadpack", str(ran)),
        ("protocol.allow", "always"),
        ("core.sshCommand", str(ran)),
    ):
        git(little, "config", name, value)
    with pytest.raises(NoHistoryError):
        everything(little, tmp_path / "out")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("path", [".", "", "{root}", "{root}/bin", "bin"])
def test_git_of_the_project_is_not_run(
    path: str, little: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program called git that lies in the project is not taken for git."""
    for folder in (little, little / "bin"):
        folder.mkdir(exist_ok=True)
        shutil.copy(program(tmp_path), folder / "git")
    monkeypatch.chdir(little)
    given = path.format(root=little)
    monkeypatch.setenv("PATH", os.pathsep.join((given, os.environ["PATH"])))
    everything(little, tmp_path / "out")
    assert not (tmp_path / "ran").exists()


def test_settings_of_the_caller_change_nothing(
    little: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Variables and settings of whoever calls are passed over, and objects in others' place."""
    (tmp_path / ".gitconfig").write_text("not a setting at all [")
    old, new = (git(little, "rev-parse", f"HEAD{at}:leaflets/a.txt") for at in ("~1", ""))
    git(little, "replace", new, old)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_DIR", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_COUNT", "nonsense")
    monkeypatch.setenv("GIT_TRACE", str(tmp_path / "ran"))
    assert everything(little, tmp_path / "out")["leaflets/a.txt"].startswith("second")
    assert not (tmp_path / "ran").exists()


def test_links_in_a_commit_stay_there(little: Path, tmp_path: Path) -> None:
    """A link that somebody committed leads nobody out of the folder that a commit is put into."""
    (little / "leaflets/link").symlink_to("/etc/hostname")
    (little / "leaflets/more.txt").touch()
    newest = commit(little, "third")
    History(little).extract(Commit(newest, "", ()), tmp_path)
    assert (tmp_path / "leaflets/more.txt").exists()
    assert not (tmp_path / "leaflets/link").is_symlink()


CHANGES: dict[str, Callable[[Path], object]] = {
    "nothing": lambda root: os.utime(root / "leaflets/a.txt"),
    "other words": lambda root: (root / "leaflets/a.txt").write_text("third"),
    "a file less": lambda root: (root / "styles/a.txt").unlink(),
    "a file more": lambda root: (root / "styles/b.css").touch(),
    "a link": lambda root: (root / "templates/b.html").symlink_to("a.txt"),
    "another lock": lambda root: (root / "requirements.lock").write_text("jinja2==2\n"),
    "a note": lambda root: (root / "notes.txt").touch(),
    "a compiled module": lambda root: (root / "leafletry/a.pyc").touch(),
}


@pytest.mark.parametrize("what", CHANGES)
def test_changed_files_are_seen(what: str, little: Path) -> None:
    """What a build would read differently is seen without asking git for it, and nothing else."""
    CHANGES[what](little)
    harmless = {"nothing", "a note", "a compiled module"}
    assert History(little).is_changed() is (what not in harmless)


def test_the_project_itself_has_a_history_to_look_through() -> None:
    """The commits of this very project can be listed, where it is a clone."""
    if not (ROOT / ".git").exists() or os.environ.get("GIT_DIR"):
        pytest.skip("this is no clone")
    commits = History(ROOT).commits()
    assert all(len(item.trees) == len(history.INPUTS) for item in commits)
