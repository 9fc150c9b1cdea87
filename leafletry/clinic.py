"""Clinic profiles: who hands the leaflet out, and the numbers a family can call."""

from __future__ import annotations

import datetime  # noqa: TC003 - pydantic needs it at run time
import io
import re
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import phonenumbers
from babel import Locale
from lxml import etree
from PIL import Image
from pydantic import Field

from leafletry.leaflet import Name  # noqa: TC001 - pydantic needs it at run time
from leafletry.problems import Place, ProblemList, ProblemsFoundError
from leafletry.sourcefile import SourceFile, Strict, parse, read_yaml

if TYPE_CHECKING:
    from pathlib import Path

Line = Annotated[str, Field(min_length=1, max_length=90)]
PHONES = ("phone_day", "phone_night", "interpreter_line", "genetic_service")
MOST_LOGO_BYTES = 500_000
MOST_LOGO_PIXELS = 4_000_000
MOST_LOGO_ELEMENTS = 2_000
_FILLER = re.compile(r"^\W*(todo|tbd|tba|none|null|n/?a|xxx+|\?+|\.{2,}|-+|example|\{.*\})\W*$", re.IGNORECASE)


class Temperature(Strict):
    """A body temperature, such as the one at which families should call."""

    value: Annotated[float, Field(ge=30, le=110)]
    unit: Literal["celsius", "fahrenheit"]


class ClinicFields(Strict):
    """What a clinic decides itself and texts may print."""

    fever_threshold: Temperature | None = None


class Clinic(Strict):
    """A contact profile, as it stands in `clinics/`; checked before anything is printed."""

    name: Line
    address: list[Line] = []
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    phone_day: Line | None = None
    phone_night: Line | None = None
    emergency_number: Line | None = None
    interpreter_line: Line | None = None
    genetic_service: Line | None = None
    local_referral_guideline: Line | None = None
    logo: str | None = None
    fields: ClinicFields = ClinicFields()
    verified_on: datetime.date
    verified_by: Line


@dataclass(frozen=True)
class Logo:
    """A checked picture and the way it is named inside a page."""

    name: str
    content: bytes


@dataclass(frozen=True)
class ClinicProfile:
    """A clinic with its id (the name of its file), its printable numbers and its logo."""

    id: Name
    clinic: Clinic
    contacts: dict[str, str]
    logo: Logo | None


def read_clinic(path: Path, today: datetime.date) -> ClinicProfile:
    """Read and check a clinic profile.

    Raises ProblemsFoundError: every wrong number, filler word or unsafe logo, with its line.
    """
    source = read_yaml(path, path.name)
    if not isinstance(source.value, dict) or not {"name", "country"} & set(source.value):
        raise _single(
            Place(path.name, 1, 1),
            "this is not a clinic profile",
            "see clinics/example.yaml: it starts with name: and country:",
        )
    clinic = parse(Clinic, source)
    problems = ProblemList()
    _check_words(clinic, source, problems)
    contacts = _check_contacts(clinic, source, problems)
    if clinic.verified_on > today:
        problems.add(source.place(("verified_on",)), "verified_on lies in the future")
    logo = None
    if clinic.logo is not None:
        try:
            logo = _read_logo(path.parent, clinic.logo, source.place(("logo",)))
        except ProblemsFoundError as error:
            problems.take(error)
    profile_id = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-") or "clinic"
    problems.raise_errors()
    return ClinicProfile(profile_id, clinic, contacts, logo)


def _single(place: Place, message: str, hint: str = "") -> ProblemsFoundError:
    problems = ProblemList()
    problems.add(place, message, hint)
    return ProblemsFoundError(problems.problems)


def _check_words(clinic: Clinic, source: SourceFile, problems: ProblemList) -> None:
    words = {name: value for name, value in clinic if isinstance(value, str)}
    words |= {f"address {i + 1}": line for i, line in enumerate(clinic.address)}
    for name, value in words.items():
        place = source.place(("address", int(name.split()[1]) - 1) if " " in name else (name,))
        if _FILLER.match(value):
            problems.add(place, f'{name}: "{value}" is a filler, not a value', "delete the line to print a ruled line instead")
        if re.search(r"[<>{}]|://", value):
            problems.add(place, f"{name}: markup, braces and links are not allowed", "write plain words")


def _check_contacts(clinic: Clinic, source: SourceFile, problems: ProblemList) -> dict[str, str]:
    contacts: dict[str, str] = {}
    if clinic.country not in Locale("en").territories or clinic.country not in phonenumbers.SUPPORTED_REGIONS:
        problems.add(source.place(("country",)), f'"{clinic.country}" is no country code', "use two letters, such as US, ES, FR, NL, JP")
        return contacts
    for field in PHONES:
        value = getattr(clinic, field)
        if value is None:
            continue
        try:
            number = phonenumbers.parse(value, clinic.country)
            good = phonenumbers.is_valid_number(number) and not re.search(r"[^\d\s()+./\-‑]", value)
        except phonenumbers.NumberParseException:
            good = False
        if not good:
            problems.add(
                source.place((field,)),
                f'{field}: "{value}" is not a phone number of {clinic.country}',
                "write it as it is dialed, or with + and the country code",
            )
            continue
        home = phonenumbers.region_code_for_number(number) == clinic.country
        style = phonenumbers.PhoneNumberFormat
        shape = style.NATIONAL if home else style.INTERNATIONAL
        contacts[field] = phonenumbers.format_number(number, shape).replace(" ", "\u00a0")
    if clinic.emergency_number is not None:
        if phonenumbers.is_emergency_number(clinic.emergency_number, clinic.country):
            contacts["emergency_number"] = clinic.emergency_number
        else:
            problems.add(
                source.place(("emergency_number",)),
                f'"{clinic.emergency_number}" is not an emergency number of {clinic.country}',
                "give the number itself, such as 112, 911 or 119",
            )
    if clinic.local_referral_guideline is not None:
        contacts["local_referral_guideline"] = clinic.local_referral_guideline
    return contacts


def _read_logo(folder: Path, name: str, place: Place) -> Logo:
    """Give the bytes of a harmless picture that lies beside the profile."""
    if not re.fullmatch(r"[\w][\w .-]*\.(svg|png|jpe?g)", name, re.IGNORECASE) or ".." in name:
        raise _single(place, f'logo: "{name}" is not the name of an .svg, .png or .jpg file', "put the picture beside the profile")
    path = folder / name
    if path.is_symlink() or not path.is_file():
        raise _single(place, f'logo: there is no file "{name}" beside the profile')
    if path.stat().st_size > MOST_LOGO_BYTES:
        raise _single(place, f'logo: "{name}" is larger than {MOST_LOGO_BYTES // 1000} kB', "save a smaller picture")
    content = path.read_bytes()
    refusal = _refuse_svg(content) if name.lower().endswith(".svg") else _refuse_raster(content)
    if refusal:
        raise _single(place, f'logo: "{name}" {refusal}', "export the picture again, plain, without scripts or links")
    return Logo(f"clinic-logo{path.suffix.lower()}", content)


def _refuse_raster(content: bytes) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as picture:
                if picture.width * picture.height > MOST_LOGO_PIXELS:
                    return f"has {picture.width} x {picture.height} dots, which is too many"
                picture.load()
    except Exception as error:  # noqa: BLE001 - whatever a hostile picture makes the decoder say
        return f"is not a picture that can be read ({type(error).__name__})"
    return ""


_SVG_ELEMENTS = frozenset(
    "svg g path rect circle ellipse line polyline polygon title desc defs linearGradient radialGradient stop".split()
)


def _refuse_svg(content: bytes) -> str:
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        return "declares a document type or entities"
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        return "is not well-formed SVG"
    if etree.QName(root).localname != "svg":
        return "is not an SVG picture"
    elements = list(root.iter())
    if len(elements) > MOST_LOGO_ELEMENTS:
        return f"has more than {MOST_LOGO_ELEMENTS:,} parts"
    for element in elements:
        if not isinstance(element.tag, str):
            continue
        tag = etree.QName(element).localname
        if tag not in _SVG_ELEMENTS:
            return f"holds <{tag}>, which a logo may not"
        for key, value in element.attrib.items():
            name = etree.QName(key).localname.lower()
            if name.startswith("on") or name == "style" or re.search(r"(?i)script:|data:|//|url\((?!#)", value):
                return f'holds the attribute {name}="{value[:30]}", which a logo may not'
            if name == "href" and not value.startswith("#"):
                return "holds a link"
    return ""
