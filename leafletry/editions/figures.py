"""The figures and phone numbers of an edition, read from its pages and worked out again."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import phonenumbers
from babel.numbers import NumberFormatError, parse_decimal

from leafletry.reading.placeholders import names_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from leafletry.content.clinic import ClinicProfile
    from leafletry.content.facts import Fact
    from leafletry.editions.localization import Printable

_NUMBER = re.compile(r"\d(?:[\d.,\u2019']*\d)?")


@dataclass(frozen=True)
class Figures:
    """What a message has to say in numbers, and the language that writes them."""

    message: int
    values: tuple[float, ...]
    locale: str


@dataclass(frozen=True)
class Phone:
    """A number as a clinic gave it, in the field of that name, and the country it is dialed in."""

    field: str
    given: str
    country: str


def figures_of(
    messages: Iterable[Printable], facts: Mapping[str, Fact], locale: str, source: str
) -> Iterator[Figures]:
    """Yield the figures of each message, from the facts and not from its words."""
    for message in messages:
        named = [facts[name] for name in names_in(message.msgid) if name in facts]
        values = tuple(
            float(fact.value)
            for fact in named
            if isinstance(fact.value, (int, float)) and fact.kind not in ("fraction", "label")
        )
        if values:
            trusted = message.state == "translated"
            yield Figures(message.number, values, locale if trusted else source)


def phones_of(clinic: ClinicProfile | None) -> Iterator[Phone]:
    """Yield the numbers of a clinic as they stand in its profile."""
    if clinic is None:
        return
    profile = clinic.clinic
    given = {name: getattr(profile, name, None) for name in clinic.contacts}
    given |= {f"extra_lines.{i}.number": line.number for i, line in enumerate(profile.extra_lines)}
    for field, number in given.items():
        if isinstance(number, str) and _dialed(number, profile.country):
            yield Phone(field, number, profile.country)


def wrong_figures(words: str, figures: Figures) -> list[float]:
    """Give the figures of a message that are not in the words that were read."""
    read = []
    for token in _NUMBER.findall(words):
        try:
            read.append(float(parse_decimal(token, locale=figures.locale)))
        except NumberFormatError:
            continue
    return [
        value
        for value in figures.values
        if not any(math.isclose(value, other, rel_tol=1e-9) for other in read)
    ]


def is_same_number(words: str, phone: Phone) -> bool:
    """Tell whether the words that were read dial what the clinic gave."""
    return _dialed(words, phone.country) == _dialed(phone.given, phone.country)


def _dialed(words: str, country: str) -> object:
    try:
        number = phonenumbers.parse(words, country)
    except phonenumbers.NumberParseException:
        return None
    # An extension stands behind it, in the reader's words.
    return number.country_code, number.national_number
