"""Numbers a family calls: what everybody dials is taken, what brings no doctor is refused."""

import datetime as dt
import re
from pathlib import Path

import pytest

from leafletry.content.clinic import ClinicProfile, read_clinic
from leafletry.content.phones import emergency_numbers
from leafletry.reading.problems import Problem, ProblemsFoundError

TODAY = dt.date(2026, 11, 20)
PROFILE = "name: A clinic\ncountry: {}\n{}\nverified_on: {}\nverified_by: A nurse\n"


def clinic_of(folder: Path, country: str, line: str, day: str = "2026-01-31") -> ClinicProfile:
    """Read a small profile with one line in it."""
    (folder / "ward.yaml").write_text(PROFILE.format(country, line, day), "utf-8")
    return read_clinic(folder / "ward.yaml", TODAY)


def refusal(folder: Path, country: str, line: str) -> Problem:
    """Give the one thing that is wrong with a profile."""
    with pytest.raises(ProblemsFoundError) as refused:
        clinic_of(folder, country, line)
    (problem,) = refused.value.problems
    assert problem.place.line == 3
    return problem


@pytest.mark.parametrize("country", sorted(emergency_numbers().countries))
def test_ambulance_is_told_from_police_and_fire(country: str, tmp_path: Path) -> None:
    """In each country we read about, only a number that brings an ambulance goes on a leaflet."""
    numbers = emergency_numbers().countries[country]
    assert not {*numbers.medical} & {*numbers.police, *numbers.fire}
    for number in numbers.medical:
        clinic = clinic_of(tmp_path, country, f"emergency_number: {number}")
        assert clinic.contacts == {"emergency_number": number}
        assert clinic.warnings == ()
    for number in (*numbers.police, *numbers.fire):
        problem = refusal(tmp_path, country, f"emergency_number: {number}")
        assert "no ambulance" in problem.message
        assert numbers.medical[0] in problem.hint


@pytest.mark.parametrize(
    ("country", "number", "who"),
    [("JP", "110", "police"), ("FR", "17", "police"), ("FR", "18", "fire"), ("DE", "110", "police"),
     ("IT", "113", "police"), ("BR", "190", "police"), ("CN", "119", "fire"),
     ("CN", "110", "police"), ("KR", "112", "police"), ("CH", "117", "police"),
     ("SG", "999", "police"), ("ZA", "10111", "police"), ("JP", "１１０", "police")],  # noqa: RUF001
)  # fmt: skip
def test_police_is_no_emergency_number(country: str, number: str, who: str, tmp_path: Path) -> None:
    """A number that brings only the police or the fire brigade is refused with the right one."""
    problem = refusal(tmp_path, country, f"emergency_number: {number}")
    assert who in problem.message


@pytest.mark.parametrize(
    ("country", "number"),
    [("CI", "185"), ("CM", "119"), ("NG", "112"), ("MA", "150"), ("NO", "113"), ("US", "112")],
)
def test_a_number_of_no_list_is_printed_with_a_warning(
    country: str, number: str, tmp_path: Path
) -> None:
    """Where nobody told us what a number brings, what counts is that somebody called it."""
    clinic = clinic_of(tmp_path, country, f"emergency_number: {number}")
    assert clinic.contacts == {"emergency_number": number}
    (warning,) = clinic.warnings
    assert warning.warning
    assert str(warning.place) == "ward.yaml:3:19"
    assert "verified_on" in warning.hint


@pytest.mark.parametrize(
    ("country", "typed", "printed", "doubt"),
    [
        ("GB", "111", "111", ""),
        ("BE", "1733", "1733", ""),
        ("DE", "116117", "116117", ""),
        ("DE", "116 117", "116 117", ""),
        ("SN", "1515", "1515", "emergency"),
        ("JP", '"#8000"', "#8000", "no list"),
        ("JP", '"＃８０００"', "#8000", "no list"),  # noqa: RUF001 - from a Japanese keyboard
        ("JP", "０３－１２３４－５６７８", "03-1234-5678", ""),  # noqa: RUF001
        ("JP", "０３ー１２３４ー５６７８", "03-1234-5678", ""),
        ("JP", "03−1234−5678", "03-1234-5678", ""),  # noqa: RUF001
        ("FR", "01\u00a099\u202f00\u00a012 34", "01 99 00 12 34", ""),
        ("GB", "020–7946–0100", "020 7946 0100", ""),  # noqa: RUF001 - dashes of a word processor
        ("CI", "185", "185", "no list"),
        ("DE", "0180 5 123456", "0180 5 123456", "cost more"),
        ("US", "2125550123", "(212) 555-0123", ""),
    ],
)
def test_numbers_are_taken_as_people_have_them(
    country: str, typed: str, printed: str, doubt: str, tmp_path: Path
) -> None:
    """Short numbers of services and any width of digits and dashes are dialed, so they print."""
    if doubt == "emergency":
        assert "emergency" in refusal(tmp_path, country, f"phone_night: {typed}").message
        return
    clinic = clinic_of(tmp_path, country, f"phone_night: {typed}")
    assert clinic.contacts["phone_night"] == printed.replace(" ", "\u00a0")
    assert [doubt in warning.message for warning in clinic.warnings] == [True] * bool(doubt)


@pytest.mark.parametrize(
    ("country", "typed", "extension"),
    [
        ("US", "(212) 555-0123 ext. 45", "45"),
        ("US", "212-555-0123 x45", "45"),
        ("US", "212 555 0123, extension 4567", "4567"),
        ("US", '"212 555 0123 #45"', "45"),
        ("FR", "01 99 00 12 34 poste 12", "12"),
        ("NL", "020 123 4567 toestel 9", "9"),
        ("ES", "915550123 ext 301", "301"),
        ("JP", "03-1234-5678 内線45", "45"),
        ("JP", "０３－１２３４－５６７８（内線４５）", "45"),  # noqa: RUF001
        ("DE", "030 1234567 Durchwahl 12", "12"),
    ],
)
def test_extension_is_what_is_dialed_afterwards(
    country: str, typed: str, extension: str, tmp_path: Path
) -> None:
    """A number with an extension, however it is called, is one number and its extension."""
    clinic = clinic_of(tmp_path, country, f"phone_day: {typed}")
    assert clinic.extensions == {"phone_day": extension}
    assert not re.search(r"[a-z#内]", clinic.contacts["phone_day"])


@pytest.mark.parametrize(
    ("country", "number", "said"),
    [
        ("GB", "0909 879 0000", "premium rate"),
        ("FR", "0899 123 456", "premium rate"),
        ("JP", "0990 123 456", "premium rate"),
        ("US", "900-555-1234", "premium rate"),
        ("NL", "0900 8844", "premium rate"),
        ("FR", "3237", "premium rate"),
        ("GB", "999", "emergency services"),
        ("JP", "110", "emergency services"),
        ("US", "911", "emergency services"),
        ("GB", "79", "not a phone number"),
        ("GB", "0000", "not a phone number"),
        ("GB", "020 7946 ext. 5", "not a phone number"),
    ],
)
def test_what_is_no_line_to_the_ward_is_refused(
    country: str, number: str, said: str, tmp_path: Path
) -> None:
    """A number that costs a family dear, or that is nobody's at the clinic, never prints."""
    assert said in refusal(tmp_path, country, f"phone_night: {number}").message


@pytest.mark.parametrize(
    ("country", "number"),
    [("GB", "111"), ("US", "988"), ("FR", "114"), ("JP", '"#8000"'), ("BE", "1733"),
     ("DE", "116117"), ("GB", "0808 157 0192"), ("GB", "999")],
)  # fmt: skip
def test_further_lines_may_be_of_any_service(country: str, number: str, tmp_path: Path) -> None:
    """A line for advice need not be the clinic's own."""
    line = f"extra_lines: [{{label: Advice, number: {number}}}]"
    clinic = clinic_of(tmp_path, country, line)
    ((label, printed),) = clinic.extra_lines_in("fr")
    assert label.text == "Advice"
    assert printed.text.replace("\u00a0", " ") == number.strip('"')


@pytest.mark.parametrize(
    "line",
    [
        "{label: A, number: 0909 879 0000}",
        "{label: TODO, number: 111}",
        "{label: A, number: TODO}",
        "{number: 111}",
        "{label: A}",
        "{label: '<b>', number: 111}",
        "{label: {xx: A}, number: 111}",
    ],
)
def test_a_further_line_is_checked_like_the_others(line: str, tmp_path: Path) -> None:
    """A further line is no back door for fillers, markup, premium rates or unknown languages."""
    assert "extra_lines" in str(refusal(tmp_path, "GB", f"extra_lines: [{line}]")) or "missing" in (
        refusal(tmp_path, "GB", f"extra_lines: [{line}]").message
    )


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("gb", None), ("GB", None), ("ＧＢ", None), ("UK", "GB"), ("uk", "GB"), ("NO", None),  # noqa: RUF001
     ("no", None), ("Japan", "JP"), ("日本", "JP"), ("España", "ES"), ("United Kingdom", "GB"),
     ("ZZ", ""), ("JPN", "")],
)  # fmt: skip
def test_country_is_understood_or_named(typed: str, meant: str | None, tmp_path: Path) -> None:
    """A code is taken in any letters, also NO; a name or another code gets a hint."""
    profile = f"name: A clinic\ncountry: {typed}\nverified_on: 2026-01-31\nverified_by: A nurse\n"
    (tmp_path / "ward.yaml").write_text(profile, "utf-8")
    if meant is None:
        assert read_clinic(tmp_path / "ward.yaml", TODAY).clinic.country in ("GB", "NO")
        return
    with pytest.raises(ProblemsFoundError) as refused:
        read_clinic(tmp_path / "ward.yaml", TODAY)
    (problem,) = refused.value.problems
    assert "is no country code" in problem.message
    assert f'did you mean "{meant}"?' == problem.hint or not meant


@pytest.mark.parametrize(
    ("unit", "good"),
    [("C", True), ("°C", True), ("℃", True), ("Celsius", True), ("celsius", True), ("c", True),
     ("degrees Celsius", True), ("F", False), ("kelvin", False), ("5", False)],
)  # fmt: skip
def test_unit_is_understood(unit: str, good: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a column
    """The unit of a temperature is taken as people write it; it still has to be a fever."""
    lines = f"fields: {{fever_threshold: {{value: 38, unit: {unit}}}}}"
    if good:
        threshold = clinic_of(tmp_path, "GB", lines).clinic.fields.fever_threshold
        assert threshold is not None
        assert threshold.unit == "celsius"
    else:
        refusal(tmp_path, "GB", lines)


def test_numbers_nobody_called_for_a_year_are_told(tmp_path: Path) -> None:
    """Also where nothing is released, old numbers are warned of, at the day they were called."""
    old = clinic_of(tmp_path, "GB", "phone_day: 020 7946 0100", "2024-01-01")
    (warning,) = old.warnings
    assert str(warning.place) == "ward.yaml:4:14"
    assert "2024-01-01" in warning.message
    assert clinic_of(tmp_path, "GB", "phone_day: 020 7946 0100", "2025-11-20").warnings == ()


NAMES = "name:\n  {}: One\n  {}: Another\ncountry: BE\nverified_on: 2026-01-31\nverified_by: Me\n"


@pytest.mark.parametrize(
    ("first", "second", "reader", "text", "lang"),
    [
        ("nl", "fr", "nl", "One", "nl"),
        ("nl", "fr", "fr", "Another", "fr"),
        ("nl", "fr", "ja", "One", "nl"),
        ("nl", "en", "ja", "Another", "en"),
        ("pt-br", "en", "pt_BR", "One", "pt-BR"),
        ("pt", "en", "pt_BR", "One", "pt"),
    ],
)
def test_readers_see_the_name_they_know(
    first: str, second: str, reader: str, text: str, lang: str, tmp_path: Path
) -> None:
    """A name in the reader's language, else in English, else the first; it says in which it is."""
    (tmp_path / "ward.yaml").write_text(NAMES.format(first, second), "utf-8")
    name = read_clinic(tmp_path / "ward.yaml", TODAY).name_in(reader)
    assert (name.text, name.lang) == (text, lang)
    assert name.place.line == (2 if text == "One" else 3)


@pytest.mark.parametrize(
    ("language", "hint"), [("jp", "language is ja"), ("xx", ""), ("be nl", "")]
)
def test_a_language_nobody_speaks_is_refused(language: str, hint: str, tmp_path: Path) -> None:
    """A name is given in languages, by their codes, and not in countries."""
    (tmp_path / "ward.yaml").write_text(NAMES.format("en", language), "utf-8")
    with pytest.raises(ProblemsFoundError) as refused:
        read_clinic(tmp_path / "ward.yaml", TODAY)
    (problem,) = refused.value.problems
    assert str(problem.place) == "ward.yaml:3:3"
    assert hint in problem.hint
