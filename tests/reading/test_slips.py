"""What people type into YAML by a slip is told at its own line, in their words; no text is cut."""

import datetime as dt
import unicodedata
from pathlib import Path

import pytest

from leafletry.content.clinic import ClinicProfile, read_clinic
from leafletry.reading.problems import Problem, ProblemsFoundError
from leafletry.reading.sourcefile import Day, Strict, composed, parse, read_yaml

TODAY = dt.date(2026, 11, 20)
HEAD = "name: A clinic\n"
TAIL = "country: JP\nverified_on: 2026-01-31\nverified_by: A nurse\n"


def read(folder: Path, text: str) -> ClinicProfile:
    """Read a profile as it was typed."""
    (folder / "ward.yaml").write_text(text, "utf-8")
    return read_clinic(folder / "ward.yaml", TODAY)


def refusals(folder: Path, text: str) -> list[Problem]:
    """Give what is wrong with a profile as it was typed."""
    with pytest.raises(ProblemsFoundError) as refused:
        read(folder, text)
    return refused.value.problems


@pytest.mark.parametrize(
    ("typed", "place", "said", "hint"),
    [
        ("name: Hospital #2\n", "1:16", "left out here", "quotation marks"),
        ("name: #2 Hospital\n", "1:7", "left out here", "quotation marks"),
        ("name: Hospital # 2\n", "1:16", "left out here", "quotation marks"),
        ("name: Hospital\t#2\n", "1:16", "left out here", "quotation marks"),
        ("name: Hospital ##2\n", "1:16", "left out here", "quotation marks"),
        (f"{HEAD}address:\n  - 1234 Main Street #200\n", "3:22", "left out here", "quotation"),
        (f"{HEAD}address: [1 Main Street #2\n  ]\n", "2:25", "left out here", "quotation"),
        (f"{HEAD}phone_night: #8000\n", "2:14", "left out here", "quotation"),
        ("name: The great\n  hospital #2\n", "2:12", "left out here", "quotation"),
        ("name\uff1a東京病院\n", "1:5", "the colon after name is a wide one", "name: …"),
        ("name \uff1a 東京病院\n", "1:6", "the colon after name is a wide one", "name: …"),
        ("name:\u00a0Clinique\n", "1:6", "the blank after name: is no plain one", "name: …"),
        ("name:\u3000東京病院\n", "1:6", "the blank after name: is no plain one", "name: …"),
        ("name:Clinic\n", "1:5", "there is no blank after name:", "name: …"),
        (f"{HEAD}address:\n\t- 1 Street\n", "3:1", "begins with a tab", "blanks"),
        (f"{HEAD}fields:\n\u3000\u3000x: 1\n", "3:1", "a blank that is no plain one", "again"),
        (f"{HEAD}address:\n  -\u30001 Street\n", "3:3", "after the hyphen is no plain one", "- …"),
        ("name: \u201cHospital\u201d\n", "1:7", "quotation marks", "plain ones"),
        ("name: \u201eHospital\u201c\n", "1:7", "quotation marks", "plain ones"),
        ("name: \u2018Hospital\u2019\n", "1:7", "quotation marks", "plain ones"),
        ('name: "Hospital\u201d\n', "1:16", "another quotation mark", "at both ends"),
        ("name: 'St. John's Hospital'\n", "1:7", "ends at the apostrophe", "double"),
        ('name: "St. John" Hospital\n', "1:7", "after the closing quotation mark", "one pair"),
        ('name: "Hospital\n', "1:7", "never closed", "at the end"),
        ("name: Hospital: North\n", "1:15", "a colon inside the text", "quotation marks"),
        ("name: @home\n", "1:7", "begin with this sign", "quotation marks"),
        ("name: *69\n", "1:7", "an alias", "quotation marks"),
        ("name: &more\n", "1:7", "an anchor", "quotation marks"),
        ("name: !more\n", "1:7", "the tag", "quotation marks"),
        ("name:\n", "1:6", "name: is empty", "behind the colon"),
        ('name: ""\n', "1:7", "name: is empty", "behind the colon"),
        (f"name: {'long ' * 20}\n", "1:7", "longer than 90 characters", ""),
        (f"{HEAD}fever_threshold: 38\n", "2:1", "unknown key", 'below "fields:"'),
        (f"{HEAD}  unit: celsius\n", "2:3", "", ""),
        (f"{HEAD}fields:\n  phone_day: 1\n", "3:3", "unknown key", "at the margin"),
        (f"{HEAD}fields:\n  value: 38\n", "3:3", "unknown key", 'below "fever_threshold:"'),
        (f"{HEAD}phone_dya: 1\n", "2:1", "unknown key", 'did you mean "phone_day"?'),
    ],
)  # fmt: skip
def test_a_slip_is_told_at_its_own_line(
    typed: str, place: str, said: str, hint: str, tmp_path: Path
) -> None:
    """Whatever YAML makes of a slip, people read where it is and what to type instead."""
    problem = min(refusals(tmp_path, typed + TAIL), key=lambda problem: problem.place)
    if said:
        assert str(problem.place) == f"ward.yaml:{place}"
    assert said in problem.message
    assert hint in problem.hint


@pytest.mark.parametrize(
    "typed",
    [
        "name: Hospital # as on the sign\n",
        "name: Hospital  # as on the sign\n",
        "name: Hospital #\n",
        "name: Hospital ## as on the sign\n",
        'name: "Hospital" #as on the sign\n',
        "name: Hospital#2\n",
        "name: C#\n",
        'name: "Hospital #2"\n',
        "name: Hospital\naddress: #one line each\n  - 1 Street\n",
        "#2 comments\nname: Hospital\n",
        "name: Hospital\n  #a comment of its own\n",
        "name: “Rainbow” ward\n",
    ],
)
def test_comments_stay_comments(typed: str, tmp_path: Path) -> None:
    """What is clearly a comment is one, and a # inside a word is a part of it."""
    name = read(tmp_path, typed + TAIL).name_in("en").text
    assert name.startswith(("Hospital", "C#", "“Rainbow”"))
    assert "sign" not in name


class Typed(Strict):
    """A text, a number, a day."""

    text: str = ""
    number: int | float = 0
    day: Day = dt.date(2026, 1, 1)
    lines: list[str] = []


TEXTS = ["061", "0123", "112", "007", "NO", "no", "yes", "on", "y", "true", "1e3", "12:30", "1_000",
         "0x10", ".5", "1.0", "2026-01-31", "2026-13-45", "~ 5",
         ".inf", "null", "Null", "=", "-1"]  # fmt: skip


@pytest.mark.parametrize("typed", TEXTS)
def test_a_text_is_what_was_typed(typed: str, tmp_path: Path) -> None:
    """Where a text is wanted, no character of it becomes a number, a day or a yes."""
    path = tmp_path / "typed.yaml"
    path.write_text(
        f"text: {typed}\nlines:\n  - {typed}\n  - [{typed}]\n".replace("[", "").replace("]", "")
    )
    read = parse(Typed, read_yaml(path, "typed.yaml"))
    assert read.text == typed
    assert read.lines == [typed, typed]


@pytest.mark.parametrize(
    "typed", ["061", "NO", "1e3", "12:30", "1_000", "0x10", ".inf", '"5"', "x"]
)
def test_a_number_is_a_plain_number(typed: str, tmp_path: Path) -> None:
    """Where a number is wanted, nothing else becomes one."""
    path = tmp_path / "typed.yaml"
    path.write_text(f"number: {typed}\n")
    with pytest.raises(ProblemsFoundError, match=r"typed\.yaml:1:9: "):
        parse(Typed, read_yaml(path, "typed.yaml"))


@pytest.mark.parametrize(
    ("typed", "good"),
    [
        ("2026-01-31", True),
        ('"2026-01-31"', True),
        ("2026/01/31", True),
        ("2026.1.31", True),
        ("2026-1-31", True),
        ("2026年1月31日", True),
        ("２０２６－０１－３１", True),  # noqa: RUF001 - from a Japanese keyboard
        ("31/01/2026", False),
        ("31.1.2026", False),
        ("01/31/2026", False),
        ("2026-02-30", False),
        ("31 January 2026", False),
        ("20260131", False),
        ("today", False),
    ],
)
def test_a_day_has_the_year_first(typed: str, good: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a column
    """A day is taken however its parts are set apart, and refused where their order is a guess."""
    path = tmp_path / "typed.yaml"
    path.write_text(f"day: {typed}\n", "utf-8")
    if good:
        assert parse(Typed, read_yaml(path, "typed.yaml")).day == dt.date(2026, 1, 31)
    else:
        with pytest.raises(ProblemsFoundError, match="2026-01-31"):
            parse(Typed, read_yaml(path, "typed.yaml"))


@pytest.mark.parametrize("text", ["Hôpital été", "がん", "한국", "Việt", "Ünye", "神\ufa19é"])
def test_decomposed_letters_are_composed(text: str) -> None:
    """Letters that macOS takes apart are put together, and no other character is swapped."""
    assert composed(unicodedata.normalize("NFD", text).replace("神", "神")) in (
        text,
        unicodedata.normalize("NFC", text),
    )
    assert composed(text) == text
