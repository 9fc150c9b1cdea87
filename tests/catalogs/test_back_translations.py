"""Urgent texts and figures were read back by somebody who had not seen the English."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from leafletry.content.leaflet import walk_texts
from leafletry.content.project import Project, read_project

ROOT = Path(__file__).parents[2]
READ_BACK = ROOT / "docs" / "back-translations"
PROJECT = read_project(ROOT)


def texts_to_read_back(project: Project) -> Iterator[tuple[str | None, str]]:
    """Yield each text of the bank of warnings, and each that prints a figure."""
    figures = {name for name, fact in project.facts.items() if fact.value is not None}
    for file, model in [*project.leaflets.items(), ("phrases", project.phrases)]:
        for path, text in walk_texts(model):
            warns = file == "phrases" and path[0] == "urgent"
            if warns or figures & set(re.findall(r"\{(\w+)\}", text.text)):
                yield text.context, text.text


@pytest.mark.parametrize("locale", ["es", "fr", "ja", "nl"])
def test_each_is_read_back_as_it_is_today(locale: str) -> None:
    """The English, the translation of today and what it was read as stand beside each other."""
    rows = [
        re.split(r"(?<!\\) \| ", line.strip("| \n"))
        for line in (READ_BACK / f"{locale}.md").read_text("utf-8").splitlines()
        if line.startswith("| ")
    ]
    assert all(len(row) == 3 and row[2].strip() for row in rows)
    told = {(english, translation) for english, translation, _ in rows}
    catalog = PROJECT.catalogs[locale]
    today = {
        (english, catalog.messages[context, english].msgstr)
        for context, english in texts_to_read_back(PROJECT)
    }
    assert today - told == set()
