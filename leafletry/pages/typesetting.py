"""HTML to pages: WeasyPrint with our fonts, and a closed list of what it may fetch.

Two things happen that WeasyPrint does not do by itself:
- what is left of a page is shared out, so that pages end together (ruled notes take it first);
- whatever would not print right (a page too many, overflow, a missing glyph) is a problem.
"""

from __future__ import annotations

import contextlib
import logging
import mimetypes
import re
from dataclasses import dataclass, field
from functools import cache, cached_property
from html import unescape
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import cssselect2
import weasyprint.layout
from weasyprint import CSS, DEFAULT_OPTIONS, HTML, Document
from weasyprint.css.counters import CounterStyle
from weasyprint.document import Page
from weasyprint.formatting_structure import boxes
from weasyprint.formatting_structure.build import build_formatting_structure
from weasyprint.html import UA, get_html_metadata
from weasyprint.layout import layout_document
from weasyprint.layout.background import layout_backgrounds
from weasyprint.urls import FatalURLFetchingError, URLFetcherResponse

from leafletry.editions.added_fonts import added_fonts, worn_fonts
from leafletry.editions.fonts import (
    OUR_FONTS,
    cut_ours,
    font_face_rules,
    lacking_in_ours,
    latin_characters,
    words_of_other_alphabets,
)
from leafletry.editions.line_breaks import JOINER, loosened, spoken
from leafletry.editions.styles import read_sheet
from leafletry.pages.conformance import LeafletMetadata
from leafletry.pages.font_proof import CutFont, KnownFonts
from leafletry.pages.placing import MM, find_placements, owner_of, page_sizes, texts_of_owners
from leafletry.pages.qr_code import qr_drawing
from leafletry.pages.spills import lines_out_of_their_box, parted_words
from leafletry.reading.problems import Place, Problem, ProblemsFoundError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from leafletry.content.clinic import GivenText
    from leafletry.content.logos import Logo
    from leafletry.editions.added_fonts import AddedFont
    from leafletry.editions.localization import Printable
    from leafletry.pages.placing import Owner, PageSize, Placement

NOT_THE_WORDS = "mend the templates or style sheets; no words can"
_SOFT_HYPHEN = "use a shorter word, or put a soft hyphen (U+00AD) where it may part"
A_HANDFUL = 20
"""Up to how many characters of other scripts a page shares its fonts with others."""
MOST_CASES = 24
"""How many sets of fonts a press keeps; each clinic may have letters of its own in its name."""
WIDEST_GAP = 5 * MM
"""How much a gap between blocks may grow so that a page ends at its foot."""

_FAMILY = re.compile(r"font-family:\s*[\"']?([^\"';}]+)")


class Refused(FatalURLFetchingError):  # type: ignore[misc]  # noqa: N818 - WeasyPrint's kind
    """A page asked for something outside the closed list."""


class Fetcher:
    """Gives WeasyPrint figures, fonts and the clinic's logo by name, QR codes, and nothing else."""

    _fail_on_errors = True

    def __init__(self, figures: Path, fonts: Mapping[str, bytes], logo: Logo | None = None) -> None:
        """Name everything that may be fetched."""
        self.figures = figures
        self.fonts = fonts
        self.logo = logo

    def __call__(self, url: str) -> URLFetcherResponse:
        """Give a named resource, or refuse."""
        scheme, _, name = unquote(url).partition(":")
        if scheme == "font" and name in self.fonts:
            return URLFetcherResponse(url, self.fonts[name])
        content, kind = self.picture(url)
        return URLFetcherResponse(url, content, {"Content-Type": kind})

    def picture(self, url: str) -> tuple[bytes, str]:
        """Give the content and the kind of a picture, or refuse."""
        scheme, _, name = unquote(url).partition(":")
        if scheme == "logo" and self.logo is not None and name == self.logo.name:
            return self.logo.content, mimetypes.guess_type(name)[0] or ""
        if scheme == "qr":  # It is drawn here: the link in it is not opened.
            return qr_drawing(name), "image/svg+xml"
        if scheme == "figure" and name in {path.name for path in self.figures.glob("*.svg")}:
            return (self.figures / name).read_bytes(), "image/svg+xml"
        message = f"a page may not fetch {url}"
        raise Refused(message)


@dataclass
class Case:
    """A set of fonts, as a type case holds them, loaded once; Latin editions share one."""

    cut: Sequence[CutFont]
    rules: str
    parsed: CSS | None = None

    def __post_init__(self) -> None:
        """Give each font a name to be fetched by."""
        self.fonts = {font.name: font.content for font in self.cut}
        self.font_config = KnownFonts(self.cut)

    def font_sheet(self, press: Press) -> CSS:
        """Give the style sheet that names the fonts, parsed once."""
        if self.parsed is None:
            self.parsed = press.parse(self.rules, self)
        return self.parsed


@dataclass
class Press:
    """What one process keeps between pages: fonts, parsed style sheets, pictures."""

    styles: Path
    figures: Path
    counter_style: CounterStyle = field(default_factory=CounterStyle)
    color_profiles: dict[str, Any] = field(default_factory=dict)
    pictures: dict[str, Any] = field(default_factory=dict)
    cases: dict[tuple[Collection[int | str], ...], Case] = field(default_factory=dict)
    sheets: dict[str, CSS] = field(default_factory=dict)

    @cached_property
    def added(self) -> list[AddedFont]:
        """The fonts that languages brought along."""
        return added_fonts(self.styles)

    @cached_property
    def families(self) -> list[str]:
        """The names of all fonts there are, those that languages brought along last."""
        added = [found[1].strip() for font in self.added if (found := _FAMILY.search(font.rule))]
        return list(dict.fromkeys([*(font.family for font in OUR_FONTS), *added]))

    def case(self, html: str, sheets: Sequence[str] = ()) -> Case:
        """Give the fonts for a page: those of other scripts cut to its characters.

        A page with a handful of them (the names of languages, in "also in") shares its case
        with the pages that have the same; they are parsed once, then kept.
        Raises ProblemsFoundError where a style sheet names a font that is not there.
        """
        characters = frozenset(map(ord, unescape(html).replace(JOINER, "")))
        added = worn_fonts(self.added, sheets, characters)
        words = words_of_other_alphabets(html)
        lacking = lacking_in_ours(characters)
        few = characters - latin_characters() - lacking
        few |= lacking & frozenset().union(*(font.letters for font in added))
        if len(few) > A_HANDFUL:
            return self._case(characters, words, added)
        key = (few, words, frozenset(font.rule for font in added))
        if key not in self.cases:
            if len(self.cases) == MOST_CASES:
                del self.cases[next(iter(self.cases))]
            self.cases[key] = self._case(few | frozenset(range(0x20, 0x7F)), words, added)
        return self.cases[key]

    def _case(
        self, characters: frozenset[int], words: frozenset[int], added: Sequence[AddedFont]
    ) -> Case:
        ours = (CutFont(f.name, cut_ours(f, characters, words), f) for f in OUR_FONTS)
        theirs = (CutFont(font.name, font.cut_to(characters)) for font in added)
        rules = [font_face_rules(OUR_FONTS), *(font.rule for font in added)]
        return Case([*ours, *theirs], "\n".join(rules))

    def sheets_for(self, case: Case, names: Sequence[str]) -> list[CSS]:
        """Give the parsed style sheets of a page; the one that names the fonts comes first."""
        return [case.font_sheet(self), *(self._sheet(name, case) for name in names)]

    def content_of(self, picture: str, logo: Logo | None) -> bytes:
        """Give the content of a picture by what pages fetch it as."""
        return Fetcher(self.figures, {}, logo).picture(picture)[0]

    def lay_out(self, html: str, sheets: Sequence[str]) -> Document:
        """Lay out a document of any length that is no edition: a proof, a report.

        Raises ParseError where its template is not well-formed.
        """
        case = self.case(html, sheets)
        page = WellFormedPage(html, Fetcher(self.figures, case.fonts))
        document = page.render(
            font_config=case.font_config,
            counter_style=self.counter_style,
            color_profiles=self.color_profiles,
            stylesheets=self.sheets_for(case, sheets),
        )
        document.metadata = LeafletMetadata(**get_html_metadata(page))
        return document

    def _sheet(self, name: str, case: Case) -> CSS:
        if name not in self.sheets:
            self.sheets[name] = self.parse(read_sheet(self.styles, name), case)
        return self.sheets[name]

    def parse(self, text: str, case: Case) -> CSS:
        """Give a style sheet as WeasyPrint wants it; its fonts, if it names any, join the case."""
        return CSS(
            string=text,
            font_config=case.font_config,
            counter_style=self.counter_style,
            color_profiles=self.color_profiles,
            url_fetcher=Fetcher(self.figures, case.fonts),
            base_url="figure:",
        )


@dataclass
class Typeset:
    """Pages ready to be written, and all that was noticed on the way.

    `over` is how much they are too long (mm of a column), `left` how much is left of the last one;
    pages with problems may be looked at, but not given to anybody.
    """

    document: Document
    left: float
    page_sizes: list[PageSize]
    placements: list[Placement]
    over: float
    problems: list[Problem]
    messages: Sequence[Printable]
    given: Sequence[GivenText] = ()

    @property
    def page_boxes(self) -> list[Any]:
        """The pages as WeasyPrint laid them out."""
        return [page._page_box for page in self.document.pages]  # noqa: SLF001 - there is no public door


def typeset(
    press: Press,
    html: str,
    sheets: Sequence[str],
    pages: int,
    place: Place,
    logo: Logo | None = None,
    messages: Sequence[Printable] = (),
    given: Sequence[GivenText] = (),
    page_labels: Mapping[int, Sequence[str]] | None = None,
    *,
    leaves: bool = False,
) -> Typeset:
    """Lay a leaflet out on `pages` pages, or on as many fewer as there are `page_labels` for.

    Where it has fewer than that, `leaves` to write on make up for it.

    These are what stands below each page, by how many there are, as style sheets write it; in the
    page as it is given, they are those of `pages`.

    Problems are: too long (by how much, from which section on), overflow, and anything WeasyPrint
    warns of. `messages` are those of the page, each with the place where people can mend it, and
    `given` the words of a clinic; `place` is for what belongs to none of them.
    Raises ProblemsFoundError where there is nothing to lay out.
    """
    case = press.case(html, sheets)
    with LoggedWarnings() as warnings:
        try:
            context, source, page_boxes = _laid_out(press, case, html, sheets, logo)
            suited = _for_its_pages(html, len(page_boxes), pages, page_labels or {}, leaves=leaves)
            if suited != html:
                html = suited
                context, source, page_boxes = _laid_out(press, case, html, sheets, logo)
            longer = excess(page_boxes, pages) / MM
            over = max(longer, 1) if len(page_boxes) > pages else 0.0
            problems = [_too_long(page_boxes, pages, over, place)] if over else []
            if problems and given and _fits_without(press, case, html, sheets, logo, pages):
                problems = [_too_much_of_a_clinic(pages, over, given)]
            fill_pages(page_boxes, context)
        except ET.ParseError as error:
            message = f"the templates do not write well-formed pages ({error})"
            raise ProblemsFoundError([Problem(place, message)]) from None
        except FatalURLFetchingError as error:
            raise ProblemsFoundError([Problem(place, str(error.__cause__ or error))]) from None
        document = Document(
            [_page(box) for box in page_boxes],
            LeafletMetadata(**get_html_metadata(source)),
            source.url_fetcher,
            case.font_config,
            dict(press.color_profiles),
            None,
        )
    problems += [
        Problem(place, f"the page does not print right: {text}", NOT_THE_WORDS)
        for text in warnings.texts
    ]
    places: dict[Owner, Place] = {message.number: message.place for message in messages}
    places |= {text.name: text.place for text in given}
    fields: dict[Owner, str] = {text.name: f"{text.said}: " for text in given}
    spilled = [*overflows(page_boxes), *lines_out_of_their_box(page_boxes)]
    problems += [
        Problem(
            places.get(owner, place),
            f"{fields.get(owner, '')}{text}",
            "use shorter words: type never shrinks",
        )
        for owner, text in spilled
    ]
    problems += [
        Problem(
            places.get(owner, place), f"{fields.get(owner, '')}{text}", _SOFT_HYPHEN, warning=True
        )
        for owner, text in parted_words(page_boxes)
    ]
    if len(page_boxes) < pages and len(page_boxes) not in (page_labels or ()):
        said = f"fills {len(page_boxes)} of {pages} pages"
        problems.append(Problem(place, said, "say more, or set its pages lower under `formats`"))
    words = {words: m.number for m in messages for words in (m.text, *m.also)}
    placements = find_placements(page_boxes, words)
    sizes = page_sizes(page_boxes)
    unused = pages - len(page_boxes)
    left = max(-longer, 0.0) + max(unused, 0) * page_boxes[-1].height / MM
    return Typeset(document, left, sizes, placements, over, problems, messages, given)


def _for_its_pages(
    html: str, there: int, most: int, page_labels: Mapping[int, Sequence[str]], *, leaves: bool
) -> str:
    """Give a page that fills so many pages with the labels of as many as it may have.

    Leaves to write on stand before its colophon.
    """
    wanted = next((count for count in sorted(page_labels) if count >= there), most)
    if wanted == there or leaves:
        for old, new in zip(page_labels.get(most, ()), page_labels.get(wanted, ()), strict=False):
            html = html.replace(old, new, 1)
    if wanted > there and leaves:
        before, colophon, after = html.partition(_COLOPHON)
        html = f"{before}{_LEAF * (wanted - there)}{colophon}{after}"
    return html


_COLOPHON, _LEAF = '<div class="colophon', '<div class="leaf"></div>'


def _page(box: Any) -> Page:
    """Give a page whose headings are in the outline as they are spoken."""
    page = Page(box)
    page.bookmarks = [(level, spoken(label), *rest) for level, label, *rest in page.bookmarks]
    return page


def _laid_out(
    press: Press, case: Case, html: str, sheets: Sequence[str], logo: Logo | None
) -> tuple[Any, HTML, list[Any]]:
    """Lay a leaflet out; words kept together part where they are too wide for their column."""
    while True:
        context, source, page_boxes = _lay_out(press, case, html, sheets, logo)
        looser = loosened(html, _too_wide(page_boxes))
        if looser == html:
            return context, source, page_boxes
        html = looser


def _too_wide(page_boxes: Sequence[Any]) -> set[int]:
    """Give the messages with words that are too wide for their column, or part in it."""
    spilled = (*overflows(page_boxes), *parted_words(page_boxes))
    return {owner for owner, _ in spilled if isinstance(owner, int)}


@cache
def sheet_of_browsers() -> CSS:
    """Give the style sheet under all others, as WeasyPrint has it, without notes and footnotes.

    For them it gives each element five pseudo-elements, with a style each: a sixth of the time
    of an edition. Its counter styles are read apart from it.
    """
    rules = UA.partition("@counter-style")[0]
    lean = re.sub(r"(?m)^::(?:footnote|note)-[a-z]+ \{.*\}$", "", rules)
    return CSS(string=lean.replace("\n::marker {", "\nli::marker {"))


class WellFormedPage(HTML):  # type: ignore[misc]
    """A page that our templates wrote, so well-formed that it needs no parser for any HTML."""

    def __init__(self, html: str, fetcher: Fetcher) -> None:
        """Read the page in a tenth of the time; raise ParseError where a template is broken."""
        root = ET.fromstring(html)  # noqa: S314 - our own, and expat of today
        self.base_url = "figure:"
        self.url_fetcher = fetcher
        self.media_type = "print"
        self.wrapper_element = cssselect2.ElementWrapper.from_html_root(root)
        self.etree_element = self.wrapper_element.etree_element

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:  # noqa: ARG002, FBT001, FBT002 - as the original names it
        return [sheet_of_browsers()]


def _lay_out(
    press: Press, case: Case, html: str, sheets: Sequence[str], logo: Logo | None
) -> tuple[Any, HTML, list[Any]]:
    source = WellFormedPage(html, Fetcher(press.figures, case.fonts, logo))
    options = {
        **DEFAULT_OPTIONS,
        "stylesheets": press.sheets_for(case, sheets),
        "cache": press.pictures,
    }
    context = Document._build_layout_context(  # noqa: SLF001 - between layout and painting there is no public door
        source, case.font_config, press.counter_style, press.color_profiles, options
    )
    root = build_formatting_structure(
        source.etree_element,
        context.style_for,
        context.get_image_from_uri,
        source.base_url,
        context.target_collector,
        press.counter_style,
        context.footnotes,
    )
    with _backgrounds_come_later():
        return context, source, list(layout_document(source, root, context))


@contextlib.contextmanager
def _backgrounds_come_later() -> Iterator[None]:
    """Keep WeasyPrint from laying out backgrounds: `fill_pages` does, when boxes stand still."""
    lay_out = weasyprint.layout.layout_backgrounds
    weasyprint.layout.layout_backgrounds = lambda *_options: None
    try:
        yield
    finally:
        weasyprint.layout.layout_backgrounds = lay_out


class LoggedWarnings(logging.Handler):
    """Collects what WeasyPrint logs: each line is something that would not print as meant."""

    def __init__(self) -> None:
        """Start with none."""
        super().__init__(logging.WARNING)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the text of one warning."""
        self.texts.append(record.getMessage())

    def __enter__(self) -> Self:
        """Listen, and keep the warnings off the terminal."""
        logger = logging.getLogger("weasyprint")
        logger.propagate = False
        logger.addHandler(self)
        return self

    def __exit__(self, *_error: object) -> None:
        """Stop listening."""
        logging.getLogger("weasyprint").removeHandler(self)


def _blocks(page: Any) -> list[Any]:
    """Give the block boxes directly below `main` on a page."""
    box = page
    while box.element_tag != "main":
        inner = [child for child in box.children if child.element_tag in ("html", "body", "main")]
        if not inner:
            return []
        box = inner[0]
    return list(box.children)


def _foot(box: Any) -> float:
    return float(box.border_box_y() + box.border_height())


def fill_pages(page_boxes: Sequence[Any], context: Any) -> None:
    """Share out what is left of each page, so that it ends at its foot.

    Notes over the whole width take it first, then the gaps between blocks, then notes that stand
    beside something; the colophon goes to the foot.
    """
    for page in page_boxes:
        if blocks := _blocks(page):
            _fill(page, blocks)
        layout_backgrounds(page, context.get_image_from_uri)


def _fill(page: Any, blocks: Sequence[Any]) -> None:
    room = page.content_box_y() + page.height - max(_foot(box) for box in blocks)
    room -= _rule_more_lines(blocks, room, "notes")
    room -= _widen_gaps(blocks, room)
    room -= _rule_more_lines(blocks, room, "row")
    if room > 0 and len(blocks) > 1 and "colophon" in _classes(blocks[-1]):
        blocks[-1].translate(dy=room)


def _widen_gaps(blocks: Sequence[Any], room: float) -> float:
    """Widen the gaps between blocks evenly; give the height that took."""
    gaps = [i for i in range(1, len(blocks)) if not _classes(blocks[i - 1]) & {"masthead", "draft"}]
    if room <= 0 or not gaps:
        return 0.0
    share = min(room / len(gaps), WIDEST_GAP)
    for i in gaps:
        for box in blocks[i:]:
            box.translate(dy=share)
    return share * len(gaps)


def _rule_more_lines(blocks: Sequence[Any], room: float, kind: str) -> float:
    """Add ruled lines to the notes in a block of this kind; give the height they took."""
    for i, block in enumerate(blocks):
        areas = [box for box in block.descendants() if "ruled" in _classes(box)]
        if kind not in _classes(block) or not areas:
            continue
        area = areas[0]
        pitch = area.children[0].margin_height()
        more = max(int(room // pitch), 0)
        for _ in range(more):
            line = area.children[-1].copy()
            line.translate(dy=pitch)
            area.children = [*area.children, line]
        for below in blocks[i + 1 :]:
            below.translate(dy=more * pitch)
        return float(more * pitch)
    return 0.0


def _classes(box: Any) -> set[str]:
    return set((box.element.get("class") or "").split()) if box.element is not None else set()


def excess(page_boxes: Sequence[Any], pages: int) -> float:
    """Give how much (px) a leaflet is over its pages: what is beyond, less what is left before."""
    beyond = 0.0
    for page in page_boxes[pages:]:
        feet = [_foot(box) for box in _blocks(page)]
        beyond += max(feet) - page.content_box_y() if feet else 0
    last = page_boxes[:pages][-1]
    feet = [_foot(box) for box in _blocks(last)]
    left = last.content_box_y() + last.height - max(feet) if feet else 0
    return float(beyond - left)


def _too_long(page_boxes: Sequence[Any], pages: int, over: float, place: Place) -> Problem:
    """Say by how much a leaflet is over its pages, and in which section it crosses the end."""
    headings = (
        box.element.find("h2")
        for block in _blocks(page_boxes[pages])
        for box in (block, *block.descendants())
        if box.element is not None
    )
    found = next((heading for heading in headings if heading is not None), None)
    heading = "its end" if found is None else " ".join(spoken("".join(found.itertext())).split())
    return Problem(
        place,
        f'is {over:.0f} mm too long for {pages} pages, from "{heading}" on',
        "shorten the texts; neither type nor spacing gives way",
    )


def _fits_without(
    press: Press, case: Case, html: str, sheets: Sequence[str], logo: Logo | None, pages: int
) -> bool:
    """Tell whether a leaflet that is too long would fit with next to nothing of its clinic's."""
    root = ET.fromstring(html)  # noqa: S314 - our own
    for element in root.iter():
        for child in list(element):
            fields = [inner.get("data-clinic", "") for inner in child.iter()]
            if child.tag == "div" and any(name.startswith("extra_lines.") for name in fields[:4]):
                element.remove(child)
    for element in root.iter():
        if element.get("data-clinic") and element.tag != "img":
            for inner in list(element):
                element.remove(inner)
            element.text = "0"
    short = ET.tostring(root, encoding="unicode")
    return len(_lay_out(press, case, short, sheets, logo)[2]) <= pages


def _too_much_of_a_clinic(pages: int, over: float, given: Sequence[GivenText]) -> Problem:
    """Say by how much a leaflet is over its pages with what a clinic gave; name the longest."""
    longest = max(given, key=lambda text: len(text.text))
    return Problem(
        longest.place,
        f"is {over:.0f} mm too long for {pages} pages with all that this clinic gave",
        f"shorten it; {longest.said} is the longest, with {len(longest.text)} characters",
    )


def _words(box: Any) -> str:
    return "".join(
        child.text for child in box.descendants() if isinstance(child, boxes.TextBox)
    ).strip()


def overflows(page_boxes: Sequence[Any]) -> list[tuple[Owner, str]]:
    """Name every line that is wider than its column and everything beyond the page's margins.

    Each with whose words it is.
    """
    found = []
    for number, page in enumerate(page_boxes, 1):
        foot = page.content_box_y() + page.height
        for box, column, around in _lines(page):
            over = _beyond(box, column)
            if over > 1:
                said = f"is {over / MM:.1f} mm wider than its column"
            elif _beyond(box, page) > 7 * MM or box.position_y + box.height > foot + 1:
                said = "runs out of the page"
            else:
                continue
            found.append((_owner_of(box, around), f'page {number}: "{_words(box)}" {said}'))
    return found


def _beyond(line: Any, box: Any) -> float:
    """Give how far (px) a line runs over the end of a box: its left side where text runs to it."""
    # A blank that was trimmed at the end of a line stands where it stood, as wide as nothing.
    children = [child for child in line.children if child.width]
    if not children:
        return 0.0
    if line.style["direction"] == "rtl":
        return float(box.content_box_x() - min(child.position_x for child in children))
    ends = max(child.position_x + child.width for child in children)
    return float(ends - box.content_box_x() - box.width)


def _owner_of(line: Any, around: Owner) -> Owner:
    """Give whose words fill most of a line."""
    pieces = texts_of_owners(line, around)
    owner, _ = max(pieces, key=lambda piece: float(piece[1].width), default=(0, None))
    return owner


def _lines(box: Any, around: Owner = 0) -> Iterator[tuple[Any, Any, Owner]]:
    """Yield every line below a box, the box whose width it has to keep to, and its owner."""
    around = owner_of(box, around)
    for child in getattr(box, "children", ()):
        if isinstance(child, boxes.MarginBox) or (child.element_tag or "").endswith("::marker"):
            continue
        if isinstance(child, boxes.LineBox):
            yield child, box, around
        yield from _lines(child, around)
