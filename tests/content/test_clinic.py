"""Clinic profiles: no wrong number reaches paper, a right one reads as its country writes it."""

import datetime as dt
import io
import shutil
from pathlib import Path

import pytest
from PIL import Image, ImageFile

from leafletry.content.clinic import Clinic, ClinicFields, ClinicProfile, read_clinic
from leafletry.content.edition_code import EditionCode
from leafletry.reading.problems import ProblemsFoundError

PROJECT = Path(__file__).parents[2]
EXAMPLE = PROJECT / "clinics" / "example.yaml"
GOOD = Path(__file__).parents[1] / "bad_input" / "good" / "clinics"
TODAY = dt.date(2026, 11, 20)
MINIMAL = "name: A clinic\ncountry: {}\nverified_on: 2026-01-31\nverified_by: A nurse\n"


def clinic_of(folder: Path, country: str, lines: str = "") -> ClinicProfile:
    """Read a small profile with some lines in it."""
    path = folder / "A Clinic (new).yaml"
    path.write_text(MINIMAL.format(country) + lines, "utf-8")
    return read_clinic(path, TODAY)


def logo_of(folder: Path, name: str, content: bytes) -> bytes:
    """Give what would be printed of a picture."""
    (folder / name).write_bytes(content)
    logo = clinic_of(folder, "FR", f"logo: {name}\n").logo
    assert logo is not None
    return logo.content


def test_example_is_good_and_shows_every_field() -> None:
    """The example can be used as it stands, and gives a value and a comment for every field."""
    profile = read_clinic(EXAMPLE, TODAY)
    given = profile.clinic.model_dump(exclude_unset=True)
    assert given.keys() == Clinic.model_fields.keys()
    assert given["fields"].keys() == ClinicFields.model_fields.keys()
    assert profile.id == "example"
    assert profile.logo is not None


def test_example_calls_nobody() -> None:
    """The numbers of the example lie in the ranges that the regulator sets aside for fiction."""
    contacts = read_clinic(EXAMPLE, TODAY).contacts
    numbers = {name: "".join(filter(str.isdigit, words)) for name, words in contacts.items()}
    for name in ("phone_day", "phone_night", "genetic_service"):
        assert numbers[name].startswith("0207946")
    assert numbers["interpreter_line"].startswith("0808157")


@pytest.mark.parametrize(
    ("country", "written", "printed"),
    [
        ("GB", "02079460100", "020 7946 0100"),
        ("GB", "+44 (0)20 7946-0100", "020 7946 0100"),
        ("US", "212.555.0123", "(212) 555-0123"),
        ("US", "+1 212 555 0123", "(212) 555-0123"),
        ("ES", "915550123", "915 55 01 23"),
        ("FR", "0199001234", "01 99 00 12 34"),
        ("NL", "0201234567", "020 123 4567"),
        ("JP", "0312345678", "03-1234-5678"),
    ],
)
def test_number_is_printed_as_its_country_writes_it(
    country: str, written: str, printed: str, tmp_path: Path
) -> None:
    """However a number is typed, families read it in their country's way, on one line."""
    profile = clinic_of(tmp_path, country, f'phone_day: "{written}"\n')
    assert profile.contacts["phone_day"] == printed.replace(" ", "\u00a0")


def test_foreign_interpreter_gets_a_country_code(tmp_path: Path) -> None:
    """A number abroad is printed so that it can be dialed from here; the ward's own is at home."""
    profile = clinic_of(tmp_path, "NL", 'interpreter_line: "+32 2 512 34 56"\n')
    assert profile.contacts["interpreter_line"].startswith("+32\u00a0")
    with pytest.raises(ProblemsFoundError, match="not a phone number of NL"):
        clinic_of(tmp_path, "NL", 'phone_night: "+32 2 512 34 56"\n')


@pytest.mark.parametrize(
    "number", ["020 7946", "0", "999", "020 7946 0100 1", "020 7946 01OO", "+99 1", "٠٢٠٧٩٤٦٠١٠٠"]
)
def test_wrong_number_is_refused(number: str, tmp_path: Path) -> None:
    """A number that nobody can have is refused with its line."""
    with pytest.raises(ProblemsFoundError, match=r"yaml:5:12: phone_day: .* not a phone number"):
        clinic_of(tmp_path, "GB", f'phone_day: "{number}"\n')


FILLERS = [
    "TODO", "None", "null", "N/A", "{phone}", "[phone]", "%phone%", "<phone>", "tbc", "???", "---",
    "____", "undefined", "pendiente", "por confirmar", "à compléter", "n.v.t.", "in te vullen",
    "未定", "なし", "\uff34\uff2f\uff24\uff2f",
]  # fmt: skip


@pytest.mark.parametrize("filler", FILLERS)
@pytest.mark.parametrize("field", ["phone_day", "emergency_number", "local_referral_guideline"])
def test_fillers_never_reach_paper(filler: str, field: str, tmp_path: Path) -> None:
    """What stands in for a value, in any language, is refused in every field a page prints."""
    with pytest.raises(ProblemsFoundError, match=rf"yaml:5:\d+: {field}: "):
        clinic_of(tmp_path, "GB", f"{field}: '{filler}'\n")


@pytest.mark.parametrize(
    ("country", "number"),
    [("GB", "999"), ("FR", "15"), ("US", "911"), ("JP", "119"), ("ES", "112")],
)
def test_emergency_number_is_the_country_s(country: str, number: str, tmp_path: Path) -> None:
    """A country's own emergency number is accepted, another country's is not."""
    profile = clinic_of(tmp_path, country, f'emergency_number: "{number}"\n')
    assert profile.contacts == {"emergency_number": number}
    for wrong in ("000", f"({number})", f"{number};"):
        with pytest.raises(ProblemsFoundError, match="not an emergency number"):
            clinic_of(tmp_path, country, f'emergency_number: "{wrong}"\n')


@pytest.mark.parametrize(
    ("value", "unit", "good"),
    [
        ("38", "celsius", True),
        ("38.5", "celsius", True),
        ("100.4", "fahrenheit", True),
        ("100.4", "celsius", False),
        ("38", "fahrenheit", False),
        ("36.5", "celsius", False),
        ("45", "celsius", False),
    ],
)
def test_fever_is_a_fever(value: str, unit: str, good: bool, tmp_path: Path) -> None:  # noqa: FBT001
    """A temperature in the wrong unit, or one that is no fever, is never printed."""
    lines = f"fields:\n  fever_threshold:\n    value: {value}\n    unit: {unit}\n"
    if good:
        threshold = clinic_of(tmp_path, "GB", lines).clinic.fields.fever_threshold
        assert threshold is not None
        assert threshold.value == float(value)
    else:
        with pytest.raises(ProblemsFoundError, match="is no fever"):
            clinic_of(tmp_path, "GB", lines)


@pytest.mark.parametrize(
    ("typed", "site"),
    [
        ("tibia", "tibia"),
        ("posterior iliac crest", "posterior_iliac_crest"),
        ("Iliac crest anterior", "anterior_iliac_crest"),
        ("sternum", None),
        ("breastbone", None),
        ("iliac crest", None),
    ],
)
def test_marrow_is_taken_where_it_may_be_from_a_baby(
    typed: str, site: str | None, tmp_path: Path
) -> None:
    """A clinic names one of the known sites, and never the breastbone."""
    lines = f"fields: {{marrow_site: {typed}}}\n"
    if site:
        assert clinic_of(tmp_path, "GB", lines).clinic.fields.marrow_site == site
    else:
        with pytest.raises(ProblemsFoundError, match="none of the sites for a baby"):
            clinic_of(tmp_path, "GB", lines)


def test_id_is_a_plain_name(tmp_path: Path) -> None:
    """Whatever the file is called, the folder of its leaflets has a plain name."""
    assert clinic_of(tmp_path, "GB").id == "a-clinic-new"


def test_all_problems_come_together(tmp_path: Path) -> None:
    """A profile with several faults is refused once, with all of them."""
    lines = 'phone_day: TODO\nphone_night: "1"\nemergency_number: "1"\nlogo: none.svg\n'
    with pytest.raises(ProblemsFoundError) as caught:
        clinic_of(tmp_path, "GB", lines)
    assert [problem.place.line for problem in caught.value.problems] == [5, 6, 7, 8]


@pytest.mark.parametrize(("name", "kind"), [("logo.png", "PNG"), ("Logo 2.JPG", "JPEG")])
def test_ordinary_pictures_are_fine(name: str, kind: str, tmp_path: Path) -> None:
    """Of a PNG or JPEG the dots are printed, and nothing else that stands in it."""
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(file, kind, dpi=(300, 300))
    with Image.open(io.BytesIO(logo_of(tmp_path, name, file.getvalue()))) as printed:
        assert (printed.format, printed.size, printed.info) == ("PNG", (40, 30), {})
        assert printed.quantize(1).convert("RGB").getpixel((0, 0)) in {(0, 128, 128), (0, 128, 131)}


def test_cut_off_picture_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a logo is never printed, also where WeasyPrint has told Pillow to put up with it."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    file = io.BytesIO()
    Image.effect_noise((90, 90), 50).save(file, "PNG")
    with pytest.raises(ProblemsFoundError, match="is not a picture that can be read"):
        logo_of(tmp_path, "logo.png", file.getvalue()[:3_000])
    assert ImageFile.LOAD_TRUNCATED_IMAGES


def test_other_pictures_are_refused(tmp_path: Path) -> None:
    """A file is what its name says, and no other kind of picture hides behind it."""
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(file, "TIFF")
    with pytest.raises(ProblemsFoundError, match="is not a picture that can be read"):
        logo_of(tmp_path, "logo.png", file.getvalue())


def test_missing_values_are_left_out(tmp_path: Path) -> None:
    """What a clinic does not give is not there, so that the page can print a ruled line."""
    profile = clinic_of(tmp_path, "GB")
    assert profile.contacts == {}
    assert profile.logo is None


def test_good_clinic_of_the_cases_reads(tmp_path: Path) -> None:
    """The profile under the cases of bad input has a logo, so that those cases mean something."""
    shutil.copytree(GOOD, tmp_path / "clinics")
    assert read_clinic(tmp_path / "clinics" / "clinic.yaml", TODAY).logo is not None


@pytest.mark.parametrize(
    "url",
    [
        "https://leaflets.example",
        "https://leaflets.example/verify",
        "https://www.a-b.leaflets.example/Verify/2026/a.b-c",
        "https://xn--bcher-kva.example/verify",
        "https://" + "a" * 39 + ".example/abcd",
    ],
)
def test_plain_address_is_taken(url: str, tmp_path: Path) -> None:
    """An address that people can type from paper is taken, and printed without its https://."""
    profile = clinic_of(tmp_path, "FR", f"verify_url: {url}\n")
    assert profile.verify_address == url.removeprefix("https://")
    code = EditionCode("IL-P1", "pt-BR", "0.1", "3fa92c", "7be1")
    assert profile.page_about(code) == f"{url}/IL-P1-pt-BR-v0.1-3fa92c-7be1.html"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://leaflets.example/verify", "does not start with https://"),
        ("HTTPS://leaflets.example/verify", "does not start with https://"),
        ("ftp://leaflets.example", "does not start with https://"),
        ("//leaflets.example", "does not start with https://"),
        ("leaflets.example/verify", "does not start with https://"),
        ("javascript:alert(1)", "does not start with https://"),
        ("data:text/html,hello", "does not start with https://"),
        ("TODO", "does not start with https://"),
        (" https://leaflets.example", "does not start with https://"),
        ("https://" + "a" * 45 + ".example", "is longer than 60 characters"),
        ("https://leaflets.example/", "people can type"),
        ("https://leaflets.example//verify", "people can type"),
        ("https://leaflets.example/../verify", "people can type"),
        ("https://leaflets.example/./verify", "people can type"),
        ("https://leaflets.example/.hidden", "people can type"),
        ("https://leaflets.example/a..b", "people can type"),
        ("https://leaflets.example/verify?code=1", "people can type"),
        ("https://leaflets.example/verify#top", "people can type"),
        ("https://leaflets.example/verify;a", "people can type"),
        ("https://leaflets.example/%2e%2e/verify", "people can type"),
        ("https://leaflets.example/a_b", "people can type"),
        ("https://leaflets.example/a b", "people can type"),
        ("https://leaflets.example/{code}", "people can type"),
        ("https://leaflets.example/**a**", "people can type"),
        ('https://leaflets.example/"><b>', "people can type"),
        ("https://leaflets.example\\\\verify", "people can type"),
        ("https://leaflets.example\\n.elsewhere.example", "people can type"),
        ("https://leaflets.example\\n", "people can type"),
        ("https://user@leaflets.example", "people can type"),
        ("https://user:word@leaflets.example", "people can type"),
        ("https://leaflets.example@elsewhere.example", "people can type"),
        ("https://leaflets.example:443/verify", "people can type"),
        ("https://leaflets.example:8443/verify", "people can type"),
        ("https://LEAFLETS.example/verify", "people can type"),
        ("https://leaflets.example./verify", "people can type"),
        ("https://leaflets/verify", "people can type"),
        ("https://localhost", "people can type"),
        ("https://127.0.0.1/verify", "people can type"),
        ("https://2130706433/verify", "people can type"),
        ("https://0x7f.0.0.0x1/verify", "people can type"),
        ("https://127.1", "people can type"),
        ("https://[::1]/verify", "people can type"),
        ("https://-leaflets.example", "people can type"),
        ("https://leaflets-.example", "people can type"),
        ("https://bücher.example", "people can type"),
        ("https://lеaflets.example", "people can type"),  # noqa: RUF001 - a Cyrillic letter
        ("https://leaflets。example", "people can type"),
        ("https://", "people can type"),
        ("https://leaflets.local/verify", "cannot be reached from outside"),
        ("https://verify.localhost", "cannot be reached from outside"),
        ("https://leaflets.internal", "cannot be reached from outside"),
    ],
)
def test_address_with_a_trick_is_refused(url: str, said: str, tmp_path: Path) -> None:
    """An address that is not what it looks like never gets into a code to scan."""
    quoted = url if "\\" in url else url.replace('"', '\\"')
    with pytest.raises(ProblemsFoundError) as refused:
        clinic_of(tmp_path, "FR", f'verify_url: "{quoted}"\n')
    (problem,) = refused.value.problems
    assert (problem.place.line, problem.place.column) == (5, 13)
    assert said in problem.message
    assert "https://leaflets.example/verify" in problem.hint


@pytest.mark.parametrize("value", ["12", "[https://leaflets.example]", "true", '""'])
def test_address_of_another_type_is_refused(value: str, tmp_path: Path) -> None:
    """What is no text is no address."""
    with pytest.raises(ProblemsFoundError, match="verify_url"):
        clinic_of(tmp_path, "FR", f"verify_url: {value}\n")


def test_clinic_without_pages_has_no_address(tmp_path: Path) -> None:
    """Where a clinic names no place, there is nothing to scan and nothing to type."""
    profile = clinic_of(tmp_path, "FR")
    assert profile.verify_address == ""
    assert profile.page_about(EditionCode("IL-P1", "es", "0.1", "3fa92c")) == ""
