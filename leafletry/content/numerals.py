"""Figures as each language writes them; CLDR decides, never a translator or a template.

Of Spanish it knows how each country groups thousands, by a point or a comma that readers of the
next one take for the decimal sign. There the academies of all countries decide.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent, get_group_symbol
from babel.units import format_unit

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from leafletry.content.clinic import Temperature
    from leafletry.content.facts import Fact

FRACTIONS = {0.5: "half"}
"""The fractions that can be printed, and the names under which glossaries have words for them."""


def format_figure(fact: Fact, locale: str, fractions: Mapping[str, str]) -> str:
    """Give the figure of a fact, such as `50.000` in Dutch.

    `fractions` are the locale's own words (`half`: `la mitad`), for what no numeral may say.
    """
    value = fact.value
    if value is None or fact.kind is None:
        message = "this fact has no figure"
        raise ValueError(message)
    if fact.kind in ("year", "label"):
        return str(value)
    if fact.kind == "percent":
        return _percent(value, locale)
    if fact.kind == "fraction":
        return fractions[FRACTIONS[value]]
    return _decimal(value, locale)


# Every edition has every figure, in its language and in English: each is formatted once. 5 and
# 5.0 are written each in its own way.
@lru_cache(maxsize=None, typed=True)
def _decimal(value: float, locale: str) -> str:
    text = format_decimal(value, locale=locale)
    if locale.partition("_")[0] not in _GROUPED_BY_A_SPACE:
        return text
    space = "\u202f" if abs(value) >= _FIVE_DIGITS else ""
    return text.replace(get_group_symbol(locale), space)


_GROUPED_BY_A_SPACE = frozenset(("es",))
"""Languages that group thousands by a thin space, and only from five digits on."""
_FIVE_DIGITS = 10_000


@lru_cache(maxsize=None, typed=True)
def _percent(value: float, locale: str) -> str:
    share = Decimal(str(value)) / 100  # in binary, 1.1 / 100 would print sixteen decimals
    return format_percent(share, format=None, locale=locale, decimal_quantization=False)


@cache
def format_day(day: dt.date, locale: str) -> str:
    """Give a date in full, such as `20 de noviembre de 2026`; a number and its month never part."""
    return re.sub(r"(\d) ", "\\1\u00a0", format_date(day, "long", locale=locale))


def format_temperature(temperature: Temperature, locale: str) -> str:
    """Give a body temperature with one decimal and its unit, which never part at a line end."""
    unit = f"temperature-{temperature.unit}"
    text = format_unit(temperature.value, unit, "short", format="0.0", locale=locale)
    return text.replace(" ", "\u00a0")
