"""`catalogs status`: it counts what is there, says what fits and who signed; all can read it."""

import datetime as dt
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import polib
import pytest
from axe_core_python.selenium import Axe
from conftest import Built
from rich.console import Console
from selenium import webdriver
from signed import sign
from small_project import ACT, CALL, DUTCH_FILE, Silent, build_here, run, small_project
from test_fit import LONG, RARE, translate_all
from test_index_page import LEVELS, Outline, chromium, words

from leafletry.catalogs import status
from leafletry.catalogs.status import Counts, EditionStatus, LanguageStatus, language_statuses
from leafletry.catalogs.status_page import status_page
from leafletry.cli.status_table import _table
from leafletry.content.project import Project, read_project
from leafletry.editions.composition import Composition
from leafletry.editions.edition import Edition
from leafletry.editions.job import Job
from leafletry.editions.printed_messages import messages_of
from leafletry.printing import fit
from leafletry.printing.fit import Fit
from leafletry.printing.manifest import Manifest

__all__ = ["chromium"]

TODAY = dt.date(2026, 11, 20)
ROOT = Path(__file__).parents[2]


@pytest.fixture
def root(tmp_path: Path, press_here: None) -> Path:  # noqa: ARG001 - it lets all of them typeset
    """A small project."""
    return small_project(tmp_path / "project")


@pytest.fixture
def untypeset(monkeypatch: pytest.MonkeyPatch) -> None:
    """Count without typesetting anything."""
    monkeypatch.setattr("leafletry.catalogs.status.measure_jobs", lambda *_: {})


def statuses(root: Path, today: dt.date | None = None) -> dict[str, LanguageStatus]:
    """Give the state of each language."""
    found = language_statuses(Composition.of(read_project(root), today), Silent())
    return {language.locale: language for language in found}


def status_of(
    root: Path, leaflet: str, locale: str = "nl", today: dt.date | None = None
) -> EditionStatus:
    """Give the state of one edition."""
    (found,) = [e for e in statuses(root, today)[locale].editions if e.leaflet == leaflet]
    return found


def mark_fuzzy(root: Path, source: str) -> None:
    """Mark a Dutch translation as fuzzy."""
    text = (root / DUTCH_FILE).read_text("utf-8")
    assert f'msgid "{source}"' in text
    (root / DUTCH_FILE).write_text(text.replace(f'msgid "{source}"', f'#, fuzzy\nmsgid "{source}"'))


# ── Counts ─────────────────────────────────────────────────────────────────────────────────────


def test_the_source_language_has_no_counts(root: Path) -> None:
    """There is nothing to translate into English; it fits, or not, and is signed, or not."""
    english = statuses(root)["en"]
    assert english.counts is None
    assert [(e.leaflet, e.counts, e.unreviewed, e.fits, e.signed) for e in english.editions] == [
        (ACT, None, None, "yes", ""),
        (CALL, None, None, "yes", ""),
    ]


@pytest.mark.usefixtures("untypeset")
def test_every_state_is_counted(root: Path) -> None:
    """Translated, fuzzy and missing add up to the messages of the leaflet and what it shares."""
    translate_all(root, {"DRAFT": "CONCEPT!"})  # The sign is written another way in a style sheet.
    before = status_of(root, ACT).counts
    assert before is not None
    assert before.fuzzy == 0
    assert before.translated == 8  # Seven of its own, and the word at the foot of each page.
    mark_fuzzy(root, "Refer today")
    translate_all(root, {"For clinicians": ""})
    after = status_of(root, ACT).counts
    assert after == Counts(before.translated - 2, 1, before.missing + 1)


@pytest.mark.usefixtures("untypeset")
def test_words_for_some_clinics_count(root: Path) -> None:
    """A message that only clinics with a number of their own print has to be translated as well."""
    before = status_of(root, CALL).counts
    translate_all(root, {"has a fever of {fever_threshold} or higher": ""})
    after = status_of(root, CALL).counts
    assert before is not None
    assert after == Counts(before.translated - 1, 0, before.missing + 1)


@pytest.mark.usefixtures("untypeset")
@pytest.mark.parametrize(
    ("label", "leaflets"),
    [
        ("Day", {CALL}),
        ("Local referral guideline", {ACT}),
        ("DRAFT", {ACT, CALL}),
        ("Page {page_number} of {page_count}", {ACT, CALL}),
        ("Open {source_name}", {ACT, CALL}),
        ("Sources", {ACT, CALL}),
        ("Reviewed by {reviewers}.", set()),
        ("Checked and signed", set()),
    ],
)
def test_shared_words_count_where_they_are_printed(
    root: Path, label: str, leaflets: set[str]
) -> None:
    """A shared phrase counts for the leaflets that print it, and for the whole catalog once."""
    project = read_project(root)
    phrases = project.phrases.labels.values()
    if label.startswith("Open"):
        label = project.phrases.labels["link_to_source"].text
    assert label in {phrase.text for phrase in phrases}
    catalog = polib.pofile(str(root / DUTCH_FILE), wrapwidth=0)
    known = catalog.find(label)
    before = {name: status_of(root, name).counts for name in (ACT, CALL)}
    whole = statuses(root)["nl"].counts
    if known is None:
        catalog.append(polib.POEntry(msgid=label, msgstr=f"XX {label}"))
    else:
        known.msgstr = ""
    catalog.save()
    changed = {name for name in (ACT, CALL) if status_of(root, name).counts != before[name]}
    assert changed == leaflets
    assert statuses(root)["nl"].counts != whole


def test_shipped_catalogs_are_counted_as_polib_counts(built: Built) -> None:
    """For every language of the project the whole catalog has polib's own counts."""
    project = built.project
    found = {
        locale: status._counts(
            project.catalogs[locale],
            messages_of([*project.leaflets.values(), project.phrases]).values(),
        )
        for locale in project.locales
        if locale != "en"
    }
    assert len(found) >= 4
    for locale, counts in found.items():
        path = built.root / f"locales/{locale}/LC_MESSAGES/messages.po"
        catalog = polib.pofile(str(path))
        own, missing = len(catalog.translated_entries()), len(catalog.untranslated_entries())
        if project.catalogs[locale].parent:  # A variant has from its parent what it leaves empty.
            own, missing = own + missing, 0
        assert counts == Counts(own, len(catalog.fuzzy_entries()), missing)
        for name, leaflet in project.leaflets.items():
            # Its warnings stand in the phrases; what each message is part of stands above it.
            shown = [entry for entry in catalog if f"{name} \u203a" in entry.comment]
            assert len(messages_of([leaflet])) == len(shown) > 20


# ── Signed ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("untypeset")
def test_drafts_are_unreviewed(root: Path) -> None:
    """What is translated and in draft is unreviewed; fuzzy words are no more than fuzzy."""
    mark_fuzzy(root, "Refer today")
    found = status_of(root, ACT)
    assert found.counts is not None
    assert found.unreviewed == found.counts.translated == 7
    assert found.signed == ""


@pytest.mark.usefixtures("untypeset")
def test_who_signed_stands_in_the_table_while_it_holds(root: Path) -> None:
    """A signed leaflet names who signed and until when; one changed word, and nobody has."""
    sign(root, ACT, "en")
    found = status_of(root, ACT, "en", dt.date(2026, 11, 21))
    assert found.signed == "Example Clinician, 2026-11-01; review by 2028-11-01"
    assert status_of(root, ACT, "nl").signed == status_of(root, CALL, "en").signed == ""
    soon = status_of(root, ACT, "en", dt.date(2028, 9, 2))
    assert soon.signed.endswith("review by 2028-11-01 (in 60 days)")
    assert status_of(root, ACT, "en", dt.date(2028, 11, 2)).signed == "run out"
    path = root / "leaflets/phrases.yaml"
    path.write_text(path.read_text("utf-8").replace("Refer today", "Refer now"), "utf-8")
    assert status_of(root, ACT, "en").signed == ""


# ── Fits ───────────────────────────────────────────────────────────────────────────────────────


def test_what_does_not_fit_says_by_how_much(root: Path) -> None:
    """A leaflet over its pages has its millimetres; one that prints wrong says no."""
    translate_all(root, {RARE: LONG, "Refer today": "\N{AIRPLANE}"})
    call, act = status_of(root, CALL), status_of(root, ACT)
    assert call.fits == "over"
    assert call.over > 1
    assert call.fits_in_words == f"over by {call.over} mm"
    assert (act.fits, act.over, act.fits_in_words) == ("no", 0, "no")


def test_what_cannot_be_put_together_does_not_fit(root: Path) -> None:
    """An edition with a placeholder that has no value is named all the same, with its counts."""
    translate_all(root, {"Refer today": "Verwijs {today}"})
    found = status_of(root, ACT)
    assert found.fits == "no"
    assert found.counts is not None
    assert found.counts.translated >= 7


def test_what_was_built_is_not_typeset_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the last build made of the same words is known to fit; what changed since is not."""
    expected = statuses(root)
    build_here(root)
    asked: list[Edition] = []
    original = fit.measure_jobs

    def note(composition: Composition, jobs: list[Job], reporter: Silent) -> dict[Edition, Fit]:
        asked.extend(job.edition for job in jobs)
        return original(composition, jobs, reporter)

    monkeypatch.setattr("leafletry.catalogs.status.measure_jobs", note)
    found = statuses(root)
    assert asked == []
    for locale, language in found.items():
        built = [replace(edition, pdf="") for edition in language.editions]
        assert built == expected[locale].editions
        assert all(e.pdf == f"{locale}/{e.leaflet}-a4.pdf" for e in language.editions)
    translate_all(root, {"Refer today": "Verwijs nu"})
    statuses(root)
    assert asked == [Edition(ACT, "nl", "a4")]


def test_tight_is_remembered(root: Path) -> None:
    """The manifest knows what is left of each edition's last page: nobody has to try again."""
    build_here(root)
    manifest = Manifest.read(root / "output")
    manifest.editions = [replace(record, left=2) for record in manifest.editions]
    manifest.write()
    assert {e.fits_in_words for e in statuses(root)["nl"].editions} == {"tight"}


# ── As a table ─────────────────────────────────────────────────────────────────────────────────

LONGEST = "could-our-other-children-get-it"
STATES = [
    LanguageStatus(
        "en",
        "English",
        None,
        [EditionStatus(LONGEST, "Some", None, None, "yes", 0, "", "", "")],
    ),
    LanguageStatus(
        "pt_BR",
        "Brazilian Portuguese",
        Counts(1279, 12, 3),
        [
            EditionStatus("a", "A <b>", Counts(70, 12, 3), 70, "over", 134, "", "", ""),
            EditionStatus(LONGEST, "Some", Counts(1, 0, 0), 0, "yes", 0, "",
                          "A. [red]T, B. Other, 2026-11-01", "pt_BR/x y.pdf"),
            EditionStatus("c" * 60, "C", Counts(9, 0, 0), 9, "tight", 0, "", "", ""),
            EditionStatus("d", "D", Counts(9, 0, 0), 9, "no", 0, "", "", ""),
        ],
    ),
]  # fmt: skip


@pytest.mark.parametrize("width", [80, 100, 132])
def test_the_table_is_whole_in_80_columns(width: int, capsys: pytest.CaptureFixture[str]) -> None:
    """Every head, number and name is there in full, no line is cut, and none says it by colour."""
    console = Console(width=width)
    console.print(_table(STATES, width))
    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert "…" not in shown
    lines = shown.splitlines()
    assert max(map(len, lines)) <= width
    assert re.search(r"en +could-our-other-children-get-it +- +- +- +- +yes +no\b", shown)
    assert re.search(r"pt_BR a +70 +12 +3 +70 +over by +no\b", shown)
    assert re.search(r"pt_BR all messages +1279 +12 +3\b", shown)
    for said in ("134 mm", "tight", "[red]T", "Other", "2026"):
        assert said in shown
    assert shown.count("c") >= 60


def test_the_command_prints_the_table(root: Path) -> None:
    """Piped, the table has a line for each edition and leaves a page; --json gives the same."""
    mark_fuzzy(root, "Refer today")
    result = run(root, "catalogs", "status")
    assert (result.returncode, result.stderr) == (0, "")
    assert re.search(rf"nl {ACT} +7 +1 +\d+ +7 +yes +no\b", result.stdout)
    assert "\x1b" not in result.stdout
    assert result.stdout.endswith("See output/status.html.\n")
    document = json.loads(run(root, "catalogs", "status", "--json").stdout)
    (dutch,) = [one for one in document["languages"] if one["locale"] == "nl"]
    (act,) = [one for one in dutch["editions"] if one["leaflet"] == ACT]
    assert act["counts"]["fuzzy"] == 1
    assert (act["counts"]["translated"], act["unreviewed"], act["fits"]) == (7, 7, "yes")


def test_a_catalog_that_cannot_be_read_is_told(root: Path) -> None:
    """The languages that can be read have their lines, and the one that cannot its error."""
    (root / DUTCH_FILE).write_bytes(b"\xff")
    result = run(root, "catalogs", "status", "--json")
    assert result.returncode == 1
    assert result.stderr.startswith(f"{DUTCH_FILE}:")
    assert [one["locale"] for one in json.loads(result.stdout)["languages"]] == ["en"]


# ── As a page ──────────────────────────────────────────────────────────────────────────────────


def page_of(project: Project, languages: list[LanguageStatus] = STATES) -> str:
    """Give the page."""
    return status_page(project, languages, TODAY)


def test_builds_keep_the_page(root: Path) -> None:
    """A build after it neither removes nor changes the page, and takes no part of it over."""
    run(root, "catalogs", "status")
    page = (root / "output/status.html").read_bytes()
    build_here(root)
    assert (root / "output/status.html").read_bytes() == page
    assert "status.html" not in (root / "output/manifest.json").read_text("utf-8")
    assert [path.name for path in (root / "output").glob("*") if path.name.startswith(".")] == []


def test_the_page_says_what_the_table_says() -> None:
    """Each edition has its row with its numbers, in words and not by colour alone."""
    outline = Outline(page_of(read_project(ROOT)))
    rows = [words(row) for row in outline.all("tr")]
    assert "A <b> a 70 12 3 70 over by 134 mm no" in rows
    assert any(row.endswith("A. [red]T, B. Other, 2026-11-01") for row in rows)
    assert "All messages of the catalog 1279 12 3" in rows
    assert "Brazilian Portuguese pt_BR" in rows
    assert any(row.startswith("Some could-our-other-children-get-it source") for row in rows)
    (link,) = [a for a in outline.all("a") if a.attributes["href"].endswith(".pdf")]
    assert link.attributes["href"] == "pt_BR/x%20y.pdf"
    assert "On November 20, 2026." in words(outline.all("header")[0])


def test_the_page_needs_nothing_else() -> None:
    """The page runs no script and asks the network for nothing."""
    page = page_of(read_project(ROOT))
    assert not re.search(r"https?:|//\w|url\(|@import|javascript:|<script|<link", page)


@pytest.fixture
def opened(chromium: webdriver.Chrome, tmp_path: Path) -> Iterator[webdriver.Chrome]:
    """The page in a real browser."""
    path = tmp_path / "status.html"
    path.write_text(page_of(read_project(ROOT)), encoding="utf-8")
    chromium.get(path.as_uri())
    yield chromium
    chromium.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_nothing_bars_anyone(opened: webdriver.Chrome) -> None:
    """Axe finds no violation in the page, up to contrast of 7 to 1."""
    result = Axe().run(opened, options={"runOnly": LEVELS})
    found = {v["id"]: [node["html"] for node in v["nodes"]] for v in result["violations"]}
    assert found == {}
    checked = {rule["id"] for rule in result["passes"]}
    assert {"color-contrast-enhanced", "bypass", "scrollable-region-focusable"} & checked


@pytest.mark.parametrize("width", [320, 800, 1280])
def test_the_page_fits_the_screen(opened: webdriver.Chrome, width: int) -> None:
    """On a small screen the table scrolls in its frame, and the page does not."""
    screen = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    opened.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    assert opened.execute_script("return document.documentElement.scrollWidth") == width


def test_the_shipped_page_is_written(built: Built, tmp_path: Path) -> None:
    """In a copy of the project as it was built, every edition has a row, fits, and has a link."""
    root = shutil.copytree(built.root, tmp_path / "copy")
    result = run(root, "catalogs", "status", "--json")
    assert result.returncode == 0
    languages: list[dict[str, Any]] = json.loads(result.stdout)["languages"]
    editions = [edition for language in languages for edition in language["editions"]]
    assert len(editions) == len(built.project.leaflets) * len(built.project.locales) >= 15
    assert {edition["fits"] for edition in editions} <= {"yes", "tight"}
    assert {edition["signed"] for edition in editions} == {""}
    outline = Outline((root / "output/status.html").read_text("utf-8"))
    for edition in editions:
        assert (root / "output" / edition["pdf"]).is_file()
    links = [a.attributes["href"] for a in outline.all("a") if a.attributes["href"].endswith("pdf")]
    assert sorted(links) == sorted(edition["pdf"] for edition in editions)
