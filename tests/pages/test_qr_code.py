"""The QR code on a clinic's leaflet: what a phone reads is the page about exactly that leaflet."""

import datetime as dt
import io
from pathlib import Path
from xml.etree import ElementTree as ET

import pikepdf
import pypdfium2
import pytest
import segno
import zxingcpp
from conftest import Built, leaflet_names, locale_names
from PIL import Image, ImageFilter

from leafletry.content.clinic import MOST_ADDRESS_LENGTH, Clinic
from leafletry.content.edition_code import read_code
from leafletry.editions.edition import Edition
from leafletry.editions.printed_words import printed_words
from leafletry.pages.qr_code import LEAST_WIDTH, qr_drawing

CLINICS = [
    Edition(leaflet, locale, "a4", clinic="example")
    for leaflet in leaflet_names()
    for locale in locale_names()
]
VERIFY = "https://leaflets.example/verify"
LINK = f"{VERIFY}/IL-P1-es-v0.1-3fa92c-7be1.html"
LEAST_MODULE = 0.4
QUIET = 4
PAPER = "{http://www.w3.org/2000/svg}"

clinics = pytest.mark.parametrize("item", CLINICS, ids=[str(item.path) for item in CLINICS])


def link_of(built: Built, item: Edition) -> str:
    """Give the page about an edition, as its code says."""
    code = read_code(built.records[str(item.path)].code)
    assert code is not None
    return f"{VERIFY}/{code.as_name}.html"


def last_page(built: Built, item: Edition, dpi: int) -> Image.Image:
    """Give a picture of the last page, in grey, as a ward printer prints it."""
    document = pypdfium2.PdfDocument(built.path(item))
    try:
        page = document[len(document) - 1]
        picture: Image.Image = page.render(scale=dpi / 72).to_pil()
        return picture.convert("L")
    finally:
        document.close()


def badly_seen(page: Image.Image, turned: float) -> Image.Image:
    """Give a page as a bad copy of it looks to a phone that is held askew."""
    pale = page.point(lambda light: 60 + light * 0.7)
    blurred = pale.filter(ImageFilter.GaussianBlur(1.2))
    return blurred.rotate(turned, expand=True, fillcolor=238, resample=Image.Resampling.BILINEAR)


@clinics
@pytest.mark.parametrize("turned", [0, 7, -33, 180])
def test_a_phone_reads_the_page_about_this_leaflet(
    built: Built, item: Edition, turned: float
) -> None:
    """From a pale, blurred, turned copy in grey at 150 dpi, the code gives its own page's link."""
    seen = badly_seen(last_page(built, item, 150), turned)
    read = [found.text for found in zxingcpp.read_barcodes(seen)]
    assert read == [link_of(built, item)]


@clinics
def test_the_code_is_large_and_stands_free(built: Built, item: Edition) -> None:
    """On paper it is 20 mm wide, a module 0.4 mm, pure black, with four modules of white around."""
    dpi = 600
    page = last_page(built, item, dpi)
    (found,) = zxingcpp.read_barcodes(page)
    corner, end = found.position.top_left, found.position.bottom_right
    side = segno.make_qr(found.text, error="m").symbol_size(border=0)[0]
    width = (end.x - corner.x) / dpi * 25.4
    assert width >= LEAST_WIDTH - 0.1
    assert width / side >= LEAST_MODULE
    quiet = int(QUIET * width / side / 25.4 * dpi) - 2
    box = (corner.x - quiet, corner.y - quiet, end.x + quiet, end.y + quiet)
    around = page.crop(box)
    inside = (quiet - 2, quiet - 2, around.width - quiet + 2, around.height - quiet + 2)
    assert around.crop(inside).getextrema() == (0, 255)
    around.paste(255, inside)
    assert around.getextrema() == (255, 255)


@clinics
def test_who_cannot_scan_has_words_and_a_link(built: Built, item: Edition) -> None:
    """Beside the picture stand the address, a link to the same page, and the code, in words."""
    record = built.records[str(item.path)]
    with pikepdf.open(built.path(item)) as pdf:
        notes = [note for page in pdf.pages for note in page.get("/Annots", [])]
        targets = [(str(note.A.URI), str(note.Contents)) for note in notes if "/A" in note]
    said = built.localize(item).labels
    assert (link_of(built, item), said["scan_link"].text) in targets
    document = pypdfium2.PdfDocument(built.path(item))
    words = document[len(document) - 1].get_textpage().get_text_range()
    document.close()
    assert words.count("leaflets.example/verify") == 1
    assert words.count(record.code) == 2, "beside the picture, and at the foot of the page"


@clinics
def test_the_picture_says_what_it_is(built: Built, item: Edition) -> None:
    """The picture is a figure whose alternative text is in the reader's language."""
    said = built.localize(item).labels["scan_picture"]
    assert said.lang == built.localize(item).lang
    with pikepdf.open(built.path(item)) as pdf:
        figures = [
            str(thing.Alt)
            for thing in pdf.objects
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/S") == "/Figure"
        ]
    assert figures.count(said.text) == 1


def test_leaflets_for_all_have_no_code_to_scan(built: Built) -> None:
    """Where no clinic says where its pages are, nothing asks to be scanned."""
    for leaflet in leaflet_names():
        assert zxingcpp.read_barcodes(last_page(built, Edition(leaflet, "es", "a4"), 150)) == []


def test_the_drawing_is_one_small_path() -> None:
    """A code is one black path and takes less room in a file than a figure."""
    root = ET.fromstring(qr_drawing(LINK))  # noqa: S314 - our own
    assert [child.tag for child in root] == [f"{PAPER}path"]
    assert (root[0].get("stroke"), root[0].get("fill")) == ("#000", "none")
    assert len(qr_drawing(LINK)) < 5000


@pytest.mark.parametrize("length", range(len("https://a.example"), MOST_ADDRESS_LENGTH + 1, 4))
def test_every_address_that_is_taken_can_be_printed(length: int) -> None:
    """Up to the longest address and code, the modules stay coarse enough and the size the same."""
    url = "https://a.example".ljust(length, "x")
    link = f"{url}/IL-P10-zh-Hant-TW-v10.10-3fa92c-7be1.html"
    root = ET.fromstring(qr_drawing(link))  # noqa: S314 - our own
    modules = int(str(root.get("viewBox")).rsplit(" ", 1)[1]) - 2 * QUIET
    width = float(str(root.get("width")).removesuffix("mm"))
    module = width / (modules + 2 * QUIET)
    assert module >= LEAST_MODULE
    assert LEAST_WIDTH <= module * modules < LEAST_WIDTH + 0.1


def test_the_drawing_holds_the_link() -> None:
    """Drawn by itself, the code is the one that the library makes of the link."""
    code = segno.make_qr(LINK, error="m")
    drawn = ET.fromstring(qr_drawing(LINK))[0].get("d") or ""  # noqa: S314 - our own
    dark = set()
    for line in drawn.split("M")[1:]:
        start, length = line.split("h")
        x, y = map(int, start.split())
        dark |= {(x + i, y) for i in range(int(length))}
    rows = enumerate(code.matrix)
    assert dark == {(x, y) for y, row in rows for x, module in enumerate(row) if module}
    picture = io.BytesIO()
    code.save(picture, kind="png", scale=4)
    assert zxingcpp.read_barcodes(Image.open(picture))[0].text == LINK


def test_what_is_signed_names_no_clinic_s_address(built: Built) -> None:
    """The words that people sign hold the sentence, with names in place of address and code."""
    from leafletry.editions.composition import Composition

    composition = Composition.of(built.project, dt.date(2026, 11, 21))
    words = printed_words(built.project, composition.environment, leaflet_names()[0], "es").text
    assert "{verify_url} <{verify_url}> (Página que indica" in words
    assert "[Código QR de la página" in words
    assert "leaflets.example" not in words
    assert "drawing {verify_url}" not in words


def test_another_address_is_another_edition(built: Built) -> None:
    """The code of an edition changes with the address that stands on it."""
    clinic = built.clinic
    other = clinic.clinic.model_copy(update={"verify_url": "https://leaflets.example/other"})
    assert isinstance(other, Clinic)
    moved = type(clinic)(clinic.id, other, clinic.contacts, clinic.logo)
    assert moved.digest != clinic.digest


def test_the_library_is_the_judge(tmp_path: Path) -> None:
    """The reader reads nothing where nothing is: a page without the code's middle gives none."""
    picture = tmp_path / "code.png"
    segno.make_qr(LINK, error="m").save(str(picture), scale=5)
    code = Image.open(picture).convert("L")
    code.paste(255, (60, 60, 140, 140))
    assert zxingcpp.read_barcodes(code) == []
