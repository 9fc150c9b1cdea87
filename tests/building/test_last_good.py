"""What was good stays until it is replaced, and no longer than it may."""

import datetime as dt
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest
from quick_press import UNPRINTABLE, tried
from signed import NEXT_REVIEW, sign
from small_project import (
    ACT,
    ACT_EN,
    ACT_NL,
    CALL,
    CALL_EN,
    CALL_NL,
    DUTCH_FILE,
    EVERYTHING,
    TODAY,
    Silent,
    append,
    assert_nothing_else,
    files_in,
    made_by,
    messages_of,
    replace,
    small_project,
)

from leafletry.building.building import build
from leafletry.building.outcome import Outcome
from leafletry.cli.what_stays import what_stays
from leafletry.content.project import read_project
from leafletry.editions.composition import Composition
from leafletry.editions.scope import Scope
from leafletry.printing.manifest import Manifest

__all__ = ["tried"]
NORTH, SOUTH = "clinics/north.yaml", "clinics/south.yaml"
LATER = TODAY + dt.timedelta(days=3)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small project with two clinics; nothing of it is built."""
    root = small_project(tmp_path_factory.mktemp("sound") / "project")
    text = (root / "clinics/example.yaml").read_text("utf-8")
    for name, digits in ((NORTH, "0611"), (SOUTH, "0622")):
        (root / name).write_text(
            text.replace('phone_day: "020 7946 0100"', f'phone_day: "020 7946 {digits}"'), "utf-8"
        )
    return root


@pytest.fixture
def root(sound: Path, tmp_path: Path, tried: list[str]) -> Path:
    """A copy of it, built with both clinics on the 20th by a press that prints nothing."""
    root = tmp_path / "project"
    shutil.copytree(sound, root, ignore=shutil.ignore_patterns(".cache"))
    run(root, NORTH, SOUTH)
    for path in (root / "output").rglob("*.pdf"):
        noon = dt.datetime.combine(TODAY, dt.time(12)).timestamp()
        os.utime(path, (noon, noon))
    tried.clear()
    return root


def run(root: Path, *clinics: str, today: dt.date = TODAY, scope: Scope | None = None) -> Outcome:
    """Build in this process."""
    return build(root, today, Silent(), [root / name for name in clinics], jobs=1, scope=scope)


def of(clinic: str, paths: Iterable[str] = EVERYTHING) -> set[str]:
    """Give the editions of a clinic."""
    return {f"clinics/{clinic}/{path}" for path in paths}


def pdfs(root: Path) -> dict[str, bytes]:
    """Give the PDFs that lie in the folder, without those to publish."""
    there = files_in(root / "output").items()
    return {n: c for n, c in there if n.endswith(".pdf") and not n.startswith("public/")}


def stale(root: Path) -> dict[str, str]:
    """Give the editions that are kept from before, and since when."""
    records = Manifest.read(root / "output").editions
    return {record.path: record.kept_from for record in records if record.kept_from}


def spoil_north(root: Path) -> None:
    """Make a slip in a clinic's profile."""
    replace(root, NORTH, "020 7946 0611", "12")


# ── A clinic's fault ───────────────────────────────────────────────────────────────────────────


def test_a_typo_of_a_clinic_costs_no_file(root: Path, tried: list[str]) -> None:
    """A broken profile is told with its line and field; the clinic's last good leaflets stay."""
    before = pdfs(root)
    spoil_north(root)
    for _ in range(2):
        outcome = run(root, today=LATER)
        (error,) = outcome.problems.errors
        assert str(error).startswith("north.yaml:")
        assert "phone_day" in error.message
        assert error.place.line > 1
        assert tried == []
        assert pdfs(root) == before
        assert stale(root) == dict.fromkeys(of("north"), "2026-11-20")
        (line,) = what_stays(outcome)
        assert line.startswith("output/clinics/north/: 4 leaflets are still as on 20 November 2026")
        assert_nothing_else(root)
    page = (root / "output/clinics/north/index.html").read_text("utf-8")
    assert page.count("Not renewed since") == 4
    assert "November 20, 2026" in page


def test_mended_again_nothing_is_made_for_nothing(root: Path, tried: list[str]) -> None:
    """A slip that is taken back leaves everything as it was, byte for byte, and nothing is made."""
    before = files_in(root / "output")
    sound = (root / NORTH).read_bytes()
    spoil_north(root)
    run(root)
    (root / NORTH).write_bytes(sound)
    outcome = run(root)
    assert (messages_of(outcome), tried, stale(root)) == ("", [], {})
    assert files_in(root / "output") == before


def test_a_clinic_touches_no_other(root: Path, tried: list[str]) -> None:
    """A build for one clinic succeeds while another is broken, and says so in one line."""
    spoil_north(root)
    replace(root, SOUTH, "020 7946 0622", "020 7946 0633")
    outcome = run(root, SOUTH, today=LATER)
    assert messages_of(outcome) == ""
    assert made_by(outcome) == set(tried) == of("south")
    assert set(stale(root)) == of("north")
    assert list(what_stays(outcome)) == [
        "Not all up to date: clinics north. `build` makes them, or says what is wrong."
    ]
    assert [error.place.file for error in outcome.elsewhere.errors] == ["north.yaml"]


def test_a_fault_of_printing_is_not_tried_again(root: Path, tried: list[str]) -> None:
    """What failed from the very same things is not made again; its problem is told as before."""
    replace(root, NORTH, "name: ", f"name: {UNPRINTABLE} ")
    said = messages_of(run(root))
    assert set(tried) == of("north")
    assert said.count("wider than its place") == 4
    tried.clear()
    again = run(root)
    assert (messages_of(again), tried) == (said, [])
    assert {str(edition.path) for edition in again.failed} == of("north")
    assert messages_of(run(root, SOUTH)) == ""
    assert tried == []
    replace(root, NORTH, "020 7946 0611", "020 7946 0644")
    run(root)
    assert set(tried) == of("north"), "it is tried as soon as anything in it changed"
    assert set(stale(root)) == of("north")
    replace(root, NORTH, f"{UNPRINTABLE} ", "")
    assert messages_of(run(root)) == ""
    assert stale(root) == {}


def test_a_clinic_that_was_never_built_is_not_remembered_broken(root: Path) -> None:
    """A new profile with a fault is told once, and no later build ends badly for it."""
    shutil.copy(root / NORTH, root / "clinics/west.yaml")
    replace(root, "clinics/west.yaml", "020 7946 0611", "12")
    assert "phone_day" in messages_of(run(root, "clinics/west.yaml"))
    assert messages_of(run(root)) == ""


# ── Only a part ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("scope", "clinics", "made"),
    [
        (Scope(), (), {*EVERYTHING, *of("north"), *of("south")}),
        (Scope(), (NORTH,), {*EVERYTHING, *of("north")}),
        (Scope(), (NORTH, SOUTH), {*EVERYTHING, *of("north"), *of("south")}),
        (
            Scope(locales=frozenset({"nl"})),
            (NORTH,),
            {CALL_NL, ACT_NL, *of("north", [CALL_NL, ACT_NL])},
        ),
        (
            Scope(leaflets=frozenset({CALL})),
            (),
            {path for path in (*EVERYTHING, *of("north"), *of("south")) if CALL in path},
        ),
        (Scope(frozenset({ACT}), frozenset({"en"})), (SOUTH,), {ACT_EN, *of("south", [ACT_EN])}),
    ],
    ids=["all", "a clinic", "both clinics", "language", "leaflet", "all three"],
)
def test_only_what_is_asked_for_is_made(
    root: Path, tried: list[str], scope: Scope, clinics: tuple[str, ...], made: set[str]
) -> None:
    """What is not asked for stays as it is, in the folder and in the manifest."""
    append(root, "styles/blocks.css", "h1 { color: #123456 }\n")
    before = pdfs(root)
    outcome = run(root, *clinics, scope=scope)
    assert set(tried) == made
    after = pdfs(root)
    assert after.keys() == before.keys()
    assert {name for name in after if after[name] != before[name]} == made
    assert_nothing_else(root)
    assert Manifest.read(root / "output").complete is (len(made) == len(before))
    tried.clear()
    run(root)
    assert set(tried) == before.keys() - made, "a build of everything makes the rest"
    assert messages_of(outcome) == ""


def test_first_build_of_a_part_promises_nothing_of_the_rest(root: Path, tried: list[str]) -> None:
    """Where only a part was ever built, the next build makes the rest."""
    shutil.rmtree(root / "output")
    run(root, scope=Scope(frozenset({CALL}), frozenset({"nl"})))
    assert set(tried) == {CALL_NL}
    tried.clear()
    run(root)
    assert set(tried) == EVERYTHING - {CALL_NL}


def test_faults_elsewhere_do_not_stop_a_part(root: Path, tried: list[str]) -> None:
    """A broken Dutch catalog stops no English build, which says in one line that more is wrong."""
    replace(root, DUTCH_FILE, "Language: nl", "Language: fr")
    append(root, "styles/blocks.css", "h1 { color: #123456 }\n")
    outcome = run(root, NORTH, scope=Scope(locales=frozenset({"en"})))
    assert messages_of(outcome) == ""
    assert set(tried) == {CALL_EN, ACT_EN, *of("north", [CALL_EN, ACT_EN])}
    assert len(list(what_stays(outcome))) == 1
    assert "its header says" in messages_of(run(root))


# ── No longer than it may ──────────────────────────────────────────────────────────────────────


def withdraw(root: Path, path: str) -> None:
    """Take back an edition that lies in the folder."""
    (record,) = [r for r in Manifest.read(root / "output").editions if r.path == path]
    (root / "leaflets/withdrawn.yaml").write_text(
        f'withdrawn:\n  - code: "{record.code}"\n    reason: A number was wrong.\n'
        "    withdrawn_on: 2026-11-20\n",
        "utf-8",
    )


@pytest.fixture
def released(root: Path, tried: list[str]) -> Path:
    """The project with a released sheet in English, also for both clinics."""
    sign(root, CALL, "en", signed_on=TODAY)
    run(root)
    tried.clear()
    assert public(root) == 3
    return root


def public(root: Path) -> int:
    """Give how many leaflets may go on a web host."""
    return len(list((root / "output/public").rglob("*.pdf")))


def break_call(root: Path) -> None:
    """Break a leaflet, so that nobody can read it."""
    append(root, f"leaflets/{CALL}.yaml", "blocks: [\n")


def test_a_release_stays_while_nobody_can_tell(released: Path) -> None:
    """A leaflet nobody can read keeps its releases, here and in public, until it is mended."""
    before = pdfs(released)
    break_call(released)
    outcome = run(released)
    assert pdfs(released) == before
    assert public(released) == 3
    assert {record.path for record in outcome.stale} == {path for path in before if CALL in path}


@pytest.mark.parametrize("what", ["withdrawn", "review over", "sign-off gone", "source changed"])
def test_a_release_that_is_over_goes(released: Path, what: str) -> None:
    """What is known to be no release any more stays nowhere as one, though it cannot be made."""
    today = TODAY
    if what == "withdrawn":
        withdraw(released, CALL_EN)
        break_call(released)
    elif what == "review over":
        break_call(released)
        today = NEXT_REVIEW + dt.timedelta(days=2)
    elif what == "sign-off gone":
        (released / "locales/en/signoff.yaml").unlink()
        break_call(released)
    else:
        replace(released, f"leaflets/{CALL}.yaml", "Signs in a baby", f"Signs {UNPRINTABLE}")
    outcome = run(released, today=today)
    assert outcome.problems.errors
    assert public(released) == 0
    gone = {CALL_EN, *of("north", [CALL_EN]), *of("south", [CALL_EN])}
    assert gone.isdisjoint(pdfs(released))
    assert ACT_EN in pdfs(released)
    assert_nothing_else(released)


def test_no_release_goes_for_a_clock_alone(released: Path) -> None:
    """On the day after the last one, which is still that day somewhere, a release is left alone."""
    break_call(released)
    run(released, today=NEXT_REVIEW + dt.timedelta(days=1))
    assert CALL_EN in pdfs(released)
    assert public(released) == 1, "the numbers of the clinics ran out long ago"


def test_a_withdrawn_draft_goes(root: Path) -> None:
    """A draft says that it is one, but not that it was withdrawn: it is not kept from before."""
    withdraw(root, CALL_EN)
    break_call(root)
    run(root)
    assert CALL_EN not in pdfs(root)
    assert CALL_NL in pdfs(root)


def test_what_was_not_asked_for_is_public_no_longer_than_it_may(released: Path) -> None:
    """A build of a part takes back from the public what is over, and touches no other file."""
    before = pdfs(released)
    withdraw(released, CALL_EN)
    outcome = run(released, scope=Scope(leaflets=frozenset({ACT})))
    assert messages_of(outcome) == ""
    assert public(released) == 0
    assert before.keys() - pdfs(released).keys() == {
        path for path in before if path.endswith(CALL_EN)
    }


def test_codes_of_what_is_kept_are_told_truly(released: Path) -> None:
    """Pages about codes answer for what is kept from before as they did."""
    code = Composition.of(read_project(released), TODAY).code(CALL, "en", None)
    page = released / f"output/verify/{code.as_name}.html"
    before = page.read_bytes()
    break_call(released)
    run(released)
    assert page.read_bytes() == before
