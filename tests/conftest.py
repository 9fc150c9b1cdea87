"""What the tests share: all leaflets, built once, and the option that writes the proofs anew."""

import datetime as dt
import gc
import json
import os
import shutil
import signal
import subprocess
import sys
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import hypothesis  # noqa: F401 - once a press is open here, it would not find what it looks for
import pytest
import yaml
from on_a4_alone import on_a4_alone
from patience import PATIENCE
from sampling import WHOLE, thinned

from leafletry.content.clinic import ClinicProfile, read_clinic
from leafletry.content.project import SHARED_FILES, Project, read_project
from leafletry.editions.edition import Edition, EditionRecord
from leafletry.editions.job import Job
from leafletry.editions.localization import LocalizedLeaflet, localize_leaflet
from leafletry.printing import printing
from leafletry.printing.manifest import Manifest
from leafletry.reading.output import folder_lock
from leafletry.reading.problems import ProblemsFoundError

with warnings.catch_warnings():
    # On a machine without any font WeasyPrint warns when it is loaded; the leaflets need none.
    warnings.simplefilter("ignore", UserWarning)
    import weasyprint  # noqa: F401

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell has what it starts in the background ignore Ctrl-C, and so would all that tests start.
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Looking for garbage after every few hundred objects takes a tenth of the time of the tests.
gc.set_threshold(50_000, 20, 100)

ROOT = Path(__file__).parent.parent
CLINIC = "clinics/example.yaml"
_FOLDERS = ("leaflets", "locales", "templates", "styles", "clinics", "leafletry")

_BUILD = """
import datetime, sys
from pathlib import Path

if sys.platform == "linux":
    sys.path.append(sys.argv[3])
    import reach

    reach.watch(Path.cwd(), Path.cwd().with_name("reached.txt"))

from leafletry.building.building import build
from leafletry.cli.speaking import _Silence

root = Path.cwd()
day = datetime.date.fromisoformat(sys.argv[1])
outcome = build(root, day, _Silence(), [root / sys.argv[2]])
print(*outcome.problems.errors, sep="\\n")
"""


_MAKE_EACH = """
import json, sys
from pathlib import Path
from leafletry.printing import printing
from leafletry.editions.composition import Composition
from leafletry.editions.edition import Edition
from leafletry.content.project import read_project

root, staging, editions, isolated = json.loads(sys.argv[1])
if not isolated:
    printing.isolate_fontconfig = lambda: None
composition = Composition.of(read_project(Path(root)))
printing.open_press(Path(root))
printing.PRESS["staging"] = Path(staging)
made = {}
for leaflet, locale in editions:
    record = printing.make_edition(composition.job(Edition(leaflet, locale, "a4"), None))
    if isinstance(record, Exception):
        raise record
    made[record.path] = record.sha256
print(json.dumps(made))
"""


@dataclass(frozen=True)
class Built:
    """A copy of the project in which every edition was built, also those of the example clinic."""

    root: Path
    said: str
    """What was wrong; empty if all is well."""

    @property
    def reached(self) -> Path:
        """The list of what the build reached for outside its own folders, on Linux."""
        return self.root.with_name("reached.txt")

    @property
    def project(self) -> Project:
        """All that people wrote, read anew, so that a test may change it."""
        return read_project(self.root)

    @property
    def records(self) -> dict[str, EditionRecord]:
        """What the manifest says of each edition, by its path."""
        manifest = Manifest.read(self.root / "output")
        return {record.path: record for record in manifest.editions}

    @property
    def clinic(self) -> ClinicProfile:
        """The example clinic, on the day on which its numbers were verified."""
        return read_clinic(self.root / CLINIC, _day(self.root))

    def path(self, edition: Edition) -> Path:
        """Give the PDF of an edition."""
        return self.root / "output" / edition.path

    def localize(self, edition: Edition) -> LocalizedLeaflet:
        """Give what an edition is meant to say."""
        clinic = self.clinic if edition.clinic else None
        return localize_leaflet(self.project, edition.leaflet, edition.locale, clinic)


def leaflet_names() -> list[str]:
    """Give the leaflets of the project."""
    names = sorted(path.stem for path in (ROOT / "leaflets").glob("*.yaml"))
    return [name for name in names if name not in (*SHARED_FILES, "withdrawn")]


def locale_names() -> list[str]:
    """Give the languages of the project, the source language first."""
    names = {path.name for path in (ROOT / "locales").iterdir() if path.is_dir()}
    return ["en", *sorted(names - {"en"})]


def all_editions() -> list[Edition]:
    """Give every edition that the copy of the project must hold."""
    return [
        Edition(leaflet, locale, "a4", clinic=clinic)
        for clinic in (None, Path(CLINIC).stem)
        for leaflet in leaflet_names()
        for locale in locale_names()
    ]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let people renew the proofs after a change that is meant."""
    parser.addoption(
        "--update-golden", action="store_true", help="write the proofs in tests/golden/ anew"
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for an edition once for each."""
    if "edition" in metafunc.fixturenames:
        editions = all_editions()
        metafunc.parametrize("edition", editions, ids=[str(item.path) for item in editions])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out a part of long tables, unless somebody asks for a file of tests, or all are run."""
    asked = [Path(config.invocation_params.dir, argument).resolve() for argument in config.args]
    if WHOLE or config.option.keyword or asked != [ROOT / "tests"]:
        return
    items[:], left_out = thinned(items)
    config.hook.pytest_deselected(items=left_out)


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder of this run of the tests, the same in each of its processes."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "master" else base.parent


@pytest.fixture(scope="session")
def built(shared: Path) -> Built:
    """Every edition, built once by the engine itself in a copy of the project."""
    root, said = shared / "built", shared / "built.txt"
    with folder_lock(shared / "built.lock"):
        if not said.exists():
            _copy(root)
            said.write_text(_build(root), "utf-8")
    return Built(root, said.read_text("utf-8"))


@pytest.fixture
def press_here(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let a test typeset in its own process, one edition after another; nothing of it is left."""
    monkeypatch.setenv("FONTCONFIG_FILE", "")  # The engine sets it; other tests get it back.
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    often = gc.get_threshold()
    yield
    printing.close_press()
    gc.set_threshold(*often)
    gc.unfreeze()


_PRINTED: dict[tuple[str, str], tuple[EditionRecord, dict[str, bytes]]] = {}


@pytest.fixture
def printed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let builds in this process print once what is made of exactly the same, whoever asks.

    It is for tests about what becomes of editions; those about pages print each anew.
    """
    make = printing.make_edition

    def remembered(job: Job) -> EditionRecord | ProblemsFoundError:
        staging: Path = printing.PRESS["staging"]
        key = (job.digest, str(job.edition.path))
        if key not in _PRINTED:
            made = make(job)
            if isinstance(made, ProblemsFoundError):
                return made
            _PRINTED[key] = made, {name: (staging / name).read_bytes() for name in made.files}
        record, files = _PRINTED[key]
        for name, content in files.items():
            (staging / name).parent.mkdir(parents=True, exist_ok=True)
            (staging / name).write_bytes(content)
        return record

    monkeypatch.setattr(printing, "make_edition", remembered)


def make_each(
    built: Built,
    staging: Path,
    editions: Iterable[Edition],
    environment: Mapping[str, str],
    *,
    isolated: bool = True,
) -> dict[str, str]:
    """Make editions one after another in a process of its own, and give the digest of each file."""
    names = [(edition.leaflet, edition.locale) for edition in editions]
    done = subprocess.run(
        [
            sys.executable,
            *("-W", "ignore::UserWarning", "-c", _MAKE_EACH),
            json.dumps([str(built.root), str(staging), names, isolated]),
        ],
        cwd=staging,
        env=os.environ | {"PYTHONPATH": str(built.root)} | dict(environment),
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    assert isinstance(made, dict)
    return made


def built_digests(built: Built, editions: Iterable[Edition]) -> dict[str, str]:
    """Give the digests of files as the manifest names them."""
    return {str(item.path): built.records[str(item.path)].sha256 for item in editions}


def _copy(root: Path) -> None:
    """Copy what a build reads."""
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir()
    for name in _FOLDERS:
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "requirements.lock", root)
    on_a4_alone(root)


def _build(root: Path) -> str:
    """Build as the command line does, on the day on which the example clinic was verified."""
    done = subprocess.run(
        [sys.executable, "-B", "-c", _BUILD, _day(root).isoformat(), CLINIC, str(ROOT / "tests")],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    return (done.stdout + (done.stderr if done.returncode else "")).strip()


def _day(root: Path) -> dt.date:
    """Give the day on which the example clinic was verified."""
    day = yaml.safe_load((root / CLINIC).read_text("utf-8"))["verified_on"]
    assert isinstance(day, dt.date)
    return day
