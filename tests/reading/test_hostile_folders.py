"""Hostile folders: names, links, pipes and devices where people's files should be.

Whatever lies there, it is a problem with its place; nothing outside the project is read or
written, nobody waits for a file that never ends, and all other leaflets are made.
"""

import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sampling import WHOLE
from small_project import (
    CALL,
    CALL_YAML,
    build_here,
    built,
    files_in,
    made_by,
    messages_of,
    read_manifest,
    root,
    run,
)
from test_bad_input import CLINIC, GOOD, LEAFLET, SPANISH, TODAY, WATCH, project_with

from leafletry.checking import check_project
from leafletry.content import project as project_module
from leafletry.content.clinic import read_clinic
from leafletry.content.project import MOST_FILES, read_project
from leafletry.editions.composition import MOST_HTML, Composition
from leafletry.editions.edition import Edition
from leafletry.printing import uptodate
from leafletry.printing.manifest import Manifest
from leafletry.reading.output import folder_lock
from leafletry.reading.problems import FORBIDDEN_CHARACTERS, ProblemsFoundError
from leafletry.reading.sourcefile import MOST_VALUES, read_yaml

__all__ = ["built", "root"]  # Fixtures of the tests of the build.

pytestmark = pytest.mark.usefixtures("printed_once")

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")

Change = Callable[[Path], object]


def errors_of(root: Path) -> list[str]:
    """Give the errors of a project, a line each, read as `check` does."""
    with WATCH.over(root):
        try:
            project = read_project(root)
            found = {*project.problems, *check_project(project, TODAY)}
        except ProblemsFoundError as error:
            found = set(error.problems)
    assert WATCH.seen == []
    said = [str(problem).partition("\n")[0] for problem in sorted(found) if not problem.warning]
    assert not any(FORBIDDEN_CHARACTERS.search(line) for line in said)
    return said


# ── Names ──────────────────────────────────────────────────────────────────────────────────────

NO_NAMES = [
    "When-To-Call",
    "with blank",
    "a\nb",
    "a\x1b[31mb",
    "a\u202eb",
    "a\udcffb",
    "x..\\..\\y",
    "C:x",
    "-rf",
    "con",
    "lpt1",
    "naïve",
    "a" * 200,
    "a.b",
]


@pytest.mark.parametrize("name", NO_NAMES, ids=range(len(NO_NAMES)))
def test_leaflet_has_a_name_that_every_system_can_have(name: str, tmp_path: Path) -> None:
    """A name that is no plain one makes no leaflet: it becomes a file's name and an address."""
    project = project_with(tmp_path / "project")
    shutil.copy(project / LEAFLET, project / "leaflets" / f"{name}.yaml")
    [said] = errors_of(project)
    assert said.startswith("leaflets: ")
    assert said.endswith("is no name for a leaflet")
    assert len(said) < 100
    assert set(read_project(project).leaflets) == set(read_project(GOOD).leaflets)


@pytest.mark.parametrize("name", [".#when-to-call.yaml", "._when-to-call.yaml", ".yaml"])
def test_what_programs_hide_is_no_leaflet(name: str, tmp_path: Path) -> None:
    """Locks and shadows that editors and systems leave beside a file are passed over."""
    project = project_with(tmp_path / "project")
    (project / "leaflets" / name).symlink_to("me@host.1")
    assert errors_of(project) == []


@pytest.mark.parametrize(
    "name",
    ["ES", "es_es", "es-ES", "..es", "es\n", "e\u202es", "iw", "x" * 200, "es_ES_x", "a\udcff"],
)
def test_language_has_the_name_of_its_locale(name: str, tmp_path: Path) -> None:
    """A folder is a language only under the one name that its locale has."""
    project = project_with(tmp_path / "project")
    shutil.copytree(project / "locales" / "es", project / "locales" / name)
    [said] = errors_of(project)
    assert said.endswith("the folder's name is no language")
    assert len(said) < 100
    assert list(read_project(project).catalogs) == list(read_project(GOOD).catalogs)


@pytest.mark.parametrize(
    "name", ["a\nb.yaml", "a\u202eb.yaml", "a\udcff.yaml", "a" * 200 + ".yaml"]
)
def test_clinic_has_a_name_that_can_be_shown(name: str, tmp_path: Path) -> None:
    """The name of a profile, which every problem of it shows, misleads nobody."""
    project = project_with(tmp_path / "project")
    path = project / "clinics" / name
    shutil.copy(project / CLINIC, path)
    with pytest.raises(ProblemsFoundError, match="the name of this file cannot be used") as caught:
        read_clinic(path, TODAY)
    assert not FORBIDDEN_CHARACTERS.search(str(caught.value).replace("\n", ""))


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("con", "clinic-con"),
        ("COM1", "clinic-com1"),
        ("病院", "clinic"),
        ("...x", "x"),
        ("-", "clinic"),
    ],
)
def test_folder_of_a_clinic_can_be_on_every_system(name: str, id_: str, tmp_path: Path) -> None:
    """Whatever a profile is called, the folder of its leaflets has a plain name."""
    project = project_with(tmp_path / "project")
    path = project / "clinics" / f"{name}.yaml"
    shutil.copy(project / CLINIC, path)
    assert read_clinic(path, TODAY).id == id_


# ── Links, pipes, devices ──────────────────────────────────────────────────────────────────────


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder beside the project with files that somebody would like to have read."""
    folder = project_with(tmp_path / "outside")
    (folder / "endless").symlink_to("/dev/zero")
    return folder


SOURCES = [
    LEAFLET,
    "leaflets/facts.yaml",
    "leaflets/sources.yaml",
    "leaflets/phrases.yaml",
    "locales/es/glossary.yaml",
    "locales/es/writing.yaml",
    SPANISH,
]


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize("target", ["same", "/dev/zero", "/dev/tty", "nowhere"])
def test_link_is_not_followed(name: str, target: str, tmp_path: Path, outside: Path) -> None:
    """A link in the place of any source is refused there, wherever it leads."""
    project = project_with(tmp_path / "project")
    (project / name).unlink(missing_ok=True)
    (project / name).symlink_to(outside / name if target == "same" else target)
    assert f"{name}:1:1: is a link" in errors_of(project)


@pytest.mark.parametrize("name", ["locales/es", "locales/es/LC_MESSAGES"])
def test_linked_folder_is_not_followed(name: str, tmp_path: Path, outside: Path) -> None:
    """Nor is a link in the place of a folder; the quick look would not see changes behind it."""
    project = project_with(tmp_path / "project")
    shutil.rmtree(project / name)
    (project / name).symlink_to(outside / name)
    said = f'{SPANISH}:1:1: stands in "{Path(name).name}", a link'
    assert said in errors_of(project)


def test_linked_folder_of_leaflets_is_not_followed(tmp_path: Path, outside: Path) -> None:
    """Nor is one in the place of all leaflets."""
    project = project_with(tmp_path / "project")
    shutil.rmtree(project / "leaflets")
    (project / "leaflets").symlink_to(outside / "leaflets")
    assert f'{LEAFLET}:1:1: stands in "leaflets", a link' in errors_of(project)


def link_to(target: str) -> Change:
    """Give what puts a link in a place."""
    return lambda path: path.symlink_to(target)


STRANGE: dict[str, Change] = {
    "pipe": os.mkfifo,
    "link to a device": link_to("/dev/zero"),
    "link to a file": link_to("/etc/hostname"),
    "link to nowhere": link_to("nowhere"),
    "link to a folder": link_to("/etc"),
    "link to itself": lambda path: path.symlink_to(path.name),
}
DESIGN = [
    "styles/tokens.css",
    "styles/locales/nl.css",
    "styles/index.css",
    "styles/fonts/Some.ttf",
    "templates/leaflet.html",
    "templates/lengths.yaml",
    "templates/figures/platelets.svg",
    "templates/figures/other.svg",
]


@pytest.mark.parametrize("strange", STRANGE)
@pytest.mark.parametrize("name", DESIGN)
def test_design_is_files_and_nothing_else(name: str, strange: str, tmp_path: Path) -> None:
    """Where a style sheet or template is something else, nobody reads it, or waits for it."""
    project = project_with(tmp_path / "project")
    (project / name).unlink(missing_ok=True)
    (project / name).parent.mkdir(parents=True, exist_ok=True)
    STRANGE[strange](project / name)
    assert errors_of(project) == [f"{name}: is a link, or no file at all"]


@pytest.mark.parametrize("command", [["check"], ["build"], ["catalogs", "status"], ["proof", "nl"]])
def test_commands_end_where_design_is_a_pipe(command: list[str], root: Path) -> None:
    """Every command says so and ends; what was built stays."""
    (root / "templates" / "leaflet.html").unlink()
    os.mkfifo(root / "templates" / "leaflet.html")
    before = files_in(root / "output")
    done = run(root, *command)
    assert done.returncode == 1
    assert done.stderr.startswith("templates/leaflet.html: is a link, or no file at all\n")
    assert "Traceback" not in done.stderr
    assert files_in(root / "output") == before


def test_quick_look_reads_no_device(root: Path) -> None:
    """The quick look, which comes before all checks, does not read what has no end."""
    (root / "leaflets" / "endless.yaml").symlink_to("/dev/zero")
    assert uptodate.report_if_current(root, ["--quiet"]) is None
    assert "leaflets/endless.yaml:1:1: is a link" in messages_of(build_here(root))


def test_one_strange_leaflet_stops_no_other(root: Path) -> None:
    """A leaflet that is a link, and one without a name, cost nobody else a page."""
    (root / "leaflets" / "more.yaml").symlink_to("/etc/hostname")
    (root / "leaflets" / "No Name.yaml").write_text(CALL_YAML)
    with (root / "leaflets" / f"{CALL}.yaml").open("a") as file:
        file.write("# saved again\n")
    outcome = build_here(root)
    assert len(outcome.made) + len(outcome.kept) == 4
    assert {edition.leaflet for edition in outcome.failed} == {"more"}


def test_lock_empties_nothing(tmp_path: Path) -> None:
    """A link in the place of the lock does not make a build empty the file behind it."""
    (tmp_path / "mine.txt").write_text("mine")
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache" / "build.lock").symlink_to(tmp_path / "mine.txt")
    with pytest.raises(OSError, match="symbolic links"), folder_lock(tmp_path / ".cache"):
        pass
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_what_the_disk_refuses_is_told_in_words(root: Path) -> None:
    """A disk that refuses something gives a line with the file's name, and no traceback."""
    (root / "output" / "index.html").unlink()
    (root / "output" / "index.html").mkdir()
    (root / "leaflets" / f"{CALL}.yaml").write_text(CALL_YAML.replace("How rare", "How very rare"))
    done = run(root, "build")
    assert done.returncode == 1
    assert "index.html" in done.stderr
    assert "Traceback" not in done.stderr


# ── Sizes ──────────────────────────────────────────────────────────────────────────────────────


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders with far too many files are told as such, and most of them never opened."""
    assert MOST_FILES > 1_000
    monkeypatch.setattr("leafletry.content.project.MOST_FILES", 30)
    project = project_with(tmp_path / "project")
    for i in range(40):
        (project / "leaflets" / f"a{i}.yaml").write_text("")
        (project / "locales" / f"x{i}").mkdir()
    said = errors_of(project)
    assert "leaflets: there are more than 30 files" in said
    assert "locales: there are more than 30 folders" in said
    assert len(said) < 80
    for i in range(40):
        (project / "templates" / f"a{i}.html").write_text("")
    assert errors_of(project) == ["templates: there are more than 30 files"]


def test_huge_design_is_refused(tmp_path: Path) -> None:
    """No style sheet or drawing is so large that a page would take hours."""
    project = project_with(tmp_path / "project")
    (project / "templates/figures/baby.svg").write_bytes(b" " * 1_000_001)
    assert errors_of(project) == ["templates/figures/baby.svg: is larger than 1,000,000 bytes"]


def test_book_is_not_laid_out(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts that would fill a book are told before hours go into laying them out."""
    composition = Composition.of(read_project(root), TODAY)
    edition = Edition(CALL, "en", "a4")
    assert len(composition.job(edition, None).html) * 2 < MOST_HTML
    monkeypatch.setattr("leafletry.editions.composition.MOST_HTML", 500)
    with pytest.raises(ProblemsFoundError, match="its texts would fill a book"):
        composition.job(edition, None)


def test_bank_of_warnings_is_searched_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many leaflets name however many warnings, the bank is gone through once."""
    project = project_with(tmp_path / "project")
    for i in range(5):
        text = (project / LEAFLET).read_text("utf-8")
        (project / f"leaflets/more{i}.yaml").write_text(text, "utf-8")
    searched = []
    whole = project_module._places_in_bank

    def search(read: project_module.Project) -> project_module._Paths:
        searched.append(read)
        return whole(read)

    monkeypatch.setattr(project_module, "_places_in_bank", search)
    read = read_project(project)
    assert len(searched) == 1
    places = read.files["more4"].places.values()
    assert {place.file for place in places} == {"leaflets/more4.yaml", "leaflets/phrases.yaml"}


def test_too_many_values_are_refused(tmp_path: Path) -> None:
    """A file of a megabyte takes no gigabyte of memory."""
    (tmp_path / "a.yaml").write_text(f"[{'a,' * (MOST_VALUES + 5)}]")
    with pytest.raises(ProblemsFoundError, match="more than 50,000 values in this file"):
        read_yaml(tmp_path / "a.yaml", "a.yaml")


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31"])
def test_day_is_one_that_somebody_can_mean(day: str, tmp_path: Path) -> None:
    """A day before or after all that can be meant is refused; no reckoning with it can fail."""
    project = project_with(tmp_path / "project")
    leaflet = project / LEAFLET
    leaflet.write_text(leaflet.read_text("utf-8").replace("2026-01-31", day), "utf-8")
    [said] = errors_of(project)
    assert f"{LEAFLET}:5:10: written: input should be" in said


# ── The manifest ───────────────────────────────────────────────────────────────────────────────


def forged(root: Path, change: Callable[[dict], object]) -> None:  # type: ignore[type-arg]
    """Change the manifest of a project, and give it the seal that vouches for it."""
    manifest = read_manifest(root)
    manifest.pop("seal")
    change(manifest)
    manifest["seal"] = uptodate.seal(manifest)
    (root / "output" / "manifest.json").write_text(json.dumps(manifest), "utf-8")


OUTSIDE = [
    "../victim.txt",
    "nl/../../victim.txt",
    "/x",
    "..\\victim.txt",
    "C:victim.txt",
    "",
    "a//b",
]


@pytest.mark.parametrize("name", OUTSIDE)
def test_manifest_names_no_file_outside(name: str, root: Path) -> None:
    """Whatever a forged manifest says was built, no build takes away a file outside output/."""
    victim = root / "victim.txt"
    victim.write_text("mine")
    forgeries: list[Callable[[dict], object]] = [  # type: ignore[type-arg]
        lambda manifest: manifest["replacing"].append(name),
        lambda manifest: manifest["files"].update({name: "0"}),
        lambda manifest: manifest["editions"][0].update(path=name),
        lambda manifest: manifest["editions"][0].update(picture=name),
        lambda manifest: manifest["editions"][0].update(map=name),
    ]
    sound = (root / "output/manifest.json").read_bytes()
    for number, forge in enumerate(forgeries):
        (root / "output/manifest.json").write_bytes(sound)
        forged(root, forge)
        assert uptodate.read_manifest(root) is None
        assert Manifest.read(root / "output").paths() == set()
        if WHOLE or number == OUTSIDE.index(name) % len(forgeries):
            assert messages_of(build_here(root)) == ""
        assert victim.read_text() == "mine"


SHAPES: list[Callable[[dict], object]] = [  # type: ignore[type-arg]
    *(lambda m, key=key: m.pop(key) for key in ("files", "clinics", "libraries", "look_again")),
    *(lambda m, key=key: m.update({key: 5}) for key in ("editions", "replacing", "inputs")),
    lambda m: m.update(complete="yes"),
    lambda m: m["editions"].append(7),
    lambda m: m["replacing"].append(None),
    lambda m: m["files"].update({CALL: 5}),
    lambda m: m["clinics"].update(x=None),
]


@pytest.mark.parametrize("number", range(len(SHAPES)))
def test_manifest_of_another_shape_is_none(number: int, root: Path) -> None:
    """A manifest that says what none can say is as good as none: everything is made anew."""
    forged(root, SHAPES[number])
    assert uptodate.report_if_current(root, ["--quiet"]) is None
    assert Manifest.read(root / "output").editions == []
    assert len(made_by(build_here(root))) == 4


@pytest.mark.parametrize("odd", [{"pages": "many"}, {"pages": "2"}, {"title": None}, {"more": 1}])
def test_manifest_with_odd_records_is_none(odd: dict[str, object], root: Path) -> None:
    """Nor is a record believed that says what none can say of an edition."""
    forged(root, lambda manifest: manifest["editions"][0].update(odd))
    assert Manifest.read(root / "output").editions == []
    assert len(made_by(build_here(root))) == 4


def test_endless_manifest_is_none(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A manifest of gigabytes is not taken into memory."""
    assert uptodate.read_manifest(root) is not None
    monkeypatch.setattr(uptodate, "_MOST_BYTES", 1_000)
    assert uptodate.read_manifest(root) is None


# ── What is left behind ────────────────────────────────────────────────────────────────────────


def test_build_leaves_nothing_in_the_system_s_folders(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Copies of fonts that typesetting makes are gone after a build, in one process or several."""
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    for jobs, words in (("1", "How very rare"), ("2", "How extremely rare")):
        changed = CALL_YAML.replace("How rare", words)
        (root / "leaflets" / f"{CALL}.yaml").write_text(changed, "utf-8")
        shutil.rmtree(root / "output")
        done = run(root, "build", "--jobs", jobs)
        assert done.returncode == 0, done.stderr
        assert list((tmp_path / "temporary").iterdir()) == []
        assert list((root / ".cache").glob("press-*")) == []


if sys.platform == "linux":

    def test_room_of_a_killed_build_is_taken_away(root: Path) -> None:
        """What a build that was killed left behind is gone when it is some days old."""
        for name, age in (("press-old", 300_000), ("press-now", 0)):
            (root / ".cache" / name).mkdir(parents=True)
            made = os.stat(root / ".cache" / name).st_mtime - age  # noqa: PTH116
            os.utime(root / ".cache" / name, (made, made))
        shutil.rmtree(root / "output")
        build_here(root)
        assert [path.name for path in (root / ".cache").glob("press-*")] == ["press-now"]
