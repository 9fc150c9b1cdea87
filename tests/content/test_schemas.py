"""Editors complete and check the YAML by schemas: they take what we take, and refuse slips."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ROOT
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from small_project import run, small_project

from leafletry.content.project import SHARED_FILES
from leafletry.content.schemas import schemas

FIRST_LINE = re.compile(r"# yaml-language-server: \$schema=(\S+)\n")


class AsEditors(yaml.SafeLoader):
    """Reads YAML as editors do: a day is a text."""


AsEditors.yaml_implicit_resolvers = {
    letter: [(tag, form) for tag, form in found if not tag.endswith("timestamp")]
    for letter, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def written() -> list[Path]:
    """Give the files of this project that people write by a schema."""
    return [
        *sorted((ROOT / "leaflets").glob("*.yaml")),
        *sorted((ROOT / "clinics").glob("*.yaml")),
        *sorted((ROOT / "styles/formats").glob("*.yaml")),
        *sorted((ROOT / "locales").glob("*/glossary.yaml")),
        *sorted((ROOT / "templates").glob("*/glossary.yaml")),
    ]


def named(path: Path) -> Path:
    """Give the schema that a file names in its first line."""
    found = FIRST_LINE.match(path.read_text("utf-8"))
    assert found, path
    return (path.parent / found[1]).resolve()


def faults(schema: str, value: Any) -> list[str]:
    """Give what a schema says of a value."""
    judge = Draft202012Validator(json.loads((ROOT / "schemas" / f"{schema}.json").read_text()))
    return [error.message for error in judge.iter_errors(value)]


def test_the_schemas_are_those_of_the_models() -> None:
    """What lies in schemas/ is what `schemas` writes today, and nothing else."""
    there = {
        f"schemas/{path.name}": path.read_text("utf-8") for path in (ROOT / "schemas").iterdir()
    }
    assert there == schemas()
    for content in there.values():
        Draft202012Validator.check_schema(json.loads(content))


def test_the_command_writes_them(tmp_path: Path) -> None:
    """`schemas` puts them where the first lines of the files lead."""
    root = small_project(tmp_path / "project")
    result = run(root, "schemas")
    assert (result.returncode, result.stdout.split()) == (0, list(schemas()))
    assert {name: (root / name).read_text("utf-8") for name in schemas()} == schemas()


@pytest.mark.parametrize("path", written(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_names_its_schema_and_keeps_to_it(path: Path) -> None:
    """The first line leads to the right schema, which finds nothing wrong with what ships."""
    folder = path.parent.name
    of_leaflets = path.stem if path.stem in SHARED_FILES else "leaflet"
    kinds = {"leaflets": of_leaflets, "clinics": "clinic", "formats": "format"}
    schema = kinds.get(folder, "glossary")
    if path.is_relative_to(ROOT / "templates"):  # It lands in locales/.
        assert FIRST_LINE.match(path.read_text("utf-8")), path
        return
    assert named(path) == ROOT / "schemas" / f"{schema}.json"
    assert faults(schema, yaml.load(path.read_text("utf-8"), AsEditors)) == []  # noqa: S506 - a safe one


SLIPS: dict[str, tuple[str, str, str, str]] = {
    "an unknown key": ("leaflet", "\ntitle:", "\nbleed: 3\ntitle:", "bleed"),
    "a block of no kind": ("leaflet", "block: urgent", "block: urgnet", "urgnet"),
    "a reader there is not": ("leaflet", "audience: parents", "audience: uncles", "uncles"),
    "no title": ("leaflet", "\ntitle:", "\ntitel:", "title"),
    "pages in words": ("leaflet", "{a4: 2", "{a4: two", "two"),
    "an unknown unit": ("clinic", "unit: celsius", "unit: kelvin", "kelvin"),
    "no country": ("clinic", "\ncountry: GB", "", "country"),
    "a paper of no width": ("format", "width: 210\n", "", "width"),
    "pages of no kind": ("format", "pages: exactly", "pages: many", "many"),
}
FILES = {
    "leaflet": ROOT / "leaflets/when-to-have-your-baby-checked.yaml",
    "clinic": ROOT / "clinics/example.yaml",
    "format": ROOT / "styles/formats/a4.yaml",
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_seen_while_it_is_typed(slip: str) -> None:
    """The schema refuses what our own reading refuses, and its message names it."""
    schema, old, new, said = SLIPS[slip]
    text = FILES[schema].read_text("utf-8")
    assert old in text
    found = faults(schema, yaml.load(text.replace(old, new, 1), AsEditors))  # noqa: S506 - a safe one
    assert found
    assert any(said in message for message in found), found
