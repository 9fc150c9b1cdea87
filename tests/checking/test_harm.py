"""Translations that could harm a child are stopped, and good ones are not.

The harmful ones are made of the shipped translations by hand-written lists (`harm/operators/`);
the good ones are edits that a translator could make (`harm/good/`). `python tests/harm` prints
what is stopped, by language and kind.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import polib
import pytest
from commands_given import give
from harm.measuring import (
    errors_in,
    good_edits,
    is_stopped,
    measure,
    project_survey,
    refused,
)
from harm.operators import LOCALES, harmful_of
from on_a4_alone import on_a4_alone

from leafletry.content.catalog import read_catalog

if TYPE_CHECKING:
    from leafletry.checking.survey import Survey, Wording

ROOT = Path(__file__).parents[2]
PROJECT = ("leaflets", "leafletry", "locales", "templates", "styles", "clinics")
FEWEST_GOOD = 30
"""So many good edits each language has at least."""


LEAST = {
    "waiting": 0.95,
    "cure": 0.95,
    "blame": 0.9,
    "number": 0.99,
    "later": 0.95,
    "sentence lost": 0.8,
    "term exchanged": 0.75,
    "denials": 0.65,
    "direction": 0.6,
    "message of another": 0.55,
    "turned": 0.25,
}
"""Which part of each kind of harm is stopped, at least."""


@cache
def survey() -> Survey:
    """The project of this repository as the rules see it."""
    return project_survey()


def test_harmful_translations_are_stopped() -> None:
    """In urgent boxes 95 % of them are stopped, of all 60 % in each language and most of a kind.

    That is one test, so that all of them are tried once only.
    """
    found = measure(survey())
    assert found.counts(urgent=True)[1] > 400
    assert found.counts()[1] > 4_000
    assert found.share(urgent=True) >= 0.95
    assert {name: share for name in LOCALES if (share := found.share(locale=name)) < 0.6} == {}
    assert {operator for _, operator, _ in found.made} == set(LEAST)
    shares = {operator: found.share(operator=operator) for operator in LEAST}
    assert {name: share for name, share in shares.items() if share < LEAST[name]} == {}


@pytest.mark.parametrize("locale", LOCALES)
def test_good_edits_are_allowed(locale: str) -> None:
    """No rule refuses a translation that says the same in other words or in another order."""
    edits = [(wording.source, wording.words) for wording in good_edits(survey(), locale)]
    shipped = {(w.source, w.words) for w in survey().wordings if w.locale == locale}
    assert len(set(edits)) == len(edits)
    assert len(set(edits) - shipped) >= FEWEST_GOOD
    assert list(refused(survey(), locale)) == []


@pytest.mark.parametrize("locale", LOCALES)
def test_shipped_translations_are_allowed(locale: str) -> None:
    """The rules that stop harm find nothing in the shipped translations."""
    wordings = [wording for wording in survey().wordings if wording.locale == locale]
    assert [(w.source, errors) for w in wordings if (errors := errors_in(survey(), w))] == []


def one_of_each_message(locale: str) -> dict[str, tuple[Wording, bool]]:
    """A harmful translation of each message of a language, and whether it is said to be stopped."""
    made: dict[str, list[Wording]] = {}
    for harm in harmful_of(survey(), locale):
        made.setdefault(harm.wording.source, []).append(harm.wording)
    found = {}
    for number, (source, wordings) in enumerate(made.items()):
        let_pass = [w for w in wordings if not is_stopped(survey(), w)]
        # Of two messages, one with harm that is let pass, if there is any.
        wording = let_pass[0] if let_pass and number % 2 else wordings[number % len(wordings)]
        found[source] = (wording, wording not in let_pass)
    return found


@pytest.mark.slow
def test_the_command_stops_the_same(tmp_path: Path) -> None:
    """`catalogs check` tells an error of each message that the measure counts as stopped.

    It may tell of a few more: it also looks at whole leaflets and at the room on the pages.
    """
    for name in PROJECT:
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "requirements.lock", tmp_path)
    on_a4_alone(tmp_path)
    chosen = one_of_each_message("nl")
    path = tmp_path / "locales/nl/LC_MESSAGES/messages.po"
    catalog = polib.pofile(str(path), wrapwidth=10_000)
    for entry in catalog:
        if entry.msgid in chosen:
            entry.msgstr = chosen[entry.msgid][0].words
    catalog.save()
    result = give(tmp_path, "catalogs", "check", "nl", "--json")
    assert result.stderr == ""
    assert result.returncode == 1
    findings = json.loads(result.stdout)["findings"]
    lines = {f["line"] for f in findings if f["level"] == "error" and f["file"].endswith(".po")}
    read = read_catalog(path, "messages.po", "nl")
    told = {key[1] for key, message in read.messages.items() if message.place.line in lines}
    stopped = {source for source, (_, stops) in chosen.items() if stops}
    assert len(stopped) > 200
    assert len(chosen) - len(stopped) > 50
    assert stopped - told == set()
    assert len((told & set(chosen)) - stopped) <= 5


def test_the_measure_is_printed() -> None:
    """The command for it prints a line for each kind of harm and what is refused of good edits."""
    result = subprocess.run(
        [sys.executable, str(ROOT / "tests/harm"), "nl"],
        capture_output=True,
        encoding="utf-8",
        check=False,
        cwd=ROOT,
        env={"PYTHONUTF8": "1"},
    )
    assert result.returncode == 0, result.stderr
    assert "in urgent boxes" in result.stdout
    assert "nl: 0 of " in result.stdout
    assert [kind for kind in ("denials", "cure", "later") if kind not in result.stdout] == []
