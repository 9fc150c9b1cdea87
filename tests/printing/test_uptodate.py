"""The quick look: it says "up to date" when a full build would make nothing, and then only."""

import datetime as dt
import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sampling import WHOLE
from signed import sign
from small_project import (
    ACT,
    ACT_YAML,
    CALL,
    CALL_NL,
    DUTCH_FILE,
    append,
    assert_nothing_else,
    build_here,
    built,
    made_by,
    messages_of,
    read_manifest,
    replace,
    root,
    seen_from_outside,
)
from test_building import EDITS, Edit, damage

from leafletry.printing import uptodate

__all__ = ["built", "root"]

pytestmark = pytest.mark.usefixtures("printed_once")


def says_current(project: Path) -> bool:
    """Ask the quick look, as the door does."""
    return uptodate.report_if_current(project, ["--quiet"]) == 0


def write_manifest(change: Callable[[dict[str, object]], object], *, seal: bool) -> Edit:
    """Give an edit that changes the manifest, with a seal made anew or as it was."""

    def edit(project: Path) -> None:
        manifest = read_manifest(project)
        old = manifest.pop("seal")
        change(manifest)
        manifest["seal"] = uptodate.seal(manifest) if seal else old
        (project / "output" / "manifest.json").write_text(json.dumps(manifest), "utf-8")

    return edit


def overwrite(name: str, content: bytes) -> Edit:
    """Give an edit that puts other bytes into a file."""
    return lambda project: (project / name).write_bytes(content)


def write_by_another_engine(project: Path) -> None:
    """Leave a manifest as an engine wrote it that knew less of an edition."""
    append(project, "leafletry/content/numerals.py", "# new\n")
    write_manifest(
        lambda manifest: manifest["editions"][0].pop("digest"),  # type: ignore[index]
        seal=True,
    )(project)


UNSEEN: dict[str, Edit] = {
    "times of all files": EDITS["times of all files"][0],
    "backup of an editor": overwrite(f"leaflets/{CALL}.yaml~", b"old"),
    "swap file of an editor": overwrite("leaflets/.facts.yaml.swp", b"b0"),
    "compiled catalog": overwrite("locales/nl/LC_MESSAGES/messages.mo", b"x"),
    "template of the catalogs": overwrite("locales/messages.pot", b"# new"),
    "half of a catalog": overwrite("locales/nl/LC_MESSAGES/.messages.po.x.tmp", b"x"),
    "bytecode": lambda project: (project / "leafletry" / "__pycache__").mkdir(),
    "file of a person in output": overwrite("output/nl/mine.txt", b"mine"),
    "clinic nobody named": lambda project: append(project, "clinics/example.yaml", "# new\n"),
    "a file beside the folders": overwrite("notes.txt", b"x"),
}
SEEN: dict[str, Edit] = {
    "new leaflet": lambda project: (project / "leaflets/more.yaml").write_text(
        ACT_YAML.replace("TS-C1", "TS-C2"), "utf-8"
    ),
    "removed leaflet": lambda project: (project / f"leaflets/{ACT}.yaml").unlink(),
    "renamed leaflet": lambda project: (project / f"leaflets/{ACT}.yaml").rename(
        project / "leaflets/other.yaml"
    ),
    "renamed figure": lambda project: (project / "templates/figures/platelets.svg").rename(
        project / "templates/figures/other.svg"
    ),
    "removed language": lambda project: shutil.rmtree(project / "locales" / "nl"),
    "contents of two files swapped": lambda project: swap(
        project / "styles/audiences/parents.css", project / "styles/audiences/siblings.css"
    ),
    "link that leads nowhere": lambda project: (project / "leaflets/more.yaml").symlink_to("no"),
    "pipe in place of a sheet": lambda project: replace_by_pipe(project / "styles/locales/ja.css"),
    "folder in place of a PDF": lambda project: replace_by_folder(project / "output" / CALL_NL),
    "leftover of a killed build": lambda project: (project / "output/.staging").mkdir(),
    "manifest that is garbage": overwrite("output/manifest.json", b"\xff\x00garbage"),
    "manifest that is empty": overwrite("output/manifest.json", b""),
    "manifest that is a list": overwrite("output/manifest.json", b"[1, 2]"),
    "manifest nested without end": overwrite("output/manifest.json", b"[" * 100_000),
    "manifest cut short": lambda project: os.truncate(project / "output/manifest.json", 900),
    "manifest of an old format": write_manifest(
        lambda manifest: manifest.update(format=1), seal=True
    ),
    "manifest that leaves a file out": write_manifest(
        lambda manifest: manifest["files"].pop(CALL_NL),  # type: ignore[attr-defined]
        seal=False,
    ),
    "manifest with another title": write_manifest(
        lambda manifest: manifest["editions"][0].update(title="x"),  # type: ignore[index]
        seal=False,
    ),
    "manifest with odd values": write_manifest(
        lambda manifest: manifest.update(editions=5, clinics=7, files=None), seal=False
    ),
    "manifest of another engine": write_by_another_engine,
}


def swap(one: Path, other: Path) -> None:
    """Give each of two files the content of the other."""
    content = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(content)


def replace_by_pipe(path: Path) -> None:
    """Put a pipe, which never ends, in the place of a file."""
    path.unlink()
    os.mkfifo(path)


def replace_by_folder(path: Path) -> None:
    """Put a folder in the place of a file; the person who did it must clear it away."""
    path.unlink()
    path.mkdir()


def look_and_build(project: Path) -> bool:
    """Look, then build in full; the look must not have promised more than the build finds."""
    current = says_current(project)
    before = seen_from_outside(project / "output")
    outcome = build_here(project)
    assert messages_of(outcome) == ""
    if current:
        assert outcome.made == []
        assert seen_from_outside(project / "output") == before
    assert says_current(project)
    return current


@pytest.mark.parametrize("name", UNSEEN)
def test_what_no_build_reads_is_passed_over(name: str, root: Path) -> None:
    """A change of nothing a build reads or writes leaves everything up to date."""
    UNSEEN[name](root)
    assert look_and_build(root)


@pytest.mark.parametrize("name", SEEN)
def test_every_other_change_is_seen(name: str, root: Path) -> None:
    """Whatever could make a build do something is seen, and after the build all is up to date."""
    SEEN[name](root)
    assert not says_current(root)
    if name == "link that leads nowhere":
        assert "leaflets/more.yaml" in messages_of(build_here(root))
        assert not says_current(root)
    elif name == "folder in place of a PDF":
        with pytest.raises(OSError, match="directory"):
            build_here(root)
        (root / "output" / CALL_NL).rmdir()
        assert not look_and_build(root)
    elif name == "pipe in place of a sheet":
        assert (root / "styles/locales/ja.css").is_fifo()  # Nobody waited for its end.
    else:
        assert not look_and_build(root)
        assert_nothing_else(root)


@pytest.mark.parametrize("seed", range(3 if WHOLE else 1))
def test_look_and_build_agree_over_many_edits(seed: int, root: Path) -> None:
    """Through any row of edits, undone ones among them, look and build never disagree."""
    dice = random.Random(seed)  # noqa: S311 - edits, no secrets
    edits = {
        "leaflets/facts.yaml": ("160", "170"),
        f"leaflets/{CALL}.yaml": ("A baby asleep", "A baby sleeps"),
        DUTCH_FILE: ("Voor artsen", "Voor dokters"),
        "styles/audiences/parents.css": ("@layer", "\n@layer"),
    }
    looks = []
    for _ in range(6):
        name = dice.choice([*edits, "damage", "touch"])
        if name == "damage":
            damage(dice.choice(sorted(read_manifest(root)["files"])))(root)  # type: ignore[call-overload]
        elif name == "touch":
            UNSEEN["times of all files"](root)
        else:
            old, new = edits[name]
            replace(root, name, old, new) if old in (root / name).read_text() else None
            edits[name] = (new, old)
        looks.append(look_and_build(root) == (name == "touch"))
    assert all(looks)


@pytest.mark.parametrize("change", ["profile", "logo", "new picture", "gone"])
def test_clinics_of_earlier_builds_are_watched(change: str, root: Path) -> None:
    """A change of a clinic's profile or of a picture beside it is seen, wherever it lies."""
    folder = root.parent / "a clinic's folder"
    shutil.copytree(root / "clinics", folder)
    assert messages_of(build_here(root, folder / "example.yaml")) == ""
    assert says_current(root)
    if change == "profile":
        append(folder, "example.yaml", "# called again\n")
    elif change == "logo":
        append(folder, "example-logo.svg", "\n")
    elif change == "new picture":
        shutil.copy(folder / "example-logo.svg", folder / "other.svg")
    else:
        shutil.rmtree(folder)
    assert not look_and_build(root)
    assert (root / "output" / "clinics").exists() == (change != "gone")


def test_errors_are_told_every_time(root: Path) -> None:
    """While something is broken, nothing is up to date, though nothing changes any more."""
    append(root, f"leaflets/{CALL}.yaml", "colour: red\n")
    for _ in range(2):
        assert "colour" in messages_of(build_here(root))
        assert not says_current(root)


def test_overdue_review_is_told_on_its_day(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a review falls due though no file changed, the checks are asked again."""
    sign(root, CALL, "en", next_review=dt.date(2028, 11, 1))
    build_here(root)
    assert read_manifest(root)["look_again"] == "2028-09-02", "sixty days before people are warned"
    for day, current in (("2028-09-01", True), ("2028-09-02", False), ("2030-01-01", False)):
        monkeypatch.setattr(time, "strftime", lambda _format, day=day: day)
        assert says_current(root) is current


@pytest.mark.parametrize(
    ("arguments", "answered"),
    [
        ([], True),
        (["build"], True),
        (["-q"], True),
        (["build", "--verbose"], True),
        (["--help"], False),
        (["check"], False),
        (["build", "build"], False),
        (["-q", "build"], False),
        (["--clinic", "clinics/example.yaml"], False),
        (["build", "--jobs", "2"], False),
        (["--bogus"], False),
    ],
)
def test_only_plain_builds_are_answered(arguments: list[str], answered: bool, root: Path) -> None:  # noqa: FBT001 - a column
    """The quick look answers a plain build; whatever else is asked goes to the engine."""
    assert (uptodate.report_if_current(root, arguments) == 0) is answered


def test_answer_counts_editions_and_warnings(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The answer says how many editions there are and that there are warnings; quiet, nothing."""
    assert uptodate.report_if_current(root, []) == 0
    said = capsys.readouterr().out
    assert said.startswith("Everything is up to date: 4 editions in output/.\n")
    assert "1 warnings; `check` lists them." in said
    assert uptodate.report_if_current(root, ["--quiet"]) == 0
    assert capsys.readouterr().out == ""


def test_bare_python_is_enough(root: Path) -> None:
    """The quick look runs in an isolated interpreter without packages, and imports little."""
    base: str = getattr(sys, "_base_executable", sys.executable)
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from leafletry.printing import uptodate\n"
        "code = uptodate.report_if_current(sys.argv[1], [])\n"
        "print(sorted({'pathlib', 'subprocess', 'yaml', 'pydantic'} & set(sys.modules)))\n"
        "sys.exit(code)"
    )
    result = subprocess.run(
        [base, "-I", "-S", "-c", code, root], capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.splitlines()[-1] == "[]"


def test_look_writes_nothing(root: Path) -> None:
    """The quick look changes nothing in the project, not even a time."""
    before = seen_from_outside(root)
    assert says_current(root)
    assert seen_from_outside(root) == before
    assert made_by(build_here(root)) == set()
