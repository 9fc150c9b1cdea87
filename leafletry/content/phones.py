"""Telephone numbers as people write them, and as their country prints and dials them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType, ShortNumberCost
from pydantic import Field

from leafletry.reading.sourcefile import Day, Strict, parse, read_yaml

_Short = Annotated[str, Field(pattern=r"^[0-9]{2,6}$")]
_EMERGENCY_NUMBERS = Path(__file__).with_name("emergency_numbers.yaml")
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30fc\uff70"), "-")
"""Whatever a keyboard types for a hyphen; the long mark of Japanese looks like one as well."""
_EXTENSION = re.compile(
    r"(?P<number>.*[0-9)])[\s,;.(]*(?:extension|extn?|ext|x|poste|toestel|tst|内線|anexo|interno|int"
    r"|durchwahl|dw|#)[.:\s]*(?P<extension>[0-9]{1,7})\)?",
    re.IGNORECASE,
)
_FEW = range(3, 5)
"""How many digits a number of a service may have that no list knows."""
_CALL_IT = "it is printed as it stands: have somebody call it from outside (see verified_on)"


class _Emergency(Strict):
    """The numbers of one country, and the page they were read on."""

    medical: list[_Short] = Field(min_length=1)
    police: list[_Short] = []
    fire: list[_Short] = []
    source: Annotated[str, Field(pattern=r"^https://\S+$")]
    read_on: Day


class EmergencyNumbers(Strict):
    """Which number brings an ambulance, by country."""

    countries: dict[Annotated[str, Field(pattern=r"^[A-Z]{2}$")], _Emergency]


class WrongNumberError(ValueError):
    """A number that families must not read on a leaflet; carries a hint for people."""

    def __init__(self, message: str, hint: str) -> None:
        """Keep what is wrong with the number, and what to write instead."""
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True)
class Dialed:
    """A number as families read it; `extension` are the digits to dial afterwards.

    `doubt` says why somebody should look again; empty where nothing is to be said.
    """

    text: str
    extension: str = ""
    doubt: str = ""

    @property
    def hint(self) -> str:
        """What to do about the doubt."""
        return _CALL_IT if self.doubt else ""


@cache
def emergency_numbers() -> EmergencyNumbers:
    """Give the table of all countries that somebody read about."""
    return parse(EmergencyNumbers, read_yaml(_EMERGENCY_NUMBERS, _EMERGENCY_NUMBERS.name))


def plainly_typed(text: str) -> str:
    """Give a number in the digits and signs of any keyboard, however wide it was typed."""
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES)
    return " ".join(plain.split())


def read_phone(typed: str, country: str, *, abroad: bool, service: bool = False) -> Dialed:
    """Give a number as its country writes it; only where `abroad` may it be foreign.

    `service` numbers need not be a clinic's own: a line for advice, even that of emergencies.
    Raises WrongNumberError for what nobody can dial, and for what costs a family dear.
    """
    plain = plainly_typed(typed)
    if re.fullmatch(r"[#*][0-9]{2,6}#?", plain):
        return Dialed(plain, doubt=f'"{plain}" is in no list of numbers of {country}')
    found = _EXTENSION.fullmatch(plain)
    number, extension = (found["number"], found["extension"]) if found else (plain, "")
    if not re.fullmatch(r"[0-9\s()+./\-]+", number):
        raise _no_number(typed, country)
    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        raise _no_number(typed, country) from None
    home = phonenumbers.is_valid_number_for_region(parsed, country)
    if home or (abroad and phonenumbers.is_valid_number(parsed)):
        shape = PhoneNumberFormat.NATIONAL if home else PhoneNumberFormat.INTERNATIONAL
        text = phonenumbers.format_number(parsed, shape).replace(" ", "\u00a0")
        return Dialed(text, extension, _doubt_of_cost(typed, parsed))
    if extension or not re.fullmatch(r"[0-9]+(?:[ -][0-9]+)*", number):
        raise _no_number(typed, country)
    return _short(typed, number, country, service=service)


def _no_number(typed: str, country: str) -> WrongNumberError:
    message = f'"{typed}" is not a phone number of {country}'
    return WrongNumberError(message, f"write it as it is dialed in {country}")


def _dear(typed: str) -> WrongNumberError:
    message = f'"{typed}" costs families more than a call (premium rate)'
    return WrongNumberError(message, "give a number that costs no more than an ordinary call")


def _doubt_of_cost(typed: str, number: phonenumbers.PhoneNumber) -> str:
    kind = phonenumbers.number_type(number)
    if kind == PhoneNumberType.PREMIUM_RATE:
        raise _dear(typed)
    shared = kind == PhoneNumberType.SHARED_COST
    return f'"{typed}" may cost more than an ordinary call' if shared else ""


def _short(typed: str, number: str, country: str, *, service: bool) -> Dialed:
    """Give the number of a service, as 111 or 116 117, the way it was typed."""
    digits = re.sub(r"[ -]", "", number)
    text = number.replace(" ", "\u00a0")
    if not service and _is_emergency(digits, country):
        message = f'"{typed}" is a number of the emergency services, not a phone number of yours'
        raise WrongNumberError(message, "it belongs to emergency_number:, or to extra_lines:")
    try:
        parsed = phonenumbers.parse(digits, country)
    except phonenumbers.NumberParseException:
        raise _no_number(typed, country) from None
    known = phonenumbers.is_valid_short_number_for_region(parsed, country)
    if known:
        if phonenumbers.expected_cost_for_region(parsed, country) == ShortNumberCost.PREMIUM_RATE:
            raise _dear(typed)
        return Dialed(text)
    if len(digits) not in _FEW or not digits.strip("0"):
        raise _no_number(typed, country)
    return Dialed(text, doubt=f'"{typed}" is in no list of numbers of {country}')


def _is_emergency(digits: str, country: str) -> bool:
    table = emergency_numbers().countries.get(country)
    listed = {*table.medical, *table.police, *table.fire} if table else set()
    return digits in listed or phonenumbers.is_emergency_number(digits, country)


def read_emergency_number(typed: str, country: str) -> Dialed:
    """Give the number that brings an ambulance.

    Raises WrongNumberError for one that brings only the police or the fire brigade, and for what
    is no emergency number at all.
    """
    plain = plainly_typed(typed)
    table = emergency_numbers().countries.get(country)
    hint = "give the number itself, such as 112, 911 or 119"
    if table:
        known = " or ".join(table.medical)
        hint = f"the number for an ambulance in {country} is {known}"
        if plain in table.medical:
            return Dialed(plain)
        for digits, who in ((table.police, "the police"), (table.fire, "the fire brigade")):
            if plain in digits:
                raise WrongNumberError(f'"{typed}" calls {who} of {country}, no ambulance', hint)
    if not re.fullmatch(r"[0-9]{2,6}", plain) or not plain.strip("0"):
        raise WrongNumberError(f'"{typed}" is not an emergency number of {country}', hint)
    if table and not phonenumbers.is_emergency_number(plain, country):
        raise WrongNumberError(f'"{typed}" is not an emergency number of {country}', hint)
    said = f'"{typed}" is not the number we know for an ambulance in {country}'
    return Dialed(
        plain, doubt=said if table else f'we do not know whether "{typed}" brings an ambulance'
    )
