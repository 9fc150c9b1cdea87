"""Everything that ships, in every format: made, read back, and judged by veraPDF."""

import shutil
from pathlib import Path

import pikepdf
import pytest
from conftest import ROOT, leaflet_names, locale_names
from judges.verapdf import validate
from small_project import run

from leafletry.content.project import read_project

pytestmark = pytest.mark.slow

AMERICAN = """\
name: Northern Children's Hospital
address: [Children's Cancer Unit, 100 Example Street, "Springfield, IL 62701"]
country: US
phone_day: 202-555-0100
phone_night: 202-555-0199
emergency_number: "911"
interpreter_line: 202-555-0145
genetic_service: 202-555-0146
extra_lines:
  - {label: {en: Medical advice, es: Consejo médico, ja: 医療相談}, number: 202-555-0177}
local_referral_guideline: Ward handbook, chapter Referral
logo: example-logo.svg
verify_url: https://leaflets.example/verify
fields: {fever_threshold: {value: 100.4, unit: fahrenheit}, marrow_site: posterior iliac crest}
verified_on: 2026-11-20
verified_by: Example, nobody
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project, built in every format, for an American clinic too that gives all it can."""
    root = tmp_path_factory.mktemp("every-format") / "project"
    for name in ("leafletry", "leaflets", "locales", "styles", "templates", "clinics"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, root / name, ignore=ignored)
    shutil.copy(ROOT / "requirements.lock", root)
    (root / "clinics/example.yaml").rename(root / "example.yaml")
    (root / "clinics/north.yaml").write_text(AMERICAN, "utf-8")
    result = run(root, "build", "--clinic", "clinics")
    assert result.returncode == 0, result.stderr
    return root


def test_every_leaflet_fits_every_format_in_every_language(root: Path) -> None:
    """Also with all that a clinic can give: the reading back refuses what does not print right."""
    leaflets = read_project(root).leaflets
    assert all(list(one.formats) == ["a4", "letter", "large-print"] for one in leaflets.values())
    every = {
        f"{locale}/{name}-{page_format}"
        for locale in locale_names()
        for name, leaflet in leaflets.items()
        for page_format in leaflet.formats
    }
    own = {f"clinics/north/{name}" for name in every if not name.endswith("-a4")}
    output = root / "output"
    made = {path.relative_to(output).with_suffix("").as_posix() for path in output.rglob("*.pdf")}
    assert made == every | own


@pytest.mark.parametrize("name", ["letter", "large-print"])
def test_pages_are_of_their_format(root: Path, name: str) -> None:
    """Each page is as wide and high as its format says, and no leaflet is longer than it may be."""
    project = read_project(root)
    paper = project.formats[name]
    paths = sorted((root / "output").rglob(f"*-{name}.pdf"))
    assert len(paths) == 2 * len(leaflet_names()) * len(locale_names())
    for path in paths:
        with pikepdf.open(path) as pdf:
            pages = project.leaflets[path.stem.removesuffix(f"-{name}")].formats[name]
            assert len(pdf.pages) in paper.counts(pages)
            for page in pdf.pages:
                box = [float(value) * 25.4 / 72 for value in page.mediabox.as_list()]
                assert box == pytest.approx([0, 0, paper.width, paper.height], abs=0.1)


@pytest.mark.parametrize("name", ["letter", "large-print"])
def test_verapdf_accepts_every_format(root: Path, name: str) -> None:
    """PDF/UA-1 and PDF/A-2a, in every language, with and without a clinic."""
    paths = sorted((root / "output").rglob(f"*-{name}.pdf"))
    judged = validate(paths)
    assert len(judged) == len(paths) > 30
    assert {
        path: [str(v) for v in said.values() if not v.passed] for path, said in judged.items()
    } == {path: [] for path in paths}
    assert all(len(said) == 2 for said in judged.values())
