"""The overview page: complete, in every language, readable by everyone, and alone on its disk."""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import pytest
from axe_core_python.selenium import Axe
from judges.tools import require_tool
from PIL import Image
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from leafletry.content.catalog import Catalog, read_catalog
from leafletry.content.project import Project, read_project
from leafletry.editions.edition import Edition, EditionRecord
from leafletry.editions.index_page import ClinicLink, Overview, index_page
from leafletry.editions.line_breaks import spoken

ROOT = Path(__file__).parents[2]
VOID = {"meta", "img", "br", "hr", "link", "input"}
LEAFLETS = {
    "parents": "when-to-have-your-baby-checked",
    "siblings": "could-our-other-children-get-it",
    "clinicians": "recognize-and-work-up",
}
SPANISH = {
    "Leaflets about infant leukemia": "Folletos",
    "Open {leaflet_title} (PDF)": "Abrir «{leaflet_title}» (PDF)",
    "Draft": "Borrador",
}
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


@dataclass
class Element:
    """An element of a page with the language it is in and all the text below it."""

    tag: str
    attributes: dict[str, str]
    lang: str
    text: str = ""

    @property
    def classes(self) -> list[str]:
        """The element's classes."""
        return self.attributes.get("class", "").split()


@dataclass
class Outline(HTMLParser):
    """All elements of a page in their order."""

    page: str
    elements: list[Element] = field(default_factory=list)
    open: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Read the page."""
        super().__init__()
        self.feed(self.page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        attributes = {name: value or "" for name, value in attrs}
        around = self.open[-1].lang if self.open else ""
        element = Element(tag, attributes, attributes.get("lang", around))
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        """Leave an element; every one must be closed by its own tag."""
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        """Give a text to all elements around it."""
        for element in self.open:
            element.text += data

    def all(self, tag: str, name: str = "") -> list[Element]:
        """Give the elements with a tag, and with a class if one is named."""
        return [e for e in self.elements if e.tag == tag and (not name or name in e.classes)]


def words(element: Element) -> str:
    """Give an element's text as it is read out, whatever holds its lines together."""
    return " ".join(element.text.split())


def files_linked(outline: Outline) -> list[Element]:
    """Give the links that lead out of the page."""
    return [link for link in outline.all("a") if not link.attributes["href"].startswith("#")]


def record(
    locale: str = "en", audience: str = "parents", clinic: str | None = None
) -> EditionRecord:
    """Give the record of an edition that was built."""
    edition = Edition(LEAFLETS[audience], locale, "a4", clinic)
    return EditionRecord(
        leaflet=edition.leaflet,
        locale=locale,
        page_format=edition.page_format,
        clinic=clinic,
        audience=audience,
        title=f"A title for {audience}",
        code="X-1",
        version="0.1",
        words="",
        state="draft",
        pages=2,
        left=30,
        path=str(edition.path),
        size=62_400,
        sha256="",
        picture=str(edition.picture_path),
        picture_sha256="",
        map="",
        map_sha256="",
        digest="",
        until="",
        source_words="",
    )


def catalog(folder: Path, locale: str, translations: dict[str, str]) -> Catalog:
    """Give a catalog as if a translator had written it."""
    header = (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {locale}\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    )
    quoted = {json.dumps(k): json.dumps(v, ensure_ascii=False) for k, v in translations.items()}
    entries = [f"msgid {msgid}\nmsgstr {msgstr}\n" for msgid, msgstr in quoted.items()]
    path = folder / f"{locale}.po"
    path.write_text("\n".join([header, *entries]), encoding="utf-8")
    return read_catalog(path, path.name, locale)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """The project with English, and with a Spanish of which only a part is translated."""
    found = read_project(ROOT)
    found.catalogs = {"en": Catalog("en"), "es": catalog(tmp_path, "es", SPANISH)}
    return found


@pytest.fixture
def records() -> list[EditionRecord]:
    """Records of editions for every audience in two languages."""
    return [record(locale, audience) for locale in ("en", "es") for audience in LEAFLETS]


def test_every_record_is_linked_once(project: Project, records: list[EditionRecord]) -> None:
    """Every edition has exactly one link, relative to the page and without a scheme."""
    links = files_linked(Outline(index_page(project, records, [])))
    files = [link.attributes["href"] for link in links]
    assert sorted(files) == sorted(record.path for record in records)
    for link in files:
        parts = urlsplit(link)
        assert (parts.scheme, parts.netloc, parts.path[:1] == "/") == ("", "", False)


def test_links_reach_files_with_odd_names(project: Project) -> None:
    """A file's name can neither change a link into another address nor cut it short."""
    odd = replace(record(), path="clinics/a: b/50%#1?.pdf", picture="pictures/a: b/50%#1?.png")
    outline = Outline(index_page(project, [odd], []))
    (link,) = files_linked(outline)
    assert unquote(urlsplit(link.attributes["href"]).path) == odd.path
    assert unquote(urlsplit(outline.all("img")[0].attributes["src"]).path) == odd.picture


def test_nothing_comes_from_elsewhere(project: Project, records: list[EditionRecord]) -> None:
    """The page runs no script and names no address of the network."""
    page = index_page(project, records, [])
    assert not re.search(r"https?:|//\w|url\(|@import|javascript:", page)
    outline = Outline(page)
    tags = {element.tag for element in outline.elements}
    assert not tags & {"script", "link", "iframe", "object", "embed", "form", "base"}
    assert not [e for e in outline.elements for name in e.attributes if name.startswith("on")]


def test_languages_are_marked(project: Project) -> None:
    """Each language's part and its entry in the menu say their language and direction."""
    outline = Outline(index_page(project, [record(locale) for locale in ("en", "es", "ar")], []))
    directions = [("en", "ltr"), ("es", "ltr"), ("ar", "rtl")]
    for parts in (outline.all("section", "language"), outline.all("li")[:3]):
        found = [(part.attributes["lang"], part.attributes["dir"]) for part in parts]
        assert found == directions
    jumps = {link.attributes["href"] for link in outline.all("a")}
    targets = {f"#{e.attributes['id']}" for e in outline.elements if "id" in e.attributes}
    assert {"#en", "#es", "#ar"} <= jumps
    assert {jump for jump in jumps if jump.startswith("#")} <= targets


def test_untranslated_words_are_marked_as_english(project: Project) -> None:
    """A label without a translation is shown in English and says that it is English."""
    page = index_page(project, [record("es")], [])
    assert '<span class="untranslated" lang="en" dir="ltr">Pages</span>' in page
    assert ">Borrador<" in page
    assert Outline(page).all("img")[0].lang == "en"


def test_languages_are_named_in_themselves(project: Project) -> None:
    """A reader finds each language under its own name."""
    names = Outline(index_page(project, [record("en"), record("es")], [])).all("span", "name")
    assert [name.text for name in names] == ["English", "español"]


def test_titles_stay_text(project: Project) -> None:
    """A title with markup or quotation marks is shown as written, and is never markup."""
    title = """<script>alert("1")</script> 'x' & {pages}"""
    outline = Outline(index_page(project, [replace(record(), title=title)], []))
    assert not outline.all("script")
    (heading,) = outline.all("h4")
    assert words(heading) == title
    assert outline.all("img")[0].attributes["alt"] == f"First page of {title}"


def test_failed_editions_are_named(project: Project, records: list[EditionRecord]) -> None:
    """The card of a leaflet says which format failed, and has no link to it; alone, it is red."""
    failed = Edition(LEAFLETS["clinicians"], "en", "letter")
    outline = Outline(index_page(project, records, [failed]))
    (lost,) = outline.all("div", "lost")
    assert project.phrases.labels["index_missing"].text in spoken(lost.text)
    assert "US Letter" in lost.text
    assert outline.all("li", "missing") == []
    (card,) = Outline(index_page(project, [], [failed])).all("li", "missing")
    assert project.leaflets[failed.leaflet].title.text in words(card)
    assert "US Letter" in card.text
    assert str(failed.path) not in {a.attributes["href"] for a in outline.all("a")}


def test_a_broken_translation_does_not_hide_the_failure(project: Project, tmp_path: Path) -> None:
    """Where the translated title is what broke an edition, its card bears the English title."""
    leaflet = LEAFLETS["parents"]
    title = project.leaflets[leaflet].title.text
    project.catalogs["es"] = catalog(tmp_path, "es", {title: "{unknown_name}"})
    (heading,) = Outline(index_page(project, [], [Edition(leaflet, "es", "a4")])).all("h4")
    assert words(heading) == title


def test_an_unknown_leaflet_is_named_by_its_id(project: Project) -> None:
    """A failed edition of a leaflet that could not even be read is named by its id."""
    (heading,) = Outline(index_page(project, [], [Edition("no-such", "en", "a4")])).all("h4")
    assert heading.text == "no-such"


def test_clinics_are_listed_by_their_names(project: Project, records: list[EditionRecord]) -> None:
    """The overview for all ends with each clinic by its name, once, and leads to its own page."""
    clinics = (
        ClinicLink("Children's Hospital <North>", "clinics/north/index.html"),
        ClinicLink("東京病院", "clinics/clinic/index.html"),
    )
    outline = Outline(index_page(project, records, [], overview=Overview(clinics=clinics)))
    links = [link for link in files_linked(outline) if "index.html" in link.attributes["href"]]
    assert [(words(link), link.attributes["href"]) for link in links] == [
        (clinic.name, clinic.path) for clinic in clinics
    ]
    assert "clinics" not in index_page(project, records, []).partition("<main")[2]


def test_a_clinic_has_a_page_of_its_own(project: Project) -> None:
    """Its name is the page's heading; its leaflets stand there by language, and a way back."""
    mine = [record(locale, "siblings", "north") for locale in ("en", "es")]
    overview = Overview("clinics/north/index.html", clinic="North <Hospital>", home="index.html")
    outline = Outline(index_page(project, mine, [], overview=overview))
    (heading,) = outline.all("h1")
    assert words(heading) == "North <Hospital>"
    home, *links = [link.attributes["href"] for link in files_linked(outline)]
    assert home == "../../index.html"
    assert links == [
        "en/could-our-other-children-get-it-a4.pdf",
        "es/could-our-other-children-get-it-a4.pdf",
    ]
    pictures = [picture.attributes["src"] for picture in outline.all("img")]
    assert pictures == [f"../../{quote(item.picture)}" for item in mine]


def test_what_is_kept_from_before_says_so(project: Project) -> None:
    """A leaflet that could not be made anew says since when, in the reader's language."""
    old = replace(record("en"), kept_from="2026-11-21")
    outline = Outline(index_page(project, [old], []))
    (kept,) = outline.all("div", "kept")
    assert words(kept) == "Not renewed sinceNovember 21, 2026"
    assert Outline(index_page(project, [record("en")], [])).all("div", "kept") == []


def test_files_are_saved_under_names_of_their_language(project: Project) -> None:
    """Who saves a leaflet gets its title, language and paper as its name, and no path."""
    titled = replace(record("es"), title="¿Cuándo llamar? / A: B")
    outline = Outline(index_page(project, [titled], []))
    (link,) = files_linked(outline)
    assert link.attributes["download"] == "¿Cuándo llamar A B - es - a4.pdf"


def test_links_have_names_of_their_own(project: Project, records: list[EditionRecord]) -> None:
    """No two links to editions have the same name, even where nothing is translated."""
    project.catalogs["es"] = Catalog("es")
    links = files_linked(Outline(index_page(project, records, [])))
    names = [words(link) for link in links]
    assert len(set(names)) == len(records)
    assert all(name.startswith("Open A title for") for name in names)


@pytest.mark.parametrize(
    ("locale", "size", "expected"),
    [
        ("en", 62_400, "62\u00a0kB"),
        ("fr", 62_400, "62\u202fko"),
        ("ja", 1_234_567, "1.2\u00a0MB"),
        ("nl", 1_234_567, "1,2\u00a0MB"),
    ],
)
def test_sizes_follow_the_language(project: Project, locale: str, size: int, expected: str) -> None:
    """A file's size is written as its language writes it, in a unit that fits."""
    project.catalogs[locale] = Catalog(locale)
    facts = Outline(index_page(project, [replace(record(locale), size=size)], [])).all("dd")
    assert [fact.text for fact in facts][1:3] == ["2", expected]


def test_states_are_said_in_words(project: Project) -> None:
    """A draft says that it is one, and the notice about drafts stands only where there are some."""
    draft = Outline(index_page(project, [record()], []))
    signed = Outline(index_page(project, [replace(record(), state="release")], []))
    assert [state.text for state in draft.all("dd", "state")] == ["Draft"]
    assert [spoken(state.text) for state in signed.all("dd", "state")] == ["Checked and signed"]
    assert len(draft.all("p", "draft")) == 1
    assert not signed.all("p", "draft")


def test_headings_step_down_one_by_one(project: Project, records: list[EditionRecord]) -> None:
    """One heading is the page's, and none is more than a level below the one before it."""
    elements = Outline(index_page(project, records, [])).elements
    levels = [int(e.tag[1]) for e in elements if re.fullmatch("h[1-6]", e.tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))


def test_a_page_without_editions_is_whole(project: Project) -> None:
    """Before anything is built the page still opens and has its title."""
    outline = Outline(index_page(project, [], []))
    assert words(outline.all("h1")[0]) == "Leaflets about infant leukemia"
    assert not outline.all("nav")


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """A Chromium that knows nothing and calls nobody."""
    options = webdriver.ChromeOptions()
    options.binary_location = str(require_tool("chromium"))
    options.set_capability("goog:loggingPrefs", {"performance": "ALL"})
    # Typesetting hides the system's fonts from its own process; a browser without any crashes.
    environment = {name: value for name, value in os.environ.items() if name != "FONTCONFIG_FILE"}
    service = Service(str(require_tool("chromedriver")), env=environment)
    for flag in (*CHROMIUM_FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(flag)
    driver = webdriver.Chrome(options=options, service=service)
    try:
        yield driver
    finally:
        driver.quit()


@pytest.fixture
def opened(chromium: webdriver.Chrome, tmp_path: Path) -> webdriver.Chrome:
    """The page in all languages, with a clinic and a failure, opened from a disk."""
    project = read_project(ROOT)
    records = [record(locale, audience) for locale in project.locales for audience in LEAFLETS]
    clinic = "thelongestnamethatanyclinicevergavetoitself"
    links = tuple(ClinicLink(f"{clinic} {n}", f"clinics/c{n}/index.html") for n in range(7))
    records[0] = replace(records[0], kept_from="2026-11-21")
    failed = [Edition(LEAFLETS["parents"], locale, "letter") for locale in project.locales]
    for picture in (tmp_path / record.picture for record in records):
        picture.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (210, 297), "white").save(picture)
    page = tmp_path / "index.html"
    overview = Overview(clinics=links)
    page.write_text(index_page(project, records, failed, overview=overview), encoding="utf-8")
    chromium.get(page.as_uri())
    return chromium


def test_nothing_bars_anyone(opened: webdriver.Chrome) -> None:
    """Axe finds no violation in the page, up to contrast of 7 to 1, in a real browser."""
    result = Axe().run(opened, options={"runOnly": LEVELS})
    found = {v["id"]: [node["html"] for node in v["nodes"]] for v in result["violations"]}
    assert found == {}
    checked = {rule["id"] for rule in result["passes"]}
    assert {"color-contrast-enhanced", "valid-lang", "image-alt", "bypass"} <= checked


def test_the_browser_loads_from_the_disk_only(opened: webdriver.Chrome) -> None:
    """All that the browser asks for is the page and the pictures that lie beside it."""
    pictures = opened.execute_async_script(
        "const pictures = [...document.images];"
        "pictures.forEach(picture => picture.loading = 'eager');"
        "Promise.all(pictures.map(picture => picture.decode().then(() => picture.src)))"
        ".then(arguments[0]);"
    )
    log = opened.get_log("performance")  # type: ignore[no-untyped-call]
    events = [json.loads(entry["message"])["message"] for entry in log]
    sent = [event["params"] for event in events if event["method"] == "Network.requestWillBeSent"]
    page = opened.current_url
    asked = {request["request"]["url"] for request in sent if request["documentURL"] == page}
    assert {page, *pictures} <= asked
    assert {urlsplit(url).scheme for url in asked} == {"file"}


@pytest.mark.parametrize("width", [320, 800, 1280])
def test_the_page_fits_the_screen(opened: webdriver.Chrome, width: int) -> None:
    """From a small phone to a desk, nobody has to scroll sideways."""
    screen = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    opened.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    try:
        page = opened.execute_script("return document.documentElement.scrollWidth")
    finally:
        opened.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert page == width
