"""The build makes what is out of date and nothing else, and never leaves anything half done."""

import itertools
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from commands_given import environment
from patience import PATIENCE, wait_until
from sampling import WHOLE
from small_project import (
    ACT,
    ACT_EN,
    ACT_NL,
    CALL,
    CALL_EN,
    CALL_NL,
    DUTCH_FILE,
    EVERYTHING,
    PROJECT,
    TODAY,
    Silent,
    append,
    assert_manifest_is_true,
    assert_nothing_else,
    build_here,
    built,
    files_in,
    forget_codes,
    made_by,
    made_lines,
    messages_of,
    posix_only,
    prepend,
    read_manifest,
    replace,
    root,
    run,
    seen_from_outside,
)

from leafletry.building import building
from leafletry.editions.job import Job
from leafletry.editions.stopped import only
from leafletry.printing import printing, uptodate
from leafletry.reading.problems import Place, Problem, ProblemsFoundError

__all__ = ["built", "root"]


# ── Incremental by content ─────────────────────────────────────────────────────────────────────


def touch_everything(root: Path) -> None:
    """Give every file of the project a new time."""
    for path in root.rglob("*"):
        if path.is_file() and ".cache" not in path.parts:
            os.utime(path, (1_900_000_000, 1_900_000_000))


def damage(name: str) -> Callable[[Path], None]:
    """Give an edit that changes one byte in the middle of a built file."""

    def edit(root: Path) -> None:
        path = root / "output" / name
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)

    return edit


Edit = Callable[[Path], object]
EDITS: dict[str, tuple[Edit, set[str]]] = {
    "message of one leaflet": (
        lambda root: replace(root, DUTCH_FILE, "moeilijk ademt", "moeite heeft met ademen"),
        {CALL_NL},
    ),
    "message of both leaflets": (
        lambda root: replace(root, DUTCH_FILE, "heel zeldzaam", "zeer zeldzaam"),
        {CALL_NL, ACT_NL},
    ),
    "translation of a shared phrase": (
        lambda root: replace(root, DUTCH_FILE, "CONCEPT", "ONTWERP"),
        {CALL_NL, ACT_NL},
    ),
    "message becomes fuzzy": (
        lambda root: replace(
            root, DUTCH_FILE, 'msgid "Refer today"', '#, fuzzy\nmsgid "Refer today"'
        ),
        {ACT_NL},
    ),
    "comment in a catalog": (
        lambda root: prepend(root, DUTCH_FILE, "# Reread by nobody.\n\n"),
        set(),
    ),
    "comment in a leaflet": (
        lambda root: prepend(root, f"leaflets/{CALL}.yaml", "# For parents.\n\n"),
        set(),
    ),
    "note for translators": (
        lambda root: replace(
            root,
            "leaflets/phrases.yaml",
            "call_the_specialists: Call the specialists now.",
            "call_the_specialists: {text: Call the specialists now., note: Of the region.}",
        ),
        set(),
    ),
    "text of a leaflet": (
        lambda root: replace(root, f"leaflets/{CALL}.yaml", "Signs in a baby", "Signs"),
        {CALL_EN, CALL_NL},
    ),
    "warning of a leaflet": (
        lambda root: replace(root, "leaflets/phrases.yaml", "has trouble breathing", "gasps"),
        {CALL_EN, CALL_NL},
    ),
    "version of a leaflet": (
        lambda root: replace(root, f"leaflets/{ACT}.yaml", '"0.1"', '"0.2"'),
        {ACT_EN, ACT_NL},
    ),
    "shared phrase": (
        lambda root: replace(root, "leaflets/phrases.yaml", "made_by: Written", "made_by: Made"),
        EVERYTHING,
    ),
    "phrase of the overview": (
        lambda root: replace(root, "leaflets/phrases.yaml", "Choose a leaflet", "Take a leaflet"),
        set(),
    ),
    "sheet of one audience": (
        lambda root: append(root, "styles/audiences/parents.css", "h1 { color: #123456 }\n"),
        {CALL_EN, CALL_NL},
    ),
    "sheet of one language": (
        lambda root: (root / "styles/locales/nl.css").write_text("h1 { color: #123456 }\n"),
        {CALL_NL, ACT_NL},
    ),
    "sheet of another language": (
        lambda root: append(root, "styles/locales/ja.css", "h1 { color: #123456 }\n"),
        set(),
    ),
    "sheet of all": (
        lambda root: append(root, "styles/blocks.css", "h1 { color: #123456 }\n"),
        EVERYTHING,
    ),
    "sheet of the overview": (
        lambda root: append(root, "styles/index.css", "h1 { color: #123456 }\n"),
        set(),
    ),
    "figure": (
        lambda root: append(root, "templates/figures/laboratory.svg", "<!-- new -->\n"),
        {ACT_EN, ACT_NL},
    ),
    "figure nobody shows": (
        lambda root: append(root, "templates/figures/platelets.svg", "<!-- new -->\n"),
        set(),
    ),
    "template": (
        lambda root: replace(
            root, "templates/leaflet.html", "</main>", '<div class="end"></div></main>'
        ),
        EVERYTHING,
    ),
    "comment in a template": (
        lambda root: prepend(root, "templates/leaflet.html", "{# One page. #}\n"),
        set(),
    ),
    "value of a fact": (
        lambda root: replace(root, "leaflets/facts.yaml", "value: 160", "value: 170"),
        {CALL_EN, CALL_NL},
    ),
    "statement of a fact": (
        lambda root: replace(root, "leaflets/facts.yaml", "New cases of", "Cases new in"),
        set(),
    ),
    "reference": (
        lambda root: replace(root, "leaflets/sources.yaml", "A journal", "Another journal"),
        EVERYTHING,
    ),
    "engine": (lambda root: append(root, "leafletry/content/numerals.py", "# new\n"), EVERYTHING),
    "new file of the engine": (
        lambda root: (root / "leafletry" / "extra.py").write_text('"""New."""\n'),
        EVERYTHING,
    ),
    "locked versions": (lambda root: append(root, "requirements.lock", "# new\n"), EVERYTHING),
    "times of all files": (touch_everything, set()),
    "damaged PDF": (damage(CALL_NL), {CALL_NL}),
    "damaged picture": (damage(f"pictures/nl/{ACT}-a4.png"), {ACT_NL}),
    "cut PDF": (lambda root: os.truncate(root / "output" / CALL_EN, 1000), {CALL_EN}),
    "deleted PDF": (lambda root: (root / "output" / ACT_EN).unlink(), {ACT_EN}),
    "deleted picture": (
        lambda root: (root / f"output/pictures/en/{CALL}-a4.png").unlink(),
        {CALL_EN},
    ),
    "deleted language folder": (
        lambda root: shutil.rmtree(root / "output" / "nl"),
        {CALL_NL, ACT_NL},
    ),
    "damaged overview": (damage("index.html"), set()),
    "deleted overview": (lambda root: (root / "output" / "index.html").unlink(), set()),
    "deleted manifest": (lambda root: (root / "output" / "manifest.json").unlink(), EVERYTHING),
    "deleted output": (lambda root: shutil.rmtree(root / "output"), EVERYTHING),
}


@pytest.mark.parametrize("name", EDITS)
def test_edit_rebuilds_exactly_what_shows_it(name: str, root: Path) -> None:
    """An edition is made again when, and only when, something it prints or rests on changed."""
    edit, expected = EDITS[name]
    edit(root)
    # The quick look never promises more than the build finds, and afterwards it is content.
    assert (uptodate.report_if_current(root, ["-q"]) == 0) is (name == "times of all files")
    outcome = build_here(root)
    assert uptodate.report_if_current(root, ["-q"]) == 0
    assert messages_of(outcome) == ""
    assert made_by(outcome) == expected
    assert {record.path for record in outcome.kept} == EVERYTHING - expected
    assert_nothing_else(root)


def test_second_build_touches_nothing(root: Path) -> None:
    """A second full look makes no edition and changes no byte, no time and no folder."""
    before = seen_from_outside(root / "output")
    outcome = build_here(root)
    assert (outcome.made, len(outcome.kept)) == ([], 4)
    assert seen_from_outside(root / "output") == before


def test_change_of_the_overview_only_is_shown(root: Path) -> None:
    """A phrase that only the overview prints changes the overview, and no PDF."""
    before = files_in(root / "output")
    EDITS["phrase of the overview"][0](root)
    build_here(root)
    after = files_in(root / "output")
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"index.html", "manifest.json"}
    assert b"Take a leaflet" in after["index.html"]


def test_clean_build_gives_the_same_bytes(root: Path) -> None:
    """What edits and rebuilds arrive at is byte for byte what a build from nothing gives."""
    before = files_in(root / "output")
    EDITS["message of one leaflet"][0](root)
    build_here(root)
    assert files_in(root / "output") != before
    replace(root, DUTCH_FILE, "moeite heeft met ademen", "moeilijk ademt")
    forget_codes(root)
    build_here(root)
    assert files_in(root / "output") == before
    shutil.rmtree(root / "output")
    assert run(root, "build").returncode == 0
    assert files_in(root / "output") == before


def test_new_library_makes_everything_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the system brings another Pango, every edition is made again, and then rests."""
    libraries = read_manifest(root)["libraries"]
    if sys.platform == "linux":
        assert any("pango" in path for path in libraries)  # type: ignore[attr-defined]
    stamp = uptodate.library_stamps
    monkeypatch.setattr(
        uptodate, "library_stamps", lambda paths: {p: [s[0], 1] for p, s in stamp(paths).items()}
    )
    assert made_by(build_here(root)) == EVERYTHING
    assert made_by(build_here(root)) == set()


def test_file_saved_during_a_build_is_seen(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What somebody saves while a build runs is looked at by the next, not taken for built."""
    EDITS["message of one leaflet"][0](root)
    make = printing.make_edition

    def make_and_save(job: Job) -> object:
        replace(root, DUTCH_FILE, "Verwijs vandaag", "Verwijs nu")
        return make(job)

    monkeypatch.setattr(printing, "make_edition", make_and_save)
    assert made_by(build_here(root)) == {CALL_NL}
    monkeypatch.undo()
    assert uptodate.report_if_current(root, ["--quiet"]) is None
    assert made_by(build_here(root)) == {ACT_NL}
    assert uptodate.report_if_current(root, ["--quiet"]) == 0


def test_next_build_of_a_process_sees_new_styles(root: Path, built: Path) -> None:
    """Two builds in one process give what two processes give, also after a change of a sheet."""
    EDITS["message of both leaflets"][0](root)
    build_here(root)
    append(root, "styles/blocks.css", "@layer blocks { h1 { border: 3pt solid #123456 } }\n")
    forget_codes(root)
    build_here(root)
    here = files_in(root / "output")
    shutil.rmtree(root / "output")
    assert run(root).returncode == 0
    assert files_in(root / "output") == here != files_in(built / "output")


# ── What is gone goes ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("gone", ["leaflet", "language", "clinic"])
def test_files_of_what_was_removed_go(gone: str, root: Path) -> None:
    """Editions of a removed leaflet, language or clinic go with pictures and empty folders."""
    build_here(root, root / "clinics" / "example.yaml")
    assert (root / "output/clinics/example/nl" / f"{CALL}-a4.pdf").exists()
    (root / "output" / "nl" / "mine.txt").write_text("a person put this here")
    (root / "output" / "clinics" / "notes").mkdir()
    (root / "output" / "clinics" / "notes" / "mine.pdf").write_text("%PDF-1.7 mine %%EOF")
    if gone == "leaflet":
        (root / "leaflets" / f"{CALL}.yaml").unlink()
    elif gone == "language":
        shutil.rmtree(root / "locales" / "nl")
    else:
        (root / "clinics" / "example.yaml").unlink()
    outcome = build_here(root)
    assert messages_of(outcome) == ""
    left = {name for name in files_in(root / "output") if name.endswith((".pdf", ".png"))}
    for name in left - {"clinics/notes/mine.pdf"}:
        assert {"leaflet": CALL, "language": "nl/", "clinic": "clinics/"}[gone] not in name
    assert len(left) == {"leaflet": 9, "language": 9, "clinic": 9}[gone]
    assert_nothing_else(root, "nl/mine.txt", "clinics/notes/mine.pdf")


def test_renamed_leaflet_moves(root: Path) -> None:
    """A leaflet's id is its file's name: under a new name it lands there, and the old files go."""
    (root / "leaflets" / f"{CALL}.yaml").rename(root / "leaflets" / "ring-us.yaml")
    assert made_by(build_here(root)) == {"en/ring-us-a4.pdf", "nl/ring-us-a4.pdf"}
    assert_nothing_else(root)


# ── Clinics ────────────────────────────────────────────────────────────────────────────────────


def test_clinic_is_remembered_while_its_profile_is_broken(root: Path) -> None:
    """A broken profile is told at every build, its leaflets stay, and hold again once mended."""
    profile = root / "clinics" / "example.yaml"
    build_here(root, profile)
    sound = profile.read_text("utf-8")
    profile.write_text(sound.replace("020 7946 0100", "12"), "utf-8")
    for _ in range(2):
        outcome = build_here(root)
        assert "phone_day" in messages_of(outcome)
        assert {edition.clinic for edition in outcome.failed} == {"example"}
        assert_nothing_else(root)
        assert (root / "output" / "clinics/example" / CALL_EN).exists()
        assert (root / "output" / CALL_EN).exists()
    profile.write_text(sound, "utf-8")
    outcome = build_here(root)
    assert (messages_of(outcome), made_by(outcome)) == ("", set())
    assert_nothing_else(root)


def test_of_two_clinics_with_one_name_the_second_is_refused(root: Path) -> None:
    """No clinic's leaflets ever take the place of another's: families would call wrong numbers."""
    build_here(root, root / "clinics" / "example.yaml")
    (root / "elsewhere").mkdir()
    text = (root / "clinics" / "example.yaml").read_text("utf-8")
    text = text.replace("logo: example-logo.svg", "").replace("7946 0100", "7946 0111")
    (root / "elsewhere" / "example.yaml").write_text(text, "utf-8")
    before = files_in(root / "output" / "clinics")
    outcome = build_here(root, root / "elsewhere" / "example.yaml")
    assert "example.yaml:1:1: its leaflets would land in output/clinics/example/" in messages_of(
        outcome
    )
    assert "the other is clinics/example.yaml" in messages_of(outcome)
    assert outcome.made == []
    assert files_in(root / "output" / "clinics") == before
    assert read_manifest(root)["clinics"] == {"example": str(Path("clinics/example.yaml"))}
    assert_nothing_else(root)


@pytest.mark.parametrize(
    ("first", "second"), [("A clinic.yaml", "a-clinic.yaml"), ("病院.yaml", "診療所.yaml")]
)
def test_clinics_whose_names_differ_in_signs_alone_never_share_a_folder(
    first: str, second: str, root: Path
) -> None:
    """Names that come to the same folder are refused as equal names are."""
    for name in (first, second):
        shutil.copy(root / "clinics" / "example.yaml", root / "clinics" / name)
    assert messages_of(build_here(root, root / "clinics" / first)) == ""
    said = messages_of(build_here(root, root / "clinics" / second))
    assert f"{second}:1:1: its leaflets would land in output/clinics/" in said
    assert said.count("its leaflets would land") == 1


def test_logo_and_profile_of_a_clinic_are_followed(root: Path) -> None:
    """A change of a clinic's number or logo makes that clinic's leaflets again, and no other."""
    build_here(root, root / "clinics" / "example.yaml")
    replace(root, "clinics/example.yaml", "020 7946 0199", "020 7946 0188")
    assert made_by(build_here(root)) == {f"clinics/example/{path}" for path in EVERYTHING}
    logo = root / "clinics" / "example-logo.svg"
    drawn = logo.read_text("utf-8").replace("</svg>", '<rect width="9" height="9"/></svg>')
    logo.write_text(drawn, "utf-8")
    assert made_by(build_here(root)) == {f"clinics/example/{path}" for path in EVERYTHING}


# ── One broken leaflet does not stop the others ────────────────────────────────────────────────


def endless_text(root: Path) -> None:
    """Make a leaflet longer than its page."""
    paragraphs = "".join(f"      - {'Long words go on and on. ' * 30}\n" for _ in range(9))
    block = "  - block: prose\n    heading: Much\n    cites: [very_rare]\n    paragraphs:\n"
    append(root, f"leaflets/{CALL}.yaml", block + paragraphs)


BROKEN: dict[str, tuple[Edit, set[str], str]] = {
    "YAML": (
        lambda root: append(root, f"leaflets/{CALL}.yaml", "blocks: [\n"),
        {CALL_EN, CALL_NL},
        f"leaflets/{CALL}.yaml:",
    ),
    "unknown key": (
        lambda root: append(root, f"leaflets/{CALL}.yaml", "colour: red\n"),
        {CALL_EN, CALL_NL},
        'unknown key "colour"',
    ),
    "unknown placeholder": (
        lambda root: replace(root, f"leaflets/{CALL}.yaml", "Signs in", "Signs of {some} in"),
        {CALL_EN, CALL_NL},
        "{some}",
    ),
    "too long": (endless_text, {CALL_EN, CALL_NL}, "too long for 1 page"),
    "lost placeholder in a translation": (
        lambda root: replace(root, DUTCH_FILE, "ongeveer {cases} kinderen", "ongeveer wat"),
        {CALL_NL},
        "lost {cases}",
    ),
    "broken message both show": (
        lambda root: replace(root, DUTCH_FILE, "heel zeldzaam", "<b>heel</b> zeldzaam"),
        {CALL_NL, ACT_NL},
        "markup is not allowed",
    ),
    "broken shared phrase": (
        lambda root: replace(root, DUTCH_FILE, "CONCEPT", "CONCEPT {x}"),
        {CALL_NL, ACT_NL},
        "{x}",
    ),
    "catalog nobody can read": (
        lambda root: replace(root, DUTCH_FILE, "Language: nl", "Language: fr"),
        {CALL_NL, ACT_NL},
        'its header says Language "fr"',
    ),
    "broken line of a message": (
        lambda root: replace(root, DUTCH_FILE, '"moeilijk ademt"', '"moeilijk ademt'),
        {CALL_NL},
        "not a well-formed message",
    ),
    "message that stands twice": (
        lambda root: append(root, DUTCH_FILE, '\nmsgid "Refer today"\nmsgstr "Verwijs nu"\n'),
        {ACT_NL},
        "this message stands here twice",
    ),
    "broken line of no message": (
        lambda root: append(root, DUTCH_FILE, '\nmsgid "x\n'),
        set(),
        "not a well-formed message",
    ),
    "invisible character in a comment": (
        lambda root: append(root, DUTCH_FILE, "\n# turned \u202eround\n"),
        set(),
        "the invisible character U+202E is not allowed",
    ),
    "glossary nobody can read": (
        lambda root: append(root, "locales/nl/glossary.yaml", "terms: 5\n"),
        {CALL_NL, ACT_NL},
        "locales/nl/glossary.yaml",
    ),
    "glossary of English": (
        lambda root: append(root, "locales/en/glossary.yaml", "terms: 5\n"),
        EVERYTHING,
        "locales/en/glossary.yaml",
    ),
    "facts": (
        lambda root: append(root, "leaflets/facts.yaml", "more: 5\n"),
        EVERYTHING,
        "leaflets/facts.yaml",
    ),
    "phrases": (
        lambda root: append(root, "leaflets/phrases.yaml", "more: 5\n"),
        EVERYTHING,
        "leaflets/phrases.yaml",
    ),
    "template": (
        lambda root: append(root, "templates/blocks.html", "{% if %}\n"),
        EVERYTHING,
        "templates/blocks.html:",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_parts_take_only_what_shows_them(name: str, root: Path) -> None:
    """An error keeps just the editions it is in from being made: they stay as they were, marked."""
    edit, expected, message = BROKEN[name]
    sound = files_in(root / "output")
    folders = ("leaflets", "locales", "templates")
    sources = {root / f / path: c for f in folders for path, c in files_in(root / f).items()}
    edit(root)
    for _ in range(2):
        outcome = build_here(root)
        assert message in messages_of(outcome)
        assert {str(edition.path) for edition in outcome.failed} == expected
        assert_nothing_else(root)
        after = files_in(root / "output")
        assert {name for name in after if name.endswith(".pdf")} == EVERYTHING
        assert {name: after[name] for name in expected} == {name: sound[name] for name in expected}
        records = read_manifest(root)["editions"]
        kept = {record["path"] for record in records if record["kept_from"]}  # type: ignore[attr-defined]
        assert kept == expected
        assert uptodate.report_if_current(root, ["--quiet"]) is None
    if name != "phrases" and "English" not in name:
        index = (root / "output" / "index.html").read_text("utf-8")
        assert index.count('<div class="kept whole">') == len(expected)
    for path, content in sources.items():
        path.write_bytes(content)
    assert messages_of(build_here(root)) == ""
    assert files_in(root / "output") == sound


def test_all_problems_come_together(root: Path) -> None:
    """One build reports the problems of all files and of all steps, and makes the rest."""
    BROKEN["unknown key"][0](root)
    BROKEN["glossary nobody can read"][0](root)
    result = run(root, "build")
    errors = [line for line in result.stderr.splitlines() if "warning" not in line and ":" in line]
    places = [line for line in errors if not line.startswith(("  hint", "output/: "))]
    assert result.returncode == 1
    assert len(places) == 2
    assert places == sorted(places)
    assert "3 could not be made" in result.stdout
    assert (root / "output" / ACT_EN).exists()


def test_what_the_typesetter_trips_over_stops_only_one(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of the engine in one edition is told as its problem; the others are made."""
    typesetting = pytest.importorskip("leafletry.pages.typesetting")
    typeset = typesetting.typeset

    def fail_once(press: object, html: str, *others: object, **named: object) -> object:
        if '<html lang="en"' in html and "When to call us" in html:
            raise AssertionError("a table without end")
        return typeset(press, html, *others, **named)

    EDITS["engine"][0](root)
    monkeypatch.setattr(typesetting, "typeset", fail_once)
    outcome = build_here(root)
    assert made_by(outcome) == EVERYTHING - {CALL_EN}
    assert "call-us (en): could not be made (AssertionError: a table" in messages_of(outcome)


def test_one_broken_edition_hides_no_good_one(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A shared word too wide for one edition costs that one alone; the overview stays."""
    EDITS["message of one leaflet"][0](root)
    wide = Problem(Place("leaflets/phrases.yaml", 5, 3), "is 2.0 mm wider than its place")
    monkeypatch.setattr(printing, "make_edition", lambda _job: ProblemsFoundError([wide]))
    pages = set(files_in(root / "output" / uptodate.VERIFY))
    outcome = build_here(root)
    assert outcome.indexed
    assert {str(edition.path) for edition in outcome.failed} == {CALL_NL}
    assert [error.affects for error in outcome.problems.errors] == [only(outcome.failed[0])]
    assert pages <= set(files_in(root / "output" / uptodate.VERIFY))
    assert CALL_EN in (root / "output/index.html").read_text("utf-8")


def test_no_overview_is_promised_that_is_not_there(root: Path) -> None:
    """Where the overview's own words are broken, no line of the command sends people there."""
    replace(root, "leaflets/phrases.yaml", "Choose a leaflet", "<b>Choose</b> a leaflet")
    assert not build_here(root).indexed
    assert not (root / "output/index.html").exists()
    result = run(root, "build")
    assert result.returncode == 1
    assert "index.html" not in result.stdout


def test_progress_ends_also_after_an_interruption(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C in the middle ends the report of progress and leaves the folder as it was."""
    EDITS["message of one leaflet"][0](root)
    before = files_in(root / "output")

    def interrupt(_job: Job) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(printing, "make_edition", interrupt)
    reporter = Silent()
    with pytest.raises(KeyboardInterrupt):
        building.build(root, TODAY, reporter, jobs=1)
    assert reporter.stopped
    assert files_in(root / "output") == before


# ── Complete or not at all ─────────────────────────────────────────────────────────────────────


def start(root: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start a build as the leader of a group of processes."""
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "leafletry", "build", "--jobs", "2", *arguments],
        cwd=root,
        env=environment(root),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def ready_to_replace(root: Path) -> None:
    """Change the project so that a build has one edition to make and two to take away."""
    EDITS["message of one leaflet"][0](root)
    (root / "leaflets" / f"{ACT}.yaml").unlink()


def build_and_die(root: Path, operation: int) -> bool:
    """Build in a fork that is killed before a numbered change of `output/`; tell whether it was."""
    output = str(root / "output")
    changes = ("os.rename", "os.remove", "os.rmdir", "os.mkdir", "shutil.rmtree")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        return os.WIFSIGNALED(status)
    count = itertools.count(1)

    def die(event: str, arguments: tuple[object, ...]) -> None:
        changes_it = event in changes or (
            event == "open" and str(arguments[1]).startswith(("w", "x"))
        )
        inside = changes_it and str(arguments[0]).startswith(output)
        if inside and next(count) == operation:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(die)
    try:
        build_here(root)
    finally:
        os._exit(0)


@posix_only
def test_kill_before_a_change(root: Path, tmp_path: Path) -> None:
    """Killed before any change of the folder, a build leaves a true manifest and no half file."""
    kill_before_changes(root, tmp_path, every=4 if WHOLE else 9)


@pytest.mark.slow
@posix_only
def test_kill_before_every_single_change(root: Path, tmp_path: Path) -> None:
    """As above, before each of them."""
    kill_before_changes(root, tmp_path, every=1)


def kill_before_changes(root: Path, tmp_path: Path, *, every: int) -> None:
    """Kill builds before their first change, and before each so many after it; mend each."""
    ready_to_replace(root)
    build_here(shutil.copytree(root, tmp_path / "wanted", symlinks=True))
    wanted = files_in(tmp_path / "wanted" / "output")
    killed = 0
    for operation in itertools.count(1, every):
        copy = shutil.copytree(root, tmp_path / "copy", symlinks=True)
        if not build_and_die(copy, operation):
            break
        killed += 1
        assert_manifest_is_true(copy)
        if killed % 4 == 0:  # A second death on the way must not make it worse.
            build_and_die(copy, operation // 2 + 1)
            assert_manifest_is_true(copy)
        assert messages_of(build_here(copy)) == ""
        assert_nothing_else(copy)
        assert files_in(copy / "output") == wanted
        shutil.rmtree(copy)
    assert killed > 15 // every


def kill_at_random(root: Path, seed: int, times: int) -> None:
    """Build from nothing, or anew, and kill the whole group each time at another moment."""
    moments = random.Random(seed)  # noqa: S311 - moments, no secrets
    began = time.monotonic()
    assert run(root, "build", "--jobs", "2").returncode == 0
    whole = time.monotonic() - began
    wanted = files_in(root / "output")
    for number in range(times):
        if number % 2:
            shutil.rmtree(root / "output")
        else:
            (root / "output" / "manifest.json").unlink()
        with start(root) as process:
            time.sleep(moments.uniform(0.1, whole))
            os.killpg(process.pid, signal.SIGKILL)
        assert_manifest_is_true(root)
        result = run(root, "build", "--jobs", "2")
        assert result.returncode == 0, result
        assert_nothing_else(root)
        same = {name for name in wanted if name.endswith((".pdf", ".png", "index.html"))}
        after = files_in(root / "output")
        assert {name: after[name] for name in same} == {name: wanted[name] for name in same}


@posix_only
def test_kill_at_random_moments(root: Path) -> None:
    """Whenever the whole group of processes is killed, nothing is half done, and the next mends."""
    kill_at_random(root, seed=1, times=4)


@pytest.mark.slow
@posix_only
def test_kill_at_many_random_moments(root: Path) -> None:
    """As above, often enough to meet the rare moments."""
    kill_at_random(root, seed=2, times=40)


HELD = """

_at_once = make_edition


def make_edition(job):
    import pathlib, time

    while job.edition.locale == "nl" and not pathlib.Path("go-on").exists():
        time.sleep(0.02)
    return _at_once(job)
"""


def hold(root: Path) -> None:
    """Let builds make the English editions, and wait with the Dutch ones until `go_on`."""
    with (root / "leafletry/printing/printing.py").open("a", encoding="utf-8") as file:
        file.write(HELD)


def go_on(root: Path) -> None:
    """Let builds make the Dutch editions too."""
    (root / "go-on").touch()


@posix_only
def test_kill_of_the_leader_alone(root: Path) -> None:
    """Where only the leading process dies, its helpers end, and the next build need not wait."""
    hold(root)
    with start(root) as process:
        wait_until(lambda: len(below(process.pid)) >= 3, "it has no helpers")
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert_manifest_is_true(root)
        go_on(root)
        result = run(root, "build", "--verbose")
        assert (result.returncode, made_lines(result.stdout)) == (0, EVERYTHING)
        assert_nothing_else(root)
        wait_until(lambda: not group_lives(process.pid), "its helpers live on")


def below(process: int) -> list[int]:
    """Give the processes that one has started, and those that they have."""
    try:
        said = Path(f"/proc/{process}/task/{process}/children").read_text()
    except OSError:  # It has ended meanwhile.
        return []
    return [one for child in map(int, said.split()) for one in (child, *below(child))]


def group_lives(leader: int) -> bool:
    """Tell whether a process of a group is still there."""
    try:
        os.killpg(leader, 0)
    except ProcessLookupError:
        return False
    return True


@posix_only
def test_two_builds_at_once(root: Path) -> None:
    """Two builds started together both succeed: one makes everything, the other finds it made."""
    shutil.rmtree(root / "output")
    with start(root, "--verbose") as first, start(root, "--verbose") as second:
        said = [process.communicate(timeout=PATIENCE)[0] for process in (first, second)]
    assert (first.returncode, second.returncode) == (0, 0)
    assert sorted((made_lines(text) for text in said), key=len) == [set(), EVERYTHING]
    assert_nothing_else(root)


# ── How quick it is ────────────────────────────────────────────────────────────────────────────


@pytest.mark.slow
@posix_only
def test_benchmark_runs() -> None:
    """The benchmark gives a line for each of its four promises; it judges speed, this does not."""
    command = [sys.executable, str(PROJECT / "benchmarks" / "run.py"), "--tiny"]
    result = subprocess.run(
        command,
        env=environment(PROJECT),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert (result.returncode, result.stderr) == (0, "")
    names = re.findall(
        r"^\| (\w[^|]+) \| [\d.]+ s \| [\d.]+ s \| [\d.]+ \|", result.stdout, re.MULTILINE
    )
    assert [name.split(",")[0] for name in names] == [
        "nothing changed",
        "one message edited",
        "full build",
        "full build",
    ]
