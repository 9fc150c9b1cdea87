"""Numbers, days and temperatures: as each language writes them, whatever the computer's own."""

import datetime as dt
from pathlib import Path

import pytest

from leafletry.content.clinic import Temperature
from leafletry.content.facts import Fact, Kind
from leafletry.content.numerals import format_day, format_figure, format_temperature
from leafletry.content.project import read_project

NBSP, THIN = "\u00a0", "\u202f"


def figure(value: float, kind: Kind) -> Fact:
    """Give a fact with a figure."""
    return Fact(
        statement="A claim.", population="general", source="study", audiences=["parents"],
        certainty="established", value=value, kind=kind,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("locale", "count", "percent", "share"),
    [
        ("en", "50,000", "71.6%", "25%"),
        ("es", f"50{THIN}000", f"71,6{NBSP}%", f"25{NBSP}%"),
        ("fr", f"50{THIN}000", f"71,6{NBSP}%", f"25{NBSP}%"),
        ("nl", "50.000", "71,6%", "25%"),
        ("ja", "50,000", "71.6%", "25%"),
    ],
)
def test_figures_follow_the_language(locale: str, count: str, percent: str, share: str) -> None:
    """Thousands, decimals and percent signs are written as readers of the language know them."""
    assert format_figure(figure(50000, "count"), locale, {}) == count
    assert format_figure(figure(71.6, "percent"), locale, {}) == percent
    assert format_figure(figure(25, "percent"), locale, {}) == share


@pytest.mark.parametrize("locale", ["es", "es_ES", "es_MX", "es_419"])
def test_spanish_groups_thousands_by_a_space_from_five_digits_on(locale: str) -> None:
    """No country's point or comma stands in a count, which others take for the decimal sign."""
    counts = {160: "160", 1600: "1600", 9999: "9999", 10000: f"10{THIN}000"}
    counts |= {1234567: f"1{THIN}234{THIN}567"}
    for value, words in counts.items():
        assert format_figure(figure(value, "count"), locale, {}) == words
    decimal = {"es": ",", "es_ES": ","}.get(locale, ".")
    assert format_figure(figure(12345.5, "count"), locale, {}) == f"12{THIN}345{decimal}5"


@pytest.mark.parametrize("locale", ["en", "es", "fr", "nl", "ja"])
def test_years_and_names_are_not_grouped(locale: str) -> None:
    """A year and the number of a type are names, and stay as they are."""
    assert format_figure(figure(2016, "year"), locale, {}) == "2016"
    assert format_figure(figure(1, "label"), locale, {}) == "1"


def test_no_digit_is_lost() -> None:
    """Every decimal of a value is printed, and a whole number gets none."""
    assert format_figure(figure(0.25, "percent"), "en", {}) == "0.25%"
    assert format_figure(figure(99.95, "percent"), "en", {}) == "99.95%"
    assert format_figure(figure(10, "percent"), "en", {}) == "10%"
    assert format_figure(figure(4, "weeks"), "en", {}) == "4"


def test_fraction_is_said_in_words_of_the_language() -> None:
    """A share given as "half" is printed with the word that each language agreed on."""
    project = read_project(Path(__file__).parents[2])
    half = figure(0.5, "fraction")
    words = {
        locale: format_figure(half, locale, project.glossaries[locale].fractions)
        for locale in project.languages
    }
    assert words["en"] == "half"
    assert len(set(words.values())) == len(words)


def test_claim_without_a_figure_prints_none() -> None:
    """A fact without a value is refused instead of printed as nothing."""
    fact = figure(1, "count").model_copy(update={"value": None, "kind": None})
    with pytest.raises(ValueError, match="no figure"):
        format_figure(fact, "en", {})


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", "November 20, 2026"),
        ("es", f"20{NBSP}de noviembre de 2026"),
        ("fr", f"20{NBSP}novembre 2026"),
        ("nl", f"20{NBSP}november 2026"),
        ("ja", "2026年11月20日"),
    ],
)
def test_days_are_written_in_full(locale: str, words: str) -> None:
    """A day cannot be read as another one, as 11/12 can, and does not part from its month."""
    assert format_day(dt.date(2026, 11, 20), locale) == words


@pytest.mark.parametrize(
    ("locale", "celsius", "fahrenheit"),
    [
        ("en", "38.0°C", "100.4°F"),
        ("es", f"38,0{NBSP}°C", f"100,4{NBSP}°F"),
        ("fr", f"38,0{THIN}°C", f"100,4{THIN}°F"),
        ("nl", "38,0°C", "100,4°F"),
        ("ja", "38.0°C", "100.4°F"),
    ],
)
def test_temperature_keeps_its_decimal_and_unit(locale: str, celsius: str, fahrenheit: str) -> None:
    """A temperature has one decimal and its unit, and the two never part at a line end."""
    assert format_temperature(Temperature(value=38, unit="celsius"), locale) == celsius
    assert format_temperature(Temperature(value=100.4, unit="fahrenheit"), locale) == fahrenheit


@pytest.mark.parametrize(("value", "printed"), [(1.1, "1.1%"), (2.2, "2.2%"), (71.6, "71.6%")])
def test_a_share_prints_as_it_was_typed(value: float, printed: str) -> None:
    """A share is divided in decimals: in binary, 1.1 percent would print sixteen of them."""
    assert format_figure(figure(value, "percent"), "en", {}) == printed
