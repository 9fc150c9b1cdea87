"""What set-up and builds made is trusted no further than what a stranger may have put there."""

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from test_door import Computer, clone, computer, door, load_door

from leafletry import cli
from leafletry.building.verify_pages import INDEX, pages_as_they_lie, remembered_codes
from leafletry.printing import uptodate
from leafletry.printing.manifest import Manifest
from leafletry.reading.output import folder_lock
from leafletry.reading.plain_file import links_in, open_plain, read_plain, sha256_of_plain

__all__ = ["clone", "computer", "door"]  # Fixtures of the tests of the door.

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")


# ── Links ──────────────────────────────────────────────────────────────────────────────────────

PLACES = [
    ".cache",
    ".cache/fonts",
    ".cache/build.lock",
    ".cache/press-x",
    "output",
    "output/en",
    "output/en/could-our-other-children-get-it-a4.pdf",
    "output/manifest.json",
    "output/.staging",
    "output/verify",
    "output/verify/index.html",
    "output/signoff",
    "output/clinics/example/en",
    "output/proof",
    ".venv",
    ".venv.lock",
]


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    """A folder of somebody's, with names in it that a build would sweep up."""
    folder = tmp_path / "victim"
    for name in ("press-releases", "new-language", "bin"):
        (folder / name).mkdir(parents=True)
        (folder / name / "thesis.doc").write_text("mine")
        os.utime(folder / name, (1, 1))
    return folder


def state_of(folder: Path) -> list[tuple[str, int]]:
    """Give all that lies in a folder, and when each was changed."""
    return sorted((str(path), path.stat().st_mtime_ns) for path in folder.rglob("*"))


def link(place: Path, target: Path) -> None:
    """Put a link there, in whatever folders it takes."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(target)


@pytest.mark.parametrize("leads", ["to a folder", "nowhere"])
@pytest.mark.parametrize("place", PLACES)
def test_link_where_builds_write_stops_every_command(
    place: str,
    leads: str,
    tmp_path: Path,
    victim: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Before a command does anything, a link is named, and what it leads to stays as it was."""
    root = tmp_path / "project"
    link(root / place, victim if leads == "to a folder" else tmp_path / "nowhere")
    before = state_of(victim)
    monkeypatch.setattr(cli, "ROOT", root)
    for command in ([], ["check"], ["catalogs", "add", "de"], ["proof", "es"], ["facts", "report"]):
        assert cli.main(command) == 1
        assert capsys.readouterr().err.startswith(f"{place}: is a link: nothing is read")
    assert uptodate.report_if_current(root, []) is None
    assert state_of(victim) == before
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("place", [".venv", ".venv.lock", ".cache", "output"])
@pytest.mark.parametrize("command", [[], ["test"], ["lock"], ["serve"], ["--help"]])
def test_door_goes_no_further_than_a_link(
    place: str,
    command: list[str],
    clone: Path,
    computer: Computer,
    victim: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """No set-up empties what lies behind a link; the door names it and starts no program."""
    before = state_of(victim)
    link(clone / place, victim)
    assert load_door(clone).main(command) == 2
    assert f"    {clone / place}\n" in capsys.readouterr().err
    assert computer.commands == []
    assert state_of(victim) == before


def test_no_link_is_seen_where_none_is(tmp_path: Path) -> None:
    """Folders, files and a link elsewhere in the project are no reason to stop."""
    for name in ("output/en", ".cache/fonts", ".venv/bin"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "output/en/a.pdf").touch()
    # What venv makes of itself.
    (tmp_path / ".venv/bin/python").symlink_to("python3")
    (tmp_path / "docs").symlink_to(tmp_path / "output")
    assert links_in(tmp_path) == []


def test_links_of_these_names_are_no_part_of_a_commit() -> None:
    """Git leaves them out also where they are links, which `/output/` would not."""
    lines = (Path(__file__).parent.parent / ".gitignore").read_text("utf-8").splitlines()
    assert {"/.venv", "/.venv.lock", "/output", "/.cache"} <= set(lines)


# ── Pipes, devices, folders, and files without an end ──────────────────────────────────────────


def endless(path: Path) -> None:
    """Make a file of a terabyte that takes no room."""
    with path.open("wb") as file:
        file.truncate(1 << 40)


STRANGE: dict[str, Callable[[Path], object]] = {
    "pipe": os.mkfifo,
    "folder": Path.mkdir,
    "link to a device": lambda path: path.symlink_to("/dev/zero"),
    "link to a terminal": lambda path: path.symlink_to("/dev/tty"),
    "link to a file": lambda path: path.symlink_to("/etc/hostname"),
    "link to itself": lambda path: path.symlink_to(path.name),
    "endless": endless,
    "nothing": lambda path: None,  # noqa: ARG005 - as the others
}
strange_only = pytest.mark.parametrize("strange", STRANGE)


@strange_only
def test_only_plain_files_are_read(strange: str, tmp_path: Path) -> None:
    """Whatever else lies there is refused in words, at once, and without memory."""
    path = tmp_path / "file"
    STRANGE[strange](path)
    for read in (read_plain, sha256_of_plain):
        with pytest.raises(OSError, match=r"is a link|is no file|is larger|No such file"):
            read(path)
    if strange != "endless":
        with pytest.raises(OSError, match=r"is a link|is no file|No such file"):
            open_plain(path)


def test_plain_file_is_read_whole(tmp_path: Path) -> None:
    """A file is read to its end, and not one byte more than was asked for is let through."""
    (tmp_path / "file").write_bytes(b"123456")
    assert read_plain(tmp_path / "file", 6) == b"123456"
    with pytest.raises(OSError, match="is larger than 5 bytes"):
        read_plain(tmp_path / "file", 5)


@strange_only
def test_strange_manifest_is_none(strange: str, tmp_path: Path) -> None:
    """Where the manifest is no file, there is none; the next build writes one in its place."""
    (tmp_path / "output").mkdir()
    STRANGE[strange](tmp_path / "output/manifest.json")
    assert uptodate.read_manifest(tmp_path) is None
    manifest = Manifest.read(tmp_path / "output")
    assert manifest.editions == []
    if strange != "folder":
        manifest.write()
        assert uptodate.read_manifest(tmp_path) is not None


@strange_only
def test_strange_product_is_not_what_was_built(strange: str, tmp_path: Path) -> None:
    """What lies where a page was built is not hashed for ever, and never taken for the page."""
    (tmp_path / "output").mkdir()
    STRANGE[strange](tmp_path / "output/index.html")
    manifest = Manifest(tmp_path / "output", pages={"index.html": "0" * 64})
    assert not manifest.pages_hold()


@strange_only
def test_strange_page_about_a_code_is_none(strange: str, tmp_path: Path) -> None:
    """A page of the memory of codes is a file; nothing else is remembered or waited for."""
    STRANGE[strange](tmp_path / "IL-S2-en-v0.1-6c4af9.html")
    STRANGE[strange](tmp_path / INDEX)
    assert len(remembered_codes(tmp_path)) == (strange == "endless")
    assert pages_as_they_lie(tmp_path) == {}


@strange_only
def test_door_trusts_no_strange_stamp(strange: str, clone: Path, computer: Computer) -> None:
    """Where a stamp is no file, .venv is made anew, and nothing is written behind a link."""
    (clone / ".venv/bin").mkdir(parents=True)
    (clone / ".venv/bin/python").touch()
    STRANGE[strange](clone / ".venv/ready-to-build")
    assert not load_door(clone).is_ready("build")
    assert computer.commands == []


@pytest.mark.parametrize("name", ["requirements.lock", ".venv.lock"])
def test_door_waits_for_no_pipe(
    name: str, clone: Path, door: object, capsys: pytest.CaptureFixture[str]
) -> None:
    """A pipe in the place of a lock is told, and never waited for."""
    (clone / name).unlink(missing_ok=True)
    os.mkfifo(clone / name)
    assert door.main([]) == 2  # type: ignore[attr-defined]
    assert f"{name} is no file" in capsys.readouterr().err


def test_lock_waits_for_no_pipe(tmp_path: Path) -> None:
    """A pipe in the place of the builds' lock keeps nobody waiting."""
    os.mkfifo(tmp_path / "build.lock")

    def hold() -> None:
        with folder_lock(tmp_path):
            pass

    holding = threading.Thread(target=hold, daemon=True)
    holding.start()
    holding.join(20)
    assert not holding.is_alive()
