"""`catalogs check`: what it finds, for whom, and how it says so."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from conftest import Built
from small_project import CALL, DUTCH_FILE, files_in, run, small_project
from test_fit import LONG, RARE, line_of, translate_all

BROKEN_LEAFLET = f"leaflets/{CALL}.yaml"
WRONG = "Verwijs twee keer"
"""A translation with a number word, which no message may have."""


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small project in which all is well."""
    return small_project(tmp_path_factory.mktemp("sound") / "project")


@pytest.fixture
def root(sound: Path, tmp_path: Path) -> Path:
    """A copy of it, to spoil."""
    return Path(shutil.copytree(sound, tmp_path / "project"))


def told(result: subprocess.CompletedProcess[str]) -> Any:
    """Give the document a command prints."""
    assert result.stderr == ""
    return json.loads(result.stdout)


def findings(root: Path, *arguments: str) -> list[dict[str, Any]]:
    """Give the errors that the command finds."""
    found = told(run(root, "catalogs", "check", *arguments, "--json"))["findings"]
    return [finding for finding in found if finding["level"] == "error"]


def spanish(root: Path) -> None:
    """Add a second language: a copy of the Dutch one with a mistake in it."""
    shutil.copytree(root / "locales/nl", root / "locales/es")
    path = root / "locales/es/LC_MESSAGES/messages.po"
    text = path.read_text("utf-8").replace("Language: nl", "Language: es")
    path.write_text(text.replace("Verwijs vandaag", WRONG), "utf-8")


def test_a_sound_project_passes(root: Path) -> None:
    """Where all is well there is a summary, exit code 0, and no file is written."""
    before = files_in(root)
    result = run(root, "catalogs", "check")
    assert result.returncode == 0
    assert re.fullmatch(r"0 errors, \d+ warnings; 4 editions typeset\.\n", result.stdout)
    after = {name: content for name, content in files_in(root).items() if ".cache" not in name}
    assert after == {name: content for name, content in before.items() if ".cache" not in name}


def test_findings_have_place_and_hint(root: Path) -> None:
    """Each finding is told on stderr with file, line and column, and what to do below it."""
    translate_all(root, {"Refer today": WRONG, RARE: LONG})
    result = run(root, "catalogs", "check")
    assert result.returncode == 1
    lines = result.stderr.splitlines()
    for words in ("twee", "mm too long for 1 pages"):
        (at,) = [at for at, line in enumerate(lines) if words in line]
        assert re.match(rf"{DUTCH_FILE}:\d+:\d+: ", lines[at])
        assert lines[at + 1].startswith("  hint: ")
    assert re.search(r"\n?[2-9]\d* errors, \d+ warnings; 4 editions typeset\.\n$", result.stdout)


def test_json_is_one_document(root: Path) -> None:
    """With --json there is one document: each finding with its place, level and language."""
    translate_all(root, {"Refer today": WRONG, RARE: LONG})
    result = run(root, "catalogs", "check", "nl", "--json")
    assert result.returncode == 1
    document = told(result)
    assert set(document) == {"findings", "errors", "warnings", "editions"}
    levels = [finding["level"] for finding in document["findings"]]
    assert document["errors"] == levels.count("error") > 0
    assert document["warnings"] == levels.count("warning")
    assert document["editions"] == 2
    required = {"file", "line", "column", "level", "message", "hint", "locale"}
    for finding in document["findings"]:
        assert required <= set(finding) <= required | {"leaflet"}
        assert (finding["file"], finding["locale"]) == (DUTCH_FILE, "nl")
    (long,) = [f for f in document["findings"] if "too long for" in f["message"]]
    assert long["leaflet"] == CALL  # The other one prints the long message, too, and fits.
    assert long["line"] == line_of(root, "Een heel lange zin")


def test_one_language_is_checked_alone(root: Path) -> None:
    """With a language named, mistakes of others and of the source are not told."""
    spanish(root)
    leaflet = root / BROKEN_LEAFLET
    leaflet.write_text(leaflet.read_text("utf-8").replace("Signs in a baby", "Signs in two babies"))
    assert findings(root, "nl") == []
    assert {finding["locale"] for finding in findings(root, "es")} == {"es"}
    assert {finding["file"] for finding in findings(root, "en")} == {BROKEN_LEAFLET}
    everything = findings(root)
    assert {finding["locale"] for finding in everything} == {"en", "es"}
    assert {f.get("leaflet") for f in everything if f["locale"] == "en"} == {CALL}


@pytest.mark.parametrize(
    ("given", "meant"),
    [("nk", "nl"), ("NL", "nl"), ("dutch", "nl"), ("Nederlands", "nl"), ("xx", ""), ("../nl", "")],
)
def test_an_unknown_language_is_wrong_usage(sound: Path, given: str, meant: str) -> None:
    """A language that is not there ends with 2, and the one that is meant is named."""
    result = run(sound, "catalogs", "check", given)
    assert (result.returncode, result.stdout) == (2, "")
    assert f"Error: '{given}' is no language of these leaflets." in result.stderr
    assert (f'Did you mean "{meant}"?' in result.stderr) is bool(meant)
    assert "There are: en, nl." in result.stderr


@pytest.mark.parametrize("locale", ["nl", ""])
def test_a_catalog_that_cannot_be_read_is_told(root: Path, locale: str) -> None:
    """A broken catalog is an error with its line, whether it is named or not."""
    with (root / DUTCH_FILE).open("a", encoding="utf-8") as file:
        file.write('\nmsgid "x\n')
    result = run(root, "catalogs", "check", *filter(None, [locale]))
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert re.search(rf"^{DUTCH_FILE}:\d+:\d+: ", result.stderr, re.MULTILINE)


def test_a_leaflet_that_cannot_be_read_is_told_to_everybody(root: Path) -> None:
    """Without its source no translation can be judged, so that is told for each language."""
    (root / BROKEN_LEAFLET).write_text("code: [", "utf-8")
    assert {finding["file"] for finding in findings(root, "nl")} == {BROKEN_LEAFLET}


def test_a_broken_template_is_told_once(root: Path) -> None:
    """What no translator can mend is told once, not for every edition."""
    (root / "templates/leaflet.html").write_text("{% if %}", "utf-8")
    found = findings(root)
    assert [(f["file"], f["line"]) for f in found] == [("templates/leaflet.html", 1)]


def test_unfinished_catalogs_are_counted(root: Path) -> None:
    """What is not translated, or fuzzy, is a warning with its count, and no error."""
    translate_all(root, {"Refer today": ""})
    text = (root / DUTCH_FILE).read_text("utf-8")
    (root / DUTCH_FILE).write_text(
        text.replace('msgid "For parents"', '#, fuzzy\nmsgid "For parents"')
    )
    result = run(root, "catalogs", "check", "nl")
    assert result.returncode == 0
    assert re.search(r"warning: of \d+ messages: \d+ untranslated, 1 fuzzy", result.stderr)


def test_shipped_translations_have_no_error(built: Built) -> None:
    """Every language of the project passes, and every leaflet of it fits its pages."""
    document = told(run(built.root, "catalogs", "check", "--json"))
    errors = [finding for finding in document["findings"] if finding["level"] == "error"]
    assert errors == []
    project = built.project
    assert document["editions"] == len(project.leaflets) * len(project.locales) >= 15
