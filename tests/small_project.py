"""A small project of two leaflets in two languages, built in a folder of its own by this engine."""

import datetime as dt
import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from commands_given import give

from leafletry.building import building
from leafletry.building.outcome import Outcome
from leafletry.editions.edition import Edition
from leafletry.printing import printing, uptodate
from leafletry.reading.problems import Problem

PROJECT = Path(__file__).parents[1]
TODAY = dt.date(2026, 11, 20)
CALL, ACT = "call-us", "act-now"
CALL_EN, CALL_NL = f"en/{CALL}-a4.pdf", f"nl/{CALL}-a4.pdf"
ACT_EN, ACT_NL = f"en/{ACT}-a4.pdf", f"nl/{ACT}-a4.pdf"
EVERYTHING = {CALL_EN, CALL_NL, ACT_EN, ACT_NL}
DUTCH_FILE = "locales/nl/LC_MESSAGES/messages.po"

posix_only = pytest.mark.skipif(os.name == "nt", reason="sends signals to groups of processes")


CALL_YAML = """\
code: TS-P1
audience: parents
version: "0.1"
formats: {a4: 1}
written: 2026-01-31
needs_signoff: [clinical, translation]
title: When to call us
subtitle: Signs in a baby
reader: For parents
picture: {file: sleeping-baby, alt: A baby asleep}
blocks:
  - block: main-message
    cites: [very_rare]
    points: [Leukemia in a baby is very rare.]
  - block: urgent
    heading: call_now
    cites: [call_now]
    items:
      - trouble_breathing
      - fever
    contacts: [phone_day, phone_night, emergency_number]
  - block: prose
    heading: How rare is it?
    paragraphs: ["In one country about {cases} babies a year fall ill."]
"""
ACT_YAML = """\
code: TS-C1
audience: clinicians
version: "0.1"
formats: {a4: 1}
written: 2026-01-31
needs_signoff: [clinical, translation]
title: Act at once
subtitle: A sheet for the ward
reader: For clinicians
picture: {file: laboratory, alt: A microscope}
blocks:
  - block: main-message
    cites: [very_rare]
    points: [Leukemia in a baby is very rare.]
  - block: urgent
    heading: refer_today
    cites: [call_now]
    items: [call_the_specialists]
    contacts: [local_referral_guideline]
"""
FACTS_YAML = """\
populations:
  infant-leukemia: leukemia before the first birthday
facts:
  very_rare:
    statement: Leukemia before the first birthday is very rare.
    population: infant-leukemia
    source: study
    where: Results
    audiences: [parents, clinicians]
    certainty: established
  call_now:
    statement: With these signs a baby needs to be seen at once.
    population: infant-leukemia
    source: study
    where: Results
    audiences: [parents, clinicians]
    certainty: advice
  cases:
    statement: New cases of a year.
    population: infant-leukemia
    source: study
    where: Results
    audiences: [parents]
    certainty: established
    value: 160
    kind: count
    qualifier: about
"""
SOURCES_YAML = """\
sources:
  study:
    authors: A group of researchers
    title: A study of leukemia
    in: A journal
    year: 2020
    kind: study
    link: "https://example.org/study"
    link_text: example.org
    lang: en
"""
URGENT_YAML = """
urgent:
  headings:
    call_now: Call now if your baby
    refer_today: Refer today
  items:
    trouble_breathing: has trouble breathing
    fever:
      text: has a fever of {fever_threshold} or higher
      needs: fever_threshold
      otherwise: has a fever
    call_the_specialists: Call the specialists now.
"""
GLOSSARIES = {
    "en": "qualifiers: {about: [about]}\nnumber_words: [two]\nallowed: [one country]\n",
    "nl": "qualifiers: {about: [ongeveer]}\nnumber_words: [twee]\n",
}
DUTCH = {
    "When to call us": "Wanneer u ons belt",
    "Signs in a baby": "Tekenen bij een baby",
    "For parents": "Voor ouders",
    "A baby asleep": "Een slapende baby",
    "Leukemia in a baby is very rare.": "Leukemie bij een baby is heel zeldzaam.",
    "Call now if your baby": "Bel nu als uw baby",
    "has trouble breathing": "moeilijk ademt",
    "has a fever of {fever_threshold} or higher": "koorts heeft van {fever_threshold} of hoger",
    "has a fever": "koorts heeft",
    "How rare is it?": "Hoe zeldzaam is het?",
    "In one country about {cases} babies a year fall ill.": (
        "In een land worden elk jaar ongeveer {cases} kinderen ziek."
    ),
    "Act at once": "Meteen handelen",
    "A sheet for the ward": "Een blad voor de afdeling",
    "For clinicians": "Voor artsen",
    "A microscope": "Een microscoop",
    "Refer today": "Verwijs vandaag",
    "Call the specialists now.": "Bel nu de specialisten.",
    "DRAFT": "CONCEPT",
}


def small_project(folder: Path) -> Path:
    """Give a project with this engine and design, two leaflets of one page and two languages."""
    copied = shutil.ignore_patterns("__pycache__")
    for name in ("leafletry", "styles", "templates", "clinics"):
        shutil.copytree(PROJECT / name, folder / name, ignore=copied)
    for name in ("build_leaflets.py", "requirements.lock", "babel.toml"):
        shutil.copy(PROJECT / name, folder / name)
    files = {
        f"leaflets/{CALL}.yaml": CALL_YAML,
        f"leaflets/{ACT}.yaml": ACT_YAML,
        "leaflets/facts.yaml": FACTS_YAML,
        "leaflets/sources.yaml": SOURCES_YAML,
        "leaflets/phrases.yaml": _shared_words() + URGENT_YAML,
        "locales/en/glossary.yaml": GLOSSARIES["en"],
        "locales/nl/glossary.yaml": GLOSSARIES["nl"],
        DUTCH_FILE: dutch_catalog(),
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def _shared_words() -> str:
    """Give the phrases of this project without its own warnings."""
    words, bank, _ = (PROJECT / "leaflets/phrases.yaml").read_text("utf-8").partition("\nurgent:")
    assert bank
    return words


def dutch_catalog() -> str:
    """Give the Dutch catalog; the labels of the layout are left untranslated, but for one."""
    fields = {
        "Project-Id-Version": "Small",
        "PO-Revision-Date": "2026-11-20 12:00+0000",
        "Last-Translator": "Nobody <nobody@example.org>",
        "Language-Team": "Nobody <nobody@example.org>",
        "Language": "nl",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    header = "".join(f'"{name}: {value}\\n"\n' for name, value in fields.items())
    messages = [f'msgid "{source}"\nmsgstr "{words}"\n' for source, words in DUTCH.items()]
    return "\n".join([f'msgid ""\nmsgstr ""\n{header}', *messages])


class Silent:
    """Notes which editions a build makes, and says nothing."""

    def __init__(self) -> None:
        """Begin with no edition."""
        self.stopped = False

    def start(self, total: int) -> None:
        """Take no notice."""

    def edition_done(self, edition: Edition, problems: Sequence[Problem]) -> None:
        """Take no notice."""

    def stop(self) -> None:
        """Note that the end was told."""
        self.stopped = True


def build_here(root: Path, clinic: Path | None = None) -> Outcome:
    """Build a project in this very process."""
    return building.build(root, TODAY, Silent(), [clinic] if clinic else [], jobs=1)


def made_by(outcome: Outcome) -> set[str]:
    """Give the paths of the editions a build made."""
    return {record.path for record in outcome.made}


def messages_of(outcome: Outcome) -> str:
    """Give all errors of a build, a line each."""
    return "\n".join(str(problem) for problem in outcome.problems.errors)


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the engine's command line on a project and wait for it."""
    return give(root, *arguments)


def files_in(folder: Path) -> dict[str, bytes]:
    """Give every file below a folder, with its content."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def forget_codes(root: Path) -> None:
    """Take away the pages about codes, which remember what was printed before."""
    shutil.rmtree(root / "output" / uptodate.VERIFY)


def seen_from_outside(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Give every file and folder below a folder with content and time of its last change."""
    return {
        path.relative_to(folder).as_posix(): (
            path.read_bytes() if path.is_file() else b"",
            path.stat().st_mtime_ns,
        )
        for path in sorted(folder.rglob("*"))
    }


def read_manifest(root: Path) -> dict[str, object]:
    """Give what stands in the manifest of a project."""
    content: dict[str, object] = json.loads((root / "output/manifest.json").read_text("utf-8"))
    return content


def assert_manifest_is_true(root: Path) -> None:
    """Every file the manifest names is there, byte for byte, and no PDF or page is cut off."""
    output = root / "output"
    if not (output / "manifest.json").exists():
        names: dict[str, str] = {}
    else:
        manifest = read_manifest(root)
        names = manifest["files"]  # type: ignore[assignment]
        for record in manifest["editions"]:  # type: ignore[attr-defined]
            assert names[record["path"]] == record["sha256"]
            assert names[record["picture"]] == record["picture_sha256"]
            assert (output / record["path"]).stat().st_size == record["size"]
    for name, sha256 in names.items():
        assert hashlib.sha256((output / name).read_bytes()).hexdigest() == sha256, name
    for pdf in output.rglob("*.pdf"):
        if uptodate.STAGING not in pdf.parts:
            content = pdf.read_bytes()
            assert content.startswith(b"%PDF-"), pdf
            assert content.rstrip().endswith(b"%%EOF"), pdf
    for page in (output / uptodate.VERIFY).glob("*.html"):
        assert page.read_bytes().rstrip().endswith(b"</html>"), page


def assert_nothing_else(root: Path, *others: str) -> None:
    """`output/` holds what the manifest names, the manifest, some others, and no empty folder."""
    assert_manifest_is_true(root)
    manifest = read_manifest(root)
    named = {*manifest["files"], "manifest.json", *others}  # type: ignore[misc]
    assert set(files_in(root / "output")) == named
    folders = [path for path in (root / "output").rglob("*") if path.is_dir()]
    assert [path for path in folders if not any(path.iterdir())] == []
    assert manifest["replacing"] == []


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small project, built; only looked at and copied."""
    root = small_project(tmp_path_factory.mktemp("built") / "project")
    result = run(root, "build", "--verbose")
    assert (result.returncode, made_lines(result.stdout)) == (0, EVERYTHING), result
    assert_nothing_else(root)
    return root


@pytest.fixture
def root(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the small project, built, to do with as one likes."""
    monkeypatch.setenv("FONTCONFIG_FILE", "")  # What a build in this process sets is undone.
    folder = tmp_path / "project"
    shutil.copytree(built, folder, ignore=shutil.ignore_patterns(".cache"))
    yield folder
    printing.close_press()


def made_lines(said: str) -> set[str]:
    """Give the editions that a build with --verbose says it made."""
    return set(re.findall(r"^\d+/\d+ (\S+\.pdf)$", said, re.MULTILINE))


def replace(root: Path, name: str, old: str, new: str) -> None:
    """Change a text of a file that holds it exactly once."""
    text = (root / name).read_text("utf-8")
    assert text.count(old) == 1, (name, old)
    (root / name).write_text(text.replace(old, new), "utf-8")


def append(root: Path, name: str, text: str) -> None:
    """Add to the end of a file."""
    with (root / name).open("a", encoding="utf-8") as file:
        file.write(text)


def prepend(root: Path, name: str, text: str) -> None:
    """Add to the beginning of a file."""
    (root / name).write_text(text + (root / name).read_text("utf-8"), "utf-8")
