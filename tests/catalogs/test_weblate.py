"""The component that docs/weblate.json describes is one that Weblate takes, and keeps our files."""

import dataclasses
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from judges.weblate import read_names
from patience import PATIENCE

PROJECT = Path(__file__).parents[2]
RECORDED: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parents[1] / "weblate_names.yaml").read_text("utf-8")
)
NAMES: dict[str, Any] = RECORDED["names"]
[COMPONENT] = json.loads((PROJECT / "docs" / "weblate.json").read_text("utf-8"))
# Weblate keeps its files with the Translate Toolkit: every translation is taken and given back.
SAVE = """
import sys
from translate.storage.pypo import pofile

store = pofile.parsefile(sys.argv[1])
store.wrapper.width = int(sys.argv[2])
for unit in store.units:
    words = unit.target
    if unit.source and words and not unit.isobsolete():
        unit.target = ""
        unit.target = words
sys.stdout.buffer.write(bytes(store))
"""


def saved(path: Path, width: int) -> str:
    """Give a catalog as Weblate writes it after all its messages were edited to the same words."""
    command = [sys.executable, "-P", "-c", SAVE, str(path), str(width)]
    return subprocess.run(command, capture_output=True, check=True).stdout.decode("utf-8")


@pytest.mark.parametrize(
    "path", sorted(PROJECT.glob(COMPONENT["filemask"])), ids=lambda path: path.parts[-3]
)
def test_saving_changes_no_byte(path: Path) -> None:
    """With its width of lines, what Weblate saves differs from our files in the words alone."""
    text = path.read_text("utf-8")
    assert saved(path, COMPONENT["file_format_params"]["po_line_wrap"]) == text
    assert saved(path, 77) != text


def test_every_setting_is_one_of_weblate() -> None:
    """No name is made up or mistyped: Weblate passes over what it does not know in silence."""
    assert set(COMPONENT) <= set(NAMES["fields"])
    assert {"name", "filemask", "repo", "file_format"} <= set(COMPONENT)


@pytest.mark.parametrize("field", NAMES["choices"])
def test_choices_are_among_those_there_are(field: str) -> None:
    """Where Weblate offers a choice, one of its values is chosen."""
    assert COMPONENT[field] in NAMES["choices"][field]


def test_format_is_gettext_as_we_write_it() -> None:
    """Bilingual gettext, no line broken but at line ends, former texts and places kept."""
    assert COMPONENT["file_format"] == "po"
    assert COMPONENT["file_format"] in NAMES["file_formats"]
    assert COMPONENT["template"] == COMPONENT["intermediate"] == ""
    params = COMPONENT["file_format_params"]
    assert params.keys() == NAMES["file_format_params"].keys()
    for name, value in params.items():
        choices = NAMES["file_format_params"][name]
        assert str(value) in choices if choices else isinstance(value, bool)
    assert params["po_line_wrap"] == 65_535
    assert params["po_keep_previous"]
    assert not params["po_no_location"]
    assert not params["po_fuzzy_matching"]


def test_checks_and_flags_are_known() -> None:
    """What Weblate is to check, and what nobody may wave through, are checks that it has."""
    flags = [flag.strip() for flag in COMPONENT["check_flags"].split(",")]
    assert flags
    assert set(flags) <= set(NAMES["flags"])
    assert COMPONENT["enforced_checks"]
    assert set(COMPONENT["enforced_checks"]) <= set(NAMES["checks"])


def test_files_are_where_it_looks() -> None:
    """The mask finds exactly the catalogs there are, and the template is there."""
    found = {path.parts[-3] for path in PROJECT.glob(COMPONENT["filemask"])}
    folders = {path.name for path in (PROJECT / "locales").iterdir() if path.is_dir()}
    assert found == folders - {"en"}
    assert (PROJECT / COMPONENT["new_base"]).is_file()


def test_update_is_the_only_writer_of_messages() -> None:
    """Weblate adds no message and no language, and runs no add-on that merges the template."""
    assert COMPONENT["manage_units"] is False
    assert COMPONENT["edit_template"] is False
    assert COMPONENT["new_lang"] != "add"
    assert "weblate.gettext.msgmerge" in NAMES["addons"]
    page = (PROJECT / "docs" / "translators.md").read_text("utf-8")
    assert "weblate.gettext.msgmerge" in page


@pytest.mark.slow
def test_recorded_names_are_those_of_weblate(tmp_path: Path) -> None:
    """The names in the tests are those in the source of that version of Weblate."""
    version = RECORDED["version"]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest"]
    subprocess.run(
        [*command, str(tmp_path), "--only-binary=:all:", f"weblate=={version}"],
        timeout=PATIENCE,
        check=True,
    )
    [wheel] = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        members = [name for name in archive.namelist() if name.endswith(".py")]
        archive.extractall(tmp_path, members)
    names = read_names(tmp_path / "weblate")
    assert dataclasses.asdict(names) == NAMES
    licenses = (tmp_path / "weblate/utils/licensedata.py").read_text("utf-8")
    assert f'"{COMPONENT["license"]}"' in licenses
