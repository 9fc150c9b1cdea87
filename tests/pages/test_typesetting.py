"""What does not fit is refused, what fits fills its pages, and no page fetches anything."""

import dataclasses
import re
import socket
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from conftest import Built
from weasyprint import html as weasyprint_html
from weasyprint.formatting_structure import boxes

from leafletry.content.logos import Logo
from leafletry.editions.composition import Composition
from leafletry.editions.edition import Edition
from leafletry.editions.fonts import isolate_fontconfig
from leafletry.editions.line_breaks import JOINER
from leafletry.editions.record import Provenance
from leafletry.editions.styles import style_names
from leafletry.pages import typesetting
from leafletry.pages.finishing import finish
from leafletry.pages.placing import MM
from leafletry.pages.typesetting import (
    WIDEST_GAP,
    Fetcher,
    Press,
    Typeset,
    sheet_of_browsers,
    typeset,
)
from leafletry.printing import printing
from leafletry.reading.problems import Place, Problem, ProblemsFoundError

PARENTS = "when-to-have-your-baby-checked"
PLACE = Place("leaflets/some.yaml")
COLOPHON = '<div class="colophon"><p>The end</p></div>'
LOGO = Logo("logo.png", b"a picture")
RECORD = Provenance(
    code="TS-P1 · en · v0.1 · 000000",
    leaflet="some",
    locale="en",
    version="0.1",
    page_format="a4",
    state="draft",
    words="0" * 64,
    source_words="0" * 32,
    facts=(),
    made_from="0" * 64,
    engine="0" * 32,
    made_with="Leafletry 0.1.0",
)
AIRPLANE = "\N{AIRPLANE}"


@pytest.fixture(scope="module")
def press(built: Built) -> Iterator[Press]:
    """A press as a build opens it."""
    with pytest.MonkeyPatch.context() as patch:
        # The engine sets it; other tests get back what they had.
        patch.setenv("FONTCONFIG_FILE", "")
        isolate_fontconfig()
        yield Press(built.root / "styles", built.root / "templates" / "figures")


def lay_out(press: Press, body: str, pages: int = 1, locale: str = "en") -> Typeset:
    """Typeset some HTML in the styles of a leaflet for parents."""
    sheets = style_names(press.styles, "parents", [locale], "a4")
    html = (
        f'<!DOCTYPE html><html lang="{locale}" class="audience-parents">'
        f"<head><title>Some title</title></head><body><main>{body}</main></body></html>"
    )
    return typeset(press, html, sheets, pages, PLACE)


def section(words: str, heading: str = "A heading") -> str:
    """Give a block of text."""
    return f'<section class="block prose"><h2>{heading}</h2><p>{words}</p></section>'


def refusal(press: Press, body: str, pages: int = 1, locale: str = "en") -> list[str]:
    """Give the messages with which a page is refused."""
    problems, _ = printed(press, body, pages, locale)
    assert problems
    assert all(problem.place == PLACE for problem in problems)
    return [problem.message for problem in problems]


def printed(
    press: Press, body: str, pages: int = 1, locale: str = "en"
) -> tuple[list[Problem], bytes]:
    """Give what is wrong with a page, and the file, which is empty where there is none."""
    try:
        result = lay_out(press, body, pages, locale)
    except ProblemsFoundError as error:
        return error.problems, b""
    pdf, flaws = finish(result, PLACE, RECORD)
    return [*result.problems, *flaws], pdf


UNBROKEN = '<section style="break-inside: auto"'
NARROW_COLUMN = (
    f'<div class="row"><div class="cell" style="width: 20%">{section("W" * 16)}</div>'
    f'<div class="cell" style="width: 80%">{section("Some words.")}</div></div>'
)

# Too much.


def too_long_by(
    built: Built, press: Press, patch: pytest.MonkeyPatch, locale: str, height: int
) -> tuple[str, int]:
    """Put a block of some height (mm) before a real leaflet's colophon; give the message and mm."""
    job = Composition.of(built.project).job(Edition(PARENTS, locale, "a4"), None)
    block = f'<section class="block"><h2>Far too much</h2><p style="height: {height}mm"></p>'
    html = job.html.replace('<div class="colophon">', f'{block}</section><div class="colophon">')
    assert html != job.html
    patch.setitem(printing.PRESS, "press", press)
    made = printing.make_edition(dataclasses.replace(job, html=html))
    assert isinstance(made, ProblemsFoundError)
    [problem] = made.problems
    assert problem.place.file.startswith("leaflets/" if locale == "en" else f"locales/{locale}/")
    assert problem.hint
    found = re.search(r"is (\d+) mm too long for 2 pages", problem.message)
    assert found, problem.message
    return problem.message, int(found[1])


@pytest.mark.parametrize("locale", ["en", "ja"])
def test_a_leaflet_that_is_too_long_is_refused(
    built: Built, press: Press, monkeypatch: pytest.MonkeyPatch, locale: str
) -> None:
    """The message names leaflet, language, section, and by how many millimetres it is over."""
    message, over = too_long_by(built, press, monkeypatch, locale, 150)
    assert f"{PARENTS} ({locale})" in message
    assert 'from "Far too much" on' in message
    _, more = too_long_by(built, press, monkeypatch, locale, 190)
    assert more - over == pytest.approx(40, abs=1)


def test_the_section_that_goes_on_is_named(press: Press) -> None:
    """A section that begins on the last page and goes on past it is where a leaflet is too long."""
    long = section("Some words. " * 900, "Going on").replace("<section", UNBROKEN)
    (message,) = refusal(press, section("Some words.") + long + section("More.", "The next"))
    assert 'from "Going on" on' in message


def test_the_section_is_named_without_what_keeps_its_words_together(press: Press) -> None:
    """Who searches for the section finds it by the words of the message."""
    long = section("Some words. " * 900, f"白{JOINER}血{JOINER}病").replace("<section", UNBROKEN)
    (message,) = refusal(press, long, locale="ja")
    assert 'from "白血病" on' in message


def test_what_is_left_goes_before_anything_gives_way(press: Press) -> None:
    """A page has less and less left, to the millimetre, until it is refused; type stays as is."""
    many, left = section("Some words.") * 14, list[float]()
    for height in range(0, 200, 4):
        last = f'<section class="block" style="padding-top: {height}mm"><p>More</p></section>'
        result = lay_out(press, many + last)
        boxes_ = (box for page in result.page_boxes for box in page.descendants())
        paragraphs = [box for box in boxes_ if box.element_tag == "p"]
        assert {float(box.style["font_size"]) for box in paragraphs} == {16.0}
        if result.problems:
            assert "too long for 1 pages" in str(result.problems[0])
            assert (result.over > 0, result.left) == (True, 0)
            break
        assert result.over == 0
        left.append(result.left)
    assert len(left) > 5
    assert all(before - after == pytest.approx(4) for before, after in pairwise(left))
    assert left[-1] < 4


def test_a_leaflet_that_is_too_short_is_refused(press: Press) -> None:
    """A second page that stays empty is a mistake."""
    assert refusal(press, section("Some words."), pages=2) == ["fills 1 of 2 pages"]


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (section("W" * 60), "W" * 60),
        (section("Some words.", "W" * 60), "W" * 60),
        (section(f"Some <span data-code=''>{'long words ' * 20}</span>"), "long words"),
        (f'<section class="block"><ul class="dots"><li>{"W" * 60}</li></ul></section>', "W" * 60),
        (NARROW_COLUMN, "W" * 16),
    ],
    ids=["paragraph", "heading", "unbroken words", "list", "narrow column"],
)
def test_a_word_that_is_too_wide_is_refused(press: Press, body: str, word: str) -> None:
    """Whatever is wider than its column is named, with its page and by how much."""
    [message] = refusal(press, body + COLOPHON)
    assert word in message
    assert re.search(r"^page 1: .* is \d+\.\d mm wider than its column$", message, re.DOTALL)


@pytest.mark.parametrize("locale", ["en", "ja"])
def test_a_missing_glyph_is_refused(press: Press, locale: str) -> None:
    """A character that no font of ours has is named, whatever fonts the system has."""
    words = "病院 " if locale == "ja" else "A hospital "
    [message] = refusal(press, section(words + AIRPLANE) + COLOPHON, locale=locale)
    assert message == f"no font of ours has {AIRPLANE} (U+2708)"


def test_what_weasyprint_ignores_is_refused(press: Press) -> None:
    """A style that would be left out silently is a problem."""
    messages = refusal(press, '<p style="word-break: keep-all">Some words</p>')
    assert all(message.startswith("the page does not print right: ") for message in messages)
    assert "keep-all" in messages[0]


# Pages end at their foot.


def page_of(result: Typeset) -> Any:
    """Give the boxes of the only page."""
    [page] = result.document.pages
    return page._page_box


def room_below(page: Any) -> float:
    """Give the distance (px) of the last block from the foot of its page."""
    last = typesetting._blocks(page)[-1]
    return float(page.content_box_y() + page.height - last.border_box_y() - last.border_height())


def test_ruled_notes_take_what_is_left(press: Press) -> None:
    """Lines to write on fill the last page, evenly, and the colophon stands at its foot."""
    notes = '<div class="ruled"><div></div><div></div></div>'
    body = f'{section("Some words.")}<section class="block notes"><h2>Notes</h2>{notes}</section>'
    page = page_of(lay_out(press, body + COLOPHON))
    [area] = [box for box in page.descendants() if typesetting._classes(box) == {"ruled"}]
    tops = [line.position_y for line in area.children]
    pitch = tops[1] - tops[0]
    assert len(tops) > 15
    steps = [below - above for above, below in pairwise(tops)]
    assert steps == pytest.approx([pitch] * len(steps))
    assert room_below(page) == pytest.approx(0, abs=0.5)
    colophon = typesetting._blocks(page)[-1]
    left = colophon.border_box_y() - tops[-1] - pitch
    assert 0 < left < pitch + 2 * WIDEST_GAP


def test_gaps_widen_and_the_colophon_stands_at_the_foot(press: Press) -> None:
    """Without notes the gaps grow, each as much as the next and not too far."""
    texts = [section("Some words.")] * 3
    page = page_of(lay_out(press, "".join(texts) + COLOPHON))
    first, second, third, colophon = typesetting._blocks(page)
    gaps = [
        below.border_box_y() - above.border_box_y() - above.border_height()
        for above, below in ((first, second), (second, third))
    ]
    assert gaps[0] == pytest.approx(gaps[1])
    assert WIDEST_GAP < gaps[0] < 2 * WIDEST_GAP
    assert room_below(page) == pytest.approx(0, abs=0.5)
    words = [box for box in colophon.descendants() if isinstance(box, boxes.TextBox)]
    assert words[0].position_y > third.border_box_y() + 100 * MM


# Nothing is fetched but what is named.


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every way to the network fail the test."""

    def refuse(*_: object, **__: object) -> None:
        pytest.fail("something went to the network")

    for name in ("connect", "connect_ex", "bind", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    for name in ("create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, refuse)


def test_named_things_are_given(built: Built) -> None:
    """Figures, fonts and the clinic's logo are there under their names."""
    figures = built.root / "templates" / "figures"
    fetch = Fetcher(figures, {"a.otf": b"a font"}, LOGO)
    assert fetch("figure:red-cells.svg").read() == (figures / "red-cells.svg").read_bytes()
    assert fetch("font:a.otf").read() == b"a font"
    assert fetch("logo:logo.png").read() == b"a picture"


REFUSED = [
    "http://example.org/a.png",
    "https://example.org/a.png",
    "ftp://example.org/a.png",
    "//example.org/a.png",
    "data:image/png;base64,AAAA",
    "data:text/css,p{color:red}",
    "file:///etc/hostname",
    "file:logo.png",
    "/etc/hostname",
    "red-cells.svg",
    "figure:",
    "figure:README.md",
    "figure:missing.svg",
    "figure:../leaflet.html",
    "figure:../figures/red-cells.svg",
    "figure:./red-cells.svg",
    "figure:%2e%2e/leaflet.html",
    "figure:/etc/hostname",
    "figure:red-cells.svg\0",
    "FIGURE:red-cells.svg",
    "font:b.otf",
    "font:/etc/hostname",
    "font:../a.otf",
    "logo:",
    "logo:other.png",
    "logo:../logo.png",
    "",
]


@pytest.mark.parametrize("url", REFUSED)
@pytest.mark.usefixtures("offline")
def test_all_else_is_refused(built: Built, url: str) -> None:
    """No other address is answered, whatever it is."""
    fetch = Fetcher(built.root / "templates" / "figures", {"a.otf": b"a font"}, LOGO)
    with pytest.raises(typesetting.Refused, match=re.escape(f"may not fetch {url}")):
        fetch(url)


def test_without_a_logo_none_is_given(built: Built) -> None:
    """A leaflet without a clinic has no logo to fetch."""
    with pytest.raises(typesetting.Refused):
        Fetcher(built.root / "templates" / "figures", {})("logo:logo.png")


WAYS = {
    "image": '<img src="URL" alt="x"/>',
    "style sheet": '<link rel="stylesheet" href="URL"/>',
    "import": "<style>@import url('URL');</style>",
    "background": "<p style=\"background-image: url('URL')\">Some words</p>",
    "content": "<style>p::before { content: url('URL') }</style><p>Some words</p>",
    "list marker": "<ul style=\"list-style-image: url('URL')\"><li>Some words</li></ul>",
    "font": "<style>@font-face { font-family: x; src: url('URL') }</style>"
    '<p style="font-family: x">Some words</p>',
    "object": '<object data="URL"></object>',
    "embed": '<embed src="URL"/>',
    "drawing": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
    '<image href="URL" width="9" height="9"/></svg>',
    "use in a drawing": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
    '<use href="URL#x"/></svg>',
    "attached link": '<p><a rel="attachment" href="URL">Some words</a></p>',
    "attachment": '<link rel="attachment" href="URL"/>',
    "base": '<base href="URL/"/><img src="a.png" alt="x"/>',
    "profile": "<style>@color-profile x { src: url('URL') }</style>",
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("scheme", ["http", "file", "data"])
@pytest.mark.usefixtures("offline")
def test_no_page_fetches_anything(
    press: Press, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, way: str, scheme: str
) -> None:
    """Markup that asks for something else gets nothing: not from the network, not from a file."""
    secret = tmp_path / "secret.txt"
    secret.write_text("a secret", "utf-8")
    urls = {
        "http": "http://127.0.0.1:9/a.png",
        "file": secret.as_uri(),
        "data": "data:image/svg+xml,<svg/>".replace("<", "%3C").replace(">", "%3E"),
    }
    given: list[str] = []
    asked: list[str] = []
    original = Fetcher.__call__

    def spy(self: Fetcher, url: str) -> Any:
        asked.append(url)
        response = original(self, url)
        given.append(url)
        return response

    monkeypatch.setattr(Fetcher, "__call__", spy)
    body = WAYS[way].replace("URL", urls[scheme]) + section("Some words.") + COLOPHON
    assert ET.fromstring(f"<main>{body}</main>") is not None  # noqa: S314 - or it is never read
    try:
        problems, pdf = printed(press, body)
    except typesetting.Refused:
        problems, pdf = [], b""
    assert b"a secret" not in pdf
    assert all(url.startswith(("font:", "figure:")) for url in given)
    # Either the page was refused for what it asked for, or it never asked.
    foreign = [url for url in asked if not url.startswith("font:")]
    assert not foreign or problems or pdf == b""


def test_a_page_that_is_not_well_formed_is_refused(press: Press) -> None:
    """A template that leaves an element open is told, and nothing is guessed."""
    (message,) = refusal(press, "<p>Some words", pages=1)
    assert message.startswith("the templates do not write well-formed pages (mismatched tag")


@pytest.mark.usefixtures("offline")
def test_a_drawing_fetches_nothing(press: Press, tmp_path: Path) -> None:
    """A figure that asks for something else, which `check` refuses, gets nothing here either."""
    (tmp_path / "figure.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
        '<image href="file:///etc/hostname" width="9" height="9"/></svg>',
        "utf-8",
    )
    other = Press(press.styles, tmp_path)
    body = f'<p><img src="figure:figure.svg" alt="x"/></p>{section("Some words.")}{COLOPHON}'
    problems, _ = printed(other, body)
    assert "figure.svg" in " ".join(map(str, problems))


def test_no_element_has_styles_for_notes(press: Press) -> None:
    """Of what WeasyPrint gives every element, only list items keep something: their marker."""
    html = (
        '<html lang="en"><head><title>Some title</title></head>'
        "<body><p>Some words</p><ul><li>An item</li></ul></body></html>"
    )
    page = typesetting.WellFormedPage(html, Fetcher(press.figures, {}))
    found = {
        (element.local_name, found[2])
        for element in page.wrapper_element.iter_subtree()
        for found in sheet_of_browsers().matcher.match(element)
        if found[2] is not None
    }
    assert found == {("li", "marker")}


def test_only_notes_are_left_out_of_the_sheet_of_browsers() -> None:
    """WeasyPrint gives all elements these pseudo-elements and no others; else we left out more."""
    of_all = re.findall(r"(?m)^::([a-z-]+) \{", weasyprint_html.UA)
    notes = ["footnote-call", "footnote-marker", "note-call", "note-marker", "note-callback"]
    assert of_all == ["marker", *notes]
    _, *counters = weasyprint_html.UA.split("@counter-style ")
    assert all(re.fullmatch(r"[a-z-]+ \{[^{}]*\}\s*", rule) for rule in counters)


def test_backgrounds_are_where_the_boxes_stand(press: Press) -> None:
    """A box that moves down when the page is filled has its background where it stands at last."""
    tinted = '<section class="block tinted" style="background: #eee"><p>More words</p></section>'
    result = lay_out(press, f"{section('Some words')}{tinted}{COLOPHON}")
    page = result.document.pages[0]._page_box
    before, box, *_ = typesetting._blocks(page)
    assert box.border_box_y() > before.border_box_y() + before.border_height() + WIDEST_GAP - 1
    x, y, width, height = box.background.layers[-1].painting_area
    assert (x, y) == (box.border_box_x(), box.border_box_y())
    assert (width, height) == (box.border_width(), box.border_height())
