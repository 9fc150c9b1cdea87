"""The map from messages to places, held against what another engine reads at those places."""

import json
import re
import unicodedata
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from conftest import Built, all_editions

from leafletry.editions.edition import Edition

MM = 72 / 25.4


def map_of(built: Built, edition: Edition) -> dict[str, Any]:
    """Give the map that lies beside an edition."""
    content = json.loads((built.root / "output" / edition.map_path).read_text("utf-8"))
    assert isinstance(content, dict)
    return content


def bare(text: str) -> str:
    """Give the letters of a text: blanks, strong marks and line ends left out."""
    whole = unicodedata.normalize("NFKC", text.replace("**", ""))
    return re.sub(r"[\s\u200b\u2060\ufffe-]", "", whole)


@cache
def _page(path: Path, number: int) -> tuple[Any, float]:
    page = pypdfium2.PdfDocument(path)[number - 1]
    return page.get_textpage(), page.get_height()


def read_at(path: Path, place: dict[str, float]) -> str:
    """Give the words PDFium finds in a rectangle of a page."""
    words, height = _page(path, int(place["page"]))
    left, top = place["x"] * MM, height - place["y"] * MM
    bounds = (left - 1, top - place["height"] * MM, left + place["width"] * MM + 1, top)
    return str(words.get_text_bounded(*bounds))


def test_messages_are_where_the_map_says(built: Built, edition: Edition) -> None:
    """At the places of each message another engine reads the words of that message."""
    leaflet = built.localize(edition)
    pictures = {alt["text"] for alt in _pictures(leaflet.content)}
    pictures.add(leaflet.labels["scan_picture"].text)
    found = map_of(built, edition)["messages"]
    assert len(found) > 30
    for message in found:
        assert all(place["width"] > 0 and place["height"] > 0 for place in message["places"])
        if message["text"] in pictures:
            continue
        read = Counter(bare("".join(read_at(built.path(edition), p) for p in message["places"])))
        # A line's rectangle may touch a letter of its neighbours; none of its own may be missing.
        missing = Counter(bare(message["text"])) - read
        assert not missing, (message, read)


def _pictures(content: Any) -> list[dict[str, Any]]:
    found = []
    if isinstance(content, dict):
        if set(content) == {"file", "alt"}:
            found.append({"text": content["alt"].text})
        for value in content.values():
            found += _pictures(value)
    elif isinstance(content, list):
        for value in content:
            found += _pictures(value)
    return found


def test_no_text_of_a_page_is_without_a_place(built: Built, edition: Edition) -> None:
    """Each text of the leaflet itself has its place; only labels may have none."""
    leaflet = built.localize(edition)
    placed = {message["number"] for message in map_of(built, edition)["messages"]}
    labels = {text.number for text in leaflet.labels.values()}
    own = {text.number for text in leaflet.texts} - labels
    assert len(own) > 30
    assert own - placed == set()
    assert leaflet.page_labels[2][0].number in placed
    for name in ("phone_day", "about_this_leaflet", "sources", "draft_short"):
        if name != "phone_day" or leaflet.audience != "clinicians":
            assert leaflet.labels[name].number in placed, name


def test_places_are_on_the_paper(built: Built) -> None:
    """No place lies beyond the paper, and each says which page it is on."""
    for edition in all_editions():
        content = map_of(built, edition)
        assert content["pages"] == [{"width": 210.0, "height": 297.0}] * 2
        for place in (place for message in content["messages"] for place in message["places"]):
            paper = content["pages"][int(place["page"]) - 1]
            assert 0 <= place["x"] <= place["x"] + place["width"] <= paper["width"]
            assert 0 <= place["y"] <= place["y"] + place["height"] <= paper["height"]


@pytest.mark.parametrize("name", ["draft_short", "page_of"])
def test_a_message_that_stands_twice_has_both_places(built: Built, name: str) -> None:
    """What stands at the foot of each page has one number, also where it says something else."""
    label = built.project.phrases.labels[name].text
    for edition in all_editions():
        [message] = [m for m in map_of(built, edition)["messages"] if m["msgid"] == label]
        assert [place["page"] for place in message["places"]] == [1, 2]


def test_map_tells_what_translators_know(built: Built) -> None:
    """Each message is told by the words and the context under which a catalog has it."""
    keys = built.project.catalogs["es"].messages.keys()
    for edition in all_editions():
        for message in map_of(built, edition)["messages"]:
            assert (message["context"], message["msgid"]) in keys
            assert message["state"] == "translated"


def test_each_message_has_a_line_of_the_map(built: Built) -> None:
    """Whoever compares two maps sees which messages moved."""
    for edition in all_editions():
        text = (built.root / "output" / edition.map_path).read_text("utf-8")
        head, *lines, end = text.splitlines()
        assert head.endswith('"messages": [')
        assert end == "]}"
        told = [json.loads(line.removesuffix(",")) for line in lines]
        assert told == map_of(built, edition)["messages"]
