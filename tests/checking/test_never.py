"""What must never happen, tried: each row of docs/safety.md, by the command people use.

Every attempt changes a copy of the real project in which all is built, and builds again. What
must not be printed is refused with its place; its page is gone from the output folder, or is the
last good one, marked as such. The copy has two languages, English and the one that the attempt is
about; the slow tests try the same on the project with all of its languages and a clinic.
"""

import datetime as dt
import functools
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import pytest
from commands_given import give
from conftest import CLINIC, Built, _copy, all_editions, leaflet_names, locale_names
from font_source_sans_pro import SourceSansPro
from fontTools.ttLib import TTFont
from forging import FRESH, resealed, with_record
from signed import NEXT_REVIEW, sign

from leafletry.content.confirmations import FILE as CONFIRMED
from leafletry.content.project import read_project
from leafletry.editions.composition import Composition
from leafletry.editions.edition import Edition
from leafletry.pages.packet import read_record
from leafletry.printing.manifest import Manifest
from leafletry.reading.output import folder_lock

PARENTS, SIBLINGS, CLINICIANS = (
    "when-to-have-your-baby-checked",
    "could-our-other-children-get-it",
    "recognize-and-work-up",
)
PO = "locales/{}/LC_MESSAGES/messages.po"
ES, FR, JA, NL = (PO.format(locale) for locale in ("es", "fr", "ja", "nl"))
PARENTS_FILE = f"leaflets/{PARENTS}.yaml"
FACTS = "leaflets/facts.yaml"
PHRASES = "leaflets/phrases.yaml"
BLOCKS = "templates/blocks.html"

Change = Callable[[Path], None]


@dataclass(frozen=True)
class Attempt:
    """A way to bring about what must never happen, and what stops it."""

    row: str
    """The row of the table, as docs/safety.md words it."""
    change: Change
    """What somebody does to the project's files."""
    refusal: str
    """What the build says about it."""
    gone: tuple[str, ...]
    """Pages that must not be printed; the last good ones may stay."""


def put(name: str, old: str, new: str) -> Change:
    """Change words in a file."""

    def change(root: Path) -> None:
        text = (root / name).read_text("utf-8")
        assert old in text, (name, old)
        (root / name).write_text(text.replace(old, new, 1), "utf-8")

    return change


def add(name: str, words: str) -> Change:
    """Add words at the end of a file."""

    def change(root: Path) -> None:
        text = (root / name).read_text("utf-8") if (root / name).exists() else ""
        (root / name).write_text(text + words, "utf-8")

    return change


def both(*changes: Change) -> Change:
    """Make several changes."""

    def change(root: Path) -> None:
        for one in changes:
            one(root)

    return change


def without_block(name: str, first: str, following: str) -> Change:
    """Cut a block out of a leaflet."""

    def change(root: Path) -> None:
        text = (root / name).read_text("utf-8")
        start, end = text.index(first), text.index(following)
        (root / name).write_text(text[:start] + text[end:], "utf-8")

    return change


def draw_nine_as_one(root: Path) -> None:
    """Bring a font along that prints 999 as 111."""
    (root / "styles/fonts").mkdir(exist_ok=True)
    with TTFont(SourceSansPro, recalcBBoxes=False, recalcTimestamp=False) as font:
        for table in font["cmap"].tables:
            table.cmap[ord("9")] = table.cmap[ord("1")]
        font.save(root / "styles/fonts/Wrong.otf")
    rule = '@font-face { font-family: "Wrong"; src: url("font:Wrong.otf") }'
    add("styles/locales/es.css", rule)(root)


def paper(leaflet: str, *locales: str) -> tuple[str, ...]:
    """Name the pages of a leaflet, in all languages where none is named."""
    return tuple(f"{locale}/{leaflet}-a4.pdf" for locale in locales or locale_names())


EVERYTHING = tuple(path for leaflet in leaflet_names() for path in paper(leaflet))
OF_CLINIC = tuple(str(edition.path) for edition in all_editions() if edition.clinic)

NUMBER = "a wrong number in one language"
QUALIFIER = "“about” or “up to” lost"
SURVIVAL = "a survival figure of all children shown as babies’"  # noqa: RUF001 - as the page has it
STALE = "stale or half-translated text on paper"
URGENT = "an urgent box missing, split, on page 2, too small or too pale"
PHONE = "a wrong or empty phone number"
EXPIRED = "an expired leaflet in use"
UNSIGNED = "unsigned content released"
UNCONFIRMED = "a fact released from a page that nobody opened"
HIDDEN = "words hidden, faded or moved off the page by its look"
CROPPED = "a foot cut off on other paper"
FORGED = "a forged or changed file called good"
GLYPHS = "missing glyphs, Chinese forms in Japanese, clipped text"
DRAWN = "a letter drawn as another one"
DOSES = "doses, named children, patient data"
INVENTED = "an invented fact"

OLDER_CHILDREN = """\
  childhood_survival:
    statement: So many children of all ages were alive after five years.
    population: childhood-ALL
    source: {source}
    where: Results
    audiences: [parents, siblings, clinicians]
    certainty: established
    value: 90
    kind: percent
    measure: survival
"""
SAYS_SURVIVAL = """\
  - block: prose
    heading: What came of it
    paragraphs:
      - "{childhood_survival} of the babies were alive."

  - block: table
    heading: Why these signs happen
"""


_TICK = """\
      text: Tick what you see. **Even if it is only one, call a doctor today.** \
Babies tend to get ill faster than older children.
      cites: [see_doctor_immediately, infant_sicker_faster]"""

URGENT_AT_THE_END = """
  - block: urgent
    heading: call_now_if_your_baby
    items: [has_trouble_breathing]
    contacts: [phone_day]
"""


def with_survival(root: Path) -> None:
    """Print a figure of children of all ages as if it were the babies'."""
    source = next(name for name, fact in read_project(root).facts.items() if fact.source)
    add(FACTS, OLDER_CHILDREN.format(source=read_project(root).facts[source].source))(root)
    why = "  - block: table\n    heading: Why these signs happen\n"
    put(PARENTS_FILE, why, SAYS_SURVIVAL)(root)


def clinic(old: str, new: str) -> Change:
    """Change the example clinic."""
    return put(CLINIC, old, new)


ATTEMPTS = [
    Attempt(
        NUMBER,
        put(ES, "Unos {infant_cases_us} bebés", "Unos 106 bebés"),
        'number "1"',
        paper(PARENTS, "es"),
    ),
    Attempt(
        NUMBER,
        put(JA, "年に約{infant_cases_us}人の", "年に約１６人の"),
        "number",
        paper(PARENTS, "ja"),
    ),
    Attempt(
        NUMBER,
        put(NL, "n {infant_cases_us} baby", "n zestig baby"),
        'number "zestig"',
        paper(PARENTS, "nl"),
    ),
    Attempt(
        NUMBER,
        put(FR, "Environ {infant_cases_us} bébés", "Environ {infant_cases_review_year} bébés"),
        "foreign {infant_cases_review_year}",
        paper(PARENTS, "fr"),
    ),
    Attempt(NUMBER, put(FACTS, "value: 160", "value: 160000000000"), "is no count", EVERYTHING),
    Attempt(
        QUALIFIER,
        put(ES, "Unos {infant_cases_us} bebés", "{infant_cases_us} bebés"),
        '"about" is lost',
        paper(PARENTS, "es"),
    ),
    Attempt(
        QUALIFIER,
        put(FR, "Environ {infant_cases_us} bébés", "Les {infant_cases_us} bébés"),
        '"about" is lost',
        paper(PARENTS, "fr"),
    ),
    Attempt(
        QUALIFIER,
        put(JA, "年に約{infant_cases_us}人の", "年に{infant_cases_us}人の"),
        '"about" is lost',
        paper(PARENTS, "ja"),
    ),
    Attempt(
        QUALIFIER,
        put(PHRASES, "  draft_short: DRAFT", "  draft_short: DRAFT {infant_cases_us}"),
        "infant_cases_us",
        EVERYTHING,
    ),
    Attempt(SURVIVAL, with_survival, "childhood", paper(PARENTS)),
    Attempt(
        STALE,
        put(ES, 'msgstr "respira con dificultad"', 'msgstr "respira con {dificultad}"'),
        "foreign {dificultad}",
        paper(PARENTS, "es"),
    ),
    Attempt(STALE, put(NL, "charset=UTF-8", "charset=latin1"), "messages.po", paper(PARENTS, "nl")),
    Attempt(
        URGENT,
        without_block(PARENTS_FILE, "  - block: urgent", "  - block: side-by-side"),
        'exactly one block "urgent"',
        paper(PARENTS),
    ),
    Attempt(
        URGENT,
        both(
            without_block(PARENTS_FILE, "  - block: urgent", "  - block: side-by-side"),
            add(
                PARENTS_FILE,
                URGENT_AT_THE_END,
            ),
        ),
        "urgent box within the first three blocks",
        paper(PARENTS),
    ),
    Attempt(
        URGENT,
        put(PARENTS_FILE, "has_trouble_breathing", "has_trouble_breathign"),
        "has_trouble_breath",
        paper(PARENTS),
    ),
    Attempt(
        URGENT,
        add("styles/blocks.css", "\n@layer blocks { .urgent { display: none } }\n"),
        "urgent",
        EVERYTHING,
    ),
    Attempt(
        URGENT,
        add("styles/blocks.css", "\n@layer blocks { .urgent { break-before: page } }\n"),
        "urgent",
        (*paper(PARENTS), *paper(SIBLINGS)),
    ),
    Attempt(
        URGENT,
        add("styles/blocks.css", "\n@layer blocks { .urgent li { font-size: 7pt } }\n"),
        "urgent",
        EVERYTHING,
    ),
    Attempt(
        URGENT,
        add("styles/blocks.css", "\n@layer blocks { .urgent li { color: #bbb } }\n"),
        "has a contrast of",
        EVERYTHING,
    ),
    Attempt(
        PHONE,
        clinic('phone_day: "020 7946 0100"', 'phone_day: "020 7946 010"'),
        "is not a phone number of GB",
        OF_CLINIC,
    ),
    Attempt(
        PHONE, clinic('phone_day: "020 7946 0100"', 'phone_day: "TODO"'), "is a filler", OF_CLINIC
    ),
    Attempt(
        PHONE, clinic('phone_day: "020 7946 0100"', 'phone_day: "{phone}"'), "phone_day", OF_CLINIC
    ),
    Attempt(PHONE, clinic('phone_day: "020 7946 0100"', 'phone_day: ""'), "phone_day", OF_CLINIC),
    Attempt(
        PHONE,
        clinic('emergency_number: "999"', 'emergency_number: "991"'),
        "is not an emergency number",
        OF_CLINIC,
    ),
    Attempt(PHONE, clinic("verified_by: Example, nobody", ""), "verified_by", OF_CLINIC),
    Attempt(
        PHONE,
        clinic("verified_on: 2026-11-20", "verified_on: 2099-01-01"),
        "lies in the future",
        OF_CLINIC,
    ),
    Attempt(
        GLYPHS,
        put(ES, "respira con dificultad", "respira con ✈ dificultad"),
        "U+2708",
        paper(PARENTS, "es"),
    ),
    Attempt(GLYPHS, put(JA, 'msgstr "熱がある"', 'msgstr "门がある"'), "门", paper(PARENTS, "ja")),
    Attempt(
        GLYPHS,
        put(FR, 'msgstr "Fièvre"', f'msgstr "{"Fièvre et encore de la fièvre. " * 40}"'),
        "",
        paper(PARENTS, "fr"),
    ),
    Attempt(DRAWN, draw_nine_as_one, "draws 1 and 9 alike", paper(PARENTS, "es")),
    Attempt(
        CROPPED,
        add("styles/formats/a4.css", "\n@layer format { @page { margin-bottom: 10mm } }\n"),
        "is too near to the edge",
        (*paper(PARENTS), *paper(SIBLINGS)),
    ),
    Attempt(
        CROPPED,
        put("styles/formats/a4.css", "size: A4", "size: 210mm 279.4mm"),
        "mm, not 210 by 297",
        EVERYTHING,
    ),
    Attempt(
        HIDDEN,
        add("styles/blocks.css", "\n.prose p { visibility: hidden }\n"),
        "is not on the pages",
        paper(SIBLINGS),
    ),
    Attempt(
        HIDDEN,
        add("styles/blocks.css", "\n.prose p { color: transparent }\n"),
        "has no ink",
        paper(SIBLINGS),
    ),
    Attempt(
        DOSES,
        put(
            PARENTS_FILE,
            "text: Cries or screams",
            "text: Give some mg of syrup if it cries or screams",
        ),
        "reads like a dose",
        paper(PARENTS),
    ),
    Attempt(
        DOSES,
        put(JA, "酸素を運ぶ", "酸素を何ミリグラムも運ぶ"),
        "reads like a dose",
        paper(PARENTS, "ja"),
    ),
    Attempt(
        DOSES,
        put(PARENTS_FILE, "text: Cries or screams", "text: Cries {patient_name} or screams"),
        "patient_name",
        paper(PARENTS),
    ),
    Attempt(
        INVENTED,
        put(
            PARENTS_FILE, "        cites: [infant_blood_test_needed]", "        cites: [a_new_idea]"
        ),
        'no fact "a_new_idea"',
        paper(PARENTS),
    ),
    Attempt(
        INVENTED,
        put(
            PARENTS_FILE,
            _TICK,
            "      text: Tick what you see. A cold bath helps.",
        ),
        "cites no fact",
        paper(PARENTS),
    ),
    Attempt(INVENTED, put(FACTS, "    source: infant_article\n", ""), "source", EVERYTHING),
    Attempt(
        INVENTED,
        put(BLOCKS, "{{ point | inline }}", '{{ point | inline | replace("[2]", "[1]") }}'),
        "and it rests on [2]",
        paper(CLINICIANS),
    ),
    Attempt(
        HIDDEN,
        add("styles/blocks.css", "\nsup { display: none }\n"),
        "is not on the pages",
        paper(CLINICIANS),
    ),
]


Ready = Callable[..., Path]


@pytest.fixture
def ready(shared: Path, tmp_path: Path) -> Ready:
    """Gives a copy of the project in English and another language, in which all is built.

    With `clinic` the editions of the example clinic lie ready too.
    """

    def copy(locale: str, *, clinic: bool) -> Path:
        root = shared / f"never-{locale}{'-clinic' if clinic else ''}"
        with folder_lock(root.with_suffix(".lock")):
            if not (root / "output/manifest.json").exists():
                _copy(root)
                for folder in (root / "locales").iterdir():
                    if folder.is_dir() and folder.name not in ("en", locale):
                        shutil.rmtree(folder)
                done = give(root, "build", *(("--clinic", CLINIC) if clinic else ()))
                assert done.returncode == 0, done.stderr
        return Path(shutil.copytree(root, tmp_path / "project"))

    return copy


@pytest.fixture
def trial(ready: Ready) -> Path:
    """Such a copy for tests about the Spanish leaflets, for all and for the clinic."""
    return ready("es", clinic=True)


IDS = [f"{i}-{a.row[:24].replace(' ', '-')}" for i, a in enumerate(ATTEMPTS)]


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=IDS)
def test_it_is_refused_and_never_printed(attempt: Attempt, ready: Ready) -> None:
    """An attempt ends with exit code 1, a refusal with its place, and no page of it."""
    locales = {Path(path).parts[-2] for path in attempt.gone}
    locale = locales.pop() if len(locales) == 1 else "es"
    trial = ready(locale, clinic=attempt.gone == OF_CLINIC)
    gone = [path for path in attempt.gone if Path(path).parts[-2] in ("en", locale)]
    refused(attempt, trial, gone, give)


@pytest.mark.slow
@pytest.mark.parametrize("attempt", ATTEMPTS, ids=IDS)
def test_it_is_refused_in_every_language(attempt: Attempt, built: Built, tmp_path: Path) -> None:
    """It does so where all languages and a clinic have their pages, in a Python begun afresh."""
    trial = Path(shutil.copytree(built.root, tmp_path / "project", symlinks=True))
    refused(attempt, trial, attempt.gone, functools.partial(give, afresh=True))


def refused(
    attempt: Attempt,
    trial: Path,
    gone: Sequence[str],
    give: Callable[[Path, str], subprocess.CompletedProcess[str]],
) -> None:
    """An attempt ends as it must: of some pages nothing is there but what was good before."""
    output = trial / "output"
    before = {path: (output / path).read_bytes() for path in gone}
    attempt.change(trial)
    done = give(trial, "build")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert attempt.refusal in done.stderr
    assert re.search(r"^[\w./-]+(:\d+:\d+)?: ", done.stderr, re.MULTILINE)
    assert before
    left = {path: (output / path).read_bytes() for path in gone if (output / path).exists()}
    assert left == {path: before[path] for path in left}, "it was printed"
    marked = {record.path for record in Manifest.read(output).editions if record.kept_from}
    assert left.keys() <= marked, "what is left says that it is old"


def test_every_row_is_tried() -> None:
    """The rows of docs/safety.md are the rows tried here, and each names its test."""
    rows = re.findall(r"^\| (?!never|---)([^|]+?) \|", SAFETY.read_text("utf-8"), re.MULTILINE)
    tried = {attempt.row for attempt in ATTEMPTS} | {EXPIRED, UNSIGNED, UNCONFIRMED, FORGED}
    assert tried == set(rows)


SAFETY = Path(__file__).parents[2] / "docs" / "safety.md"


# ── What is no mistake in a file, but a matter of who signed and when ──────────────────────────


def release(root: Path) -> subprocess.CompletedProcess[str]:
    """Build what may be given out."""
    return give(root, "build", "--release")


def lies(root: Path, path: str) -> bool:
    """Tell whether a page lies in the output folder as one that may be given out."""
    records = Manifest.read(root / "output").editions
    there = path in {record.path for record in records if record.state == "release"}
    assert not there or (root / "output" / path).exists()
    return there


SPANISH = f"es/{PARENTS}-a4.pdf"
NOTHING = put(CLINIC, "GB", "GB")
LATER = dt.date.today() + dt.timedelta(days=200)  # noqa: DTZ011 - the command goes by the clock


@pytest.mark.parametrize(
    "change",
    [
        put(ES, "respira con dificultad", "respira mal"),
        put(FACTS, "value: 2016", "value: 2017"),
        put(ES, 'msgid "has trouble breathing"', '#, fuzzy\nmsgid "has trouble breathing"'),
        put(ES, 'msgstr "Fiebre"', 'msgstr ""'),
        put(PARENTS_FILE, "text: Pale skin", "text: Very pale skin"),
        NOTHING,
    ],
    ids=["translation", "figure", "fuzzy", "missing", "source", "nothing"],
)
def test_what_was_signed_is_released_until_a_word_changes(trial: Path, change: Change) -> None:
    """A signed page is released; any changed, stale or missing word takes it back at once."""
    sign(trial, PARENTS, "es", next_review=LATER)
    assert release(trial).returncode == 0
    assert lies(trial, SPANISH)
    assert not lies(trial, f"en/{PARENTS}-a4.pdf"), "nobody signed it"
    change(trial)
    done = release(trial)
    nothing = change is NOTHING
    assert lies(trial, SPANISH) is nothing
    assert ("not translated" in done.stdout or "words changed" in done.stdout) is not nothing


def test_a_forged_signature_is_refused(trial: Path) -> None:
    """Who writes another digest into the sign-offs needs the words it is of, and is told."""
    digest = sign(trial, PARENTS, "es", next_review=LATER)
    put(ES, "respira con dificultad", "respira mal")(trial)
    now = Composition.of(read_project(trial)).words(PARENTS, "es").digest
    path = trial / "locales/es/signoff.yaml"
    path.write_text(path.read_text("utf-8").replace(digest, now), "utf-8")
    done = release(trial)
    assert done.returncode == 1
    assert "the words that were signed are not in locales/es/signed/" in done.stderr
    assert not lies(trial, SPANISH)


@pytest.mark.parametrize(
    "change", [None, put(FACTS, "a reason to call an", "no reason to call an")]
)
def test_what_nobody_found_in_its_source_is_not_released(
    trial: Path, change: Change | None
) -> None:
    """A signed page waits for each source that nobody opened, or not as our facts are now."""
    sign(trial, PARENTS, "es", next_review=LATER)
    if change is None:
        (trial / CONFIRMED).unlink()
        said = "nobody opened the sources and confirmed what we say of it: hse_ie, nhs_hackney"
    else:
        assert release(trial).returncode == 0
        change(trial)
        said = "what we say of the source nhs_hackney changed since Example Clinician confirmed it"
    done = release(trial)
    assert not lies(trial, SPANISH)
    assert said in done.stdout


def test_a_forged_file_is_never_called_good(trial: Path) -> None:
    """Of a release and two forgeries sealed anew, `verify` calls the release good and no other."""
    sign(trial, PARENTS, "es", next_review=LATER)
    assert release(trial).returncode == 0
    genuine = trial / "output" / SPANISH
    content = genuine.read_bytes()
    assert give(trial, "verify", str(genuine)).returncode == 0
    made_from = read_record(content).made_from[:32].encode()
    at = content.index(b"%", 1) + 1
    forgeries = {
        "altered": resealed(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]),
        "not proven": with_record(content.replace(made_from, FRESH[:32].encode()), made_from=FRESH),
    }
    for state, forged in forgeries.items():
        (trial / "forged.pdf").write_bytes(forged)
        done = give(trial, "verify", str(trial / "forged.pdf"))
        assert (done.returncode, f"forged.pdf: {state}: " in done.stdout) == (1, True)


def test_stale_words_are_marked_on_a_draft(trial: Path) -> None:
    """A draft shows what is not translated in English, marked and named as English."""
    put(ES, 'msgid "has trouble breathing"', '#, fuzzy\nmsgid "has trouble breathing"')(trial)
    assert give(trial, "build").returncode == 0
    job = Composition.of(read_project(trial)).job(Edition(PARENTS, "es", "a4"), None)
    marked = '<span class="untranslated" lang="en" dir="ltr">has trouble breathing</span>'
    assert marked in job.html
    pages = pypdfium2.PdfDocument(trial / "output" / SPANISH)
    said = [page.get_textpage().get_text_range() for page in pages]
    assert "has trouble breathing" in said[0]
    assert all("BORRADOR" in page for page in said), "every page says that it is a draft"


def test_an_expired_review_is_seen_on_paper_and_file(trial: Path) -> None:
    """After the day of the next review nothing is released, and `verify` says so of older files."""
    yesterday = dt.date.today() - dt.timedelta(days=1)  # noqa: DTZ011 - the command goes by the clock
    sign(trial, PARENTS, "es", signed_on=yesterday - dt.timedelta(days=300), next_review=yesterday)
    done = release(trial)
    assert not lies(trial, SPANISH)
    assert f"ran out on {yesterday}" in done.stdout
    code = str(Composition.of(read_project(trial)).code(PARENTS, "es", None))
    told = give(trial, "verify", code)
    assert told.returncode == 1
    assert "expired" in told.stdout
    assert give(trial, "check").stderr.count("has run out") == 3
    assert yesterday < NEXT_REVIEW


def test_numbers_nobody_called_for_a_year_are_not_released(trial: Path) -> None:
    """A clinic's page is held back once its numbers were last called more than a year ago."""
    sign(trial, PARENTS, "es", next_review=LATER)
    old = dt.date.today() - dt.timedelta(days=400)  # noqa: DTZ011 - as above
    text = (trial / CLINIC).read_text("utf-8")
    (trial / CLINIC).write_text(re.sub(r"verified_on: .*", f"verified_on: {old}", text), "utf-8")
    done = release(trial)
    assert lies(trial, SPANISH)
    assert not lies(trial, f"clinics/example/{SPANISH}")
    assert f"last called on {old}" in done.stdout


def test_forms_are_filled_by_hand(built: Built, edition: Edition) -> None:
    """No page has a field to type into, and no file asks for or holds anything of a patient."""
    content = built.path(edition).read_bytes()
    document = pypdfium2.PdfDocument(content)
    assert document.get_formtype() == 0
    assert not re.search(rb"/(AcroForm|JavaScript|Launch|EmbeddedFile|SubmitForm)", content)
    said = " ".join(page.get_textpage().get_text_range() for page in document)
    assert not re.search(r"\b(?:None|TODO|TBD|undefined|null|nan)\b|[{}]", said)
