"""Is this leaflet still good? Every code ever printed has a page that says so, in all languages."""

import base64
import datetime as dt
import hashlib
import html
import json
import os
import re
import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import signed
from axe_core_python.selenium import Axe
from conftest import CLINIC, Built, _copy, locale_names
from hypothesis import given
from hypothesis import strategies as st
from judges.tools import require_tool
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from leafletry.building import putting_in_place
from leafletry.building.building import build
from leafletry.building.outcome import Outcome
from leafletry.building.verify_pages import (
    INDEX,
    UNKNOWN,
    Standing,
    page_name,
    remembered_codes,
    verify_pages,
)
from leafletry.cli.speaking import _Silence
from leafletry.content.clinic import read_clinic
from leafletry.content.edition_code import EditionCode, read_code
from leafletry.content.numerals import format_day
from leafletry.content.project import Project, read_project
from leafletry.content.signoffs import signed_words_path
from leafletry.content.withdrawals import FILE, Withdrawal, WithdrawalList
from leafletry.editions.approval import Approval, Hindrance, Reason
from leafletry.editions.edition import Edition
from leafletry.printing import uptodate
from leafletry.printing.manifest import Manifest
from leafletry.reading.output import write_whole
from leafletry.reading.problems import ProblemsFoundError
from leafletry.reading.sourcefile import parse, read_yaml

ROOT = Path(__file__).parents[2]
PARENTS = "when-to-have-your-baby-checked"
TODAY = dt.date(2026, 11, 21)
UNTIL = dt.date(2027, 11, 21)
REVIEWED = dt.date(2026, 11, 1)
GONE = dt.date(2026, 10, 3)
REASON = 'El número "de noche" era el de O\'Hara & Hijos, otra clínica.'
MARKED_UP = [
    "It was <b>wrong</b>.",
    "It was &lt;b&gt;wrong&lt;/b&gt;.",
    "It was &#60;b>wrong.",
    "It was {{ 7*7 }}.",
    "It was **wrong**.",
    "See https://example.org.",
]
NEW = EditionCode("IL-P1", "es", "0.1", "3fa92c")
NEW_OF_CLINIC = EditionCode("IL-P1", "es", "0.1", "3fa92c", "7be1")
OLD = EditionCode("IL-P1", "es", "0.1", "0a11ed", "7be1")
LEVELS = ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CHROMIUM_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
HINDRANCES: dict[str, Hindrance | None] = {
    "current": None,
    "draft": "unsigned",
    "unconfirmed": "unconfirmed",
    "expired": "expired",
    "unchecked": "unchecked",
}
STATES = [*HINDRANCES, "superseded", "withdrawn", "unknown"]
VOID = {"meta", "br"}


def languages() -> list[str]:
    """Give the languages that these pages speak: a variant is read as its parent is."""
    return [name for name in locale_names() if name != "en_GB"]


@dataclass
class Part:
    """One language's part of a page: its words, and the links in it."""

    lang: str
    direction: str
    words: str = ""


class Page(HTMLParser):
    """A page as it is read: its parts in order, its links, the elements it is made of."""

    def __init__(self, page: bytes) -> None:
        """Read the page."""
        super().__init__()
        self.parts: list[Part] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.links: list[str] = []
        self.style = ""
        self.open: list[str] = []
        self.feed(page.decode())
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        attributes = {name: value or "" for name, value in attrs}
        self.tags.append((tag, attributes))
        if tag == "section":
            self.parts.append(Part(attributes["lang"], attributes["dir"]))
        if tag == "a":
            self.links.append(attributes["href"])
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Leave an element; every one is closed by its own tag."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Give words to the part they stand in."""
        if self.open[-1:] == ["style"]:
            self.style += data
        elif "section" in self.open:
            self.parts[-1].words = " ".join(f"{self.parts[-1].words}{data}".split(" "))

    def said(self, lang: str) -> str:
        """Give all that is said in a language, with single blanks."""
        return " ".join(next(part.words for part in self.parts if part.lang == lang).split())


def shipped() -> Project:
    """The project as it is, to be changed."""
    return read_project(ROOT)


@cache
def as_shipped() -> Project:
    """The project as it is, read once."""
    return shipped()


def standing(hindrance: Hindrance | None = None, clinic: str | None = None) -> Standing:
    """Give how an edition of the parents' leaflet in Spanish stands."""
    approval = Approval("draft", (Reason(hindrance, "why"),)) if hindrance else SIGNED
    return Standing(Edition(PARENTS, "es", "a4", clinic=clinic), approval, UNTIL)


SIGNED = Approval(
    "release",
    reviewers=("Example Clinician",),
    reviewed_on=REVIEWED,
    next_review=UNTIL,
    until=UNTIL,
)


def pages_of(
    state: str, folder: Path, code: EditionCode = NEW_OF_CLINIC
) -> tuple[dict[str, bytes], str]:
    """Give all pages, with the name of one whose code is in a state."""
    project = shipped()
    project.withdrawn = []
    standings = {NEW: standing()}
    if state == "unknown":
        return verify_pages(project, standings, {NEW}, [], folder), UNKNOWN
    if state in HINDRANCES:
        standings[code] = standing(HINDRANCES[state], "example")
    elif state == "withdrawn":
        project.withdrawn = [Withdrawal(code=str(OLD), reason=REASON, withdrawn_on=GONE)]
        code = OLD
    else:
        folder.mkdir(exist_ok=True)
        (folder / page_name(OLD)).write_text("what an earlier build said", "utf-8")
        code = OLD
    return verify_pages(project, standings, set(standings), [], folder), page_name(code)


def written(day: dt.date, locale: str) -> str:
    """Give a day as a language writes it, with single blanks."""
    return " ".join(format_day(day, locale).split())


def words_of(label: str, locale: str, **days: dt.date) -> str:
    """Give a phrase of the pages in a language, as its catalog says it."""
    project = as_shipped()
    text = project.phrases.labels[label]
    said = text.text if locale == "en" else project.catalogs[locale].look_up(text)
    for name, day in days.items():
        said = said.replace(f"{{{name}}}", written(day, locale))
    return " ".join(said.split())


# What a page says.


@pytest.mark.parametrize("locale", languages())
@pytest.mark.parametrize("state", STATES)
def test_every_state_is_said_in_every_language(state: str, locale: str, tmp_path: Path) -> None:
    """Each page answers in each language, in that language's own words and dates."""
    pages, name = pages_of(state, tmp_path / "verify")
    said = Page(pages[name]).said(locale.replace("_", "-"))
    days = {"valid_until": UNTIL, "withdrawn_on": GONE}
    assert words_of("verify_title", locale) in said
    assert words_of(f"verify_{state}", locale, **days) in said
    advice = "verify_after" if state == "current" else f"verify_{state}_advice"
    assert words_of(advice, locale, **days) in said
    only_the_code = words_of("verify_only_the_code", locale)
    assert (only_the_code in said) is (state == "current"), "a code proves no paper"
    reviewed = words_of("reviewed_on", locale, reviewed_on=REVIEWED, next_review=UNTIL)
    assert (reviewed in said) is (state == "current")
    assert (words_of("verify_worried", locale) in said) is (state != "current")
    for other in set(STATES) - {state}:
        assert words_of(f"verify_{other}", locale, **days) not in said
    assert (str(read_code(name.removesuffix(".html"))) in said) is (state != "unknown")


@pytest.mark.parametrize("locale", [name for name in languages() if name != "en"])
def test_nothing_is_left_in_english(locale: str) -> None:
    """Every phrase of these pages is translated, so that no parent meets English on the way."""
    project = shipped()
    names = [name for name in project.phrases.labels if name.startswith(("verify_", "scan_"))]
    assert len(names) > 25
    assert {project.catalogs[locale].state(project.phrases.labels[name]) for name in names} == {
        "translated"
    }


def test_the_leaflet_s_own_language_comes_first(tmp_path: Path) -> None:
    """Who scans a Spanish leaflet reads Spanish first, then every other language."""
    pages, name = pages_of("current", tmp_path)
    page = Page(pages[name])
    tags = [name.replace("_", "-") for name in languages()]
    assert [part.lang for part in page.parts] == ["es", *(tag for tag in tags if tag != "es")]
    assert page.tags[0] == ("html", {"lang": "es", "dir": "ltr"})
    assert [link for link in page.links if link[0] == "#"] == [f"#{p.lang}" for p in page.parts]


def test_a_language_that_is_no_more_is_answered_in_the_source_language(tmp_path: Path) -> None:
    """An old code in a language nobody makes any more still has its answer."""
    code = EditionCode("IL-P9", "pt-BR", "9.9", "abcdef")
    (tmp_path / page_name(code)).write_bytes(b"")
    pages = verify_pages(shipped(), {}, set(), [], tmp_path)
    assert Page(pages[page_name(code)]).parts[0].lang == "en"
    assert str(code) in Page(pages[INDEX]).said("en").partition("pt-BR")[2] or str(code) in str(
        pages[INDEX], "utf-8"
    )


def test_no_leaflet_is_called_current_without_an_end(tmp_path: Path) -> None:
    """Whoever reads "current" reads in the same sentence on which day that ends."""
    pages, name = pages_of("current", tmp_path)
    for locale in as_shipped().languages:
        label = as_shipped().phrases.labels["verify_current"]
        said = label.text if locale == "en" else as_shipped().catalogs[locale].look_up(label)
        assert "{valid_until}" in said
        assert written(UNTIL, locale) in Page(pages[name]).said(locale)
    listed = Page(pages[INDEX]).said("es")
    assert listed.count(words_of("verify_state_current", "es", valid_until=UNTIL)) == 2


def test_an_old_code_leads_to_the_newest(tmp_path: Path) -> None:
    """Whoever holds an old leaflet is led to the code of the newest that may be given out."""
    pages, name = pages_of("superseded", tmp_path)
    assert name == page_name(OLD)
    assert page_name(NEW) in Page(pages[name]).links


def test_an_old_code_never_leads_to_a_draft_or_to_a_clinic(tmp_path: Path) -> None:
    """A draft takes nobody's place, and one clinic's numbers are not another's."""
    (tmp_path / page_name(OLD)).write_bytes(b"")
    standings = {NEW: standing("unsigned"), NEW_OF_CLINIC: standing(None, "other")}
    pages = verify_pages(shipped(), standings, set(standings), [], tmp_path)
    links = Page(pages[page_name(OLD)]).links
    assert {link.partition("#")[0] for link in links} == {"", INDEX}


def test_a_reason_stays_as_it_was_written(tmp_path: Path) -> None:
    """A reason is shown as the clinic wrote it, escaped, in no language we could name."""
    pages, name = pages_of("withdrawn", tmp_path)
    page = Page(pages[name])
    assert all(REASON in page.said(part.lang) for part in page.parts)
    assert ("dd", {"lang": "", "dir": "auto"}) in page.tags
    shown = re.findall(r'<dd lang="" dir="auto">(.*?)</dd>', pages[name].decode())
    assert len(shown) == len(page.parts)
    for reason in shown:
        assert not re.search(r"""["'<>]|&(?!amp;|#\d+;)""", reason)
        assert html.unescape(reason) == REASON


@pytest.mark.parametrize("reason", MARKED_UP)
def test_a_reason_with_markup_is_refused_where_it_is_read(reason: str, tmp_path: Path) -> None:
    """Whoever writes markup into the list of withdrawals is told in which line."""
    entry = f'- code: {OLD}\n  withdrawn_on: {GONE}\n  reason: "{reason}"\n'
    path = tmp_path / "withdrawn.yaml"
    path.write_text(f"withdrawn:\n{entry}", "utf-8")
    with pytest.raises(ProblemsFoundError) as refused:
        parse(WithdrawalList, read_yaml(path, FILE))
    (problem,) = refused.value.problems
    assert (problem.place.file, problem.place.line) == (FILE, 4)
    assert "may hold no markup" in problem.message


@pytest.mark.parametrize("reason", MARKED_UP)
def test_a_reason_is_no_markup_even_if_nobody_refused_it(reason: str, tmp_path: Path) -> None:
    """A page shows whatever a reason holds as it is written, and makes nothing of it."""
    project = shipped()
    project.withdrawn = [
        Withdrawal.model_construct(code=str(OLD), reason=reason, withdrawn_on=GONE)
    ]
    (tmp_path / page_name(OLD)).write_bytes(b"")
    page = Page(verify_pages(project, {}, set(), [], tmp_path)[page_name(OLD)])
    assert all(reason in page.said(part.lang) for part in page.parts)
    assert {"b", "strong"}.isdisjoint(tag for tag, _ in page.tags)
    assert not any(link.startswith("http") for link in page.links)


def test_a_withdrawal_for_all_holds_for_every_clinic(tmp_path: Path) -> None:
    """What is withdrawn without a clinic's digits is withdrawn for all clinics, though signed."""
    project = shipped()
    project.withdrawn = [Withdrawal(code=str(NEW), reason="Wrong.", withdrawn_on=GONE)]
    standings = {NEW: standing(), NEW_OF_CLINIC: standing(None, "example")}
    pages = verify_pages(project, standings, set(standings), [], tmp_path)
    for code in standings:
        said = Page(pages[page_name(code)]).said("en")
        assert words_of("verify_withdrawn", "en", withdrawn_on=GONE) in said
        assert words_of("verify_current", "en", valid_until=UNTIL) not in said


# Which codes have one.


def test_whoever_has_a_page_keeps_it(tmp_path: Path) -> None:
    """A page in the folder stays and says what became of its code; nothing else is touched."""
    strays = ["notes.html", "IL-P1-es.html", "il-p1-es-v0.1-0a11ed.html", "x" * 200 + ".html"]
    strays += ["IL-P1-es-v0.1-0a11ed.htm", "IL-P1-es-v0.1-oa11ed.html", ".html", "robots.txt"]
    for stray in strays:
        (tmp_path / stray).write_text("mine", "utf-8")
    pages, name = pages_of("superseded", tmp_path)
    assert set(pages) == {name, page_name(NEW), INDEX, UNKNOWN}
    assert remembered_codes(tmp_path) == {OLD}


@given(st.text(max_size=90))
def test_no_name_gets_believed_that_is_no_code(name: str) -> None:
    """Whatever a file is called, it is either exactly a code's page or none of ours."""
    code = read_code(name)
    if code is not None and page_name(code) == f"{name}.html":
        assert re.fullmatch(r"[A-Z]{2}-[A-Z]\d{1,2}-[A-Za-z0-9-]+-v[\d.]+-[0-9a-f-]{6,11}", name)


def test_a_broken_leaflet_leaves_the_old_pages_alone(tmp_path: Path) -> None:
    """While a leaflet cannot be made nobody knows what is old: its pages stay as they are."""
    other = EditionCode("IL-S2", "es", "0.1", "0a11ed")
    for code in (OLD, other):
        (tmp_path / page_name(code)).write_text("before", "utf-8")
    failed = [Edition(PARENTS, "es", "a4", clinic="example")]
    pages = verify_pages(shipped(), {}, set(), failed, tmp_path)
    assert pages[page_name(OLD)] == b"before"
    assert pages[page_name(other)] != b"before"
    assert str(OLD) in Page(pages[INDEX]).said("es")
    unreadable = [Edition("a-leaflet-nobody-could-read", "es", "a4", clinic="example")]
    assert verify_pages(shipped(), {}, set(), unreadable, tmp_path)[page_name(OLD)] == b"before"
    project = shipped()
    project.withdrawn = [Withdrawal(code=str(OLD), reason="Wrong.", withdrawn_on=GONE)]
    assert verify_pages(project, {}, set(), failed, tmp_path)[page_name(OLD)] != b"before"


def test_all_codes_are_in_the_list(tmp_path: Path) -> None:
    """The list leads to every page, under its language and leaflet, what is current first."""
    pages, name = pages_of("superseded", tmp_path)
    page = Page(pages[INDEX])
    listed = [link for link in page.links if link[0] != "#"]
    assert listed == [page_name(NEW), name]
    assert words_of("verify_state_superseded", "es") in page.said("es")
    for locale in ("en", "es", "fr", "nl", "ja"):
        assert words_of("verify_not_listed", locale) in page.said(locale)


# What it is made of.


@pytest.mark.parametrize("state", STATES)
def test_a_page_needs_nothing_but_itself(state: str, tmp_path: Path) -> None:
    """No script, no address of the network, nothing that is loaded; links are relative."""
    pages, name = pages_of(state, tmp_path)
    for content in (pages[name], pages[INDEX]):
        page = Page(content)
        assert not re.search(rb"https?:|//\w|url\(|@import|javascript:", content)
        tags = {tag for tag, _ in page.tags}
        assert not tags & {"script", "link", "img", "iframe", "object", "form", "base", "input"}
        for _, attributes in page.tags:
            assert not [
                key for key in attributes if key.startswith("on") or key in ("src", "style")
            ]
        for link in page.links:
            parts = urlsplit(link)
            assert (parts.scheme, parts.netloc, parts.query) == ("", "", "")
            assert parts.path in ("", *pages)
        metas = {
            a.get("http-equiv", a.get("name", "")): a.get("content")
            for t, a in page.tags
            if t == "meta"
        }
        assert metas["robots"] == "noindex"
        assert metas["referrer"] == "no-referrer"
        digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
        assert metas["Content-Security-Policy"] == (
            f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
        )


def test_states_differ_in_shape_and_frame(tmp_path: Path) -> None:
    """Without its colours the sign of a current leaflet, a draft and a withdrawn one differ."""
    signs = {}
    for state in STATES:
        pages, name = pages_of(state, tmp_path / state)
        found = re.search(rb"<svg.*?</svg>", pages[name], re.DOTALL)
        assert found is not None
        signs[state] = found[0]
    assert len({signs[s] for s in ("current", "draft", "withdrawn", "unknown", "expired")}) == 5
    assert signs["superseded"] == signs["expired"] == signs["unchecked"] == signs["unconfirmed"]


# In a browser.


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """A Chromium that knows nothing and calls nobody."""
    options = webdriver.ChromeOptions()
    options.binary_location = str(require_tool("chromium"))
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    environment = {name: value for name, value in os.environ.items() if name != "FONTCONFIG_FILE"}
    service = Service(str(require_tool("chromedriver")), env=environment)
    for flag in (*CHROMIUM_FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(flag)
    driver = webdriver.Chrome(options=options, service=service)
    driver.execute_cdp_cmd("Network.enable", {})
    driver.execute_cdp_cmd(
        "Network.emulateNetworkConditions",
        {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0},
    )
    try:
        yield driver
    finally:
        driver.quit()


@pytest.fixture
def no_script(chromium: webdriver.Chrome) -> Iterator[webdriver.Chrome]:
    """The same browser with scripts switched off in pages."""
    chromium.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        yield chromium
    finally:
        chromium.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def on_disk(pages: dict[str, bytes], folder: Path) -> Path:
    """Put pages on a disk, deep below some folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in pages.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("state", [*STATES, "list"])
def test_nothing_bars_anyone(
    state: str, width: int, chromium: webdriver.Chrome, tmp_path: Path
) -> None:
    """Axe finds nothing, contrast of 7 to 1 included; nobody has to scroll sideways."""
    pages, name = pages_of("withdrawn" if state == "list" else state, tmp_path / "memory")
    folder = on_disk(pages, tmp_path / "any" / "sub folder")
    screen = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    try:
        chromium.get((folder / (INDEX if state == "list" else name)).as_uri())
        wide = chromium.execute_script("return document.documentElement.scrollWidth")
        result = Axe().run(chromium, options={"runOnly": LEVELS})
    finally:
        chromium.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    found = {v["id"]: [node["html"] for node in v["nodes"]] for v in result["violations"]}
    assert found == {}
    assert {"color-contrast-enhanced", "html-has-lang"} <= {r["id"] for r in result["passes"]}
    assert wide == width


def test_it_answers_offline_and_without_a_script(
    no_script: webdriver.Chrome, tmp_path: Path
) -> None:
    """From a disk, offline, with scripts off, the page is dressed, and its links work."""
    pages, name = pages_of("superseded", tmp_path / "memory")
    folder = on_disk(pages, tmp_path / "any" / "sub folder")
    no_script.get_log("performance")  # type: ignore[no-untyped-call]
    no_script.get((folder / name).as_uri())
    box = no_script.find_element("css selector", ".answer")
    assert box.value_of_css_property("border-top-width") == "3px"
    assert words_of("verify_superseded", "es") in box.text.replace("\n", " ")
    newest = no_script.find_element("link text", str(NEW))
    newest.click()
    assert no_script.current_url == (folder / page_name(NEW)).as_uri()
    assert no_script.find_element("css selector", ".answer.current").is_displayed()
    no_script.find_element("link text", words_of("verify_all", "es")).click()
    assert no_script.current_url == (folder / INDEX).as_uri() + "#es"
    events = [
        json.loads(entry["message"])["message"]
        for entry in no_script.get_log("performance")  # type: ignore[no-untyped-call]
    ]
    sent = [
        e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"
    ]
    assert {url.partition("#")[0] for url in sent} <= {p.as_uri() for p in folder.iterdir()}
    refused = no_script.get_log("browser")  # type: ignore[no-untyped-call]
    assert [entry for entry in refused if "Security" in entry["message"]] == []
    assert no_script.get_cookies() == []


# As a build makes them.


@pytest.fixture
def copy(tmp_path: Path, printed_once: None) -> Path:  # noqa: ARG001 - it is about the other pages
    """A copy of the project with one leaflet in two languages, to build quickly."""
    root = tmp_path / "project"
    _copy(root)
    for path in (root / "leaflets").glob("*.yaml"):
        if path.stem not in (PARENTS, "facts", "sources", "phrases"):
            path.unlink()
    for locale in ("en_GB", "fr", "ja", "nl"):
        shutil.rmtree(root / "locales" / locale)
    return root


def made(root: Path, today: dt.date = TODAY, *, clinic: bool = True) -> Outcome:
    """Build the copy."""
    return build(root, today, _Silence(), [root / CLINIC] if clinic else [], jobs=1)


def pages_in(root: Path) -> dict[str, bytes]:
    """Give the pages that lie in the folder."""
    return {path.name: path.read_bytes() for path in (root / "output" / "verify").iterdir()}


def codes_of(root: Path) -> set[str]:
    """Give the names of the pages that the editions in the folder must have."""
    records = Manifest.read(root / "output").editions
    return {page_name(code) for record in records if (code := read_code(record.code))}


def said_of(root: Path, name: str, lang: str = "en") -> str:
    """Give what a page says in a language."""
    return Page((root / "output" / "verify" / name).read_bytes()).said(lang)


def state_of(root: Path, name: str) -> str:
    """Give the state that a page says."""
    said = said_of(root, name, "en-GB" if "-en-GB-" in name else "en")
    labels = as_shipped().phrases.labels
    starts = {state: labels[f"verify_{state}"].text.partition("{")[0] for state in STATES}
    (state,) = [state for state, start in starts.items() if start in said]
    return state


def test_every_edition_has_its_page(built: Built) -> None:
    """After a build there is one page a code, those of clinics too, the list, and one for none."""
    names = {path.name for path in (built.root / "output" / "verify").iterdir()}
    assert names == codes_of(built.root) | {INDEX, UNKNOWN}
    assert len(names) == len(built.records) + 2


@pytest.mark.usefixtures("press_here")
def test_the_life_of_a_code(copy: Path) -> None:
    """A code is a draft, current, out of date, withdrawn in the end; its page stays for ever."""
    made(copy)
    drafts = codes_of(copy)
    assert len(drafts) == 4
    assert {state_of(copy, name) for name in drafts} == {"draft"}

    signed.sign(copy, PARENTS, "es")
    outcome = made(copy)
    spanish = {name for name in drafts if "-es-" in name}
    assert codes_of(copy) == drafts, "of the same words, the code is the same"
    assert {name: state_of(copy, name) for name in drafts} == {
        name: "current" if name in spanish else "draft" for name in drafts
    }
    assert len(outcome.held_back) == 2
    clinic = read_clinic(copy / CLINIC, TODAY)
    numbers = clinic.clinic.verified_on + dt.timedelta(days=366)
    (of_clinic,) = [name for name in spanish if len(name.split("-")) == 6]
    assert written(numbers, "es") in said_of(copy, of_clinic, "es")
    (for_all,) = spanish - {of_clinic}
    assert written(signed.NEXT_REVIEW, "es") in said_of(copy, for_all, "es")

    _replace(copy / "leaflets" / f"{PARENTS}.yaml", 'version: "0.1"', 'version: "0.2"')
    made(copy)
    assert drafts <= set(pages_in(copy))
    assert {state_of(copy, name) for name in drafts} == {"superseded"}
    assert {state_of(copy, name) for name in codes_of(copy)} == {"draft"}

    signed.sign(copy, PARENTS, "es")
    made(copy)
    newest = {name for name in codes_of(copy) if "-es-" in name and len(name.split("-")) == 5}
    assert newest < {name for name in pages_in(copy) if "v0.2" in name}
    assert newest <= set(Page(pages_in(copy)[of_clinic]).links)

    code = read_code(for_all.removesuffix(".html"))
    _withdraw(copy, f'code: "{code}"')
    made(copy)
    assert {name: state_of(copy, name) for name in spanish} == dict.fromkeys(spanish, "withdrawn")
    assert "Wrong number." in said_of(copy, of_clinic)


@pytest.mark.usefixtures("press_here")
def test_time_changes_what_is_said(copy: Path) -> None:
    """When a review runs out, or a clinic's numbers do, the page says so though no file changed."""
    signed.sign(copy, PARENTS, "es")
    signed.sign(copy, PARENTS, "en")
    made(copy)
    names = codes_of(copy)
    clinics = {name for name in names if len(name.split("-")) == 6}
    assert {state_of(copy, name) for name in names} == {"current"}
    later = read_clinic(copy / CLINIC, TODAY).clinic.verified_on + dt.timedelta(days=367)
    assert Manifest.read(copy / "output").look_again <= later.isoformat()
    made(copy, later)
    assert {state_of(copy, name) for name in clinics} == {"unchecked"}
    assert {state_of(copy, name) for name in names - clinics} == {"current"}
    made(copy, signed.NEXT_REVIEW)
    assert {state_of(copy, name) for name in names - clinics} == {"current"}
    made(copy, signed.NEXT_REVIEW + dt.timedelta(days=1))
    assert {state_of(copy, name) for name in names} == {"expired"}
    (spanish,) = [name for name in names - clinics if "-es-" in name]
    assert written(signed.NEXT_REVIEW, "es") in said_of(copy, spanish, "es")


@pytest.mark.usefixtures("press_here")
def test_what_was_signed_is_known_without_the_folder(copy: Path) -> None:
    """Where the folder was lost, every text that was ever signed still has its page."""
    signed.sign(copy, PARENTS, "es")
    made(copy)
    (name,) = [n for n in codes_of(copy) if "-es-" in n and len(n.split("-")) == 5]
    _replace(copy / "leaflets" / f"{PARENTS}.yaml", 'version: "0.1"', 'version: "0.2"')
    shutil.rmtree(copy / "output")
    made(copy, clinic=False)
    assert state_of(copy, name) == "superseded"
    project = read_project(copy)
    (signoff, *_) = project.signoffs["es"]
    words = copy / signed_words_path("es", PARENTS, signoff.words)
    words.write_text(words.read_text("utf-8") + "one word more\n", "utf-8")
    pages = verify_pages(project, {}, set(), [], copy / "no folder")
    assert name not in pages, "what is not what was signed is not believed"


@pytest.mark.usefixtures("press_here")
def test_a_page_that_was_changed_or_lost_is_made_again(copy: Path) -> None:
    """Whoever tampers with a page, or deletes it, finds it as it was after the next build."""
    made(copy)
    before = pages_in(copy)
    assert current(copy)
    for spoil in (_append, Path.unlink):
        for name in (min(codes_of(copy)), INDEX, UNKNOWN):
            spoil(copy / "output" / "verify" / name)
            assert not current(copy)
            assert made(copy).made == []
            assert pages_in(copy) == before
            assert current(copy)


@pytest.mark.usefixtures("press_here")
def test_pages_that_come_back_are_brought_up_to_date(copy: Path) -> None:
    """Pages copied back from a web host are seen at once; other files are left alone."""
    made(copy)
    folder = copy / "output" / "verify"
    (folder / "about-us.html").write_text("mine", "utf-8")
    (folder / "robots.txt").write_text("mine", "utf-8")
    assert current(copy)
    (folder / page_name(OLD)).write_text("what it said last year", "utf-8")
    assert not current(copy)
    made(copy)
    assert state_of(copy, page_name(OLD)) == "superseded"
    assert (folder / "about-us.html").read_text("utf-8") == "mine"
    assert (folder / "robots.txt").read_text("utf-8") == "mine"
    assert current(copy)


@pytest.mark.usefixtures("press_here")
@pytest.mark.parametrize("after", range(0, 9, 2))
def test_a_build_that_is_killed_leaves_no_half_page(
    copy: Path, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever a build is stopped, each page is whole, and the next build finishes the work."""
    made(copy)
    drafts = pages_in(copy)
    signed.sign(copy, PARENTS, "es")
    written: list[Path] = []

    def write(path: Path, content: bytes, staging: Path | None = None) -> None:
        if len(written) == after:
            raise KeyboardInterrupt
        written.append(path)
        write_whole(path, content, staging)

    with monkeypatch.context() as patched:
        patched.setattr(putting_in_place, "write_whole", write)
        try:
            made(copy)
        except KeyboardInterrupt:
            assert not current(copy)
    half = pages_in(copy)
    made(copy)
    whole = pages_in(copy)
    assert {n: p for n, p in half.items() if p not in (drafts.get(n), whole[n])} == {}
    assert {state_of(copy, name) for name in codes_of(copy) if "-es-" in name} == {"current"}
    assert current(copy)


@pytest.mark.usefixtures("press_here")
def test_broken_lists_change_no_page(copy: Path) -> None:
    """While the list of what was withdrawn, or a leaflet, is broken, every page stays as it is."""
    signed.sign(copy, PARENTS, "es")
    made(copy)
    (name,) = [n for n in codes_of(copy) if "-es-" in n and len(n.split("-")) == 5]
    _withdraw(copy, f'code: "{read_code(name.removesuffix(".html"))}"')
    made(copy)
    before = pages_in(copy)
    states = {name: state_of(copy, name) for name in before if name != INDEX}
    assert states[name] == "withdrawn"
    withdrawn = copy / "leaflets" / "withdrawn.yaml"
    good = withdrawn.read_bytes()
    withdrawn.write_text("withdrawn: [1]\n", "utf-8")
    assert made(copy).problems.errors
    assert pages_in(copy) == before
    withdrawn.write_bytes(good)
    leaflet = copy / "leaflets" / f"{PARENTS}.yaml"
    leaflet.write_text("nothing: at all\n", "utf-8")
    assert made(copy).problems.errors
    assert {name: state_of(copy, name) for name in states} == states
    (copy / "locales" / "es" / "signoff.yaml").write_text("signoffs: 1\n", "utf-8")
    made(copy)
    assert {name: state_of(copy, name) for name in states} == states


@pytest.mark.usefixtures("press_here")
def test_a_broken_clinic_keeps_its_pages(copy: Path) -> None:
    """While a clinic's profile is broken, its codes are not called old."""
    made(copy)
    clinics = {n: p for n, p in pages_in(copy).items() if len(n.split("-")) == 6}
    _replace(copy / CLINIC, "country: GB", "country: Atlantis")
    assert made(copy, clinic=False).problems.errors
    assert {n: pages_in(copy)[n] for n in clinics} == clinics


def current(root: Path) -> bool:
    """Tell whether the quick look finds nothing to do."""
    manifest = uptodate.read_manifest(root)
    if manifest is None:
        return False
    manifest["look_again"] = ""
    return uptodate.is_current(root, manifest)


def _append(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"<p>All is well.</p>")


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def _withdraw(root: Path, code: str) -> None:
    text = f"withdrawn:\n  - {code}\n    reason: Wrong number.\n    withdrawn_on: {GONE}\n"
    (root / "leaflets" / "withdrawn.yaml").write_text(text, "utf-8")


def test_signed_words_give_their_own_code(built: Built) -> None:
    """The first line of what people sign, with the first digits of its digest, is its code."""
    from leafletry.editions.composition import Composition

    composition = Composition.of(built.project, TODAY)
    for locale in languages():
        words = composition.words(PARENTS, locale)
        head = words.text.partition(",")[0]
        code = read_code(f"{head} · {words.digest[:6]}")
        assert code == composition.code(PARENTS, locale, None)


def test_names_are_links(tmp_path: Path) -> None:
    """The name of a page is what a code's link ends in, whatever its language."""
    codes: Collection[EditionCode] = [NEW, OLD, EditionCode("IL-C1", "zh-Hant-TW", "1.10", "0" * 6)]
    for code in codes:
        (tmp_path / page_name(code)).write_bytes(b"")
    assert remembered_codes(tmp_path) == set(codes)
    assert all(re.fullmatch(r"[A-Za-z0-9.-]+\.html", page_name(code)) for code in codes)
