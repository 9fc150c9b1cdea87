"""Each edition is read back from its bytes: what is lost, hidden, moved or added is told.

`ways.yaml` beside this file lists ways to spoil a page, each with the reason for which it has to be
refused, and changes of the look that do no harm.
"""

import io
import shutil
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pikepdf
import pytest
import resvg_py
import yaml
from conftest import ROOT
from numpy.typing import NDArray
from one_edition import LEAFLET, one_leaflet, one_leaflet_kept, print_one
from PIL import Image
from small_release import DAY

from leafletry.content.clinic import read_clinic
from leafletry.content.project import read_project
from leafletry.editions.composition import Composition
from leafletry.editions.edition import Edition
from leafletry.editions.job import Job
from leafletry.pages.finishing import finish
from leafletry.pages.placing import PlacedPicture
from leafletry.pages.qr_code import qr_drawing
from leafletry.pages.typesetting import Typeset
from leafletry.printing import printing
from leafletry.reading_back import paper, pictures
from leafletry.reading_back.pictures import MOST_APART, MOST_DOTS_APART, Drawings

__all__ = ["one_leaflet", "one_leaflet_kept"]

BOX = Image.Resampling.BOX
WAYS = yaml.safe_load((Path(__file__).parents[1] / "reading_back/ways.yaml").read_text("utf-8"))
CLINIC = "clinics/example.yaml"


def changed(root: Path, way: dict[str, str]) -> None:
    """Make the change of a way to a project: a rule for its style sheets, or words of a file."""
    if "leaflet" in way:
        shutil.copy(ROOT / f"leaflets/{way['leaflet']}.yaml", root / "leaflets")
    if "css" in way:
        sheet = root / "styles" / "blocks.css"
        sheet.write_text(f"{sheet.read_text('utf-8')}\n{way['css']}\n", "utf-8")
    if "file" in way:
        path = root / way["file"]
        text = path.read_text("utf-8")
        assert way["was"] in text, f"{way['file']} has no such words any more"
        path.write_text(text.replace(way["was"], way.get("now", "")), "utf-8")


@pytest.mark.parametrize("name", WAYS["refused"])
def test_a_spoiled_page_is_refused_for_its_own_reason(name: str, one_leaflet: Path) -> None:
    """Whatever loses, hides, shrinks, moves, covers or adds something stops its edition."""
    way = WAYS["refused"][name]
    changed(one_leaflet, way)
    clinic = CLINIC if way.get("clinic") else ""
    tried = print_one(one_leaflet, way.get("leaflet", LEAFLET), clinic=clinic)
    assert way["says"] in tried.said
    assert tried.record is None


@pytest.mark.parametrize("name", WAYS["harmless"])
def test_a_page_may_look_otherwise(name: str, one_leaflet: Path) -> None:
    """A change of the look that takes nothing from a reader is printed."""
    way = WAYS["harmless"][name]
    changed(one_leaflet, way)
    assert print_one(one_leaflet, way.get("leaflet", LEAFLET), clinic=CLINIC).said == ""


@dataclass(frozen=True)
class Finished:
    """An edition as it came from the press, and what is needed to read it back."""

    job: Job
    laid_out: Typeset
    pdf: bytes


@pytest.fixture
def finished(one_leaflet: Path) -> Finished:
    """One edition with the example clinic, not read back yet."""
    profile = read_clinic(one_leaflet / CLINIC, DAY)
    composition = Composition.of(read_project(one_leaflet), DAY)
    job = composition.job(Edition(LEAFLET, "en", "a4", clinic=profile.id), profile)
    printing.close_press()
    printing.open_press(one_leaflet)
    laid_out = printing.typeset_edition(job)
    pdf, flaws = finish(laid_out, job.place, job.provenance)
    assert not flaws
    return Finished(job, laid_out, pdf)


AFTER_ALL = {
    "a white box": (b"1 1 1 rg 80 560 300 120 re f", "drawn over it"),
    "a black box": (b"0 0 0 rg 80 560 300 120 re f", "drawn over it"),
    "a line": (b"0 0 0 RG 1 w 40 300 m 400 700 l S", "drawn over it"),
    "a blot on a picture": (b"0 0 0 rg 430 50 90 60 re f", "does not look as it should"),
}


@pytest.mark.parametrize("name", AFTER_ALL)
def test_what_is_painted_over_a_finished_page_is_seen(finished: Finished, name: str) -> None:
    """The file itself is read, not what the press meant to write."""
    drawing, says = AFTER_ALL[name]
    with pikepdf.open(io.BytesIO(finished.pdf)) as pdf:
        pdf.pages[0].contents_add(b"q " + drawing + b" Q")
        changed = io.BytesIO()
        pdf.save(changed)
    read = printing._read_back(finished.job, finished.laid_out, changed.getvalue())
    assert any(says in fault for fault in read.faults), read.faults


@pytest.mark.parametrize(
    ("was", "now", "says"),
    [
        (b"BT", b"BT 3 Tr", "is drawn without ink"),
        (b"BT", b"BT 1 g 0 0 0 RG", "of this leaflet"),
        (b"] TJ", b"] TJ [<0001>] TJ", ""),
    ],
    ids=["invisible", "another ink", "a blank more"],
)
def test_words_drawn_otherwise_are_seen(
    finished: Finished, was: bytes, now: bytes, says: str
) -> None:
    """Words that are drawn in a way that hides them are refused, and blanks do no harm."""
    with pikepdf.open(io.BytesIO(finished.pdf)) as pdf:
        drawing = pdf.pages[0].Contents.read_bytes()
        pdf.pages[0].Contents.write(drawing.replace(was, now))
        changed = io.BytesIO()
        pdf.save(changed)
    read = printing._read_back(finished.job, finished.laid_out, changed.getvalue())
    assert bool(read.faults) is bool(says)


def test_a_finished_page_is_as_it_should_be(finished: Finished) -> None:
    """As the press wrote it, nothing is wrong."""
    read = printing._read_back(finished.job, finished.laid_out, finished.pdf)
    assert (read.unsaid, read.faults) == ([], [])


@pytest.mark.parametrize("digits", ["19", "69", "38", "07"])
def test_digits_that_changed_places_in_a_font_are_seen(finished: Finished, digits: str) -> None:
    """A page whose text says one figure and whose paper shows another one is refused."""
    with pikepdf.open(io.BytesIO(finished.pdf)) as pdf:
        swapped = 0
        for item in pdf.objects:
            if isinstance(item, pikepdf.Stream) and b"begincmap" in item.read_bytes():
                text = item.read_bytes()
                one, other = (b"<%04x>" % ord(digit) for digit in digits)
                if one in text.lower() and other in text.lower():
                    lower = text.lower()
                    changed_map = lower.replace(one, b"<ffff>").replace(other, one)
                    item.write(changed_map.replace(b"<ffff>", other))
                    swapped += 1
        assert swapped
        changed = io.BytesIO()
        pdf.save(changed)
    read = printing._read_back(finished.job, finished.laid_out, changed.getvalue())
    assert read.faults


def paper_with(code: bytes, x: int, y: int, width: int) -> NDArray[np.uint8]:
    """Give a grey copy of a paper with a QR code; its place and size are in eighths of a dot."""
    words = code.decode()
    png = resvg_py.svg_to_bytes(svg_string=words, width=2 * width, dpi=96, skip_system_fonts=True)
    drawn = Image.open(io.BytesIO(bytes(png))).convert("RGBA").resize((width, width), BOX)
    across = (x + width) // 8 + 4
    paper = Image.new("L", (8 * across, 8 * across), 255)
    paper.paste(0, (x, y), drawn.getchannel("A"))
    return np.asarray(paper.resize((across, across), BOX), dtype=np.uint8)


@pytest.mark.parametrize("stretched", [1.0, 630 / 629.29])
@pytest.mark.parametrize("width", [497, 600, 803])
@pytest.mark.parametrize(("x", "y"), [(24, 24), (28, 28), (27, 30), (31, 25), (26, 28)])
def test_a_qr_code_is_known_wherever_it_stands_between_dots(
    x: int, y: int, width: int, stretched: float
) -> None:
    """A right QR code is far from being refused at any place, and another one is refused there.

    Also on paper of no whole number of dots, which is drawn a little wider than it is: A5.
    """
    address = "https://leaflets.example/verify/IL-C1-fr-v0.1-{}-e137.html"
    mm = 25.4 / 72 / paper.DOTS / 8 / stretched
    placed = PlacedPicture("qr:code", 1, x * mm, y * mm, width * mm, width * mm, cut=False)
    right = qr_drawing(address.format("727e72"))
    page = paper_with(right, x, y, width)
    side = page.shape[0] / paper.DOTS / stretched
    whole: Any = SimpleNamespace(whole=page, width=side, height=side)
    left, top, drawn = pictures._as_it_should_be(placed, whole, right, Drawings())
    as_it_is = pictures._apart(page, drawn, left, top)
    assert as_it_is.average < MOST_APART / 2
    assert as_it_is.dots == 0
    wrong = qr_drawing(address.format("3fa92c"))
    other = pictures._as_it_should_be(placed, whole, wrong, Drawings())[2]
    assert pictures._apart(page, other, left, top).dots > 3 * MOST_DOTS_APART
