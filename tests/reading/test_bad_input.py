"""Bad input: everything people or attackers can write gives a problem with its place, never more.

Each folder of `bad_input/` but `good` is a case: its files are laid over the project in `good`,
and `expected.txt` holds what must be said. After a change of wording on purpose, write all of
them anew with `UPDATE_EXPECTED=1 python3 build_leaflets.py test tests/reading/test_bad_input.py`,
and read the difference.
"""

import datetime as dt
import os
import shutil
import struct
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reach import is_at_arms_length
from sampling import sample

from leafletry.checking import check_project
from leafletry.content.catalog import Glossary, read_catalog
from leafletry.content.clinic import read_clinic
from leafletry.content.facts import FactBook, SourceList
from leafletry.content.leaflet import Leaflet, Phrases
from leafletry.content.project import read_project
from leafletry.content.writing import Writing
from leafletry.editions.localization import localize_leaflet
from leafletry.reading.problems import Place, ProblemsFoundError
from leafletry.reading.sourcefile import parse, read_yaml

CASES = Path(__file__).parents[1] / "bad_input"
GOOD = CASES / "good"
TODAY = dt.date(2026, 11, 20)
FEWEST_CASES = 160

LEAFLET = "leaflets/when-to-call.yaml"
SPANISH = "locales/es/LC_MESSAGES/messages.po"
CLINIC = "clinics/clinic.yaml"


def case_names() -> list[str]:
    """All cases: every folder but the good project."""
    return sorted(path.name for path in CASES.iterdir() if path.is_dir() and path != GOOD)


def project_with(folder: Path, *layers: Path) -> Path:
    """Give a copy of the good project with the files of some folders laid over it."""
    for layer in (GOOD, *layers):
        shutil.copytree(layer, folder, dirs_exist_ok=True)
    return folder


def report(root: Path) -> str:
    """Give all errors of a project and its clinics as people see them, or else the warnings."""
    project = read_project(root)
    problems = {*project.problems, *check_project(project, TODAY)}
    for path in sorted((root / "clinics").glob("*.yaml")):
        try:
            read_clinic(path, TODAY)
        except ProblemsFoundError as error:
            problems.update(error.problems)
    errors = [problem for problem in problems if not problem.warning]
    return "".join(f"{problem}\n" for problem in sorted(errors or problems))


class Watch:
    """Notes what Python opens, starts and calls up while it is on."""

    def __init__(self) -> None:
        """Hang itself into the interpreter, once and for all."""
        self.on = False
        self.seen: list[str] = []
        self.homes: list[str] = []
        sys.addaudithook(self.note)

    def note(self, event: str, arguments: tuple[object, ...]) -> None:
        """Note a file outside the homes, and anything that reaches out of the process."""
        if not self.on:
            return
        if event == "open" and isinstance(arguments[0], str | bytes):
            path = os.path.realpath(os.fsdecode(arguments[0]))
            if not path.startswith(tuple(self.homes)):
                self.seen.append(f"open {path}")
        elif not is_at_arms_length(event, arguments) and event.startswith(
            ("socket.", "urllib.", "subprocess.", "os.system", "os.exec", "ctypes")
        ):
            self.seen.append(f"{event} {arguments}")

    @contextmanager
    def over(self, root: Path) -> Iterator[None]:
        """Watch a block of code that may open files below `root` and Python's own only."""
        folders = [str(root), sys.prefix, sys.base_prefix, *sys.path]
        self.homes = [os.path.realpath(folder) + os.sep for folder in folders if folder]
        self.seen.clear()
        self.on = True
        try:
            yield
        finally:
            self.on = False


WATCH = Watch()


def test_good_project_has_no_problem() -> None:
    """The project under all cases is good, so that what a case finds comes from the case."""
    assert report(GOOD) == ""


def test_cases_are_found() -> None:
    """Every folder is found and says what it expects, so that no case is passed over in silence."""
    names = case_names()
    assert len(names) >= FEWEST_CASES
    assert [name for name in names if not (CASES / name / "expected.txt").is_file()] == []


def test_watch_sees_what_leaves_the_project(tmp_path: Path) -> None:
    """The guard of these tests notices a foreign file, so that its silence means something."""
    (tmp_path / "inside").mkdir()
    (tmp_path / "outside.txt").write_text("secret")
    (tmp_path / "inside" / "link").symlink_to(tmp_path / "outside.txt")
    with WATCH.over(tmp_path / "inside"):
        (tmp_path / "inside" / "link").read_text()
    assert WATCH.seen == [f"open {tmp_path / 'outside.txt'}"]


@pytest.mark.parametrize("name", case_names())
def test_case(name: str, tmp_path: Path) -> None:
    """A case gives exactly the problems it expects, with their places, and fetches nothing."""
    root = project_with(tmp_path / "project", CASES / name)
    with WATCH.over(root):
        said = report(root)
    assert WATCH.seen == []
    expected = CASES / name / "expected.txt"
    if os.environ.get("UPDATE_EXPECTED"):
        expected.write_text(said, "utf-8", newline="\n")
    assert said
    assert said == expected.read_text("utf-8")


def huge_leaflet(root: Path) -> None:
    """A leaflet of two megabytes."""
    (root / LEAFLET).write_text("title: " + "a" * 2_000_000)


def huge_catalog(root: Path) -> None:
    """A catalog of nine megabytes."""
    (root / SPANISH).write_text("# " + "a" * 9_000_000)


def many_problems(root: Path) -> None:
    """A leaflet with thousands of unknown keys."""
    (root / LEAFLET).write_text("".join(f"key{i}: value\n" for i in range(3_000)))


def folder_for_a_file(root: Path) -> None:
    """A folder where a leaflet should be."""
    (root / LEAFLET).unlink()
    (root / LEAFLET).mkdir()


def pipe_for_a_file(root: Path) -> None:
    """A pipe that nobody writes to where a leaflet should be."""
    (root / LEAFLET).unlink()
    os.mkfifo(root / LEAFLET)


def missing_catalog(root: Path) -> None:
    """A language without a catalog."""
    (root / SPANISH).unlink()


def linked_logo(root: Path) -> None:
    """A logo that is a link to something else."""
    (root / "secret.svg").write_text("<svg/>")
    (root / "clinics" / "logo.svg").unlink()
    (root / "clinics" / "logo.svg").symlink_to(root / "secret.svg")


def png_of(size: int) -> Callable[[Path], None]:
    """A small file that unpacks to a picture of `size` times `size` dots."""

    def chunk(name: bytes, content: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(name + content))
        return struct.pack(">I", len(content)) + name + content + checksum

    def make(root: Path) -> None:
        head = struct.pack(">IIBBBBB", size, size, 1, 0, 0, 0, 0)
        parts = (
            chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")
        )
        (root / "clinics" / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n" + parts)
        clinic = root / CLINIC
        clinic.write_text(clinic.read_text("utf-8").replace("logo.svg", "logo.png"), "utf-8")

    return make


def svg_of(body: str) -> Callable[[Path], None]:
    """A logo with something long in it."""

    def make(root: Path) -> None:
        text = f'<svg xmlns="http://www.w3.org/2000/svg">{body}</svg>'
        (root / "clinics" / "logo.svg").write_text(text)

    return make


LOGO = "clinic.yaml:8:7: logo: "
MADE = [
    (huge_leaflet, f"{LEAFLET}:1:1: is larger than 1,000,000 bytes"),
    (huge_catalog, f"{SPANISH}:1:1: is larger than 8,000,000 bytes"),
    (many_problems, f"{LEAFLET}:1:1: and 2,961 more problems in this file"),
    (folder_for_a_file, f"{LEAFLET}:1:1: is not a file"),
    (pipe_for_a_file, f"{LEAFLET}:1:1: is not a file"),
    (missing_catalog, f"{SPANISH}:1:1: cannot be read: No such file or directory"),
    (linked_logo, f'{LOGO}there is no file "logo.svg" beside the profile'),
    (png_of(2_500), f'{LOGO}"logo.png" has 2500 x 2500 dots, which is too many'),
    (png_of(12_000), f'{LOGO}"logo.png" has far too many dots'),
    (png_of(60_000), f'{LOGO}"logo.png" has far too many dots'),
    (png_of(100), f'{LOGO}"logo.png" is not a picture that can be read (OSError)'),
    (svg_of("<g/>" * 2_001), f'{LOGO}"logo.svg" has more than 2,000 parts'),
    (svg_of("<g>" * 900 + "</g>" * 900), f'{LOGO}"logo.svg" is not well-formed SVG'),
    (svg_of(" " * 500_001), f'{LOGO}"logo.svg" is larger than 500 kB'),
]


@pytest.mark.parametrize(("make", "line"), MADE, ids=range(len(MADE)))
def test_made_case(make: Callable[[Path], None], line: str, tmp_path: Path) -> None:
    """What is too large or too special to keep in a folder gives a problem as well."""
    if make is pipe_for_a_file and os.name == "nt":
        pytest.skip("Windows has no pipes in folders")
    root = project_with(tmp_path / "project")
    make(root)
    with WATCH.over(root):
        said = report(root)
    assert WATCH.seen == []
    assert line in said.splitlines()


@pytest.mark.parametrize("ending", [b"\r\n", b"\r"])
def test_line_ends_and_marks_of_other_systems_are_fine(ending: bytes, tmp_path: Path) -> None:
    """Files saved on Windows, with a byte order mark, say what they say elsewhere."""
    root = project_with(tmp_path / "project")
    for path in [*root.rglob("*.yaml"), *root.rglob("*.po")]:
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", ending))
    assert report(root) == ""
    project, same = read_project(root), read_project(GOOD)
    assert project.leaflets == same.leaflets
    assert project.catalogs["ja"].messages == same.catalogs["ja"].messages


def test_catalog_is_never_taken_for_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalog whose words are the name of a file is read itself, and not that file."""
    (tmp_path / "# other").write_bytes((GOOD / SPANISH).read_bytes())
    (tmp_path / "messages.po").write_text("# other")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ProblemsFoundError, match="does not say its Language"):
        read_catalog(tmp_path / "messages.po", "messages.po", "es")


# ── Any bytes at all ───────────────────────────────────────────────────────────────────────────

NASTY = st.sampled_from(
    [
        b"", b"\0", b"\xff", b"\xe2\x80\xae", b"\xef\xbb\xbf", b"\n", b"\r", b"\t", b" ", b"  - ",
        b": ", b"#", b"&a ", b"*a", b"!!x ", b"!", b"|\n", b">\n", b"---\n", b"...\n", b"%YAML 9\n",
        b"[", b"]", b"{", b"}", b",", b'"', b"'", b"\\", b'"\\ud800"', b"? ", b"<<: ", b"~",
        b"yes", b"1e999", b".nan", b"-1", b"9" * 400, b"2026-02-30", b"0000-00-00", b"=", b"{x}",
        b"{x.y}", b"**", b"msgid", b'msgid "', b'msgstr "a"\n', b'msgctxt "c"\n', b"msgid_plural",
        b"msgstr[9]", b"#, fuzzy\n", b"#~ msgid", b"#| ", b'"\\x', b"\\n", b"Language:",
        b"plural=n/0;", b"<", b">", b"&a;", b"<!DOCTYPE x [", b"<![CDATA[", b"<?x?>", b"</svg>",
        b'xmlns="', b"<script>", b'encoding="utf-7"', b"\xed\xa0\x80", b"text: ", b"cites: [",
    ]
)  # fmt: skip


@st.composite
def spoiled(draw: st.DrawFn, name: str) -> bytes:
    """A file of the good project, with pieces cut out and other pieces put in."""
    content = (GOOD / name).read_bytes()
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(content)))
        end = draw(st.integers(start, min(len(content), start + 40)))
        piece = draw(st.one_of(NASTY, st.binary(max_size=6), st.text(max_size=6).map(str.encode)))
        content = content[:start] + piece + content[end:]
    return content


def any_bytes(name: str) -> st.SearchStrategy[bytes]:
    """Anything: a spoiled file, nasty pieces in a row, or noise."""
    return st.one_of(spoiled(name), st.lists(NASTY, max_size=12).map(b"".join), st.binary())


often = settings(
    max_examples=sample(300),
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@contextmanager
def problems_with_places() -> Iterator[None]:
    """Let problems through that all say where they are, and no other exception."""
    places: list[Place] | None = None
    try:
        yield
    except ProblemsFoundError as error:
        places = [problem.place for problem in error.problems]
    assert places is None or (places and all(place.line and place.column for place in places))


@often
@given(
    content=st.one_of(*(any_bytes(f"leaflets/{name}.yaml") for name in ("when-to-call", "facts")))
)
def test_any_bytes_as_yaml(content: bytes, tmp_path: Path) -> None:
    """Whatever stands in a YAML file, reading it gives a value or problems with places."""
    path = tmp_path / "any.yaml"
    path.write_bytes(content)
    for model in (Leaflet, Phrases, FactBook, SourceList, Glossary, Writing):
        with problems_with_places():
            parse(model, read_yaml(path, "any.yaml"))


@often
@given(content=any_bytes(SPANISH))
def test_any_bytes_as_catalog(content: bytes, tmp_path: Path) -> None:
    """Whatever stands in a catalog, reading it gives messages or problems with places."""
    path = tmp_path / "messages.po"
    path.write_bytes(content)
    with problems_with_places():
        read_catalog(path, "messages.po", "es")


@often
@given(content=any_bytes(CLINIC))
def test_any_bytes_as_clinic(content: bytes, tmp_path: Path) -> None:
    """Whatever stands in a clinic's profile, reading it gives a profile or problems."""
    path = tmp_path / "clinic.yaml"
    path.write_bytes(content)
    shutil.copy(GOOD / "clinics" / "logo.svg", tmp_path)
    with problems_with_places():
        read_clinic(path, TODAY)


@often
@given(content=any_bytes("clinics/logo.svg"))
def test_any_bytes_as_svg(content: bytes, tmp_path: Path) -> None:
    """Whatever a logo is made of, it is a plain picture or a problem."""
    shutil.copy(GOOD / CLINIC, tmp_path)
    (tmp_path / "logo.svg").write_bytes(content)
    try:
        profile = read_clinic(tmp_path / "clinic.yaml", TODAY)
    except ProblemsFoundError:
        return
    assert profile.logo is not None
    assert profile.logo.content.startswith(b"\x89PNG")


FILES = [
    LEAFLET,
    "leaflets/facts.yaml",
    "leaflets/phrases.yaml",
    "locales/fr/glossary.yaml",
    "locales/fr/writing.yaml",
    SPANISH,
]


@pytest.mark.parametrize("name", FILES)
@settings(often, max_examples=sample(60))
@given(data=st.data())
def test_any_bytes_in_a_project(name: str, data: st.DataObject, tmp_path: Path) -> None:
    """With any one file spoiled, the checks give problems, or the leaflets can be localized."""
    root = project_with(tmp_path / "project")
    (root / name).write_bytes(data.draw(spoiled(name)))
    project = read_project(root)
    problems = {*project.problems, *check_project(project, TODAY)}
    if all(problem.warning for problem in problems):
        for leaflet in project.leaflets:
            for locale in project.locales:
                localize_leaflet(project, leaflet, locale)
