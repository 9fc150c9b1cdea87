"""The bilingual proof: both pages side by side, each message to be found by its number and back."""

import contextlib
import json
import re
import shutil
import subprocess
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pikepdf
import polib
import pypdfium2
import pytest
from commands_given import environment
from conftest import Built, leaflet_names, locale_names
from patience import PATIENCE
from PIL import Image
from pypdfium2 import raw
from small_project import (
    ACT,
    CALL,
    DUTCH_FILE,
    append,
    assert_nothing_else,
    files_in,
    made_lines,
    replace,
    run,
    small_project,
)

from leafletry.content.project import read_project
from leafletry.editions.composition import Composition
from leafletry.editions.edition import Edition
from leafletry.editions.printed_messages import own_messages
from leafletry.editions.styles import sheet_names
from leafletry.printing import printing
from leafletry.proof import numbering, proof, proof_list
from leafletry.proof.proof_pages import FARTHEST, LETTERS
from leafletry.reading.output import folder_lock

MM = 72 / 25.4
PARENTS = "when-to-have-your-baby-checked"
SIBLINGS = "could-our-other-children-get-it"
CLINICIANS = "recognize-and-work-up"
SHIPPED = [
    ("en_GB", PARENTS),
    ("es", PARENTS),
    ("fr", SIBLINGS),
    ("ja", CLINICIANS),
    ("ja", PARENTS),
    ("nl", SIBLINGS),
]
STALE, MISSING = (255, 176, 0), (212, 20, 90)


# ── What stands in a proof, read by other engines ──────────────────────────────────────────────


@dataclass(frozen=True)
class Box:
    """A rectangle of a sheet, in mm from its top left corner."""

    x: float
    y: float
    width: float
    height: float

    def distance(self, x: float, y: float, height: float) -> float:
        """Give how far it is from a line that goes down from a point."""
        across = max(self.x - x, x - self.x - self.width, 0)
        down = max(self.y - y - height, y - self.y - self.height, 0)
        return float((across**2 + down**2) ** 0.5)

    def shared(self, other: "Box") -> float:
        """Give the area two rectangles have in common, in square mm."""
        across = min(self.x + self.width, other.x + other.width) - max(self.x, other.x)
        down = min(self.y + self.height, other.y + other.height) - max(self.y, other.y)
        return max(across, 0) * max(down, 0)


@dataclass(frozen=True)
class Link:
    """Words that lead to another place of the file: to a sheet, and mm from its top."""

    sheet: int
    box: Box
    words: str
    to_sheet: int
    to_x: float
    to_y: float


@dataclass(frozen=True)
class Laid:
    """A page that was laid into a sheet: its top left corner there, and how large it is."""

    x: float
    y: float
    scale: float

    def box(self, place: dict[str, float]) -> Box:
        """Give where a place of the page is on the sheet."""
        return Box(
            self.x + place["x"] * self.scale,
            self.y + place["y"] * self.scale,
            place["width"] * self.scale,
            place["height"] * self.scale,
        )


class Read:
    """A proof as PDFium and QPDF read it."""

    def __init__(self, path: Path) -> None:
        """Open the file."""
        self.path = path
        self.pdfium = pypdfium2.PdfDocument(path)

    def __len__(self) -> int:
        """Count the sheets."""
        return len(self.pdfium)

    def size(self, sheet: int) -> tuple[float, float]:
        """Give the paper of a sheet, in mm."""
        width, height = self.pdfium.get_page_size(sheet)
        return width / MM, height / MM

    @cached_property
    def sheets(self) -> list[Any]:
        """Each sheet, opened once."""
        return [self.pdfium[sheet] for sheet in range(len(self))]

    @cached_property
    def words(self) -> list[Any]:
        """The words of each sheet."""
        return [sheet.get_textpage() for sheet in self.sheets]

    def text(self, sheet: int) -> str:
        """Give all words of a sheet."""
        return str(self.words[sheet].get_text_range())

    def words_at(self, sheet: int, box: Box, margin: float = 0.2) -> str:
        """Give the words in a rectangle."""
        foot = self.size(sheet)[1]
        left, top = box.x - margin, foot - box.y + margin
        right, bottom = box.x + box.width + margin, foot - box.y - box.height - margin
        bounds = (left * MM, bottom * MM, right * MM, top * MM)
        return str(self.words[sheet].get_text_bounded(*bounds))

    def own_words(self, sheet: int, box: Box) -> str:
        """Give the words in a rectangle that are the sheet's own, not those of its pages."""
        return "".join(
            words
            for x, y, words in self._own_words[sheet]
            if box.x < x < box.x + box.width and box.y < y < box.y + box.height
        ).strip()

    @cached_property
    def _own_words(self) -> list[list[tuple[float, float, str]]]:
        found = []
        for number, (sheet, words) in enumerate(zip(self.sheets, self.words, strict=True)):
            own = []
            foot = self.size(number)[1]
            for thing in sheet.get_objects(max_depth=1, textpage=words):
                if thing.type == raw.FPDF_PAGEOBJ_TEXT:
                    left, bottom, right, top = (value / MM for value in thing.get_bounds())
                    own.append(((left + right) / 2, foot - (bottom + top) / 2, thing.extract()))
            found.append(sorted(own))
        return found

    def laid(self, sheet: int) -> list[Laid]:
        """Give the pages laid into a sheet, from left to right."""
        found = []
        foot = self.size(sheet)[1]
        for thing in self.sheets[sheet].get_objects(max_depth=1):
            if thing.type == raw.FPDF_PAGEOBJ_FORM:
                a, _, _, _, e, f = thing.get_matrix().get()
                found.append(Laid(e / MM, foot - f / MM - 297 * a, a))
        return sorted(found, key=lambda page: page.x)

    def rectangles(self, sheet: int, colour: tuple[int, int, int]) -> list[Box]:
        """Give the rectangles of a colour that a sheet shows above its pages."""
        found = []
        foot = self.size(sheet)[1]
        for thing in self.sheets[sheet].get_objects(max_depth=1):
            if thing.type == raw.FPDF_PAGEOBJ_PATH and fill_of(thing) == colour:
                left, bottom, right, top = (value / MM for value in thing.get_bounds())
                found.append(Box(left, foot - top, right - left, top - bottom))
        return found

    @cached_property
    def links(self) -> list[Link]:
        """All links of the file, in the order of its sheets."""
        found = []
        with pikepdf.open(self.path) as pdf:
            numbers = {page.obj.objgen: i for i, page in enumerate(pdf.pages)}
            names = pikepdf.NameTree(pdf.Root.Names.Dests)
            for sheet, page in enumerate(pdf.pages):
                foot = self.size(sheet)[1]
                for link in page.get("/Annots", ()):
                    left, y1, right, y2 = (float(value) / MM for value in link.Rect)
                    box = Box(left, foot - max(y1, y2), right - left, abs(y2 - y1))
                    goal = names[str(link.Dest)]
                    sheet_there = numbers[goal[0].objgen]
                    top = self.size(sheet_there)[1] - float(goal[3]) / MM
                    words = self.own_words(sheet, box)
                    found.append(Link(sheet, box, words, sheet_there, float(goal[2]) / MM, top))
        return found

    def close(self) -> None:
        """Close the file."""
        self.pdfium.close()


def fill_of(thing: Any) -> tuple[int, int, int]:
    """Give the colour that an object is filled with."""
    red, green, blue, alpha = (raw.c_uint() for _ in range(4))
    raw.FPDFPageObj_GetFillColor(thing, red, green, blue, alpha)
    return red.value, green.value, blue.value


@contextlib.contextmanager
def reading(path: Path) -> Iterator[Read]:
    """Open a proof for a while."""
    read = Read(path)
    try:
        yield read
    finally:
        read.close()


def bare(text: str) -> str:
    """Give the letters of a text: blanks, strong marks and hyphens left out."""
    whole = unicodedata.normalize("NFKC", text.replace("**", ""))
    return re.sub(r"[\s\u200b\u2060\ufffe\u0002-]", "", whole)


# ── The shipped leaflets ───────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def shipped(built: Built, shared: Path) -> Path:
    """The project with its editions, in a copy of which proofs are made, one for all processes."""
    folder = shared / "proofs"
    with folder_lock(shared / "proofs.lock"):
        if not folder.exists():
            left_out = shutil.ignore_patterns("__pycache__", ".cache", "clinics")
            shutil.copytree(built.root, folder, ignore=left_out)
    return folder


@pytest.fixture(scope="module", params=SHIPPED, ids=[" ".join(pair) for pair in SHIPPED])
def made(shipped: Path, request: pytest.FixtureRequest) -> Iterator["Made"]:
    """A proof of a shipped leaflet, as the command line makes it."""
    locale, leaflet = request.param
    path = shipped / "output" / locale / f"{leaflet}-proof.pdf"
    with folder_lock(shipped.parent / "proofs.lock"):
        if not path.exists():
            result = run(shipped, "proof", locale, leaflet)
            assert (result.returncode, result.stderr) == (0, "")
    with reading(path) as read:
        yield Made(shipped, Edition(leaflet, locale, "a4"), read)


@dataclass(frozen=True)
class Made:
    """A proof, and the maps of both editions that its pages show."""

    root: Path
    edition: Edition
    read: Read

    @property
    def translation(self) -> dict[str, Any]:
        """The map of the translation."""
        return self._map(self.edition)

    @property
    def source(self) -> dict[str, Any]:
        """The map of the source, with the numbers that its messages have in the translation."""
        content = self._map(Edition(self.edition.leaflet, "en", "a4"))
        keys = {(m["context"], m["msgid"]): m["number"] for m in self.translation["messages"]}
        for message in content["messages"]:
            # Only a translation says that it is one, so each message of the source is in it.
            message["number"] = keys[message["context"], message["msgid"]]
        return content

    def _map(self, edition: Edition) -> dict[str, Any]:
        text = (self.root / "output" / edition.map_path).read_text("utf-8")
        content: dict[str, Any] = json.loads(text)
        return content

    def sides(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield both maps, each with its place on the sheets: 0 left, 1 right."""
        yield from enumerate((self.source, self.translation))

    def numbers(self, sheet: int, side: int) -> list[Link]:
        """Give the numbers on one of the pages of a sheet."""
        middle = self.read.size(sheet)[0] / 2
        on_sheet = [link for link in self.read.links if link.sheet == sheet]
        return [link for link in on_sheet if (link.box.x > middle) is (side == 1)]


def test_all_languages_are_proved() -> None:
    """The table of proofs that the tests look at has every language, and every leaflet."""
    assert {locale for locale, _ in SHIPPED} | {"en"} == set(locale_names())
    assert {leaflet for _, leaflet in SHIPPED} == set(leaflet_names())


def test_pages_stand_side_by_side(made: Made) -> None:
    """A sheet a page, on A3 across, English left and as large as the other; the list follows."""
    assert len(made.read) > 4
    for sheet in range(len(made.read)):
        assert made.read.size(sheet) == pytest.approx((420, 297), abs=0.1)
        kinds = [thing.type for thing in made.read.sheets[sheet].get_objects(max_depth=1)]
        laid = 2 if sheet < 2 else 0
        assert kinds.count(raw.FPDF_PAGEOBJ_FORM) == laid
        # Drawn first, they lie below the numbers and marks.
        assert set(kinds[:laid]) <= {raw.FPDF_PAGEOBJ_FORM}
    for sheet in range(2):
        left, right = made.read.laid(sheet)
        assert left.scale == right.scale > 0.85
        assert left.y == right.y > 15
        assert 5 < left.x < left.x + 210 * left.scale < right.x
        assert right.x + 210 * right.scale < 415
        assert left.y + 297 * left.scale < 290


def test_words_of_pages_can_be_read(made: Made) -> None:
    """Another engine reads each message in its place on the sheets: fonts and words survive."""
    for side, content in made.sides():
        checked = 0
        for message in content["messages"]:
            words = bare(message["text"])
            read = ""
            for place in message["places"]:
                sheet = int(place["page"]) - 1
                read += made.read.words_at(sheet, made.read.laid(sheet)[side].box(place))
            if Counter(words) - Counter(bare(read)):
                # What a picture shows is not there to be read.
                assert max(place["height"] for place in message["places"]) > 7, message
            else:
                checked += 1
        assert checked > 40


def test_every_number_stands_at_its_words(made: Made) -> None:
    """On both sides each message has its number within 3 mm of where its words begin."""
    for side, content in made.sides():
        for message in content["messages"]:
            for page in {int(place["page"]) for place in message["places"]}:
                first = next(place for place in message["places"] if place["page"] == page)
                start = made.read.laid(page - 1)[side].box(first)
                number = [
                    link
                    for link in made.numbers(page - 1, side)
                    if link.words == str(message["number"])
                ]
                near = [link.box.distance(start.x, start.y, start.height) for link in number]
                assert near, message
                assert min(near) <= FARTHEST + 0.05, message


def test_no_number_is_of_something_else(made: Made) -> None:
    """Each number on a page is that of a message which has a place on it, and no two touch."""
    for side, content in made.sides():
        for sheet in range(2):
            there = {
                str(message["number"])
                for message in content["messages"]
                for place in message["places"]
                if place["page"] == sheet + 1
            }
            numbers = made.numbers(sheet, side)
            assert {link.words for link in numbers} == there
            boxes = sorted((link.box for link in numbers), key=lambda box: box.y)
            for i, box in enumerate(boxes):
                assert all(box.shared(other) < 0.02 for other in boxes[i + 1 :])


def test_numbers_cover_no_words(made: Made) -> None:
    """Hardly a letter of the pages lies under a number."""
    for side, locale in enumerate(("en", made.edition.locale)):
        path = made.root / "output" / Edition(made.edition.leaflet, locale, "a4").path
        pages = pypdfium2.PdfDocument(path)
        for sheet in range(2):
            laid = made.read.laid(sheet)[side]
            letters = [laid.box(letter) for letter in letters_of(pages[sheet])]
            assert len(letters) > 500
            covered = [
                letter
                for letter in letters
                for link in made.numbers(sheet, side)
                if letter.shared(link.box) > 0.2 * letter.width * letter.height
            ]
            assert len(covered) <= 5, covered
        pages.close()


def letters_of(page: Any) -> Iterator[dict[str, float]]:
    """Yield where the letters of a page are, in mm from its top left corner."""
    words, foot = page.get_textpage(), page.get_height()
    for i in range(words.count_chars()):
        left, bottom, right, top = words.get_charbox(i)
        if right > left and top > bottom:
            yield {
                "x": left / MM,
                "y": (foot - top) / MM,
                "width": (right - left) / MM,
                "height": (top - bottom) / MM,
            }


def test_numbers_lead_to_the_list_and_back(made: Made) -> None:
    """A number on a page leads to its entry of the list, whose number leads to the page."""
    there = {link.words: [] for link in made.read.links}  # type: dict[str, list[Link]]
    for link in made.read.links:
        there[link.words].append(link)
    assert len(there) > 60
    for number, links in there.items():
        [back] = [link for link in links if link.sheet >= 2]
        places = [link for link in links if link.sheet < 2]
        assert places
        for link in places:
            assert link.to_sheet == back.sheet
            assert 0 <= back.box.y - link.to_y < 3, number
        assert back.to_sheet < 2
        assert any(
            link.sheet == back.to_sheet
            and (link.box.x, link.box.y) == pytest.approx((back.to_x, back.to_y), abs=0.5)
            for link in places
        )
        # To the translation, where there is one.
        assert back.to_x > 210


def test_list_has_every_message_in_order(made: Made) -> None:
    """The list has all messages of the edition by their numbers; those on no page stand last."""
    catalog = polib.pofile(
        str(made.root / f"locales/{made.edition.locale}/LC_MESSAGES/messages.po")
    )
    entries = {entry.msgid: entry.msgstr for entry in catalog}
    lists = [made.read.text(sheet) for sheet in range(2, len(made.read))]
    printed = {message["number"] for message in made.translation["messages"]}
    rows = [
        (int(row[1]), row[2] is not None)
        for text in lists
        for row in re.finditer(r"^(\d+) (page [\d, ]+, )?line \d+ ", text, re.MULTILINE)
    ]
    placed = [number for number, on_page in rows if on_page]
    unseen = [number for number, on_page in rows if not on_page]
    assert placed == sorted(printed)
    assert unseen == sorted(set(range(1, len(rows) + 1)) - printed)
    assert rows == [*((n, True) for n in placed), *((n, False) for n in unseen)]
    said = bare("".join(lists))
    for message in made.translation["messages"]:
        assert bare(message["msgid"]) in said, message
        assert bare(entries[message["msgid"]]) in said, message


def test_every_sheet_says_what_it_is(made: Made) -> None:
    """Each sheet says in both languages that it is no edition, of which one, and its number."""
    catalog = polib.pofile(
        str(made.root / f"locales/{made.edition.locale}/LC_MESSAGES/messages.po")
    )
    draft = "Draft for review. No clinician has checked it yet. Do not give it to families."
    notice = next(entry.msgstr for entry in catalog if entry.msgid == draft)
    for sheet in range(len(made.read)):
        text = made.read.text(sheet)
        assert "PROOF FOR REVIEW" in text
        assert "Not an edition" in text
        assert bare(notice) in bare(text)
        assert made.translation["code"] in text
        assert f"Sheet {sheet + 1} of {len(made.read)}" in text
        assert not re.search(r"\b20\d\d-\d\d-\d\d\b", text)


def test_nothing_is_marked_where_all_is_translated(made: Made) -> None:
    """A complete translation has no mark."""
    for sheet in range(len(made.read)):
        assert made.read.rectangles(sheet, STALE) == made.read.rectangles(sheet, MISSING) == []
    assert "0 stale, 0 missing" in made.read.text(2)


def test_file_is_sound_and_small(made: Made) -> None:
    """QPDF finds nothing wrong with the file, it holds each font once, and it can be mailed."""
    assert made.read.path.stat().st_size < 500_000
    with pikepdf.open(made.read.path) as pdf:
        assert pdf.check_pdf_syntax() == []
        fonts = [
            bytes(thing.FontFile3.read_raw_bytes())
            for thing in pdf.objects
            if isinstance(thing, pikepdf.Dictionary) and "/FontFile3" in thing
        ]
        streams = [
            thing
            for thing in pdf.objects
            if isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") == "/CIDFontType0C"
        ]
        assert len(fonts) > len(streams)
        contents = [bytes(stream.read_raw_bytes()) for stream in streams]
        assert len(contents) == len(set(contents)) > 3
        assert "PrintScaling" not in str(pdf.Root.get("/ViewerPreferences"))


# ── A small project ────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def small_built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small project, all translated but the labels, and built; only looked at and copied."""
    root = small_project(tmp_path_factory.mktemp("small") / "project")
    assert run(root, "build").returncode == 0
    return root


@pytest.fixture
def small(small_built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the small project to do with as one likes."""
    monkeypatch.setenv("FONTCONFIG_FILE", "")  # What a press opened in this process sets is undone.
    folder = tmp_path / "project"
    shutil.copytree(small_built, folder, ignore=shutil.ignore_patterns(".cache"))
    yield folder
    printing.close_press()


CALL_PROOF, ACT_PROOF = f"output/nl/{CALL}-proof.pdf", f"output/nl/{ACT}-proof.pdf"
OLD = "In one country about {cases} babies a year became ill."
NOW = "In one country about {cases} babies a year fall ill."
DUTCH = 'msgid "has trouble breathing"\nmsgstr "moeilijk ademt"'


def make(root: Path, leaflet: str = CALL, locale: str = "nl") -> proof.Proof:
    """Make a proof in this very process."""
    outcome = proof.make_proofs(root, locale, [leaflet])
    assert outcome.problems == []
    [made] = outcome.made
    assert (root / "output" / made.path).read_bytes().endswith(b"%%EOF\r\n")
    return made


def mapped(root: Path, leaflet: str) -> list[dict[str, Any]]:
    """Give the messages of the Dutch edition with their places, as the map of a new build says."""
    result = run(root, "build")
    assert result.returncode == 0, result.stderr
    path = root / "output" / Edition(leaflet, "nl", "a4").map_path
    messages: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["messages"]
    return messages


def assert_marked(read: Read, colour: tuple[int, int, int], places: list[dict[str, float]]) -> None:
    """Exactly these places of the right page have the colour on them; the left one has none."""
    _, right = read.laid(0)
    expected = sorted((box.x, box.y, box.width, box.height) for box in map(right.box, places))
    # The frame around what is missing is a little wider than its words.
    wider = 0.4 * right.scale if colour == MISSING else 0
    found = sorted(
        (box.x + wider, box.y, box.width - 2 * wider, box.height)
        for box in read.rectangles(0, colour)
    )
    assert len(found) == len(expected) > 0
    for box, place in zip(found, expected, strict=True):
        assert box == pytest.approx(place, abs=0.9)


def test_stale_and_missing_are_marked(small: Path) -> None:
    """What is stale or missing has its mark on the page, its letter and its words in the list."""
    catalog = polib.pofile(str(small / DUTCH_FILE), wrapwidth=0)
    for entry in catalog:
        if entry.msgid == "has trouble breathing":
            entry.msgstr = ""
        if entry.msgid in (NOW, "A baby asleep"):
            entry.flags.append("fuzzy")
        if entry.msgid == NOW:
            entry.previous_msgid = OLD
    catalog.save()
    messages = mapped(small, CALL)
    places = {
        state: [place for m in messages if m["state"] == state for place in m["places"]]
        for state in LETTERS
    }
    labels = {f"{m['number']}{LETTERS[m['state']]}" for m in messages}
    assert Counter(label.lstrip("0123456789") for label in labels)["S"] == 2
    made = make(small)
    assert made.states["fuzzy"] == 2
    with reading(small / CALL_PROOF) as read:
        assert_marked(read, STALE, places["fuzzy"])
        assert_marked(read, MISSING, places["missing"])
        on_page = [link for link in read.links if link.sheet == 0]
        assert {link.words for link in on_page if link.box.x > 210} == labels
        assert {link.words for link in on_page if link.box.x < 210} < labels
        said = " ".join("".join(read.text(sheet) for sheet in range(1, len(read))).split())
        assert len(re.findall(r"(?<!\d)S stale\b", said)) == 2
        assert len(re.findall(r"(?<!\d)M missing\b", said)) == made.states["missing"]
        assert f"Written for: {OLD}" in said
        assert "In een land worden elk jaar ongeveer {cases} kinderen ziek." in said
        assert "{cases} prints 160" in said


def test_findings_stand_beside_their_message(small: Path) -> None:
    """What the checks say of a translation stands in its row, with its place; markup is words."""
    hostile = "moeilijk <b>ademt</b> & 7 {{ locale }} </td>"
    replace(small, DUTCH_FILE, "moeilijk ademt", hostile)
    lines = (small / DUTCH_FILE).read_text("utf-8").splitlines()
    line = next(i for i, text in enumerate(lines, 1) if hostile in text)
    make(small)
    with reading(small / CALL_PROOF) as read:
        said = " ".join("".join(read.text(sheet) for sheet in range(1, len(read))).split())
    row = re.search(rf"\d+ page 1, line {line} has trouble breathing(.*?)\d+ page", said)
    assert row is not None, said
    assert bare(hostile) in bare(row[1])
    assert row[1].count("Error:") >= 2


def test_too_long_a_translation_is_proved_and_said_to_be(small: Path) -> None:
    """A leaflet that is over its pages gets a proof of all its pages; each sheet says so."""
    before = files_in(small / "output")
    replace(small, DUTCH_FILE, 'koorts heeft"', "koorts heeft " + "en nog veel meer " * 110 + '"')
    result = run(small, "proof", "nl", CALL)
    assert result.returncode == 0
    assert re.search(rf"{CALL} \(nl\): is \d+ mm too long for 1 pages", result.stderr)
    assert re.search(rf"{CALL_PROOF}: \d+ sheets for 2 pages, ", result.stdout)
    assert files_in(small / "output") == {
        **before,
        CALL_PROOF[7:]: (small / CALL_PROOF).read_bytes(),
    }
    with reading(small / CALL_PROOF) as read:
        assert [len(read.laid(sheet)) for sheet in range(3)] == [2, 1, 0]
        assert read.laid(1)[0].x > 210
        assert "There is no such page in English." in read.text(1)
        for sheet in range(len(read)):
            assert re.search(r"Not right yet: is \d+ mm too long", read.text(sheet))
        assert "shorten the texts" in read.text(2)


def test_right_to_left(small: Path) -> None:
    """Words that are read from right to left have their numbers at the right; English is left."""
    folder = small / "locales" / "ar" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalog = (small / DUTCH_FILE).read_text("utf-8").replace("Language: nl", "Language: ar")
    (folder / "messages.po").write_text(catalog, "utf-8")
    make(small, CALL, "ar")
    with reading(small / f"output/ar/{CALL}-proof.pdf") as read:
        left, right = read.laid(0)
        words = ("How rare is it", "Hoe zeldzaam is het")
        numbers = [link for link in read.links if link.sheet == 0]
        for page, text in zip((left, right), words, strict=True):
            found = read.words[0].search(text).get_next()
            assert found is not None, read.text(0)
            edges = [read.words[0].get_charbox(found[0] + i) for i in range(len(text))]
            start = min(edge[0] for edge in edges) / MM, max(edge[2] for edge in edges) / MM
            y = 297 - edges[0][3] / MM
            same = [link.box for link in numbers if link.box.y < y + 3 and link.box.y > y - 3]
            near = [box for box in same if page.x < box.x < page.x + 210 * page.scale]
            if page is left:
                assert any(0 <= start[0] - box.x - box.width < 1.5 for box in near)
            else:
                assert any(0 <= box.x - start[1] < 1.5 for box in near)


def test_numbers_find_room_also_where_there_is_none() -> None:
    """Of many messages at one place, near ones have room for a number; no number is lost."""
    paper = Image.new("L", (600, 600))
    size = numbering.NumberSize(1.0, 2.0, 3.0)
    starts = [numbering.Beginning(i, 1, 50, 50, 4) for i in range(40)]
    spots = numbering.find_spots(starts, ["12"] * 40, paper, [size])
    assert len(spots) == 40
    free = [spot for spot in spots if not spot.covers]
    assert len(free) > 6
    for spot in free:
        assert Box(spot.x, spot.y, spot.width, spot.height).distance(50, 50, 4) <= 3
        assert not any(spot.touches(other) for other in free if other is not spot)


def test_boxes_to_tick_are_not_blank(tmp_path: Path) -> None:
    """The inside of a small square is kept free for a mark; that of larger frames is blank."""
    path = tmp_path / "boxes.pdf"
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(300, 400))
        drawn = b"1 w 100 100 11 11 re S 200 200 80 80 re S 100 300 60 8 re S"
        page.Contents = pdf.make_stream(drawn)
        pdf.save(path)
    document = pypdfium2.PdfDocument(path)
    shown = numbering.ink(document[0])
    dots = numbering._DOTS * 25.4 / 72
    inside = {
        name: shown.getpixel((round(x * dots), round((400 - y) * dots)))
        for name, (x, y) in {"box": (105, 105), "frame": (240, 240), "line": (130, 304)}.items()
    }
    document.close()
    assert inside == {"box": numbering._WORDS, "frame": 0, "line": 0}


def test_a_proof_lists_what_the_leaflet_says(small: Path) -> None:
    """Its count is that of `status`: with what a clinic alone prints, without others' words."""
    made = make(small)
    project = read_project(small)
    job = Composition.of(project).job(Edition(CALL, "nl", "a4"), None)
    own = own_messages(project, CALL, job)
    assert (None, "has a fever of {fever_threshold} or higher") in own
    assert sum(made.own.values()) == len(own) < sum(made.states.values())
    with reading(small / CALL_PROOF) as read:
        assert made.sheets == len(read)
        said = " ".join("".join(read.text(sheet) for sheet in range(1, len(read))).split())
        assert "koorts heeft van {fever_threshold} of hoger" in said


def test_what_differs_in_the_source_is_marked() -> None:
    """The words that changed, and only those, are marked in both versions of a source text."""
    before, now = proof_list._with_changes(
        "About {cases} <old> babies.", "About {cases} new babies."
    )
    assert before == "About <code>{cases}</code> <del>&lt;old&gt;</del> babies."
    assert now == "About <code>{cases}</code> <ins>new</ins> babies."


# ── Files ──────────────────────────────────────────────────────────────────────────────────────


def test_same_input_gives_the_same_bytes(small: Path) -> None:
    """Two processes, with another order of hashes each, make the same files."""
    found = []
    for seed in ("1", "2"):
        result = subprocess.run(
            [sys.executable, "-P", "-m", "leafletry", "proof", "nl"],
            cwd=small,
            env={**environment(small), "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            timeout=PATIENCE,
        )
        assert result.stderr == b""
        found.append([(small / name).read_bytes() for name in (CALL_PROOF, ACT_PROOF)])
        for name in (CALL_PROOF, ACT_PROOF):
            (small / name).unlink()
    assert found[0] == found[1]


def test_a_proof_and_a_build_leave_each_other_alone(small: Path) -> None:
    """A proof changes no other file; a build takes no notice of it and does not take it away."""
    before = files_in(small / "output")
    result = run(small, "proof", "nl")
    assert (result.returncode, result.stderr) == (0, "")
    new = {name: (small / "output" / name).read_bytes() for name in PROOFS}
    assert files_in(small / "output") == before | new
    assert made_lines(run(small, "build", "--verbose").stdout) == set()
    replace(small, DUTCH_FILE, "moeilijk ademt", "moeilijk ademhaalt")
    assert made_lines(run(small, "build", "--verbose").stdout) == {f"nl/{CALL}-a4.pdf"}
    assert_nothing_else(small, *PROOFS)
    assert {name: (small / "output" / name).read_bytes() for name in PROOFS} == new


PROOFS = (CALL_PROOF.removeprefix("output/"), ACT_PROOF.removeprefix("output/"))


def test_its_looks_are_no_edition_s(small: Path) -> None:
    """A change of the proof's style sheet or template makes no edition anew."""
    assert "proof.css" not in sheet_names(small / "styles")
    append(small, "styles/proof.css", ":root { --ink: #000000; --teal: #000000 }\n")
    append(small, "templates/proof.html", "<!-- changed -->\n")
    result = run(small, "build", "--verbose")
    assert result.returncode == 0
    assert made_lines(result.stdout) == set()


def test_nothing_is_written_by_halves(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of it happens while builds wait, and where it is cut short every file stays as it was."""
    happened = []

    @contextlib.contextmanager
    def locked(folder: Path) -> Iterator[None]:
        happened.append(f"lock {folder.relative_to(small)}")
        yield
        happened.append("unlock")

    def cut_short(files: dict[Path, bytes]) -> None:
        happened.append(f"write {len(files)}")
        raise KeyboardInterrupt

    before = files_in(small)
    monkeypatch.setattr(proof, "folder_lock", locked)
    monkeypatch.setattr(proof, "write_together", cut_short)
    with pytest.raises(KeyboardInterrupt):
        proof.make_proofs(small, "nl", [CALL, ACT])
    assert happened == ["lock .cache", "write 2"]
    assert files_in(small) == before


# ── Wrong usage, and what is broken ────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Missing argument 'LOCALE'"),
        (["en"], "en is what translations are compared with; choose one of: nl"),
        (["nk"], 'Did you mean "nl"?'),
        (["../nl"], "is no language of these leaflets"),
        (["nl", "call-uss"], f'did you mean "{CALL}"?'),
        (["nl", "../../etc/passwd"], f"there are: {ACT}, {CALL}"),
        (["nl", "facts"], f"there is no leaflet 'facts'; there are: {ACT}, {CALL}"),
        (["nl", CALL, ACT], "unexpected extra argument"),
    ],
)
def test_wrong_usage_is_told(small: Path, arguments: list[str], said: str) -> None:
    """Wrong usage ends with 2, in words, and writes nothing."""
    before = files_in(small / "output")
    result = run(small, "proof", *arguments)
    assert result.returncode == 2
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    assert files_in(small / "output") == before


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        (DUTCH_FILE, "Language: nl", "Language: fr", 'says Language "fr"'),
        (
            f"leaflets/{CALL}.yaml",
            "audience: parents",
            "audience: nobody",
            f"leaflets/{CALL}.yaml:2",
        ),
        ("leaflets/facts.yaml", "value: 160", "value: many", "leaflets/facts.yaml:"),
        ("leaflets/phrases.yaml", "labels:", "labels: [", "leaflets/phrases.yaml:"),
        ("locales/nl/glossary.yaml", "qualifiers:", "nothing: 1\nqualifiers:", "glossary.yaml:1"),
        (DUTCH_FILE, "ongeveer {cases}", "ongeveer {no}", "unknown placeholder {no}"),
        (
            "templates/proof.html",
            "{% macro marks(leaf) %}",
            "{% macro %}",
            "the template is broken",
        ),
        ("templates/proof.html", "<main>", "<main><main>", "does not write well-formed pages"),
        ("templates/leaflet.html", "<main>", "<main>{% bad %}", "the template is broken"),
    ],
)
def test_a_broken_project_is_told(small: Path, name: str, old: str, new: str, said: str) -> None:
    """What leaves nothing to prove is told with its place, ends with 1, and writes nothing."""
    before = files_in(small / "output")
    text = (small / name).read_text("utf-8")
    assert old in text
    (small / name).write_text(text.replace(old, new, 1), "utf-8")
    result = run(small, "proof", "nl", CALL)
    assert result.returncode == 1, result.stdout
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""
    assert files_in(small / "output") == before


def test_one_broken_leaflet_keeps_no_other_from_its_proof(small: Path) -> None:
    """The other leaflets are proved; the broken one is told, and the end is 1."""
    replace(small, f"leaflets/{ACT}.yaml", "audience: clinicians", "audience: nobody")
    result = run(small, "proof", "nl")
    assert result.returncode == 1
    assert f"leaflets/{ACT}.yaml:2" in result.stderr
    assert CALL_PROOF in result.stdout
    assert (small / CALL_PROOF).exists()
    assert not (small / ACT_PROOF).exists()


def test_another_language_may_be_broken(small: Path) -> None:
    """A catalog nobody can read keeps no other language from its proof."""
    folder = small / "locales" / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text("nonsense\n", "utf-8")
    result = run(small, "proof", "nl", CALL)
    assert (result.returncode, result.stderr) == (0, "")
    assert run(small, "proof", "fr", CALL).returncode == 1


def test_a_broken_entry_is_told_in_the_proof(small: Path) -> None:
    """One entry that cannot be read spoils nothing but itself, and the list says so."""
    replace(small, DUTCH_FILE, DUTCH, DUTCH.replace('"moeilijk ademt"', '"moeilijk ademt'))
    made = make(small)
    assert made.states["missing"] > 1
    with reading(small / CALL_PROOF) as read:
        said = " ".join("".join(read.text(sheet) for sheet in range(1, len(read))).split())
    assert "this is not a well-formed message" in said
    assert "Bel nu als uw baby" in said
