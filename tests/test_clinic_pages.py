"""Pages made for clinics: what a clinic gave stands on its own pages, and on no other's."""

import datetime as dt
from pathlib import Path

import pypdfium2
import pytest
from conftest import ROOT
from PIL import Image

from leafletry.clinic import ClinicProfile, read_clinic
from leafletry.composition import Composition
from leafletry.edition import Edition
from leafletry.printing import Printed, open_press, print_edition
from leafletry.project import read_project

TODAY = dt.date(2026, 11, 20)
LEAFLET = "could-our-other-children-get-it"
RED, BLUE = (200, 16, 46), (0, 51, 160)
SQUARE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40">'
    '<rect width="40" height="40" fill="{}"/></svg>'
)


@pytest.fixture(scope="module")
def composition() -> Composition:
    """What all editions of the project have in common."""
    return Composition.of(read_project(ROOT), TODAY)


@pytest.fixture(autouse=True)
def _press(press_here: None) -> None:  # noqa: ARG001 - it lets all of them typeset
    open_press(ROOT)


def clinic_of(folder: Path, name: str, lines: str = "", country: str = "GB") -> ClinicProfile:
    """Read a small profile with some lines in it."""
    path = folder / f"{name}.yaml"
    head = f"name: {name}\ncountry: {country}\nverified_on: 2026-01-31\nverified_by: A nurse\n"
    path.write_text(head + lines, "utf-8")
    return read_clinic(path, TODAY)


def printed(composition: Composition, clinic: ClinicProfile, locale: str = "en") -> Printed:
    """Give an edition for a clinic, made in this process."""
    return print_edition(composition.job(Edition(LEAFLET, locale, clinic=clinic.id), clinic))


def colors_on(page: Printed) -> set[tuple[int, int, int]]:
    """Give which of the two colors of the logos are on the first page, as a reader sees it."""
    with pypdfium2.PdfDocument(page.pdf) as document:
        picture: Image.Image = document[0].render(scale=1).to_pil().convert("RGB")
    found = {color for _, color in picture.getcolors(1_000_000) or ()}
    return {color for color in (RED, BLUE) if color in found}


@pytest.mark.parametrize("order", ["north south", "south north"])
@pytest.mark.parametrize("kind", ["svg", "png"])
def test_each_clinic_has_its_own_logo(
    composition: Composition, order: str, kind: str, tmp_path: Path
) -> None:
    """Made in one process, whichever comes first, two clinics keep their own logos."""
    colors = {"north": RED, "south": BLUE}
    clinics = []
    for name in order.split():
        logo = tmp_path / f"{name}.{kind}"
        if kind == "svg":
            logo.write_text(SQUARE.format("#{:02x}{:02x}{:02x}".format(*colors[name])))
        else:
            Image.new("RGB", (40, 40), colors[name]).save(logo)
        clinics.append(clinic_of(tmp_path, name, f"logo: {logo.name}\n"))
    for clinic in clinics:
        assert colors_on(printed(composition, clinic)) == {colors[clinic.id]}
