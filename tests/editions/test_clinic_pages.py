"""Pages made for clinics: what a clinic gave stands on its own pages, and on no other's."""

import datetime as dt
from pathlib import Path

import pypdfium2
import pytest
from conftest import ROOT, leaflet_names
from lxml import etree  # type: ignore[import-untyped]
from PIL import Image

from leafletry.content.clinic import ClinicProfile, read_clinic
from leafletry.content.project import read_project
from leafletry.editions.composition import Composition
from leafletry.editions.edition import Edition
from leafletry.editions.line_breaks import spoken
from leafletry.printing.printing import Printed, open_press, print_edition

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
    return print_edition(composition.job(Edition(LEAFLET, locale, "a4", clinic=clinic.id), clinic))


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


MARKED = """
address:
  - Ward 3 (third floor)
  - 1 Long Street
phone_day: "020 7946 0100"
emergency_number: "999"
interpreter_line: "0808 157 0192"
genetic_service: "020 7946 0145"
local_referral_guideline: Ward handbook, chapter Referral
verify_url: https://leaflets.example/verify
logo: square.svg
"""


@pytest.mark.parametrize("leaflet", leaflet_names())
def test_everything_a_clinic_gave_carries_its_mark(
    composition: Composition, leaflet: str, tmp_path: Path
) -> None:
    """Each text and picture of a clinic stands in an element that names its field."""
    (tmp_path / "square.svg").write_text(SQUARE.format("#000"))
    clinic = clinic_of(tmp_path, "north", MARKED)
    html = composition.job(Edition(leaflet, "ja", "a4", clinic="north"), clinic).html
    page = etree.fromstring(html, etree.HTMLParser())
    given = {
        "name": clinic.name_in("ja").text,
        **{line.name: line.text for line in clinic.address_in("ja")},
        **{name: number.replace("\u00a0", " ") for name, number in clinic.contacts.items()},
        "verify_url": clinic.verify_address,
    }
    marked = page.xpath("//*[@data-clinic]")
    for element in marked:
        words = "".join(element.itertext())
        assert words == given.get(element.get("data-clinic"), "")
    assert {element.get("data-clinic") for element in marked} >= {"logo", "name", "verify_url"}
    for element in marked:
        element.clear(keep_tail=True)
    left = "".join(page.find("body").itertext())
    assert [words for words in given.values() if words in left and len(words) > 3] == []


TOWNS = ["the town and of every other town around it as far as the sea goes"] * 8


@pytest.mark.parametrize(
    ("locale", "lines", "said"),
    [
        (
            "en",
            "address:\n  - 1 Long Street\n  - Ward \u0e44\n",
            ":7:5: address.2: no font of ours",
        ),
        ("ja", 'phone_day: "020 7946 0100"\nlocal_referral_guideline: \u2603\n', ""),
        ("ja", f"address:\n  - {'Long' * 20}\n", ":6:5: address.1: page 2: "),
        ("nl", f"address: [{', '.join([f'Every street of {town}' for town in TOWNS])}]\n", ": is "),
    ],
    ids=["a letter no font has", "what is not printed", "a word without end", "a whole town"],
)
def test_a_clinic_s_fault_is_told_at_its_own_line(
    composition: Composition, locale: str, lines: str, said: str, tmp_path: Path
) -> None:
    """What does not print right in a clinic's words blames its profile, not writers' files."""
    clinic = clinic_of(tmp_path, "north", lines)
    problems = [str(problem) for problem in printed(composition, clinic, locale).problems]
    assert all(problem.startswith("north.yaml:") for problem in problems)
    assert any(said in problem for problem in problems) or not said


MANY = """
address:
  - 100 Example Street
  - 東京都千代田区千代田一丁目二番三号
  - 外来棟3階
phone_day: 020 7946 0100 ext. 45
phone_night: 020 7946 0199
emergency_number: 999
interpreter_line: "+31 20 123 4567"
extra_lines:
  - {label: {en: Advice, fr: Conseil}, number: 111}
  - {label: Poison center, number: 0800 157 0192}
"""


@pytest.mark.parametrize(
    ("locale", "extension", "label"),
    [
        ("en", "ext. 45", "Advice"),
        ("es", "ext. 45", "Advice"),
        ("fr", "poste 45", "Conseil"),
        ("nl", "toestel 45", "Advice"),
        ("ja", "内線45", "Advice"),
    ],
)
def test_many_numbers_stand_in_the_urgent_box(
    composition: Composition, locale: str, extension: str, label: str, tmp_path: Path
) -> None:
    """Extensions are in the reader's words, further lines under their labels, all in one box."""
    clinic = clinic_of(tmp_path, "north", MANY.replace("0800", "0808"))
    job = composition.job(Edition(LEAFLET, locale, "a4", clinic="north"), clinic)
    page = etree.fromstring(job.html, etree.HTMLParser())
    contacts = {
        spoken("".join(contact.find("dt").itertext())): spoken(
            "".join(contact.find("dd").itertext())
        )
        for contact in page.xpath("//*[@id='urgent']//*[@class='contact']")
    }
    assert f"020 7946 0100 {extension}" in contacts.values()
    assert contacts[label] == "111"
    assert contacts["Poison center"] == "0808 157 0192"
    assert print_edition(job).problems == []


def test_what_a_clinic_gave_too_much_of_is_named(composition: Composition, tmp_path: Path) -> None:
    """Where pages get too long by what a clinic gave, nobody else is asked to mend it."""
    label = "A line with a label as long as a label can be, for parents who want to know even more"
    lines = "".join(f"  - {{label: {label}, number: 0808 157 019{i}}}\n" for i in range(4))
    address = "".join(f"  - {label}\n" for _ in range(8)).replace(",", "")
    text = f"address:\n{address}extra_lines:\n" + lines.replace(label, f'"{label}"')
    problems = printed(composition, clinic_of(tmp_path, "north", text), "nl").problems
    assert any("with all that this clinic gave" in problem.message for problem in problems)
    assert all(problem.place.file == "north.yaml" for problem in problems)
