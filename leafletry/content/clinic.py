"""Clinic profiles: who hands the leaflet out, and the numbers a family can call."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar, get_args

import phonenumbers
from babel import Locale
from babel.core import get_global
from pydantic import BeforeValidator, Field, model_validator

from leafletry.content.leaflet import Name
from leafletry.content.logos import Logo, read_logo
from leafletry.content.phones import (
    WrongNumberError,
    plainly_typed,
    read_emergency_number,
    read_phone,
)
from leafletry.reading.languages import UnknownLanguageError, language_tag, locale_of
from leafletry.reading.problems import Place, Problem, ProblemList, ProblemsFoundError, shortened
from leafletry.reading.sourcefile import (
    LINK,
    NAMES_OF_DEVICES,
    Day,
    SourceFile,
    Strict,
    is_still_to_come,
    parse,
    read_yaml,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from leafletry.content.edition_code import EditionCode
    from leafletry.content.phones import Dialed

KeyPath = tuple[str | int, ...]
Said = TypeVar("Said")
Line = Annotated[str, Field(min_length=1, max_length=90)]
PHONES = ("phone_day", "phone_night", "interpreter_line", "genetic_service")
OWN_PHONES = ("phone_day", "phone_night")
FEVERS = {"celsius": (37.0, 41.0), "fahrenheit": (98.6, 106.0)}
_LONGEST_NAME = 60
MOST_ADDRESS_LENGTH = 60
"""Of a `verify_url`: the address stands on one line, and its QR code stays coarse enough."""
MOST_DAYS_SINCE_CALLED = 366
MOST_EXTRA_LINES = 4
_FILLER = re.compile(
    r"^\W*(todo|tbd|tba|tbc|none|null|nan|undefined|unknown|n/?a|n\.?v\.?t|xxx+|\?+|\.{2,}|-+|_+"
    r"|example|pendiente|por confirmar|à (compléter|confirmer)|(nog )?in te vullen|未定|未記入|なし"
    r"|[{\[%].*[}\]%])\W*$",
    re.IGNORECASE,
)


def _unit(typed: object) -> object:
    plain = re.sub(r"[\s.]|degrees?|°", "", unicodedata.normalize("NFKC", str(typed)).lower())
    return {"c": "celsius", "centigrade": "celsius", "f": "fahrenheit"}.get(plain, plain)


class Temperature(Strict):
    """A body temperature, such as the one at which families should call."""

    value: float
    unit: Annotated[Literal["celsius", "fahrenheit"], BeforeValidator(_unit)]

    @model_validator(mode="after")
    def _is_a_fever(self) -> Temperature:
        least, most = FEVERS[self.unit]
        if not least <= self.value <= most:
            message = f"{self.value:g} is no fever in degrees {self.unit} ({least:g} to {most:g})"
            raise ValueError(message)
        return self


MarrowSite = Literal["posterior_iliac_crest", "anterior_iliac_crest", "tibia"]
"""Where marrow is taken from a baby; never the breastbone."""


def _site(typed: object) -> object:
    """Give a site as it is called here, however its words are joined and ordered."""
    words = set(re.split(r"[\s_-]+", str(typed).lower().strip()))
    for site in get_args(MarrowSite):
        if words == set(site.split("_")):
            return site
    known = ", ".join(site.replace("_", " ") for site in get_args(MarrowSite))
    message = f'"{shortened(str(typed))}" is none of the sites for a baby: {known}'
    raise ValueError(message)


class ClinicFields(Strict):
    """What a clinic decides itself and texts may print."""

    fever_threshold: Temperature | None = None
    marrow_site: Annotated[MarrowSite, BeforeValidator(_site)] | None = None


def _code_of_country(typed: object) -> object:
    return plainly_typed(typed).upper() if isinstance(typed, str) else typed


class Spoken(Strict):
    """A text of a clinic's: one for all readers (under no name), or one for each language."""

    texts: dict[str, Line] = Field(min_length=1)


class Address(Strict):
    """The lines of an address, as on an envelope: for all readers, or for each language."""

    texts: dict[str, Annotated[list[Line], Field(max_length=8)]] = Field(min_length=1)


def _from_plain_text(value: object) -> object:
    if isinstance(value, Spoken):
        return value
    return {"texts": {"": value} if isinstance(value, str) else value}


def _from_plain_lines(value: object) -> object:
    if isinstance(value, Address):
        return value
    texts = value if isinstance(value, dict) else {"": value}
    return {
        "texts": {
            language: lines.splitlines() if isinstance(lines, str) else lines
            for language, lines in texts.items()
        }
    }


class ExtraLine(Strict):
    """One more number in the panel of numbers, such as a line for medical advice."""

    label: Annotated[Spoken, BeforeValidator(_from_plain_text)]
    number: Line


class Clinic(Strict):
    """A contact profile, as it stands in `clinics/`; checked before anything is printed."""

    name: Annotated[Spoken, BeforeValidator(_from_plain_text)]
    address: Annotated[Address, BeforeValidator(_from_plain_lines)] = Address(texts={"": []})
    country: Annotated[str, BeforeValidator(_code_of_country)]
    phone_day: Line | None = None
    phone_night: Line | None = None
    emergency_number: Line | None = None
    extra_lines: list[ExtraLine] = Field(default_factory=list, max_length=MOST_EXTRA_LINES)
    interpreter_line: Line | None = None
    genetic_service: Line | None = None
    local_referral_guideline: Line | None = None
    verify_url: Line | None = None
    logo: str | None = None
    fields: ClinicFields = Field(default_factory=ClinicFields)
    verified_on: Day
    verified_by: Line


@dataclass(frozen=True)
class GivenText:
    """Words of a clinic's that pages print: their field, language, and where people mend them.

    `lang` is a tag, or empty where the profile does not say in which language they are.
    """

    name: str
    text: str
    lang: str = ""
    place: Place = field(default=Place(""), repr=False, compare=False)

    @property
    def said(self) -> str:
        """The field as people count, `address.1` for the first line."""
        return re.sub(r"\d+", lambda found: str(int(found[0]) + 1), self.name)

    def __str__(self) -> str:
        """Give the words."""
        return self.text


@dataclass(frozen=True)
class ClinicProfile:
    """A clinic with its id (the name of its file), its printable numbers and its logo.

    `contacts` are by field; `extensions` are what is dialed after some of them. `warnings` is what
    somebody should look at again.
    """

    id: Name
    clinic: Clinic
    contacts: dict[str, str]
    logo: Logo | None
    extensions: dict[str, str] = field(default_factory=dict)
    warnings: tuple[Problem, ...] = field(default=(), repr=False, compare=False)
    places: Mapping[KeyPath, Place] = field(default_factory=dict, repr=False, compare=False)

    def name_in(self, locale: str) -> GivenText:
        """Give the name as readers of a language see it."""
        return self._spoken_in(locale, "name", self.clinic.name, ("name",))

    def address_in(self, locale: str) -> list[GivenText]:
        """Give the lines of the address as readers of a language see them."""
        language, lines = _chosen(self.clinic.address.texts, locale)
        path = ("address", language) if language else ("address",)
        return [
            GivenText(f"address.{i}", line, _tag(language), self._place((*path, i)))
            for i, line in enumerate(lines)
        ]

    def extra_lines_in(self, locale: str) -> list[tuple[GivenText, GivenText]]:
        """Give the label and the number of each further line as readers of a language see them."""
        return [
            (
                self._spoken_in(
                    locale, f"extra_lines.{i}.label", line.label, ("extra_lines", i, "label")
                ),
                self._contact(f"extra_lines.{i}.number", ("extra_lines", i, "number")),
            )
            for i, line in enumerate(self.clinic.extra_lines)
        ]

    def texts_in(self, locale: str) -> tuple[GivenText, ...]:
        """Give all that pages in a language print of the profile, named as templates mark it."""
        url = self.clinic.verify_url
        own = [name for name in self.contacts if "." not in name]
        return (
            self.name_in(locale),
            *self.address_in(locale),
            *(self._contact(name, (name,)) for name in own),
            *(text for line in self.extra_lines_in(locale) for text in line),
            *([GivenText("verify_url", url, place=self._place(("verify_url",)))] if url else []),
        )

    def _spoken_in(self, locale: str, name: str, spoken: Spoken, path: KeyPath) -> GivenText:
        language, text = _chosen(spoken.texts, locale)
        path = (*path, language) if language else path
        return GivenText(name, text, _tag(language), self._place(path))

    def _contact(self, name: str, path: KeyPath) -> GivenText:
        return GivenText(name, self.contacts.get(name, ""), place=self._place(path))

    def _place(self, path: KeyPath) -> Place:
        return self.places.get(path, Place(""))

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
    contacts, extensions = _check_contacts(clinic, source, problems)
    _check_day(clinic, source, problems, today)
    logo = None
    if clinic.logo is not None:
        try:
            logo = read_logo(path.parent, clinic.logo, source.place(("logo",)))
        except ProblemsFoundError as error:
            problems.take(error)
    problems.raise_errors()
    return ClinicProfile(
        _id_of(path.stem),
        clinic,
        contacts,
        logo,
        extensions,
        tuple(problems),
        source.places,
    )


def _check_day(clinic: Clinic, source: SourceFile, problems: ProblemList, today: dt.date) -> None:
    """Refuse a day that has not come yet, and warn of numbers that nobody called for a year."""
    place = source.place(("verified_on",))
    if is_still_to_come(clinic.verified_on, today):
        hint = f"give the day as it was; on this computer it is {today}"
        problems.add(place, "verified_on lies in the future", hint)
    elif (today - clinic.verified_on).days > MOST_DAYS_SINCE_CALLED:
        message = f"nobody has called these numbers since {clinic.verified_on}, for over a year"
        hint = "call each of them, then write the day here; until then no page is a release"
        problems.add(place, message, hint, warning=True)


def _chosen(texts: Mapping[str, Said], locale: str) -> tuple[str, Said]:
    """Give what is said in a language; else what is for all, in English, or stands first.

    With the name of its language in the profile, empty for what is for all.
    """
    names = {name.replace("-", "_").lower(): name for name in texts}
    language = locale.partition("_")[0]
    wanted = (locale.lower(), language, "", "en", *names)
    name = next(names[name] for name in wanted if name in names)
    return name, texts[name]


def _tag(language: str) -> str:
    return language_tag(locale_of(language)) if language else ""


def _id_of(name: str) -> str:
    """Give the name of the folder for a clinic's leaflets, which every system can have."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "clinic"
    return f"clinic-{plain}" if plain in NAMES_OF_DEVICES else plain


def _single(place: Place, message: str, hint: str = "") -> ProblemsFoundError:
    return ProblemsFoundError([Problem(place, message, hint)])


def _is_filler(value: str) -> bool:
    """Tell whether a line only stands in for a value, in whatever width it is typed."""
    return _FILLER.match(unicodedata.normalize("NFKC", value)) is not None


def _printed_lines(clinic: Clinic) -> Iterator[tuple[KeyPath, str]]:
    """Yield every line a page could print, with its path in the profile."""
    for name, value in clinic:
        if isinstance(value, str) and name not in ("logo", "verify_url", "country"):
            yield (name,), value
    spoken: list[tuple[KeyPath, Spoken]] = [(("name",), clinic.name)]
    for i, extra in enumerate(clinic.extra_lines):
        spoken.append((("extra_lines", i, "label"), extra.label))
        yield ("extra_lines", i, "number"), extra.number
    for path, said in spoken:
        for language, text in said.texts.items():
            yield ((*path, language) if language else path), text
    for language, lines in clinic.address.texts.items():
        above: KeyPath = ("address", language) if language else ("address",)
        yield from (((*above, i), line) for i, line in enumerate(lines))


def _check_words(clinic: Clinic, source: SourceFile, problems: ProblemList) -> None:
    """Refuse fillers, markup and links in every line a page could print."""
    for path, line in _printed_lines(clinic):
        name, place = path[0], source.place(path)
        if _is_filler(line):
            message = f'{name}: "{line}" is a filler, not a value'
            problems.add(place, message, "delete the line to print a ruled line instead")
        if re.search(r"[<>{}]|&\w+;|&#", line) or LINK.search(line):
            message = f"{name}: markup, braces and links are not allowed"
            problems.add(place, message, "write plain words")
        if "\n" in line or line != line.strip():
            problems.add(place, f"{name}: must be one line, without blanks at its ends")
    _check_languages(clinic, source, problems)


def _check_languages(clinic: Clinic, source: SourceFile, problems: ProblemList) -> None:
    """Refuse what is no language, where a text is given in several."""
    given: list[tuple[KeyPath, Mapping[str, object]]] = [
        (("name",), clinic.name.texts),
        (("address",), clinic.address.texts),
        *((("extra_lines", i, "label"), x.label.texts) for i, x in enumerate(clinic.extra_lines)),
    ]
    for path, texts in given:
        for language in filter(None, texts):
            try:
                locale_of(language)
            except UnknownLanguageError as error:
                place = source.key_places.get((*path, language), source.place(path))
                problems.add(place, f"{path[0]}: {error}", _hint_of_language(language, error))


def _hint_of_language(typed: str, error: UnknownLanguageError) -> str:
    likely = get_global("likely_subtags").get(f"und_{typed.upper()}", "").partition("_")[0]
    return f"that is a country; its language is {likely}" if likely else error.hint


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


def _check_contacts(
    clinic: Clinic, source: SourceFile, problems: ProblemList
) -> tuple[dict[str, str], dict[str, str]]:
    """Give the numbers as the country writes them, and what is dialed after some; by field."""
    contacts: dict[str, str] = {}
    extensions: dict[str, str] = {}
    country = clinic.country
    if country not in phonenumbers.SUPPORTED_REGIONS:
        message = f'"{shortened(country)}" is no country code'
        problems.add(source.place(("country",)), message, _hint_of_country(country))
        return contacts, extensions

    for name, path, value, read in _numbers(clinic):
        if _is_filler(value):
            continue  # It is refused as that.
        try:
            dialed = read()
        except WrongNumberError as error:
            problems.add(source.place(path), f"{path[0]}: {error}", error.hint)
            continue
        if dialed.doubt:
            said = f"{path[0]}: {dialed.doubt}"
            problems.add(source.place(path), said, dialed.hint, warning=True)
        contacts[name] = dialed.text
        if dialed.extension:
            extensions[name] = dialed.extension
    if clinic.local_referral_guideline is not None:
        contacts["local_referral_guideline"] = clinic.local_referral_guideline
    return contacts, extensions


def _numbers(clinic: Clinic) -> Iterator[tuple[str, KeyPath, str, Callable[[], Dialed]]]:
    """Yield each number with the name of its field, its path, and how it is to be read."""
    country = clinic.country
    for name in PHONES:
        if (value := getattr(clinic, name)) is not None:
            abroad = name not in OWN_PHONES
            yield name, (name,), value, partial(read_phone, value, country, abroad=abroad)
    if (value := clinic.emergency_number) is not None:
        name = "emergency_number"
        yield name, (name,), value, partial(read_emergency_number, value, country)
    for i, line in enumerate(clinic.extra_lines):
        read = partial(read_phone, line.number, country, abroad=True, service=True)
        yield f"extra_lines.{i}.number", ("extra_lines", i, "number"), line.number, read


_LANGUAGES_OF_NAMES = ("en", "es", "fr", "nl", "ja", "de", "it", "pt")
_NO_CODES = {"UK": "GB", "EN": "GB", "SP": "ES", "JA": "JP", "EL": "GR"}
"""What people write for a country, and what its code is."""


def _hint_of_country(typed: str) -> str:
    """Say which code is meant, where somebody wrote the name of a country or another code."""
    if typed in _NO_CODES:
        return f'did you mean "{_NO_CODES[typed]}"?'
    for language in _LANGUAGES_OF_NAMES:
        for code, name in Locale(language).territories.items():
            if name.upper() == typed and code in phonenumbers.SUPPORTED_REGIONS:
                return f'did you mean "{code}"?'
    return "use two letters, such as US, ES, GB, JP"
