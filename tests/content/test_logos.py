"""Logos as clinics have them: every kind is drawn as its owner drew it, and moves nothing."""

import io
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import leaflet_names
from judges.verapdf import validate
from PIL import Image, ImageDraw
from test_clinic_pages import _press, clinic_of, composition, printed

from leafletry.content.logos import read_logo
from leafletry.editions.composition import Composition
from leafletry.editions.edition import Edition
from leafletry.editions.job import Job
from leafletry.pages.placing import MM
from leafletry.printing.printing import typeset_edition
from leafletry.reading.problems import Place, ProblemsFoundError

__all__ = ["_press", "composition"]  # Fixtures of the tests of pages for clinics.

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {}">{}</svg>'
ILLUSTRATOR = """<?xml version="1.0" encoding="utf-8"?>
<!-- Generator: a drawing program -->
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg version="1.1" xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
 viewBox="0 0 100 50" style="enable-background:new 0 0 100 50;" xml:space="preserve">
<style type="text/css">.st0{{fill:#E30613;}} .st1{{fill-rule:evenodd;clip-rule:evenodd;}}</style>
<defs><clipPath id="c"><rect width="100" height="50"/></clipPath></defs>
<g style="clip-path:url(#c)"><rect class="st0 st1" width="100" height="50"/></g></svg>"""
INKSCAPE = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 50"
 xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" inkscape:version="1.3"
 xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd" sodipodi:docname="a.svg"
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<sodipodi:namedview pagecolor="#ffffff" inkscape:zoom="1"><inkscape:grid/></sodipodi:namedview>
<metadata><rdf:RDF><a href="http://elsewhere.example"/></rdf:RDF></metadata>
<g inkscape:label="Layer" inkscape:groupmode="layer" id="layer1">
<rect style="fill:#E30613;stroke-width:.3;-inkscape-stroke:none" width="100" height="50"/></g>
</svg>"""
RED = (227, 6, 19)


def drawn(folder: Path, svg: str) -> Image.Image:
    """Give a logo as pages show it."""
    (folder / "logo.svg").write_text(svg, "utf-8")
    logo = read_logo(folder, "logo.svg", Place("ward.yaml", 4, 7))
    return Image.open(io.BytesIO(logo.content)).convert("RGBA")


@pytest.mark.parametrize(
    ("svg", "at", "color"),
    [
        (ILLUSTRATOR, (0.5, 0.5), RED),
        (INKSCAPE, (0.5, 0.5), RED),
        # A stroke of a gradient, and a round cap of no length: some engines lose them.
        (
            SVG.format(
                "100 50",
                '<linearGradient id="a"><stop stop-color="#E30613"/></linearGradient>'
                '<path d="M0 25H100V26" stroke="url(#a)" stroke-width="60"/>',
            ),
            (0.5, 0.5),
            RED,
        ),
        (
            SVG.format(
                "100 50",
                '<path stroke="#E30613" stroke-width="40" stroke-linecap="round" d="M50 25z"/>',
            ),
            (0.5, 0.5),
            RED,
        ),
        (
            SVG.format(
                "100 50",
                '<defs><g id="a"><rect width="50" height="50" fill="#E30613"/></g></defs>'
                '<use href="#a" transform="translate(50)"/>',
            ),
            (0.75, 0.5),
            RED,
        ),
        (
            SVG.format(
                "100 50",
                "<style>#b > rect { fill: #E30613 } rect:first-child { opacity: 1 }</style>"
                '<g id="b"><rect width="100" height="50"/></g>',
            ),
            (0.5, 0.5),
            RED,
        ),
    ],
    ids=["illustrator", "inkscape", "gradient stroke", "dot of a cap", "use", "style rules"],
)
def test_a_drawing_is_drawn_as_its_owner_drew_it(
    svg: str, at: tuple[float, float], color: tuple[int, int, int], tmp_path: Path
) -> None:
    """Whatever a drawing program writes, the logo has the colors where they were."""
    picture = drawn(tmp_path, svg.replace("{{", "{").replace("}}", "}"))
    assert picture.size == (600, 300)
    dot = picture.getpixel((int(at[0] * 600), int(at[1] * 300)))
    assert dot == (*color, 255)


@pytest.mark.parametrize(
    ("body", "said", "hint"),
    [
        ("<text>Clinic</text>", "holds <text>", "text into paths"),
        ('<image href="#a"/>', "holds <image>", "without pictures"),
        ("<filter/>", "holds <filter>", "shadows"),
        ("<switch><foreignObject/></switch>", "holds <switch>", "plain SVG"),
        ("<style>@import 'x.css'; rect{fill:red}</style>", "a style with a link", ""),
        ("<style>rect{fill:url(https://elsewhere.example/a)}</style>", "a style with a link", ""),
        ('<rect style="fill:url(http://elsewhere.example/a)"/>', "the attribute style", ""),
        ("<g/>", "draws nothing", ".png"),
        ('<rect width="9" height="9" opacity="0"/>', "draws nothing", ".png"),
    ],
)
def test_what_cannot_be_drawn_right_is_refused(
    body: str, said: str, hint: str, tmp_path: Path
) -> None:
    """A logo with text, pictures, links or nothing to see is refused, with an export that works."""
    with pytest.raises(ProblemsFoundError) as refused:
        drawn(tmp_path, SVG.format("100 50", body))
    (problem,) = refused.value.problems
    assert said in problem.message
    assert hint in problem.hint


def test_entities_are_refused_but_no_document_type(tmp_path: Path) -> None:
    """What declares entities is refused, as Illustrator writes it for its own use."""
    bad = ILLUSTRATOR.replace('svg11.dtd">', 'svg11.dtd" [<!ENTITY a "b">]>')
    with pytest.raises(ProblemsFoundError, match="declares entities"):
        drawn(tmp_path, bad)


@pytest.mark.parametrize(
    ("file", "typed"),
    [
        ("my logo final (2).png", "my logo final (2).png"),
        (unicodedata.normalize("NFD", "hôpital.png"), "hôpital.png"),
        ("hôpital.png", unicodedata.normalize("NFD", "hôpital.png")),
        ("ロゴ（最終）.png", "ロゴ（最終）.png"),  # noqa: RUF001 - as a name in Japan may be
        ("logo+name,2026 & co.PNG", "logo+name,2026 & co.PNG"),
    ],
)
def test_a_file_is_found_by_its_name(file: str, typed: str, tmp_path: Path) -> None:
    """A picture is called as its owner called it, however a computer spells its letters."""
    Image.new("RGB", (20, 10), "teal").save(tmp_path / file)
    assert read_logo(tmp_path, typed, Place("ward.yaml")).ratio == 2


KINDS: dict[str, Callable[[Path], object]] = {
    "rgb.png": lambda path: Image.new("RGB", (30, 15), "teal").save(path),
    "grey16.png": lambda path: Image.new("I;16", (30, 15), 30_000).save(path),
    "palette.png": lambda path: Image.new("P", (30, 15)).save(path, transparency=0),
    "alpha.png": lambda path: Image.new("LA", (30, 15), (90, 128)).save(path),
    "cmyk.jpg": lambda path: Image.new("CMYK", (30, 15), "teal").save(path),
    "progressive.jpg": lambda path: Image.new("RGB", (30, 15), "teal").save(path, progressive=True),
    "drawing.svg": lambda path: path.write_text(ILLUSTRATOR.format(), "utf-8"),
}


def test_pages_with_any_logo_keep_to_the_standards(
    composition: Composition, tmp_path: Path
) -> None:
    """Whatever a logo was before, its page is PDF/A-2a and PDF/UA-1."""
    paths = []
    for name, save in KINDS.items():
        save(tmp_path / name)
        clinic = clinic_of(tmp_path, name.partition(".")[0], f"logo: {name}\n")
        made = printed(composition, clinic)
        assert made.problems == []
        paths.append(tmp_path / f"{clinic.id}.pdf")
        paths[-1].write_bytes(made.pdf)
    for path, verdicts in validate(paths).items():
        for profile, verdict in verdicts.items():
            assert verdict.passed, f"{path.name} {profile}: {verdict}"


def masthead(job: Job) -> tuple[float, list[tuple[float, float, float, float]]]:
    """Give the foot of the masthead (px), and where the logo is drawn: x, y, width, height."""
    page = typeset_edition(job).page_boxes[0]
    boxes = {
        str(box.element.get("class")).partition(" ")[0]: box
        for box in page.descendants()
        if box.element is not None
    }
    head, logo = boxes["masthead"], boxes.get("logo")
    place = []
    if logo is not None:
        place = [(logo.content_box_x(), logo.content_box_y(), logo.width, logo.height)]
    return head.border_box_y() + head.border_height(), place


@pytest.mark.parametrize("ratio", [(8, 1), (1, 1), (3, 4), (1, 6)], ids=str)
@pytest.mark.parametrize("leaflet", leaflet_names())
def test_a_logo_keeps_its_shape_and_moves_nothing(
    composition: Composition, leaflet: str, ratio: tuple[int, int], tmp_path: Path
) -> None:
    """A logo of any shape has its slot: not a speck, clear of the edge, and the masthead stays."""
    wide, high = ratio
    picture = Image.new("RGB", (wide * 100, high * 100), "white")
    ImageDraw.Draw(picture).ellipse((0, 0, 99, 99), "navy")
    picture.save(tmp_path / "logo.png")
    with_logo = clinic_of(tmp_path, "north", "logo: logo.png\n")
    without = clinic_of(tmp_path, "north")
    for locale in ("es", "ja"):
        edition = Edition(leaflet, locale, "a4", clinic="north")
        foot, ((x, y, width, height),) = masthead(composition.job(edition, with_logo))
        assert foot == pytest.approx(masthead(composition.job(edition, without))[0], abs=0.5)
        shown = min(width / wide, height / high)  # As object-fit: contain has it.
        assert shown * wide * shown * high > (8 * MM) ** 2 / 2
        assert max(shown * wide, shown * high) > 10 * MM
        assert y > 8.9 * MM
        assert x + width < 201 * MM
