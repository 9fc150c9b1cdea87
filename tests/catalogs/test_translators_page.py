"""The page for translators tells the truth: its commands are there, its examples are real."""

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from leafletry.catalogs.updating import update_catalogs
from leafletry.checking import check_project
from leafletry.cli import commands
from leafletry.content.project import read_project

PROJECT = Path(__file__).parents[2]
PAGE = (PROJECT / "docs" / "translators.md").read_text("utf-8")
SPANISH = "locales/es/LC_MESSAGES/messages.po"
COMMANDS = re.findall(r"^\| `([a-z ]+?)(?: (?:es|de|hi))?` \|", PAGE, re.MULTILINE)
EXAMPLE = [line[4:] for line in PAGE.splitlines() if line.startswith("    ")]
MSGID, MSGSTR = (line for line in EXAMPLE if line.startswith("msg"))


def test_the_page_tells_of_every_command() -> None:
    """Everything a translator can do from the command line stands in the table."""
    assert {"serve", "proof", *(f"catalogs {name}" for name in catalog_commands())} == set(COMMANDS)


def catalog_commands() -> list[str]:
    """Give the commands of translators, as the command line knows them."""
    said = CliRunner().invoke(commands, ["catalogs", "--help"]).output.partition("Commands:")[2]
    return re.findall(r"^  ([a-z]+) ", said, re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_are_there(command: str) -> None:
    """Each command of the table answers when it is asked for help."""
    result = CliRunner().invoke(commands, [*command.split(), "--help"])
    assert result.exit_code == 0, result.output


def test_the_example_is_a_message_of_ours(tmp_path: Path) -> None:
    """The message that the page explains is one of the Spanish catalog, word for word."""
    for name in ("leaflets", "locales", "templates", "styles"):
        shutil.copytree(PROJECT / name, tmp_path / name)
    update_catalogs(read_project(tmp_path))
    text = (tmp_path / SPANISH).read_text("utf-8")
    assert f"{MSGID}\n{MSGSTR}\n" in text
    notes = [line for line in EXAMPLE if line.startswith("#")]
    assert len(notes) == 6
    entry = next(part for part in text.split("\n\n") if MSGID in part)
    for note in notes:
        assert note.partition("…")[0] in entry


def test_the_finding_is_what_the_check_says(tmp_path: Path) -> None:
    """What a finding looks like on the page is what the check says of that very mistake."""
    for name in ("leaflets", "locales", "styles"):
        shutil.copytree(PROJECT / name, tmp_path / name)
    path = tmp_path / SPANISH
    text = path.read_text("utf-8")
    path.write_text(text.replace(MSGSTR, 'msgstr "Algunos bebés al año"'), "utf-8")
    problems = check_project(read_project(tmp_path))
    said = next(str(p) for p in problems if p.message == "lost {infant_cases_us}")
    shown = "\n".join(EXAMPLE[-2:])
    assert re.sub(r":\d+:", ":1:", said, count=1) == re.sub(r":\d+:", ":1:", shown, count=1)


def test_files_are_where_the_page_says() -> None:
    """The files in its first table are there."""
    for name in re.findall(r"`(locales/es/[\w./]+)`", PAGE):
        assert (PROJECT / name).is_file(), name
