"""The command line: what it says, where, and how it ends."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import click
import pypdfium2
import pytest
from commands_given import environment
from judges.tools import open_terminal
from patience import PATIENCE
from small_project import (
    ACT_EN,
    CALL,
    CALL_EN,
    CALL_NL,
    DUTCH_FILE,
    EVERYTHING,
    append,
    assert_nothing_else,
    built,
    files_in,
    made_lines,
    posix_only,
    replace,
    root,
    run,
)
from test_building import go_on, hold, start

from leafletry.cli import commands
from leafletry.cli.naming import known_clinics
from leafletry.content.project import read_project
from leafletry.editions.localization import localize_leaflet
from leafletry.editions.markup import leaflet_html, template_environment

__all__ = ["built", "root"]

PROJECT = Path(__file__).parents[2]
README = PROJECT / "README.md"
ESCAPE = "\x1b"
FILLER = re.compile(r"\b(?:None|TODO|TBD|XXX|undefined|null|nan)\b|[{}]")


def command_names() -> list[str]:
    """All commands people can give, those within groups after the name of the group."""
    names = []
    for name, command in commands.commands.items():
        inner = command.commands if isinstance(command, click.Group) else {}
        names += [f"{name} {other}" for other in inner] or [name]
    return sorted(names)


# ── Help ───────────────────────────────────────────────────────────────────────────────────────


def test_commands_are_found() -> None:
    """The commands are the ones people know, so that the tests below look at something."""
    assert {"build", "check", "catalogs update"} <= set(command_names())


def test_help_names_every_command(root: Path) -> None:
    """`--help` names each command, also the door's own two, with a sentence for each."""
    for option in ("--help", "-h"):
        result = run(root, option)
        assert (result.returncode, result.stderr) == (0, "")
        for name in [*command_names(), "test", "lock"]:
            assert re.search(rf"\b{name.split()[0]}\b", result.stdout), name
    for name in command_names():
        result = run(root, *name.split(), "--help")
        assert (result.returncode, result.stderr) == (0, "")
        assert re.search(r"\n  [A-Z].*\.\n", result.stdout), name


def test_readme_names_every_command() -> None:
    """README.md shows each command as one would type it, in a table or a block of code."""
    if not README.exists():
        pytest.skip("there is no README.md yet")
    lines = README.read_text("utf-8").splitlines()
    shown = "\n".join(line for line in lines if line.startswith(("|", "    ", "\t")))
    for name in [*command_names(), "test", "lock"]:
        assert re.search(rf"build_leaflets\.py {name}\b", shown), name


def test_readme_names_every_exit_code() -> None:
    """README.md says what each exit code means."""
    if not README.exists():
        pytest.skip("there is no README.md yet")
    said = re.search(r"Exit codes?:(.*)", README.read_text("utf-8"))
    assert said is not None
    assert re.findall(r"(?<![\w.])[0-9]+(?![\w.])", said[1]) == ["0", "1", "2"]


def test_version_is_told(root: Path) -> None:
    """`--version` says which Leafletry this is."""
    result = run(root, "--version")
    assert (result.returncode, result.stderr) == (0, "")
    assert re.fullmatch(r"Leafletry, version \d+\.\d+\.\d+\n", result.stdout)


@pytest.mark.parametrize(
    ("given", "hint"),
    [
        ("clinics/exampel.yaml", 'did you mean "clinics/example.yaml"?'),
        ("example", 'did you mean "clinics/example.yaml"?'),
        ("nowhere/example.yml", 'did you mean "clinics/example.yaml"?'),
        ("quite-another.yaml", "there is no file 'quite-another.yaml'"),
        ("styles", "there is no clinic's profile (.yaml) in 'styles'"),
    ],
)
def test_a_clinic_is_asked_back_for(
    given: str, hint: str, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A profile that is not there is told as wrong usage, with the one that may be meant."""
    monkeypatch.chdir(root)
    with pytest.raises(click.UsageError) as refused:
        known_clinics(Path(), [given])
    assert hint in str(refused.value)


def test_a_folder_of_clinics_is_all_of_its_profiles(root: Path) -> None:
    """A folder stands for every profile in it, each once, in the order of their names."""
    for name in ("north.yaml", "b.yml", ".hidden.yaml"):
        shutil.copy(root / "clinics/example.yaml", root / "clinics" / name)
    found = known_clinics(root, [str(root / "clinics"), str(root / "clinics/north.yaml")])
    assert [path.name for path in found] == ["b.yml", "example.yaml", "north.yaml"]


# ── Exit codes ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "arguments",
    [
        ["--bogus"],
        ["build", "--bogus"],
        ["bogus"],
        ["build", "more"],
        ["check", "more"],
        ["catalogs", "bogus"],
        ["build", "--clinic"],
        ["build", "--clinic", "clinics/missing.yaml"],
        ["--clinic", "leaflets/nothing"],
        ["--clinic", "styles"],
        ["build", "--leaflet", "call-su"],
        ["build", "--locale", "xx"],
        ["check", "--leaflet", "nothing"],
        ["build", "--jobs", "0"],
        ["build", "--jobs", "many"],
    ],
)
def test_wrong_usage_is_exit_code_2(arguments: list[str], root: Path) -> None:
    """Wrong usage ends with 2, says what is wrong on stderr, and changes nothing."""
    before = files_in(root / "output")
    result = run(root, *arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert re.search(r"^Error: ", result.stderr, re.MULTILINE)
    assert "Traceback" not in result.stderr
    assert files_in(root / "output") == before


def test_problems_are_exit_code_1(root: Path) -> None:
    """A broken text ends build and check with 1, on stderr, once each, with its place."""
    replace(root, DUTCH_FILE, "Verwijs vandaag", "Verwijs twee keer")
    for command in ("build", "check"):
        result = run(root, command)
        assert result.returncode == 1
        told = [line for line in result.stderr.splitlines() if "twee" in line]
        assert len(told) == 1
        assert re.match(rf"{DUTCH_FILE}:\d+:\d+: ", told[0])
        assert "twee" not in result.stdout


@pytest.mark.parametrize("content", ["", "- a list", "name: [", "\x00", "name: x\ncountry: GB"])
def test_broken_clinic_is_exit_code_1(content: str, root: Path) -> None:
    """A clinic file that is none ends with 1; the general leaflets are there all the same."""
    (root / "clinics" / "bad.yaml").write_text(content)
    result = run(root, "--clinic", "clinics/bad.yaml")
    assert result.returncode == 1
    assert re.match(r"bad\.yaml:\d+:\d+: ", result.stderr)
    assert "Traceback" not in result.stderr
    assert_nothing_else(root)
    assert (root / "output" / CALL_EN).exists()


# ── What is said ───────────────────────────────────────────────────────────────────────────────


def test_plain_lines_without_a_terminal(root: Path) -> None:
    """Into a file or pipe go plain lines: a few of the editions, and a last one with the sum."""
    append(root, "leafletry/content/numerals.py", "# new\n")
    result = run(root)
    assert result.returncode == 0
    assert ESCAPE not in result.stdout + result.stderr
    assert "\r" not in result.stdout
    *lines, last = result.stdout.splitlines()
    assert [line.split(" ")[0] for line in lines] == ["1/4", "4/4"]
    assert re.fullmatch(r"4 made, 0 up to date, in \d+\.\d s\. See output/index\.html\.", last)
    assert all("warning" in line or "hint" in line for line in result.stderr.splitlines())


def test_verbose_lists_every_edition(root: Path) -> None:
    """With --verbose each edition made has its line."""
    append(root, "leafletry/content/numerals.py", "# new\n")
    assert made_lines(run(root, "--verbose").stdout) == EVERYTHING


def test_verbose_marks_what_failed(root: Path) -> None:
    """With --verbose an edition that could not be typeset is marked in the list."""
    long = "".join(f"      - {'Long words go on and on. ' * 30}\n" for _ in range(9))
    block = "  - block: prose\n    heading: Much\n    cites: [very_rare]\n    paragraphs:\n"
    append(root, f"leaflets/{CALL}.yaml", block + long)
    result = run(root, "-v")
    assert result.returncode == 1
    failed = re.findall(r"^\d/2 (\S+) FAILED$", result.stdout, re.MULTILINE)
    assert set(failed) == {CALL_EN, CALL_NL}
    assert "0 made, 2 up to date, 2 could not be made" in result.stdout


def test_quiet_prints_problems_only(root: Path) -> None:
    """With --quiet a good build says nothing at all, and a bad one its errors and nothing else."""
    append(root, "leafletry/content/numerals.py", "# new\n")
    result = run(root, "--quiet")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    append(root, f"leaflets/{CALL}.yaml", "colour: red\n")
    result = run(root, "build", "-q")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith(f"leaflets/{CALL}.yaml:")
    assert all(": " in line for line in result.stderr.splitlines())


def test_check_writes_nothing(root: Path) -> None:
    """`check` says how many errors and warnings there are, and leaves every file as it was."""
    before = files_in(root)
    result = run(root, "check")
    assert result.returncode == 0
    assert re.search(r"^0 errors, 1 warnings\.\n", result.stdout, re.MULTILINE)
    assert files_in(root) == before


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("leaflets/call-us.yaml", "{a4: 1}", "{a4: 2}", "fills 1 of 2 pages"),
        (
            "styles/blocks.css",
            "line-height: 1.12; color: var(--ink)",
            "color: #ccc",
            "has a contrast of",
        ),
        ("templates/leaflet.html", "<h1>", "<h1><wbr>", "well-formed pages"),
    ],
)
def test_check_lays_the_pages_out(root: Path, file: str, old: str, new: str, says: str) -> None:
    """What would keep a leaflet from being printed is told by `check`, and not only by a build."""
    replace(root, file, old, new)
    before = files_in(root)
    result = run(root, "check")
    assert result.returncode == 1
    assert says in result.stderr
    assert "Traceback" not in result.stderr
    assert files_in(root) == before


@pytest.mark.parametrize("file", ["facts.yaml", "phrases.yaml", "sources.yaml", "call-us.yaml"])
@pytest.mark.parametrize("command", ["check", "catalogs check"])
def test_a_broken_file_is_one_problem_of_a_check(root: Path, file: str, command: str) -> None:
    """A file that cannot be read is told once; no page is laid out without what it holds."""
    (root / "leaflets" / file).write_text("[", "utf-8")
    result = run(root, *command.split())
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    errors = [line for line in result.stderr.splitlines() if line[:1] != " " and "warn" not in line]
    assert len(errors) == 1, errors
    assert errors[0].startswith(f"leaflets/{file}:")


def on_a_terminal(root: Path, *arguments: str, **variables: str) -> str:
    """Run the command line on a terminal of its own and give all it wrote there."""
    ours, theirs = open_terminal()
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "leafletry", *arguments],
        cwd=root,
        env={**environment(root), "TERM": "xterm-256color", "COLUMNS": "100", **variables},
        stdin=theirs,
        stdout=theirs,
        stderr=subprocess.DEVNULL,
    ) as process:
        os.close(theirs)
        said = b""
        while True:
            try:
                part = os.read(ours, 65_536)
            except OSError:  # How Linux says that nobody holds the other end.
                break
            if not part:
                break
            said += part
    os.close(ours)
    assert process.returncode == 0
    return said.decode()


COLOUR = re.compile(r"\x1b\[[0-9;]*(?:3[0-9]|4[0-9]|9[0-7])(?:;[0-9;]*)?m")


@posix_only
@pytest.mark.parametrize("no_colour", [False, True])
def test_bar_on_a_terminal(no_colour: bool, root: Path) -> None:  # noqa: FBT001 - a column
    """A terminal shows a bar that counts, in colour unless NO_COLOR is set, and clears it away."""
    append(root, "leafletry/content/numerals.py", "# new\n")
    said = on_a_terminal(root, **({"NO_COLOR": "1"} if no_colour else {}))
    assert "Making leaflets" in said
    assert "4/4" in said
    assert bool(COLOUR.search(said)) is not no_colour
    shown = [said.rfind(f"{ESCAPE}[?25{mode}") for mode in "hl"]
    assert shown[0] > shown[1], "the cursor is not given back"
    assert re.search(r"4 made, 0 up to date, in \d+\.\d s", said)


@posix_only
def test_no_bar_when_lines_are_asked_for(root: Path) -> None:
    """On a terminal --verbose still gives lines, and --quiet still nothing."""
    append(root, "leafletry/content/numerals.py", "# new\n")
    said = on_a_terminal(root, "--verbose")
    assert made_lines(said.replace("\r", "")) == EVERYTHING
    assert ESCAPE not in said
    append(root, "leafletry/content/numerals.py", "# newer\n")
    assert on_a_terminal(root, "--quiet") == ""


@posix_only
def test_interrupted_build_ends_with_130(root: Path) -> None:
    """Ctrl-C ends a build without a traceback, and leaves the folder as it was."""
    hold(root)
    before = files_in(root / "output")
    with start(root, "--verbose") as process:
        assert process.stdout is not None
        process.stdout.readline()  # The first edition is made.
        os.killpg(process.pid, 2)
        go_on(root)
        _, said = process.communicate(timeout=PATIENCE)
    assert "Traceback" not in said
    assert process.returncode == 130
    assert {name for name in files_in(root / "output") if ".staging" in name} == set()
    assert files_in(root / "output") == before


# ── A clinic's numbers, or none ────────────────────────────────────────────────────────────────


def text_of(pdf: Path) -> str:
    """Give the words of a PDF, with plain blanks."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()
    return " ".join(" ".join(pages).replace("\u00a0", " ").split())


def test_clinic_gets_its_own_leaflets(root: Path) -> None:
    """With --clinic its numbers stand in output/clinics/, and nowhere in the general leaflets."""
    general = {name: (root / "output" / name).read_bytes() for name in EVERYTHING}
    result = run(root, "--clinic", "clinics/example.yaml", "--verbose")
    assert result.returncode == 0
    assert made_lines(result.stdout) == {f"clinics/example/{path}" for path in EVERYTHING}
    words = text_of(root / "output/clinics/example" / CALL_EN)
    for printed in ("020 7946 0100", "020 7946 0199", "999", "Example Children's Hospital"):
        assert printed in words.replace("\u2019", "'"), printed
    assert "38.0" in words
    assert "38,0" in text_of(root / "output/clinics/example" / CALL_NL)
    assert "Ward handbook" in text_of(root / "output/clinics/example" / ACT_EN)
    for name, content in general.items():
        assert (root / "output" / name).read_bytes() == content
        assert not re.search(r"7946|\b999\b|Hospital|38[.,]0", text_of(root / "output" / name))
    assert_nothing_else(root)
    assert "4 editions" not in run(root, "build").stdout
    assert len(list((root / "output").rglob("*.pdf"))) == 8


def test_filler_is_never_printed(root: Path) -> None:
    """No page says None, TODO or the name of a placeholder, with a clinic or without."""
    run(root, "--clinic", "clinics/example.yaml")
    pdfs = list((root / "output").rglob("*.pdf"))
    assert len(pdfs) == 8
    for pdf in pdfs:
        assert FILLER.search(text_of(pdf)) is None, pdf


class Panels(HTMLParser):
    """Collects the words of every panel with numbers to call, and counts its lines to fill in."""

    def __init__(self, page: str) -> None:
        """Read a page."""
        super().__init__()
        self.depth = 0
        self.words = ""
        self.values = ""
        self.blanks = self.fields = 0
        self.in_value = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note where a panel begins, and each of its fields."""
        classes = (dict(attrs).get("class") or "").split()
        if tag == "dl":
            self.depth += 1
        if self.depth and tag == "dd":
            self.fields += 1
            self.blanks += "blank" in classes
            self.in_value = True

    def handle_endtag(self, tag: str) -> None:
        """Note where a panel ends."""
        self.depth -= tag == "dl"
        self.in_value = self.in_value and tag != "dd"

    def handle_data(self, data: str) -> None:
        """Keep the words of a panel."""
        if self.depth:
            self.words += data
        if self.in_value:
            self.values += data.strip()


def urgent_contacts(blocks: Iterable[object]) -> Iterator[list[str]]:
    """Give what the panel of each urgent box below some blocks holds."""
    for block in blocks:
        if getattr(block, "block", "") == "urgent":
            yield block.contacts  # type: ignore[attr-defined]
        yield from urgent_contacts(getattr(block, "blocks", ()))


def test_without_a_clinic_the_panel_is_ruled_lines() -> None:
    """In every leaflet and language the panel has labels and empty lines: no digit, no filler."""
    project = read_project(PROJECT)
    pages = template_environment(PROJECT / "templates")
    seen = 0
    for name, leaflet in project.leaflets.items():
        for locale in project.locales:
            page = leaflet_html(pages, localize_leaflet(project, name, locale), "code")
            urgent = page[page.index('id="urgent"') :]
            panel = Panels(urgent[: urgent.index("</section>")])
            (contacts,) = urgent_contacts(leaflet.blocks)
            assert panel.fields == panel.blanks == len(contacts), (name, locale)
            assert panel.values == ""
            assert panel.words.strip()
            assert not re.search(r"\d", panel.words), (name, locale)
            assert FILLER.search(panel.words) is None, (name, locale)
            seen += panel.fields
    assert seen >= 15
