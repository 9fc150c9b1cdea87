"""Clinic profiles: who hands the leaflet out, and the numbers a family can call."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - pydantic needs it at run time
import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Literal

import phonenumbers
from lxml import etree  # type: ignore[import-untyped]
from pydantic import Field, model_validator

from leafletry.given_raster import painted_anew
from leafletry.leaflet import Name  # noqa: TC001 - pydantic needs it at run time
from leafletry.problems import Place, Problem, ProblemList, ProblemsFoundError
from leafletry.sourcefile import (
    LINK,
    NAMES_OF_DEVICES,
    Day,
    SourceFile,
    Strict,
    is_still_to_come,
    parse,
    read_yaml,
    shortened,
)
from leafletry.svg_numbers import undrawable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from leafletry.edition_code import EditionCode

Line = Annotated[str, Field(min_length=1, max_length=90)]
PHONES = ("phone_day", "phone_night", "interpreter_line", "genetic_service")
OWN_PHONES = ("phone_day", "phone_night")
FEVERS = {"celsius": (37.0, 41.0), "fahrenheit": (98.6, 106.0)}
_LONGEST_NAME = 60
MOST_ADDRESS_LENGTH = 60
"""Of a `verify_url`: the address stands on one line, and its QR code stays coarse enough."""
MOST_LOGO_BYTES = 500_000
MOST_LOGO_ELEMENTS = 2_000
_FILLER = re.compile(
    r"^\W*(todo|tbd|tba|tbc|none|null|nan|undefined|unknown|n/?a|n\.?v\.?t|xxx+|\?+|\.{2,}|-+|_+"
    r"|example|pendiente|por confirmar|à (compléter|confirmer)|(nog )?in te vullen|未定|未記入|なし"
    r"|[{\[%].*[}\]%])\W*$",
    re.IGNORECASE,
)


class Temperature(Strict):
    """A body temperature, such as the one at which families should call."""

    value: float
    unit: Literal["celsius", "fahrenheit"]

    @model_validator(mode="after")
    def _is_a_fever(self) -> Temperature:
        least, most = FEVERS[self.unit]
        if not least <= self.value <= most:
            message = f"{self.value:g} is no fever in degrees {self.unit} ({least:g} to {most:g})"
            raise ValueError(message)
        return self


class ClinicFields(Strict):
    """What a clinic decides itself and texts may print."""

    fever_threshold: Temperature | None = None


class Clinic(Strict):
    """A contact profile, as it stands in `clinics/`; checked before anything is printed."""

    name: Line
    address: list[Line] = Field(default_factory=list, max_length=8)
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    phone_day: Line | None = None
    phone_night: Line | None = None
    emergency_number: Line | None = None
    interpreter_line: Line | None = None
    genetic_service: Line | None = None
    local_referral_guideline: Line | None = None
    verify_url: Line | None = None
    logo: str | None = None
    fields: ClinicFields = Field(default_factory=ClinicFields)
    verified_on: Day
    verified_by: Line


@dataclass(frozen=True)
class Logo:
    """A checked picture and the way it is named inside a page: by the digest of its content."""

    name: str
    content: bytes


@dataclass(frozen=True)
class GivenText:
    """Words of a clinic's that pages print: the field they are in, and where people mend them."""

    name: str
    text: str
    place: Place = field(default=Place(""), repr=False, compare=False)

    @property
    def said(self) -> str:
        """The field as people count, `address.1` for the first line."""
        return re.sub(r"\d+", lambda found: str(int(found[0]) + 1), self.name)


@dataclass(frozen=True)
class ClinicProfile:
    """A clinic with its id (the name of its file), its printable numbers and its logo."""

    id: Name
    clinic: Clinic
    contacts: dict[str, str]
    logo: Logo | None
    texts: tuple[GivenText, ...] = field(default=(), repr=False, compare=False)

    @property
    def verify_address(self) -> str:
        """Where people can look a leaflet up, as they type it; empty where there is no place."""
        return (self.clinic.verify_url or "").removeprefix("https://")

    def page_about(self, code: EditionCode) -> str:
        """Give the link to the page about an edition; empty where there is no place for it."""
        url = self.clinic.verify_url
        return f"{url}/{code.as_name}.html" if url else ""

    @cached_property
    def digest(self) -> str:
        """The sha256, in hexadecimal digits, of all that the profile adds to a page."""
        printed = self.clinic.model_dump_json(exclude={"logo", "verified_on", "verified_by"})
        logo = self.logo.content if self.logo else b""
        return hashlib.sha256(printed.encode() + b"\0" + logo).hexdigest()


def read_clinic(path: Path, today: dt.date) -> ClinicProfile:
    """Read and check a clinic profile.

    Raises ProblemsFoundError: every wrong number, filler word or unsafe logo, with its line.
    """
    called = shortened(path.name, _LONGEST_NAME)
    if called != path.name:
        hint = "call it by a short name without invisible characters"
        raise _single(Place(called, 1, 1), "the name of this file cannot be used", hint)
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
    _check_verify_url(clinic, source, problems)
    contacts = _check_contacts(clinic, source, problems)
    if is_still_to_come(clinic.verified_on, today):
        hint = f"give the day as it was; on this computer it is {today}"
        problems.add(source.place(("verified_on",)), "verified_on lies in the future", hint)
    logo = None
    if clinic.logo is not None:
        try:
            logo = _read_logo(path.parent, clinic.logo, source.place(("logo",)))
        except ProblemsFoundError as error:
            problems.take(error)
    problems.raise_errors()
    texts = tuple(_printed_texts(clinic, contacts, source))
    return ClinicProfile(_id_of(path.stem), clinic, contacts, logo, texts)


def _printed_texts(
    clinic: Clinic, contacts: Mapping[str, str], source: SourceFile
) -> Iterator[GivenText]:
    """Yield what pages print of a profile, named as templates mark it."""
    yield GivenText("name", clinic.name, source.place(("name",)))
    for i, line in enumerate(clinic.address):
        yield GivenText(f"address.{i}", line, source.place(("address", i)))
    for name, printed in contacts.items():
        yield GivenText(name, printed, source.place((name,)))
    if clinic.verify_url is not None:
        yield GivenText("verify_url", clinic.verify_url, source.place(("verify_url",)))


def _id_of(name: str) -> str:
    """Give the name of the folder for a clinic's leaflets, which every system can have."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "clinic"
    return f"clinic-{plain}" if plain in NAMES_OF_DEVICES else plain


def _single(place: Place, message: str, hint: str = "") -> ProblemsFoundError:
    return ProblemsFoundError([Problem(place, message, hint)])


def _is_filler(value: str) -> bool:
    """Tell whether a line only stands in for a value, in whatever width it is typed."""
    return _FILLER.match(unicodedata.normalize("NFKC", value)) is not None


def _check_words(clinic: Clinic, source: SourceFile, problems: ProblemList) -> None:
    """Refuse fillers, markup and links in every line a page could print."""
    lines: dict[tuple[str | int, ...], str] = {
        (name,): value
        for name, value in clinic
        if isinstance(value, str) and name not in ("logo", "verify_url")
    }
    lines |= {("address", i): line for i, line in enumerate(clinic.address)}
    for path, line in lines.items():
        name, place = path[0], source.place(path)
        if _is_filler(line):
            message = f'{name}: "{line}" is a filler, not a value'
            problems.add(place, message, "delete the line to print a ruled line instead")
        if re.search(r"[<>{}]|&\w+;|&#", line) or LINK.search(line):
            message = f"{name}: markup, braces and links are not allowed"
            problems.add(place, message, "write plain words")
        if "\n" in line or line != line.strip():
            problems.add(place, f"{name}: must be one line, without blanks at its ends")


_HOST = r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})"
_PLAIN_ADDRESS = re.compile(rf"https://({_HOST})(?:/[A-Za-z0-9]+(?:[.-][A-Za-z0-9]+)*)*")
_NEAR_HOSTS = ("internal", "invalid", "lan", "local", "localhost", "test")
"""What hosts end in that a family's phone cannot reach."""
_ADDRESS_HINT = (
    "write it such as https://leaflets.example/verify: small letters before the first single /,"
    " nothing but letters, digits, dots and hyphens, and no / at the end"
)


def _check_verify_url(clinic: Clinic, source: SourceFile, problems: ProblemList) -> None:
    """Refuse an address that is not what it looks like, or that nobody can type from paper."""
    url = clinic.verify_url
    if url is None:
        return
    said = ""
    address = _PLAIN_ADDRESS.fullmatch(url)
    if not url.startswith("https://"):
        said = "does not start with https://"
    elif len(url) > MOST_ADDRESS_LENGTH:
        said = f"is longer than {MOST_ADDRESS_LENGTH} characters"
    elif address is None:
        said = "is more than a host and a path that people can type"
    elif address[1].rpartition(".")[2] in _NEAR_HOSTS:
        said = "cannot be reached from outside"
    if said:
        message = f'verify_url: "{shortened(url)}" {said}'
        problems.add(source.place(("verify_url",)), message, _ADDRESS_HINT)


def _check_contacts(clinic: Clinic, source: SourceFile, problems: ProblemList) -> dict[str, str]:
    """Give the numbers as the country writes them, by the name of their field."""
    contacts: dict[str, str] = {}
    country = clinic.country
    if country not in phonenumbers.SUPPORTED_REGIONS:
        message = f'"{country}" is no country code'
        problems.add(source.place(("country",)), message, "use two letters, such as US, ES, GB, JP")
        return contacts
    for name in PHONES:
        value = getattr(clinic, name)
        if value is None:
            continue
        if number := _dialable(value, country, abroad=name not in OWN_PHONES):
            contacts[name] = number
        elif not _is_filler(value):
            problems.add(
                source.place((name,)),
                f'{name}: "{value}" is not a phone number of {country}',
                f"write it as it is dialed in {country}",
            )
    emergency = clinic.emergency_number
    if emergency is not None and _is_emergency_number(emergency, country):
        contacts["emergency_number"] = emergency
    elif emergency is not None and not _is_filler(emergency):
        problems.add(
            source.place(("emergency_number",)),
            f'"{emergency}" is not an emergency number of {country}',
            "give the number itself, such as 112, 911 or 119",
        )
    if clinic.local_referral_guideline is not None:
        contacts["local_referral_guideline"] = clinic.local_referral_guideline
    return contacts


def _dialable(value: str, country: str, *, abroad: bool) -> str | None:
    """Give a number as its country writes it, or None; only where `abroad` may it be foreign."""
    if not re.fullmatch(r"[0-9\s()+./\-\u2011]+", value):
        return None
    try:
        number = phonenumbers.parse(value, country)
    except phonenumbers.NumberParseException:
        return None
    home = phonenumbers.is_valid_number_for_region(number, country)
    if not home and not (abroad and phonenumbers.is_valid_number(number)):
        return None
    style = phonenumbers.PhoneNumberFormat
    shape = style.NATIONAL if home else style.INTERNATIONAL
    return phonenumbers.format_number(number, shape).replace(" ", "\u00a0")


def _is_emergency_number(value: str, country: str) -> bool:
    plain = re.fullmatch(r"[0-9]{2,6}", value) is not None
    return plain and phonenumbers.is_emergency_number(value, country)


_LOGO_NAME = re.compile(r"\w[\w .-]{0,80}\.(svg|png|jpe?g)", re.IGNORECASE)
_LOGO_HINT = "export the picture again, plain, without scripts or links"


def _read_logo(folder: Path, name: str, place: Place) -> Logo:
    """Give the bytes of a harmless picture that lies beside the profile."""
    said = shortened(name)
    if not _LOGO_NAME.fullmatch(name) or ".." in name:
        message = f'logo: "{said}" is not the name of an .svg, .png or .jpg file'
        raise _single(place, message, "put the picture beside the profile, with a plain name")
    path = folder / name
    if path.is_symlink() or not path.is_file():
        raise _single(place, f'logo: there is no file "{said}" beside the profile')
    try:
        with path.open("rb") as file:
            content = file.read(MOST_LOGO_BYTES + 1)
    except OSError as error:
        raise _single(place, f'logo: "{said}" cannot be read: {error.strerror}') from None
    if len(content) > MOST_LOGO_BYTES:
        message = f'logo: "{said}" is larger than {MOST_LOGO_BYTES // 1000} kB'
        raise _single(place, message, "save a smaller picture")
    is_svg = path.suffix.lower() == ".svg"
    content, refusal = _checked_svg(content) if is_svg else painted_anew(content)
    if refusal:
        raise _single(place, f'logo: "{said}" {refusal}', _LOGO_HINT)
    # Pages are made one after another in one process, which keeps pictures by their names.
    digest = hashlib.sha256(content).hexdigest()
    return Logo(f"clinic-logo-{digest}{'.svg' if is_svg else '.png'}", content)


_SVG_ELEMENT = re.compile(
    r"svg|g|path|rect|circle|ellipse|line|polyline|polygon|title|desc"
    r"|defs|linearGradient|radialGradient|stop"
)


def _checked_svg(content: bytes) -> tuple[bytes, str]:
    """Give the picture written anew from what was checked, and why it is refused (or nothing).

    What is printed is the checked tree and never the file, so that another parser cannot see
    something else in it.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.LxmlError, ValueError):
        return b"", "is not well-formed SVG"
    if root.getroottree().docinfo.doctype:
        return b"", "declares a document type or entities"
    refusal = _refuse_tree(root)
    return (b"", refusal) if refusal else (etree.tostring(root, encoding="utf-8"), "")


def _refuse_tree(root: etree._Element) -> str:
    if etree.QName(root).localname != "svg":
        return "is not an SVG picture"
    elements = list(root.iter())
    if len(elements) > MOST_LOGO_ELEMENTS:
        return f"has more than {MOST_LOGO_ELEMENTS:,} parts"
    refusals = (_refuse_element(element) for element in elements)
    return next(filter(None, refusals), "") or undrawable(root)


def _refuse_element(element: etree._Element) -> str:
    tag = etree.QName(element).localname if isinstance(element.tag, str) else "&"
    if not _SVG_ELEMENT.fullmatch(tag):
        return f"holds <{shortened(tag)}>, which a logo may not"
    for key, value in element.attrib.items():
        name = etree.QName(key).localname.lower()
        if name == "href" and not re.fullmatch(r"#[\w-]+", value):
            return "holds a link"
        if name.startswith("on") or name == "style" or _UNSAFE_VALUE.search(value):
            return (
                f'holds the attribute {shortened(name)}="{shortened(value)}", which a logo may not'
            )
    return ""


_UNSAFE_VALUE = re.compile(r"(?i)script:|data:|//|\\|url\s*\(\s*(?!#)")
