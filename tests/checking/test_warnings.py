"""The bank of warnings: each text of an urgent box stands once, and leaflets name it."""

from pathlib import Path

import pytest
from small_project import DUTCH, small_project

from leafletry.checking import check_project
from leafletry.content.leaflet import Urgent, walk_blocks, walk_texts
from leafletry.content.project import read_project
from leafletry.editions.localization import consensus_facts, localize_leaflet

ROOT = Path(__file__).parents[2]
CALL = "call-us"
PHRASES = "leaflets/phrases.yaml"
BASIS = "basis: clinical-consensus"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small project with two leaflets."""
    return small_project(tmp_path / "project")


def change(root: Path, name: str, old: str, new: str) -> None:
    """Change a text in a file."""
    text = (root / name).read_text("utf-8")
    assert old in text
    (root / name).write_text(text.replace(old, new, 1), "utf-8")


def line_of(root: Path, name: str, words: str) -> int:
    """Give the line of a file that holds some words."""
    lines = (root / name).read_text("utf-8").split("\n")
    return next(number for number, line in enumerate(lines, 1) if words in line)


def test_every_shipped_warning_is_shown_by_some_leaflet() -> None:
    """What the urgent boxes of this project say is what its bank holds, word for word."""
    project = read_project(ROOT)
    shown = {
        text.text
        for leaflet in project.leaflets.values()
        for path, block in walk_blocks(leaflet)
        if isinstance(block, Urgent)
        for where, text in walk_texts(block, path)
        if "otherwise" not in where
    }
    held = {text.text for _, text in walk_texts(project.phrases.urgent)}
    assert shown == held - {"has a fever"}
    assert len(shown) > 15


def test_a_warning_stands_at_its_line_in_the_phrases(root: Path) -> None:
    """Whoever looks for a printed warning is led to its words, not to where a leaflet names it."""
    project = read_project(root)
    local = localize_leaflet(project, CALL, "en")
    urgent = local.content["blocks"][1]
    for text, words in ((urgent["heading"], "Call now if"), (urgent["items"][0], "has trouble")):
        assert (text.place.file, text.place.line) == (PHRASES, line_of(root, PHRASES, words))
    numbered = {message.msgid: message.place for message in local.messages}
    assert numbered["has a fever"].file == PHRASES


def test_two_leaflets_say_one_warning_alike(root: Path) -> None:
    """A warning that two leaflets name is one message: one wording, one translation."""
    change(root, "leaflets/act-now.yaml", "[call_the_specialists]", "[trouble_breathing]")
    project = read_project(root)
    said = {
        name: [item.text for item in block["items"]]
        for name in project.leaflets
        for block in localize_leaflet(project, name, "nl").content["blocks"]
        if block["block"] == "urgent"
    }
    assert said["act-now"] == [DUTCH["has trouble breathing"]]
    assert said["act-now"][0] in said[CALL]


def test_what_a_warning_cites_counts_for_its_leaflet(root: Path) -> None:
    """Facts that the bank cites are facts of each leaflet that names the text."""
    change(root, PHRASES, "text: has a fever of", "cites: [cases]\n      text: has a fever of")
    source = "source: study\n    where: Results"
    old = f"{source}\n    audiences: [parents]\n"
    change(root, "leaflets/facts.yaml", old, old.replace(source, BASIS))
    project = read_project(root)
    assert consensus_facts(project, CALL) == ["cases"]
    assert consensus_facts(project, "act-now") == []


def test_a_warning_without_a_fact_is_told(root: Path) -> None:
    """A text of the bank, too, is a claim: it cites a fact, or the block does."""
    change(root, f"leaflets/{CALL}.yaml", "    cites: [call_now]\n", "")
    errors = [p for p in check_project(read_project(root)) if "cites no fact" in p.message]
    assert {problem.place.file for problem in errors} == {PHRASES}
    assert len(errors) == 2
