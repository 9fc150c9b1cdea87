"""Sources that nobody opened live: what rests on them is a draft until somebody confirms it."""

import datetime as dt
import hashlib
import re
import shutil
import subprocess
from pathlib import Path

import pypdfium2
import pytest
import yaml
from conftest import ROOT
from on_a4_alone import on_a4_alone
from signed import NAMES, SIGNED, confirm, sign
from small_project import ACT, CALL, Silent, run, small_project

from leafletry.building import building
from leafletry.content.confirmations import FILE
from leafletry.content.project import read_project
from leafletry.content.sources import open_sources, source_to_confirm
from leafletry.editions.composition import Composition
from leafletry.printing.manifest import Manifest
from leafletry.signing.standings import leaflet_standing

TODAY = dt.date(2026, 11, 21)
FACTS, SOURCES = "leaflets/facts.yaml", "leaflets/sources.yaml"
ACT_EN = f"en/{ACT}-a4.pdf"
NEVER = "nobody opened the source and confirmed what we say of it: study"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small project whose one source was never opened."""
    root = small_project(tmp_path / "project")
    edit(root, SOURCES, "    lang: en\n", "    lang: en\n    confirm: true\n")
    return root


def edit(root: Path, name: str, old: str, new: str) -> None:
    """Change a file of a project as a person would."""
    text = (root / name).read_text("utf-8")
    assert old in text, (name, old)
    (root / name).write_text(text.replace(old, new, 1), "utf-8")


def reasons(root: Path, leaflet: str = ACT, locale: str = "en") -> list[str]:
    """Give why a leaflet is a draft today."""
    standing = leaflet_standing(Composition.of(read_project(root), TODAY), leaflet, locale)
    assert standing.approval is not None
    return [reason.words for reason in standing.approval.reasons]


def code(root: Path, source: str = "study") -> str:
    """Give a source as the checklist of today names it."""
    found = source_to_confirm(read_project(root), source)
    assert found is not None
    return found.code


def record(root: Path, *sources: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Record that sources were opened, by the command line."""
    options = {"name": NAMES["clinical"], **more}
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    named = [word for source in sources for word in ("--confirmed", source)]
    return run(root, "signoff", "record", *named, *words)


# ── Draft and release ──────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("press_here")
def test_what_rests_on_an_open_source_is_not_released(root: Path) -> None:
    """A signed leaflet stays a draft and says why, until its source is confirmed."""
    sign(root, ACT, "en")
    (root / FILE).unlink()
    outcome = building.build(root, TODAY, Silent(), jobs=1)
    told = {str(edition.path): approval for edition, approval in outcome.held_back.items()}
    assert [reason.words for reason in told[ACT_EN].reasons] == [NEVER]
    assert told[ACT_EN].notice == "unconfirmed"
    confirm(root, ACT)
    building.build(root, TODAY, Silent(), jobs=1)
    records = Manifest.read(root / "output").editions
    assert {record.path for record in records if record.state == "release"} == {ACT_EN}


def test_only_what_says_confirm_is_waited_for(root: Path) -> None:
    """A source without `confirm` keeps no leaflet back."""
    edit(root, SOURCES, "    confirm: true\n", "")
    assert not any("confirmed" in reason for reason in reasons(root))
    assert source_to_confirm(read_project(root), "study") is None


def test_a_figure_waits_for_the_sources_it_is_computed_from(root: Path) -> None:
    """Also a source that a leaflet cites only by a figure computed from another is waited for."""
    second = (root / SOURCES).read_text("utf-8").partition("sources:\n")[2]
    with (root / SOURCES).open("a", encoding="utf-8") as file:
        file.write(second.replace("study:", "other:").replace("example.org/study", "example.org"))
    edit(root, FACTS, "    qualifier: about\n", "    qualifier: about\n    formula: half + half\n")
    half = {
        "statement": "Half of them.",
        "population": "infant-leukemia",
        "source": "other",
        "where": "Results",
        "audiences": ["parents"],
        "certainty": "established",
        "value": 80,
        "kind": "count",
    }
    book = yaml.safe_load((root / FACTS).read_text("utf-8"))
    book["facts"]["half"] = half
    (root / FACTS).write_text(yaml.safe_dump(book, sort_keys=False), "utf-8")
    assert [one.id for one in open_sources(read_project(root), CALL)] == ["study", "other"]
    assert [one.id for one in open_sources(read_project(root), ACT)] == ["study"]


def more(name: str, rest: str) -> str:
    """Give a fact that stands before the last one."""
    population = "    population: infant-leukemia\n    audiences: [parents]\n"
    return f"  {name}:\n    statement: Something.\n{population}{rest}  cases:\n"


CASES = "    value: 160\n    kind: count\n    qualifier: about\n"
OPENS_AGAIN = {
    "a statement": (FACTS, "New cases of a year.", "Deaths of a year."),
    "a figure": (FACTS, "value: 160", "value: 161"),
    "its qualifier": (FACTS, "qualifier: about", "qualifier: at-least"),
    "of whom it is": (FACTS, "population: infant-leukemia", "population: other-group"),
    "its place": (FACTS, "    where: Results\n", "    where: Results\n    place: France\n"),
    "where it stands": (FACTS, "where: Results", "where: Methods"),
    "a list": (FACTS, "    where: Results\n", "    where: Results\n    items: [fever]\n"),
    "another fact of the source": (
        FACTS,
        "  cases:\n",
        more("more", "    source: study\n    where: Results\n    certainty: established\n"),
    ),
    "the title": (SOURCES, "A study of leukemia", "Another study of leukemia"),
    "the link": (SOURCES, "example.org/study", "example.org/another"),
    "the year": (SOURCES, "year: 2020", "year: 2021"),
}
STAYS_CONFIRMED = {
    "a caveat": (FACTS, CASES, f"{CASES}    caveats: [Say whose they are.]\n"),
    "who may be shown it": (FACTS, "audiences: [parents]", "audiences: [parents, siblings]"),
    "how sure it is": (FACTS, "certainty: advice", "certainty: established"),
    "its id": (FACTS, "  very_rare:", "  quite_rare:"),
    "a fact in no source": (
        FACTS,
        "  cases:\n",
        more("asked", "    basis: clinical-consensus\n    certainty: consensus\n"),
    ),
    "a fact that must not be printed": (
        FACTS,
        "  cases:\n",
        more("never", "    source: study\n    banned: It is wrong.\n    certainty: uncertain\n"),
    ),
    "how the link is printed": (SOURCES, "link_text: example.org", "link_text: a page"),
}


@pytest.mark.parametrize("change", OPENS_AGAIN)
def test_a_change_of_what_was_confirmed_opens_it_again(root: Path, change: str) -> None:
    """What a source has to say cannot change behind the back of whoever confirmed it."""
    confirm(root, ACT)
    assert not open_sources(read_project(root), ACT)
    name, old, new = OPENS_AGAIN[change]
    before = (root / name).read_bytes()
    edit(root, name, old, new)
    changed = f"changed since {NAMES['clinical']} confirmed it ({SIGNED})"
    assert f"what we say of the source study {changed}" in reasons(root)
    (root / name).write_bytes(before)
    assert not open_sources(read_project(root), ACT), "it holds again when its words come back"


@pytest.mark.parametrize("change", STAYS_CONFIRMED)
def test_what_no_source_says_keeps_it_confirmed(root: Path, change: str) -> None:
    """What is ours to decide, or another source's, asks nobody to open a page once more."""
    confirm(root, ACT)
    edit(root, *STAYS_CONFIRMED[change])
    found = source_to_confirm(read_project(root), "study")
    assert found is not None
    assert not found.open


def test_the_order_of_facts_says_nothing(root: Path) -> None:
    """A fact that is moved in its file is confirmed as before."""
    confirm(root, ACT)
    book = yaml.safe_load((root / FACTS).read_text("utf-8"))
    book["facts"] = dict(reversed(book["facts"].items()))
    (root / FACTS).write_text(yaml.safe_dump(book, sort_keys=False), "utf-8")
    assert not open_sources(read_project(root), ACT)


# ── Recording ──────────────────────────────────────────────────────────────────────────────────


def test_a_confirmation_is_recorded_with_what_it_is_about(root: Path) -> None:
    """Source, name, day and digest are kept, and the file of that digest says what was found."""
    done = record(root, code(root), date="2026-11-01")
    assert (done.returncode, done.stderr) == (0, "")
    (entry,) = yaml.safe_load((root / FILE).read_text("utf-8"))["confirmed"]
    (confirmed,) = (root / "locales/en/confirmed").iterdir()
    assert done.stdout.splitlines()[:2] == [FILE, f"locales/en/confirmed/{confirmed.name}"]
    assert entry["words"] == hashlib.sha256(confirmed.read_bytes()).hexdigest()
    assert (entry["source"], entry["name"]) == ("study", NAMES["clinical"])
    assert entry["confirmed_on"] == dt.date(2026, 11, 1)
    said = confirmed.read_text("utf-8")
    for words in ("https://example.org/study", "A study of leukemia", "about 160 count"):
        assert words in said
    edit(root, FACTS, "value: 160", "value: 161")
    assert record(root, code(root).upper()).returncode == 0
    entries = yaml.safe_load((root / FILE).read_text("utf-8"))["confirmed"]
    assert (entries[0], len(entries)) == (entry, 2), "none is ever taken away"
    assert not any("confirmed" in reason for reason in reasons(root))


REFUSED = {
    "a source alone": ("study", {}, "is not what has to be confirmed today: that is study-"),
    "other digits": ("study-000000", {}, "is not what has to be confirmed today: that is study-"),
    "no source": ("studie-000000", {}, 'did you mean "study"?'),
    "a day to come": ("", {"date": "2999-01-01"}, "lies in the future"),
    "markup in the name": ("", {"name": "<b>Me</b>"}, "markup is not allowed"),
    "a name of two lines": ("", {"name": "Example\nClinician"}, "must be one line"),
    "no name": ("", {"name": ""}, "name"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_true_is_not_recorded(root: Path, case: str) -> None:
    """What was not read as it stands, or cannot be true, is refused and nothing is written."""
    typed, more, said = REFUSED[case]
    done = record(root, code(root), *([typed] if typed else []), **more)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not list((root / "locales/en").glob("confirmed*"))


def test_a_source_that_was_opened_live_has_nothing_to_confirm(root: Path) -> None:
    """A source without `confirm` is told, and not recorded."""
    edit(root, SOURCES, "    confirm: true\n", "")
    done = record(root, "study-000000")
    assert done.returncode == 1
    assert "study has nothing to be confirmed" in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        (ACT, "en", "--confirmed", "study-000000", "--name", "Example"),
        ("--confirmed", "study-000000", "--name", "Example", "--role", "clinical"),
        ("--confirmed", "study-000000"),
        (ACT, "en", "--name", "Example"),
        ("--name", "Example"),
    ],
)
def test_a_confirmation_is_no_signature(root: Path, words: tuple[str, ...]) -> None:
    """One command records a signature or confirmations, whole; the rest is wrong usage."""
    done = run(root, "signoff", "record", *words)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert not list((root / "locales/en").glob("confirmed*"))


def test_a_broken_record_stops_everything_and_is_not_overwritten(root: Path) -> None:
    """A file of confirmations that cannot be read is told with its place, and stays as it is."""
    (root / FILE).write_text("confirmed: [{source: study}]\n", "utf-8")
    done = record(root, code(root))
    assert done.returncode == 1
    assert f"{FILE}:1:" in done.stderr
    assert (root / FILE).read_text("utf-8") == "confirmed: [{source: study}]\n"


@pytest.mark.parametrize("how", ["changed", "lost"])
def test_a_forged_confirmation_is_refused(root: Path, how: str) -> None:
    """Who writes a digest into the record needs the words it is of, and is told."""
    confirm(root, ACT)
    (confirmed,) = (root / "locales/en/confirmed").iterdir()
    if how == "lost":
        confirmed.unlink()
        said = f"{FILE}:8:12: what was confirmed is not in locales/en/confirmed/"
    else:
        confirmed.write_text("Something else\n", "utf-8")
        said = f"locales/en/confirmed/{confirmed.name}:1:1: this is not what {NAMES['clinical']}"
    done = run(root, "check")
    assert done.returncode == 1
    assert said in done.stderr


# ── Where it is told ───────────────────────────────────────────────────────────────────────────


def test_status_and_verify_tell_what_waits(root: Path) -> None:
    """`signoff status` and `verify` name the source for which a signed leaflet is a draft."""
    sign(root, ACT, "en")
    typed = str(Composition.of(read_project(root)).code(ACT, "en", None))
    assert "confirmed" not in run(root, "signoff", "status", ACT, "en").stdout
    (root / FILE).unlink()
    assert NEVER in run(root, "signoff", "status", ACT, "en").stdout
    told = run(root, "verify", typed)
    assert f"the newest words, but a draft: not for families ({NEVER})" in " ".join(
        told.stdout.split()
    )


@pytest.mark.usefixtures("press_here")
def test_a_release_whose_source_is_open_again_is_not_given_out(root: Path) -> None:
    """`verify` says of a released file that a fact it rests on changed, though no word did."""
    sign(root, ACT, "en")
    building.build(root, TODAY, Silent(), jobs=1)
    kept = shutil.copy(root / "output" / ACT_EN, root / "kept.pdf")
    assert run(root, "verify", str(kept)).returncode == 0
    edit(root, FACTS, "seen at once.", "seen soon.")
    told = run(root, "verify", str(kept))
    assert told.returncode == 1
    assert "kept.pdf: expired: " in told.stdout
    assert "what we say of the source study changed since Example Clinician" in " ".join(
        told.stdout.split()
    )


@pytest.mark.usefixtures("press_here")
def test_no_release_stays_that_cannot_be_made_and_is_open_again(root: Path) -> None:
    """A last good release goes where its source is open again, though a fault stops its draft."""
    sign(root, ACT, "en")
    building.build(root, TODAY, Silent(), jobs=1)
    edit(root, "templates/leaflet.html", "<main>", "<main>{% nothing %}")
    building.build(root, TODAY, Silent(), jobs=1)
    assert (root / "output" / ACT_EN).exists(), "nothing says that it is over"
    edit(root, FACTS, "seen at once.", "seen soon.")
    building.build(root, TODAY, Silent(), jobs=1)
    assert not (root / "output" / ACT_EN).exists()


def test_the_checklist_lists_what_to_open(tmp_path: Path) -> None:
    """The clinician gets each open link, its code, and the facts and figures that rest on it."""
    root = tmp_path / "project"
    for name in ("leaflets", "locales", "templates", "styles", "leafletry"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "requirements.lock", root)
    on_a4_alone(root)
    leaflet = "when-to-have-your-baby-checked"
    before = _checklist(root, leaflet)
    waiting = open_sources(read_project(root), leaflet)
    assert {one.id for one in waiting} == {"hse_ie", "nhs_hackney"}
    for one in waiting:
        assert one.code in before
        assert re.sub(r"\s", "", one.source.link or "") in re.sub(r"\s", "", before)
        for fact in one.facts:
            assert fact.statement in before
    assert "Figure: under 3." in before
    done = record(root, waiting[0].code)
    assert (done.returncode, done.stderr) == (0, "")
    after = _checklist(root, leaflet)
    assert waiting[0].code not in after
    assert waiting[1].code in after


def _checklist(root: Path, leaflet: str) -> str:
    """Make the review pack in French, and give the words of the checklist."""
    done = run(root, "signoff", "request", leaflet, "fr")
    assert (done.returncode, done.stderr) == (0, "")
    pages = pypdfium2.PdfDocument(root / f"output/signoff/fr/{leaflet}/4-checklist.pdf")
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in pages).split())
