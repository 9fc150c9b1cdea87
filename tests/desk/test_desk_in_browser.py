"""The translator's desk as translators see it: in a real browser, by mouse, keyboard and ear."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_core_python.selenium import Axe
from desk_driver import Desk, copy_of_project, edited, open_desk, tree
from judges.tools import require_tool
from patience import wait_until
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select
from test_index_page import CHROMIUM_FLAGS, LEVELS

LEAFLET = "could-our-other-children-get-it"
OTHER = "when-to-have-your-baby-checked"
CATALOG = "locales/es/LC_MESSAGES/messages.po"
FEVER = "fever, or infections that keep coming back or do not clear up"
FEVER_ES = "fiebre, o infecciones que se repiten o que no terminan de curarse"
HOSTILE = (
    "<script>window.hacked = 1</script>",
    '"><img src=x onerror="window.hacked = 1">',
    "&lt;b&gt; <b>bold</b> &amp; </p></section>",
    "javascript:window.hacked=1 ${window.hacked = 1} {{ 1 + 1 }}",
    "{clinic.__class__}",
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The desk of a copy of the project, which tests edit and leave as it was."""
    root = copy_of_project(tmp_path_factory.mktemp("desk") / "project")
    with open_desk(root) as opened:
        yield opened


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """A Chromium that knows nothing and calls nobody."""
    options = webdriver.ChromeOptions()
    options.binary_location = str(require_tool("chromium"))
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
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


class Browser:
    """What a person sees of the desk, and does there."""

    def __init__(self, driver: webdriver.Chrome, desk: Desk) -> None:
        """Take a browser and the desk it looks at."""
        self.driver = driver
        self.desk = desk

    def open(self, query: str = f"leaflet={LEAFLET}&locale=es", width: int = 1280) -> None:
        """Open the desk at an address, on a screen of a certain width."""
        self.resize(width)
        self.driver.get("about:blank")
        self.driver.get(f"{self.desk.address}?{query}")
        checked = "return document.getElementById('pages')?.dataset.checked === 'true'"
        self.wait(lambda: self.run(checked))

    def resize(self, width: int, height: int = 800) -> None:
        """Take another screen."""
        screen = {"width": width, "height": height, "deviceScaleFactor": 2, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)

    def wait(self, holds: Any, what: str = "the desk does not come to show it") -> None:
        """Wait until something is seen."""
        wait_until(holds, what)

    def run(self, script: str, *arguments: object) -> Any:
        """Run a script in the page."""
        return self.driver.execute_script(script, *arguments)

    def text(self, selector: str) -> str:
        """Give the words of the first element, or nothing where there is none to be seen."""
        script = (
            "const found = document.querySelector(arguments[0]);"
            "return found?.checkVisibility() ? found.innerText : ''"
        )
        return str(self.run(script, selector))

    @property
    def status(self) -> str:
        """What the desk says of itself."""
        return self.text("#status")

    @property
    def pictures(self) -> list[str]:
        """The addresses of the pictures that are shown."""
        found: list[str] = self.run(
            "return [...document.querySelectorAll('.paper img')].map(i => i.src)"
        )
        return found

    def numbers(self, selector: str) -> list[int]:
        """Give the numbers of messages on some buttons."""
        script = "return [...document.querySelectorAll(arguments[0])].map(b => +b.dataset.number)"
        found: list[int] = self.run(script, selector)
        return found

    def click_text(self, number: int) -> None:
        """Click a text on a page, where it stands."""
        place = self.driver.find_element(By.CSS_SELECTOR, f'.places button[data-number="{number}"]')
        self.run("arguments[0].scrollIntoView({block: 'center'})", place)
        ActionChains(self.driver).move_to_element(place).click().perform()

    def press(self, *keys: str) -> None:
        """Press some keys, one after another."""
        ActionChains(self.driver).send_keys(*keys).perform()

    def number_of(self, msgid: str, **asked: str) -> int:
        """Give the number of a message."""
        sheet = self.desk.edition(**({"leaflet": LEAFLET, "locale": "es"} | asked))
        (number,) = [one["number"] for one in sheet["messages"] if one["msgid"] == msgid]
        return int(number)


@pytest.fixture
def browser(chromium: webdriver.Chrome, desk: Desk) -> Browser:
    """The desk in a browser."""
    seen = Browser(chromium, desk)
    seen.open()
    return seen


# Choosing


def test_leaflet_and_language_are_chosen(browser: Browser) -> None:
    """Who chooses a leaflet and a language sees its pages and can send the address to others."""
    before = browser.pictures
    Select(browser.driver.find_element(By.ID, "leaflet")).select_by_value(OTHER)
    browser.wait(lambda: browser.pictures != before)
    Select(browser.driver.find_element(By.ID, "locale")).select_by_visible_text("日本語 (Japanese)")
    digest = browser.desk.edition(leaflet=OTHER, locale="ja")["digest"]
    browser.wait(lambda: all(digest in picture for picture in browser.pictures))
    assert len(browser.pictures) == 2
    query = f"leaflet={OTHER}&locale=ja&format=a4"
    assert browser.driver.current_url == f"{browser.desk.address}?{query}"
    assert browser.text("#list .words").strip()
    assert browser.run("return document.querySelector('#list .words').lang") == "ja"
    papers = browser.run("return [...document.getElementById('format').options].map(o => o.value)")
    assert papers == ["a4"]
    browser.driver.back()
    browser.driver.back()
    browser.wait(lambda: browser.pictures == before)


def test_the_address_can_be_changed_by_hand(browser: Browser) -> None:
    """Going back and forth between addresses shows the message each of them names."""
    browser.open(f"leaflet={LEAFLET}&locale=es&format=a4&message=5")
    browser.run("history.pushState(null, '', location.search.replace('message=5', 'message=7'))")
    browser.driver.back()
    browser.wait(lambda: browser.text("#message-title").startswith("Message 5 "))
    browser.driver.forward()
    browser.wait(lambda: browser.text("#message-title").startswith("Message 7 "))
    assert set(browser.numbers(".place.chosen")) == {7}


def test_an_address_leads_to_a_message(browser: Browser) -> None:
    """An address that names a message shows it, on the page and in the list, in sight."""
    number = browser.number_of("Sources")
    browser.open(f"leaflet={LEAFLET}&locale=es&message={number}")
    browser.wait(lambda: f"Message {number}" in browser.text("#message-title"))
    in_sight = (
        "const box = document.querySelector(arguments[0]).getBoundingClientRect();"
        # Pages scroll by whole pixels.
        "return box.top > -1 && box.bottom < innerHeight + 1"
    )
    browser.wait(lambda: browser.run(in_sight, ".place.chosen"))
    browser.wait(lambda: browser.run(in_sight, '#list [aria-pressed="true"]'))


def test_pictures_are_sharp(browser: Browser) -> None:
    """On a screen with two points for each pixel, each has a point of the picture of its own."""
    widths = browser.run(
        "return [...document.querySelectorAll('.paper img')].map(i => [i.naturalWidth, i.width])"
    )
    assert all(natural >= 2 * shown > 1200 for natural, shown in widths)


# Looking at a text


def test_a_click_on_a_text_tells_all_about_it(browser: Browser) -> None:
    """A click on words on the page shows source, translation, the line of both, notes and state."""
    number = browser.number_of(FEVER)
    browser.click_text(number)
    assert browser.text("#message-title").split() == ["Message", str(number), "✓", "translated"]
    assert browser.text(".msgid") == FEVER
    assert browser.text(".msgstr") == FEVER_ES
    for selector, words in ((".catalog-place", FEVER_ES), (".source-place", FEVER)):
        name, _, line = browser.text(selector).replace("\n", "").partition(":")
        lines = (browser.desk.root / name).read_text("utf-8").split("\n")
        assert words in lines[int(line) - 1]
    assert "Continues the heading" in browser.text("#message-body")
    assert set(browser.numbers(".place.chosen")) == {number}
    assert f"message={number}" in browser.driver.current_url


def test_placeholders_are_set_off(browser: Browser) -> None:
    """Of a text with a figure one sees the placeholder in both languages, and what is printed."""
    sheet = browser.desk.edition(leaflet=OTHER, locale="es")
    told = next(one for one in sheet["messages"] if "{infant_age_limit}" in one["msgid"])
    browser.open(f"leaflet={OTHER}&locale=es&message={told['number']}")
    marked = browser.run(
        "const found = [...document.querySelectorAll('.text .placeholder')];"
        "return found.map(p => p.parentElement.className + ' ' + p.textContent)"
    )
    assert marked == ["text msgid {infant_age_limit}", "text msgstr {infant_age_limit}"]
    assert browser.text(".printed") == told["printed"]
    assert "{" not in told["printed"]


def test_all_places_of_a_message_are_outlined(browser: Browser) -> None:
    """A message that goes over several lines, or stands twice, is outlined in all its places."""
    sheet = browser.desk.edition(leaflet=LEAFLET, locale="es")
    long = max(sheet["messages"], key=lambda one: len(one["boxes"]))
    assert len(long["boxes"]) > 2
    browser.click_text(long["number"])
    assert browser.numbers(".place.chosen") == [long["number"]] * len(long["boxes"])
    paper = browser.run(
        "const b = document.querySelector('.paper').getBoundingClientRect(); return [b.x, b.width]"
    )
    places = browser.run(
        "const chosen = [...document.querySelectorAll('.place.chosen')];"
        "return chosen.map(place => place.getBoundingClientRect().x)"
    )
    expected = [paper[0] + paper[1] * box["left"] / 100 for box in long["boxes"]]
    assert places == pytest.approx(expected, abs=1)


def test_the_keyboard_is_enough(browser: Browser) -> None:
    """Without a mouse one reaches the texts on a page, goes through them and chooses one."""
    for _ in range(12):
        browser.press(Keys.TAB)
        if browser.run("return document.activeElement.closest('.places') !== null"):
            break
    first = browser.run("return +document.activeElement.dataset.number")
    browser.press(Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ENTER)
    number = browser.run("return +document.activeElement.dataset.number")
    assert number != first
    assert browser.text("#message-title").startswith(f"Message {number} ")
    name = browser.run("return document.activeElement.getAttribute('aria-label')")
    assert name.startswith(f"Message {number}, translated: ")
    # Two more steps lead past the pages, not through a hundred texts.
    for _ in range(12):
        browser.press(Keys.TAB)
        if browser.run("return document.activeElement.closest('#list') !== null"):
            break
    browser.press(Keys.END, Keys.ENTER)
    assert browser.numbers('#list [aria-pressed="true"]') == [browser.numbers("#list button")[-1]]


def test_texts_are_listed(browser: Browser) -> None:
    """The list has every text, or those to do, or those with findings; one can go through it."""
    entry = f'msgid "{FEVER}"\nmsgstr "{FEVER_ES}"'
    number = browser.number_of(FEVER)
    everything = browser.numbers("#list button")
    assert everything == sorted(everything)
    with edited(browser.desk.root / CATALOG, entry, f"#, fuzzy\n{entry}"):
        browser.wait(lambda: "To do 1" in browser.text("#filters"))
        browser.driver.find_element(By.CSS_SELECTOR, '[data-filter="todo"]').click()
        assert browser.numbers("#list button") == [number]
        browser.driver.find_element(By.ID, "after").click()
        assert browser.text("#message-title").startswith(f"Message {number} ")
        assert not browser.driver.find_element(By.ID, "after").is_enabled()
    with edited(browser.desk.root / CATALOG, FEVER_ES, f"{FEVER_ES} 3 veces"):
        browser.wait(lambda: "With findings 1" in browser.text("#filters"))
        browser.driver.find_element(By.CSS_SELECTOR, '[data-filter="findings"]').click()
        assert browser.numbers("#list button") == [number]
        browser.driver.find_element(By.CSS_SELECTOR, "#list button").click()
        assert "3" in browser.text("#message-body .finding")
        assert CATALOG in browser.text("#message-body .finding").replace("\n", "")
        assert f"{number}" in browser.text("#trouble-texts")
    browser.wait(lambda: "With findings 0" in browser.text("#filters"))
    assert "found nothing" in browser.text("#list-empty")


@pytest.mark.parametrize(
    ("flag", "translation", "said", "sign"),
    [("#, fuzzy\n", FEVER_ES, "≈ fuzzy", "≈"), ("", "", "○ not translated", "○")],
)
def test_states_are_not_told_by_colour_alone(
    browser: Browser, flag: str, translation: str, said: str, sign: str
) -> None:
    """What is to do has a sign and a pattern on the page, a sign in the list, words beside it."""
    number = browser.number_of(FEVER)
    entry = f'msgid "{FEVER}"\nmsgstr "{FEVER_ES}"'
    former = '#| msgid "fever, or colds that keep coming back or do not clear up"\n' if flag else ""
    changed = f'{flag}{former}msgid "{FEVER}"\nmsgstr "{translation}"'
    with edited(browser.desk.root / CATALOG, entry, changed):
        browser.wait(lambda: "To do 1" in browser.text("#filters"))
        browser.click_text(number)
        assert said in browser.text("#message-title")
        place = f".places button[data-number='{number}']"
        looks = browser.run(
            "const p = document.querySelector(arguments[0]);"
            "return [getComputedStyle(p).backgroundImage, getComputedStyle(p, '::before').content]",
            place,
        )
        assert "gradient" in looks[0]
        assert sign in looks[1]
        label = browser.run("return document.querySelector(arguments[0]).ariaLabel", place)
        assert said[2:] in label
        assert sign in browser.text(f"#list [data-number='{number}']")
        changes = browser.run(
            "return [...document.querySelectorAll('del, ins')].map(c => c.tagName + c.textContent)"
        )
        assert changes == (["DELcolds", "INSinfections"] if flag else [])


# Saving


def test_a_save_changes_the_page_and_nothing_else(browser: Browser) -> None:
    """After a save picture and panel are new; place, chosen text and focus are as they were."""
    number = browser.number_of(FEVER)
    browser.click_text(number)
    browser.run("window.sameAsBefore = true; document.getElementById('sheet').scrollTop = 333")
    before = browser.pictures
    held = (
        "const number = +document.activeElement.dataset.number;"
        "return [document.getElementById('sheet').scrollTop, number]"
    )
    place = browser.run(held)
    assert place == [333, number]
    with edited(browser.desk.root / CATALOG, FEVER_ES, "fiebre que vuelve"):
        browser.wait(lambda: browser.text(".msgstr") == "fiebre que vuelve")
        assert not set(before) & set(browser.pictures)
        assert browser.run(held) == place
        assert set(browser.numbers(".place.chosen")) == {number}
        assert "fiebre que vuelve" in browser.text(f"#list [data-number='{number}']")
        assert browser.run(
            "return [...document.querySelectorAll('.paper img')].every(i => i.naturalWidth > 0)"
        )
    browser.wait(lambda: browser.text(".msgstr") == FEVER_ES)
    assert browser.pictures == before
    assert browser.run("return window.sameAsBefore")


def test_an_edited_source_text_stays_chosen(browser: Browser) -> None:
    """When the writer edits the text somebody looks at, that text goes on being shown."""
    number = browser.number_of(FEVER)
    browser.click_text(number)
    with edited(browser.desk.root / "leaflets/phrases.yaml", FEVER, f"{FEVER} soon"):
        browser.wait(lambda: browser.text(".msgid") == f"{FEVER} soon")
        assert "not in the catalog yet" in browser.text(".catalog-place")
    browser.wait(lambda: browser.text(".msgid") == FEVER)


def test_a_broken_catalog_is_told_and_the_old_page_stays(browser: Browser) -> None:
    """A broken catalog shows what to mend, and the page as it was, marked; mended, all is well."""
    before = browser.pictures
    assert browser.text("#trouble") == ""
    with edited(browser.desk.root / CATALOG, '"Language: es', '"Language: fr'):
        browser.wait(lambda: browser.text("#trouble"))
        told = browser.text("#trouble")
        assert "cannot be made now" in told
        assert f"{CATALOG}:" in told.replace("\n", "").replace("\u200b", "")
        assert "Traceback" not in told
        assert browser.pictures == before
        assert [browser.text(f"#page-{number}") for number in (1, 2)] == [
            "Page 1 · old",
            "Page 2 · old",
        ]
        assert "as it was before" in browser.status
    browser.wait(lambda: not browser.text("#trouble"))
    assert browser.pictures == before
    assert browser.text("#page-1") == "Page 1"
    assert browser.status.startswith("Up to date")


def test_a_page_that_was_never_made_says_why(browser: Browser) -> None:
    """Who opens the desk while something is broken sees what, and the page once it is mended."""
    path = browser.desk.root / "locales/nl/LC_MESSAGES/messages.po"
    with edited(path, '"Language: nl', '"Language: fr'):
        browser.open("leaflet=recognize-and-work-up&locale=nl")
        assert "cannot be made" in browser.text("#trouble")
        assert browser.pictures == []
    browser.wait(lambda: len(browser.pictures) == 2)
    assert browser.text("#trouble") == ""


def test_one_page_too_many_is_shown(browser: Browser) -> None:
    """A leaflet that is too long is shown with the page too many and how much it is over."""
    with edited(browser.desk.root / CATALOG, FEVER_ES, f"{FEVER_ES} y otras cosas " * 30):
        browser.wait(lambda: len(browser.pictures) > 2)
        over = browser.desk.edition(leaflet=LEAFLET, locale="es")["over"]
        # The page comes first, what is said of it a moment later.
        browser.wait(lambda: f"{int(over) + 1} mm too long" in browser.text("#trouble h2"))
        assert "one too many" in browser.text("#page-3")
        assert "one too many" not in browser.text("#page-2")
    browser.wait(lambda: len(browser.pictures) == 2)


# Safety


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_only_words(browser: Browser, words: str) -> None:
    """Whatever stands in a catalog is shown as it was written, and nothing of it happens."""
    number = browser.number_of(FEVER)
    quoted = words.replace("\\", "\\\\").replace('"', '\\"')
    entry = f'msgid "{FEVER}"\nmsgstr "{FEVER_ES}"'
    spoiled = f'# {words}\n#| msgid "{quoted}"\n#, fuzzy\nmsgid "{FEVER}"\nmsgstr "{quoted}"'
    with edited(browser.desk.root / CATALOG, entry, spoiled):
        browser.open(f"leaflet={LEAFLET}&locale=es&message={number}")
        assert browser.text(".msgstr") == words
        assert words in browser.text("#message-body").split("\n")
        foreign = "return document.querySelectorAll('script:not([src]), #panel img, b').length"
        assert browser.run(foreign) == 0
        assert browser.run("return window.hacked ?? null") is None
    with edited(browser.desk.root / CATALOG, FEVER_ES, quoted):
        browser.wait(lambda: browser.text(".msgstr") == words)
        assert browser.run(foreign) == 0
        assert browser.run("return window.hacked ?? null") is None


def test_invisible_characters_are_seen(browser: Browser) -> None:
    """Spaces that do not break are marked, and signs that turn words round are named."""
    number = browser.number_of(FEVER)
    browser.click_text(number)
    with edited(browser.desk.root / CATALOG, FEVER_ES, "fiebre\u00a0alta\u202fy\u2060más"):
        browser.wait(lambda: "alta" in browser.text(".msgstr"))
        marks = browser.run(
            "return [...document.querySelectorAll('.msgstr span')].map(s => s.className)"
        )
        assert marks == ["space", "space", "sign"]


def test_nothing_is_fetched_from_elsewhere(browser: Browser) -> None:
    """The browser asks nobody but the desk, and has nothing to complain of."""
    browser.driver.get_log("performance")  # type: ignore[no-untyped-call]
    browser.driver.get_log("browser")  # type: ignore[no-untyped-call]
    browser.open(f"leaflet={OTHER}&locale=ja&message=3")
    browser.click_text(browser.numbers(".places button")[0])
    log = browser.driver.get_log("performance")  # type: ignore[no-untyped-call]
    events = [json.loads(entry["message"])["message"] for entry in log]
    sent = [event["params"] for event in events if event["method"] == "Network.requestWillBeSent"]
    asked = {request["request"]["url"] for request in sent} - {"about:blank"}
    assert all(url.startswith(browser.desk.address) for url in asked), asked
    assert {f"{browser.desk.address}{name}" for name in ("desk.js", "desk.css", "events")} <= asked
    assert browser.driver.get_log("browser") == []  # type: ignore[no-untyped-call]


def test_another_page_gets_nothing(browser: Browser, tmp_path: Path) -> None:
    """A page from elsewhere in the same browser reads nothing of the desk and shows none of it."""
    address = browser.desk.address
    page = tmp_path / "evil.html"
    page.write_text(
        f"""<!DOCTYPE html><title>evil</title><iframe src="{address}"></iframe>
        <img src="{address}icon.svg" onload="got.push('img')"><script>
        const got = [];
        const done = Promise.allSettled([
          fetch("{address}edition").then(() => got.push("fetch")),
          fetch("{address}edition", {{mode: "no-cors"}})
            .then(answer => answer.text()).then(text => text && got.push(text)),
          new Promise(end => {{
            const events = new EventSource("{address}events");
            events.onmessage = () => {{ got.push("events"); end(); }};
            events.onerror = end;
          }}),
        ]);
        </script><script src="{address}desk.js" onload="got.push('script')"></script>""",
        "utf-8",
    )
    browser.driver.get(page.as_uri())
    got = browser.driver.execute_async_script(
        "done.then(() => setTimeout(arguments[0], 300, got), () => arguments[0](['failed']))"
    )
    assert got == []
    frame = browser.driver.find_element(By.TAG_NAME, "iframe")
    browser.driver.switch_to.frame(frame)
    assert browser.driver.find_elements(By.ID, "pages") == []


def test_looking_changes_no_file(browser: Browser) -> None:
    """Whatever one looks at and clicks, no file of the project changes."""
    before = tree(browser.desk.root)
    browser.open(f"leaflet={OTHER}&locale=fr")
    for number in browser.numbers(".places button")[:5]:
        browser.click_text(number)
    browser.open("leaflet=recognize-and-work-up&locale=en&message=2")
    assert tree(browser.desk.root) == before


# For everyone


@pytest.mark.parametrize("width", [1280, 600])
@pytest.mark.parametrize("state", ["translated", "fuzzy", "broken", "source", "too long"])
def test_nothing_bars_anyone(browser: Browser, state: str, width: int) -> None:
    """Axe finds no violation, up to contrast of 7 to 1, whatever the desk shows."""
    locale = "en" if state == "source" else "es"
    path = browser.desk.root / CATALOG
    entry = f'msgid "{FEVER}"\nmsgstr "{FEVER_ES}"'
    old, new = {
        "fuzzy": (entry, f'#| msgid "fever, or colds"\n#, fuzzy\n{entry}'),
        "broken": ('"Language: es', '"Language: fr'),
        "too long": (FEVER_ES, f"{FEVER_ES} 3 " * 60),
    }.get(state, (FEVER_ES, FEVER_ES))
    number = browser.number_of(FEVER)
    browser.open(f"leaflet={LEAFLET}&locale={locale}&message={number}", width)
    with edited(path, old, new):
        if old != new:
            browser.wait(lambda: "To do 1" in browser.text("#filters") or browser.text("#trouble"))
        # Until colours that fade have their last tone.
        browser.wait(
            lambda: not browser.driver.execute_script("return document.getAnimations().length")
        )
        result = Axe().run(browser.driver, options={"runOnly": LEVELS})
    found = {v["id"]: [node["html"] for node in v["nodes"]] for v in result["violations"]}
    assert found == {}
    checked = {rule["id"] for rule in result["passes"]}
    assert {"color-contrast-enhanced", "button-name", "image-alt", "valid-lang"} <= checked
    browser.wait(lambda: not browser.text("#trouble"))


@pytest.mark.parametrize("width", [320, 600, 800, 1280, 1920])
def test_the_desk_fits_the_screen(browser: Browser, width: int) -> None:
    """From a phone to a wide screen nobody has to scroll sideways, and the page takes the room."""
    browser.open(f"leaflet={LEAFLET}&locale=es&message=5", width)
    assert browser.run("return document.documentElement.scrollWidth") == width
    sideways = (
        "return [...document.querySelectorAll('main, #panel, #message-body, #list')]"
        ".filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.id)"
    )
    assert browser.run(sideways) == []
    shown = browser.run("return document.querySelector('.paper img').getBoundingClientRect().width")
    assert shown > min(780, 0.85 * width)


def test_languages_from_right_to_left_run_so(browser: Browser) -> None:
    """Words of a language that is written from right to left are marked so; the desk stays."""
    folder = browser.desk.root / "locales/ar/LC_MESSAGES"
    folder.mkdir(parents=True)
    header = '"Language: ar\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    text = f'msgid ""\nmsgstr ""\n{header}\nmsgid "{FEVER}"\nmsgstr "حمى"\n'
    (folder / "messages.po").write_text(text, "utf-8")
    try:
        browser.wait(lambda: "ar" in str(browser.desk.edition()["offer"]["locales"]))
        number = browser.number_of(FEVER, locale="ar")
        browser.open(f"leaflet={LEAFLET}&locale=ar&message={number}")
        assert browser.text(".msgstr") == "حمى"
        marks = browser.run("const t = document.querySelector('.msgstr'); return [t.lang, t.dir]")
        assert marks == ["ar", "rtl"]
        assert browser.run("return document.documentElement.dir") == "ltr"
        assert browser.run("return document.querySelector('.msgid').dir") == "ltr"
    finally:
        (folder / "messages.po").unlink()
        folder.rmdir()
        folder.parent.rmdir()
        browser.wait(
            lambda: "ar" not in [c["id"] for c in browser.desk.edition()["offer"]["locales"]]
        )


def test_a_desk_that_was_closed_is_told(chromium: webdriver.Chrome, desk: Desk) -> None:
    """When the desk is closed the page says so, and keeps what it shows."""
    with open_desk(desk.root) as other:
        browser = Browser(chromium, other)
        browser.open()
        before = browser.pictures
        other.stop()
        browser.wait(lambda: "The desk is closed" in browser.status)
        assert browser.pictures == before
