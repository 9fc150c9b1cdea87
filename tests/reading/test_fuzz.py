"""Fuzzing: whatever bytes a reader is given, it ends, with a value or with problems with places.

The cases are made in `fuzz/`; a failure names the command that repeats it.
"""

import itertools
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from fuzz import pdfs, trial
from fuzz.box import environment, make_box, snapshot
from fuzz.cases import SEEDS, content, seed_names
from fuzz.readers import CLINIC, READERS
from fuzz.trial import Case, find_faults
from patience import PATIENCE
from sampling import WHOLE

pytestmark = pytest.mark.skipif(os.name == "nt", reason="limits of memory and time are POSIX")

EACH = 28
"""How many cases of each reader the test command tries."""
EACH_SLOWLY = 800
FEWEST, FEWEST_SLOWLY = 500, 10_000
COMMANDS = 6 if WHOLE else 3
COMMANDS_SLOWLY = 24


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A box with a small project and things around it that nobody may touch."""
    folder = tmp_path_factory.mktemp("box").resolve()
    make_box(folder)
    return folder


def cases_of(
    readers: Iterator[str] | dict[str, object] | list[str], first: int, end: int
) -> list[Case]:
    """Give the cases of some readers with these numbers."""
    return [(reader, str(number)) for reader in readers for number in range(first, end)]


def test_seeds_belong_to_readers() -> None:
    """Every folder of seeds is tried, so that what was found once is never forgotten."""
    assert {path.name for path in SEEDS.iterdir()} <= set(READERS)


def test_seeds(box: Path) -> None:
    """What was found once, and what cases begin with, holds."""
    seeds = [(reader, name) for reader in READERS for name in seed_names(reader)]
    assert find_faults(box, seeds) == (len(seeds), [])


def test_some_cases(box: Path) -> None:
    """At least 500 cases over all readers: a value or problems with places, nothing written."""
    cases = cases_of(list(READERS), 0, EACH)
    assert len(cases) >= FEWEST
    assert find_faults(box, cases) == (len(cases), [])


@pytest.mark.slow
@pytest.mark.parametrize("reader", READERS)
def test_many_cases(reader: str, box: Path) -> None:
    """At least 10,000 cases over all readers, as above."""
    assert len(READERS) * EACH_SLOWLY >= FEWEST_SLOWLY
    cases = cases_of([reader], EACH, EACH + EACH_SLOWLY)
    assert find_faults(box, cases) == (len(cases), [])


def test_cases_are_the_same_every_time(box: Path) -> None:
    """A case is its number: the same bytes again, and other ones for another number."""
    project = box / "place" / "project"
    once = [content(reader, case, project) for reader, case in cases_of(list(READERS), 0, 9)]
    again = [content(reader, case, project) for reader, case in cases_of(list(READERS), 0, 9)]
    assert once == again
    assert len(set(once)) > 0.9 * len(once)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("raise KeyError('x')", "KeyError"),
        ("while True: pass", "the process died"),
        ("bytearray(3_000_000_000)", "took too much memory"),
        ("import os; os.kill(os.getpid(), 11)", "the process died"),
        ("open('/etc/passwd').close()", "open, to read /etc/passwd"),
        ("(root.parent / 'new').mkdir()", "os.mkdir"),
        ("(root / 'leaflets/facts.yaml').write_text('')", "open, to write "),
        ("import subprocess; subprocess.run(['true'])", "subprocess.Popen"),
        ("import socket; socket.create_connection(('127.0.0.1', 9))", "socket."),
        ("raise ProblemsFoundError([Problem(Place('a', 1, 1), 'x\\x1b[31m')])", "invisible"),
        ("raise ProblemsFoundError([Problem(Place('a', 1, 1), 'x' * 999)])", "without an end"),
        ("raise ProblemsFoundError([Problem(Place('a'), 'x')])", "without a place"),
    ],
)
def test_faults_are_found(
    body: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader that does any of this is found out, and the cases after it are tried as well."""
    monkeypatch.setattr(trial, "ROOT", tmp_path)
    tests = Path(__file__).parents[1]
    (tmp_path / "box" / "place" / "project" / "leaflets").mkdir(parents=True)
    (tmp_path / "try.py").write_text(
        "import sys, json\n"
        f"sys.path[:0] = [{str(tests.parent)!r}, {str(tests)!r}]\n"
        "from pathlib import Path\n"
        "from fuzz import trial, readers\n"
        "from leafletry.reading.problems import Place, Problem, ProblemsFoundError\n"
        "trial.MOST_SECONDS = 0\n"
        "trial.content = lambda reader, case, project: case.encode()\n"
        "def read(root):\n"
        "    if (root / 'leaflets/facts.yaml').read_text() == '2':\n"
        f"        {body}\n"
        "readers.READERS['facts'] = readers.Reader('leaflets/facts.yaml', 'bytes', read)\n"
        "trial.try_batch(Path(sys.argv[2]), json.load(sys.stdin))\n",
        "utf-8",
    )
    monkeypatch.setattr(trial, "BATCH", tmp_path / "try.py")
    _, faults = find_faults(tmp_path / "box", [("facts", str(number)) for number in (1, 2, 3)])
    assert says in "\n".join(faults)
    repeats = [fault.partition("\n")[0] for fault in faults if fault.startswith(".venv")]
    assert repeats == [".venv/bin/python tests/fuzz facts 2"]


# ── Hostile PDFs ───────────────────────────────────────────────────────────────────────────────


def test_hostile_pdfs_are_kept() -> None:
    """Every small hostile PDF is in the folder, beside one of our own; none is large."""
    kept = {path.stem: path for path in (SEEDS / "pdf").iterdir()}
    assert kept.keys() == pdfs.SMALL.keys() | {"an-edition"}
    assert not kept.keys() & pdfs.LARGE.keys()
    assert sum(path.stat().st_size for path in kept.values()) < 1_000_000


def test_hostile_pdfs_are_what_they_say() -> None:
    """The sound one opens, bombs unpack to tens of megabytes, and broken ones are broken."""
    with pikepdf.open(SEEDS / "pdf" / "sound.pdf") as sound:
        assert len(sound.pages) == 1
        assert b"nobody" in sound.Root.Metadata.read_bytes()
    for name in ("xmp-bomb", "xmp-bomb-twice-packed"):
        with pikepdf.open(SEEDS / "pdf" / f"{name}.pdf") as bomb:
            assert len(bomb.Root.Metadata.read_bytes()) >= 30_000_000
    for name in ("text-bomb", "text-bomb-twice-packed"):
        with pikepdf.open(SEEDS / "pdf" / f"{name}.pdf") as bomb:
            assert len(bomb.pages[0].Contents.read_bytes()) >= 30_000_000
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(SEEDS / "pdf" / "encrypted.pdf")
    for name in ("empty", "noise", "no-catalog", "references-far-away"):
        with pytest.raises(pikepdf.PdfError):
            pikepdf.open(SEEDS / "pdf" / f"{name}.pdf")
    assert zipfile.is_zipfile(SEEDS / "pdf" / "in-a-zip.pdf")


# ── The whole command line ─────────────────────────────────────────────────────────────────────


def _commands(number: int, file: str) -> list[str]:
    """Give what is run on a case: a check, or a build where the file is a clinic's."""
    if file.startswith("clinics/"):
        clinic = {".png": "clinics/png.yaml", ".jpg": "clinics/jpg.yaml"}
        return ["build", "--jobs", "1", "--clinic", clinic.get(Path(file).suffix, CLINIC)]
    return ["build", "--jobs", "1"] if number % 3 == 0 else ["check"]


def _try_commands(box: Path, copy: Path, readers: list[str], number: int) -> None:
    """Run the command line on a case of each reader, each in a fresh copy of the project."""
    for i, reader in enumerate(readers):
        shutil.copytree(box, copy / reader, symlinks=True)
        project = copy / reader / "place" / "project"
        file = READERS[reader].file
        (project / file).write_bytes(content(reader, str(number), box / "place" / "project"))
        kept = (project / "output", project / ".cache")
        before = snapshot(copy / reader, *kept)
        done = subprocess.run(
            [sys.executable, "-P", "-m", "leafletry", *_commands(i, file)],
            cwd=project,
            env=environment(copy / reader, project),
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=PATIENCE,
            check=False,
        )
        told = f".venv/bin/python tests/fuzz --bytes {reader} {number} > {file}\n{done.stderr}"
        assert done.returncode in (0, 1), told
        assert "Traceback" not in done.stderr, told
        assert "please report this line" not in done.stderr, told
        assert snapshot(copy / reader, *kept) == before, told
        shutil.rmtree(copy / reader)


def test_some_commands(box: Path, tmp_path: Path) -> None:
    """For a sample of cases check and build end with 0 or 1, and touch nothing but output/."""
    chosen = list(itertools.islice(itertools.cycle(READERS), COMMANDS))
    _try_commands(box, tmp_path, chosen[:COMMANDS], 3)


@pytest.mark.slow
def test_more_commands(box: Path, tmp_path: Path) -> None:
    """For a larger sample as well."""
    for number in range(100, 100 + COMMANDS_SLOWLY // len(READERS) + 1):
        _try_commands(box, tmp_path, list(READERS), number)
