"""Sign-off: exactly the words that print are signed, and only what is signed is released."""

import datetime as dt
import hashlib
import re
import shutil
import subprocess
from collections import Counter
from html import unescape
from pathlib import Path

import polib
import pypdfium2
import pytest
import yaml
from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from conftest import ROOT, leaflet_names, locale_names
from on_a4_alone import on_a4_alone
from signed import NAMES, NEXT_REVIEW, SIGNED, sign
from small_project import ACT, CALL, Silent, run, small_project

from leafletry.building import building
from leafletry.building.outcome import Outcome
from leafletry.content.differences import Difference, differences
from leafletry.content.edition_code import EditionCode, read_code
from leafletry.content.project import read_project
from leafletry.content.signoffs import SignOff, add_signoff
from leafletry.editions.approval import judge, roles_needed
from leafletry.editions.composition import Composition
from leafletry.editions.edition import Edition
from leafletry.editions.line_breaks import spoken
from leafletry.printing.manifest import Manifest
from leafletry.signing.pack import make_pack
from leafletry.signing.standings import leaflet_standing

TODAY = dt.date(2026, 11, 21)
PARENTS = "when-to-have-your-baby-checked"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small project."""
    return small_project(tmp_path / "project")


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what people wrote in the real project, to change."""
    folder = tmp_path_factory.mktemp("content")
    for name in ("leaflets", "locales", "templates", "styles", "leafletry", "clinics"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "requirements.lock", folder)
    return on_a4_alone(folder)


def edit(root: Path, name: str, old: str, new: str) -> None:
    """Change a file of a project as a person would."""
    text = (root / name).read_text("utf-8")
    assert old in text, (name, old)
    (root / name).write_text(text.replace(old, new, 1), "utf-8")


def digest(root: Path, leaflet: str = PARENTS, locale: str = "es") -> str:
    """Give the digest of what a leaflet says now."""
    return Composition.of(read_project(root)).words(leaflet, locale).digest


def build(root: Path, today: dt.date = TODAY) -> Outcome:
    """Build a project in this very process."""
    return building.build(root, today, Silent(), jobs=1)


# ── The words ──────────────────────────────────────────────────────────────────────────────────

LEAFLET_FILE = f"leaflets/{PARENTS}.yaml"
PHRASES = "leaflets/phrases.yaml"
SPANISH = "locales/es/LC_MESSAGES/messages.po"
MEANING = {
    "a sentence of a translation": (SPANISH, "No espere a la pr", "Espere a la pr"),
    "one letter": (SPANISH, 'respira con dificultad"', 'respira con dificultat"'),
    "a figure": ("leaflets/facts.yaml", "value: 160", "value: 161"),
    "a strong word": (SPANISH, "Llanto o gritos", "**Llanto** o gritos"),
    "a shared word beside a number": (SPANISH, 'msgstr "Día"', 'msgstr "Tarde"'),
    "the foot of the pages": (SPANISH, "Página {page_number} de", "Pág. {page_number} de"),
    "what a picture shows": (SPANISH, "Un bebé dorm", "Un niño dorm"),
    "a line of a drawing": ("templates/figures/flat-spots.svg", "<svg", "<svg data-new='1'"),
    "words for clinics with a number of their own": (
        SPANISH,
        "{fever_threshold} o más",
        "{fever_threshold} o menos",
    ),
    "a reference": (
        "leaflets/sources.yaml",
        "Childhood Acute Lymphoblastic Leukemia",
        "Childhood Acute Leukemia",
    ),
    "the version": (LEAFLET_FILE, 'version: "0.1"', 'version: "0.2"'),
    "a sign that is left out": (LEAFLET_FILE, "      - is_hard_to_wake\n", ""),
    "how a release says who signed": (SPANISH, "Revisado por {reviewers}", "Visto por {reviewers}"),
}
NO_MEANING = {
    "a colour": ("styles/tokens.css", "--teal: ", "--teal: rgb(1 2 3); --was: "),
    "a template's elements": (
        "templates/blocks.html",
        '<section class="block prose">',
        '<section class="block prose new"><div></div>',
    ),
    "a remark of a translator": (SPANISH, 'msgid "Call now', '# A remark.\nmsgid "Call now'),
    "the statement of a fact": ("leaflets/facts.yaml", "is very rare.", "is quite rare."),
    "what only drafts say": (SPANISH, "Borrador para revisión. Ningún", "Borrador. Ningún"),
    "the overview": (SPANISH, "Folletos sobre", "Hojas sobre"),
    "another leaflet": ("leaflets/recognize-and-work-up.yaml", 'version: "0.1"', 'version: "0.2"'),
    "another language": ("locales/fr/LC_MESSAGES/messages.po", "Ne pas", "Pas"),
    "a clinic": ("clinics/example.yaml", "020 7946 0100", "020 7946 0101"),
}


@pytest.mark.parametrize("change", MEANING)
def test_a_change_of_meaning_changes_the_digest(content: Path, change: str, tmp_path: Path) -> None:
    """Whatever changes what a reader reads, sees or hears, changes what was signed."""
    copy = shutil.copytree(content, tmp_path / "copy")
    edit(copy, *MEANING[change])
    assert digest(copy) != digest(content)


@pytest.mark.parametrize("change", NO_MEANING)
def test_what_no_reader_sees_keeps_the_digest(content: Path, change: str, tmp_path: Path) -> None:
    """A restyle, a remark, other leaflets and languages void no sign-off."""
    copy = shutil.copytree(content, tmp_path / "copy")
    edit(copy, *NO_MEANING[change])
    assert digest(copy) == digest(content)


def test_a_new_language_keeps_the_digest(content: Path, tmp_path: Path) -> None:
    """A language that comes later voids no sign-off in those that are there."""
    copy = shutil.copytree(content, tmp_path / "copy")
    shutil.copytree(ROOT / "tests/languages/de", copy / "locales/de/LC_MESSAGES")
    assert "de" in read_project(copy).locales
    assert digest(copy) == digest(content)


def test_the_number_of_a_source_is_signed(content: Path, tmp_path: Path) -> None:
    """The numbers behind a text are among its words, and a claim of another source voids them."""
    name = "recognize-and-work-up"
    old, new = "cites: [all_worsens_quickly]", "cites: [infant_sicker_faster]"
    words = Composition.of(read_project(content)).words(name, "en")
    assert "generally worsens fast.[2]\n" in words.text
    copy = Path(shutil.copytree(content, tmp_path / "copy"))
    path = copy / f"leaflets/{name}.yaml"
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    changed = Composition.of(read_project(copy)).words(name, "en")
    assert "generally worsens fast.[1]\n" in changed.text
    assert changed.digest != words.digest


def test_signing_does_not_change_what_is_signed(content: Path, tmp_path: Path) -> None:
    """The names and days that a release prints are no part of what is signed."""
    copy = shutil.copytree(content, tmp_path / "copy")
    signed = sign(copy, PARENTS, "es")
    assert digest(copy) == signed == digest(content)


def test_no_value_is_left_out_of_the_words(content: Path) -> None:
    """Every text of a leaflet, and every figure it prints, is among the words of each language."""
    composition = Composition.of(read_project(content))
    for locale in locale_names():
        for leaflet in leaflet_names():
            words = composition.words(leaflet, locale)
            assert words.untranslated == 0
            # In some languages the numbers of sources stand before the full stop.
            lines = re.sub(r"\[[0-9, ]+\]", "", " ".join(words.text.split()))
            job = composition.job(Edition(leaflet, locale, "a4"), None)
            marked = {int(n) for n in re.findall(r'data-message="(\d+)"', job.html)}
            for message in job.messages:
                only_drafts = message.msgid in _only_on_drafts(composition)
                if message.number in marked and not only_drafts:
                    said = " ".join(message.text.split())
                    assert said in lines or "{languages}" in message.msgid, (leaflet, locale, said)


def _only_on_drafts(composition: Composition) -> set[str]:
    labels = composition.project.phrases.labels
    names = (
        "draft",
        "draft_clinicians",
        "not_reviewed",
        "translation_unchecked",
        "consensus_marked",
    )
    return {labels[name].text for name in names}


# ── Codes ──────────────────────────────────────────────────────────────────────────────────────

CODE = EditionCode("IL-P1", "es", "0.1", "3fa92c", "7be1")


@pytest.mark.parametrize(
    "typed",
    [
        "IL-P1 · es · v0.1 · 3fa92c-7be1",
        "IL-P1-es-v0.1-3fa92c-7be1",
        "il-p1 es 0.1 3fa92c-7be1",
        "  ILP1 ES V0.1 3FA92C 7BE1 ",
        "IL-P1•es•v0.1•3fa92c–7be1",  # noqa: RUF001 - a dash as a phone writes it
        "ＩＬ－Ｐ１・ｅｓ・ｖ０．１・３ｆａ９２ｃ－７ｂｅ１",  # noqa: RUF001 - a Japanese keyboard's
        "ＩＬ−Ｐ１　es　ｖ０，１　3fa92c 7be1。",  # noqa: RUF001 - as above
        "IL-P1 es v0,1 3fa92c-7be1.",
        "(IL-P1, es, v0.1, 3fa92c-7be1)",
        "\u201cIL-P1\u00a0·\u00a0es\u00a0·\u00a0v0.1\u00a0·\u00a03fa92c\u20117be1\u201d,",
    ],
)
def test_a_typed_code_is_understood(typed: str) -> None:
    """Capitals, width, blanks, dots, dashes and what stands around a code do not matter."""
    assert read_code(typed) == CODE


@pytest.mark.parametrize(
    "typed",
    ["", "IL-P1", "IL-P1 es v0.1", "IL-P1 es v0.1 3fa92", "x" * 5000, "../../etc/passwd", "ﷺ" * 70],
)
def test_what_is_no_code_is_none(typed: str) -> None:
    """Nothing else is taken for a code."""
    assert read_code(typed) is None


def test_letters_like_digits_are_meant_as_digits() -> None:
    """Who reads a zero as the letter o is understood; no code has that letter."""
    assert read_code("IL-P1 es v0.1 3foo1l-7bel") == EditionCode(
        "IL-P1", "es", "0.1", "3f0011", "7be1"
    )


def test_a_code_for_all_covers_every_clinic() -> None:
    """What is said of an edition for all holds for each clinic's; not the other way round."""
    assert CODE.for_all.covers(CODE)
    assert CODE.covers(CODE)
    assert not CODE.covers(CODE.for_all)
    assert read_code(CODE.as_name) == CODE


# ── Recording ──────────────────────────────────────────────────────────────────────────────────


def record(root: Path, **changes: str) -> subprocess.CompletedProcess[str]:
    """Record a signature of the English sheet by the command line, with some things changed."""
    code = Composition.of(read_project(root)).code(ACT, "en", None)
    day = dt.date.today()  # noqa: DTZ011 - the command goes by the clock
    options = {
        "role": "clinical",
        "name": "Example Clinician",
        "code": str(code),
        "next-review": str(day + dt.timedelta(days=700)),
        **changes,
    }
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    return run(root, "signoff", "record", ACT, changes.pop("locale", "en"), *words)


def test_a_signature_is_recorded_with_the_words_it_is_about(root: Path) -> None:
    """Role, name, days and digest are kept, and the file of that digest is what was read."""
    done = record(root, date="2026-11-01")
    assert (done.returncode, done.stderr) == (0, "")
    (entry,) = yaml.safe_load((root / "locales/en/signoff.yaml").read_text("utf-8"))["signoffs"]
    (signed,) = (root / "locales/en/signed").iterdir()
    assert entry["words"] == hashlib.sha256(signed.read_bytes()).hexdigest()
    assert entry["words"].startswith(signed.stem.rpartition("-")[2])
    assert (entry["leaflet"], entry["role"], entry["name"]) == (ACT, "clinical", NAMES["clinical"])
    assert entry["signed_on"] == dt.date(2026, 11, 1)
    assert "Call the specialists now." in signed.read_text("utf-8")
    again = record(root)
    assert again.returncode == 0
    entries = yaml.safe_load((root / "locales/en/signoff.yaml").read_text("utf-8"))["signoffs"]
    assert entries[0] == entry
    assert len(entries) == 2, "none is ever taken away"


REFUSED = {
    "another code": ({"code": "TS-C1 en v0.1 000000"}, "is not what prints today"),
    "no code": ({"code": "the newest"}, "is not what prints today"),
    "a day to come": ({"date": "2999-01-01"}, "lies in the future"),
    "a review before the signature": ({"next-review": "2020-01-01"}, "is not after signed_on"),
    "a review too far away": ({"next-review": "2039-01-01"}, "more than three years"),
    "a role it does not need": ({"role": "lay-reader"}, "needs no signature as lay-reader"),
    "markup in the name": ({"name": "<b>Me</b>"}, "markup is not allowed"),
    "a name of two lines": ({"name": "Example\nClinician"}, "must be one line"),
    "no name": ({"name": ""}, "name"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_true_is_not_recorded(root: Path, case: str) -> None:
    """A signature of other words, or one that cannot be true, is refused and nothing is written."""
    changes, said = REFUSED[case]
    done = record(root, **changes)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not list((root / "locales/en").glob("sign*"))


def test_untranslated_words_cannot_be_signed(root: Path) -> None:
    """Nobody signs a page that is partly in another language."""
    code = Composition.of(read_project(root)).code(ACT, "nl", None)
    day = str(dt.date.today() + dt.timedelta(days=99))  # noqa: DTZ011 - as above
    options = ("--role", "clinical", "--name", "Example", "--code", str(code), "--next-review", day)
    done = run(root, "signoff", "record", ACT, "nl", *options)
    assert done.returncode == 1
    assert "texts are not translated; nobody can sign that" in done.stderr
    refused = run(root, "signoff", "request", ACT, "nl")
    assert refused.returncode == 1
    assert "texts are not translated" in refused.stderr
    assert not (root / "output").exists()


def test_a_broken_record_is_not_overwritten(root: Path) -> None:
    """A file of sign-offs that cannot be read is told, and stays as it is."""
    path = root / "locales/en/signoff.yaml"
    path.write_text("signoffs: [{name: x}]\n", "utf-8")
    done = record(root)
    assert done.returncode == 1
    assert "locales/en/signoff.yaml:1:" in done.stderr
    assert path.read_text("utf-8") == "signoffs: [{name: x}]\n"


@pytest.mark.parametrize(
    "name", ["colon: and # mark", '"quoted" \\ and', "Ａ日本語", "ña-ñ", "- x"]
)
def test_every_name_is_kept_as_it_is(root: Path, name: str) -> None:
    """A name is read back as the person gave it, whatever characters it has."""
    words = Composition.of(read_project(root)).words(ACT, "en")
    signoff = SignOff(
        leaflet=ACT,
        role="clinical",
        name=name,
        signed_on=SIGNED,
        next_review=NEXT_REVIEW,
        words=words.digest,
    )
    add_signoff(root, "en", signoff, words.text)
    assert read_project(root).signoffs["en"] == [signoff]


# ── How a leaflet stands ───────────────────────────────────────────────────────────────────────


def test_status_names_the_sentence_that_voided_a_signature(root: Path) -> None:
    """A voided signature is told with the sentence as it was and as it is, and nothing else."""
    sign(root, CALL, "en")
    edit(root, PHRASES, "has trouble breathing", "breathes fast")
    done = run(root, "signoff", "status", CALL, "en")
    assert done.returncode == 0
    lines = [line.strip() for line in done.stdout.splitlines()]
    assert lines[2:] == [
        "clinical: Example Clinician, 2026-11-01; void: the words changed since",
        "was: has trouble breathing",
        "now: breathes fast",
    ]


def test_words_that_come_back_are_still_signed(root: Path) -> None:
    """Who takes a change back has again what was signed."""
    sign(root, CALL, "en")
    edit(root, PHRASES, "has trouble breathing", "breathes fast")
    edit(root, PHRASES, "breathes fast", "has trouble breathing")
    composition = Composition.of(read_project(root), TODAY)
    standing = leaflet_standing(composition, CALL, "en")
    assert standing.approval is not None
    assert standing.approval.state == "release"
    assert [role.holds for role in standing.roles] == [True]


def test_status_tells_when_the_signed_words_are_gone(root: Path) -> None:
    """Where the words that were signed are lost or changed, no difference is made up."""
    sign(root, CALL, "en")
    edit(root, PHRASES, "has trouble breathing", "breathes fast")
    (signed,) = (root / "locales/en/signed").iterdir()
    signed.write_text("Something else\n", "utf-8")
    done = run(root, "signoff", "status", CALL, "en")
    assert "the words that were signed are not there any more" in done.stdout
    assert "was:" not in done.stdout


def test_differences_are_lines() -> None:
    """Lines that changed stand side by side; new and lost ones stand alone."""
    assert differences("a\nb\nc\n", "a\nB\nc\nd\n") == [Difference("b", "B"), Difference("", "d")]
    assert differences("a\nb\n", "b\n") == [Difference("a", "")]
    assert differences("a\n", "a\n") == []


# ── Draft and release ──────────────────────────────────────────────────────────────────────────


def hold_back_reasons(root: Path, today: dt.date = TODAY) -> dict[str, list[str]]:
    """Give why each edition is held back, by its path."""
    outcome = build(root, today)
    assert outcome.problems.errors == []
    return {
        str(edition.path): [reason.words for reason in approval.reasons]
        for edition, approval in outcome.held_back.items()
    }


def pdfs(root: Path) -> set[str]:
    """Give the PDFs that lie in the output folder, without those to publish."""
    there = {path.relative_to(root / "output") for path in (root / "output").rglob("*.pdf")}
    return {path.as_posix() for path in there if path.parts[0] != "public"}


def of_release(root: Path) -> set[str]:
    """Give the editions that the build says may be given out."""
    records = Manifest.read(root / "output").editions
    return {record.path for record in records if record.state == "release"}


@pytest.mark.usefixtures("press_here")
def test_only_what_is_signed_is_released(root: Path) -> None:
    """Every edition that nobody signed stays a draft, and is named with its reasons."""
    build(root)
    assert len(pdfs(root)) == 4
    sign(root, ACT, "en")
    reasons = hold_back_reasons(root)
    assert of_release(root) == {f"en/{ACT}-a4.pdf"}
    assert len(pdfs(root)) == 4
    assert reasons[f"en/{CALL}-a4.pdf"] == ["nobody signed it (clinical)"]
    assert re.match(r"\d+ texts are not translated", reasons[f"nl/{ACT}-a4.pdf"][0])
    assert reasons[f"nl/{ACT}-a4.pdf"][1:] == [
        "nobody signed it (clinical)",
        "nobody signed it (translation)",
    ]


@pytest.mark.usefixtures("press_here")
def test_nothing_to_release_is_no_success(root: Path) -> None:
    """With nothing that may be given out, the command says why and ends with 1."""
    done = run(root, "build", "--release")
    assert done.returncode == 1
    assert done.stdout.count(": not released\n") == 4
    assert "4 not released" in done.stdout
    assert len(pdfs(root)) == 4, "no draft is taken away"
    assert of_release(root) == set()
    sign(root, ACT, "en", next_review=dt.date.today() + dt.timedelta(days=9))  # noqa: DTZ011
    done = run(root, "build", "--release")
    assert done.returncode == 0
    assert done.stdout.count(": not released\n") == 3


@pytest.mark.usefixtures("press_here")
@pytest.mark.parametrize(
    ("day", "left"),
    [(NEXT_REVIEW, True), (NEXT_REVIEW + dt.timedelta(days=1), False)],
)
def test_an_expired_review_is_no_release(root: Path, day: dt.date, left: bool) -> None:  # noqa: FBT001
    """On the day of the next review a leaflet may be given out, the day after no more."""
    sign(root, ACT, "en")
    reasons = hold_back_reasons(root, day)
    assert (f"en/{ACT}-a4.pdf" in of_release(root)) is left
    if not left:
        ran_out = f"the review by Example Clinician (clinical) ran out on {NEXT_REVIEW}"
        assert reasons[f"en/{ACT}-a4.pdf"] == [ran_out]


@pytest.mark.parametrize("missing", ["clinical", "translation", "lay-reader"])
def test_every_role_that_a_leaflet_needs_must_sign(
    content: Path, tmp_path: Path, missing: str
) -> None:
    """One role that is missing keeps a leaflet back, and is named."""
    copy = shutil.copytree(content, tmp_path / "copy")
    others = [role for role in NAMES if role != missing]
    sign(copy, PARENTS, "es", roles=others)
    standing = leaflet_standing(Composition.of(read_project(copy), TODAY), PARENTS, "es")
    assert standing.approval is not None
    assert standing.approval.state == "draft"
    assert [reason.words for reason in standing.approval.reasons] == [
        f"nobody signed it ({missing})"
    ]


def test_a_withdrawn_edition_is_no_release(root: Path) -> None:
    """What was withdrawn is held back though it is signed, for clinics too, and says why."""
    sign(root, ACT, "en")
    composition = Composition.of(read_project(root), TODAY)
    code = composition.code(ACT, "en", None)
    (root / "leaflets/withdrawn.yaml").write_text(
        f'withdrawn:\n  - code: "{code}"\n    reason: A number was wrong.\n'
        "    withdrawn_on: 2026-11-20\n",
        "utf-8",
    )
    project = read_project(root)
    assert project.problems.errors == []
    for clinic in (None, "7be1"):
        own = EditionCode(code.leaflet, code.lang, code.version, code.words, clinic)
        words = composition.words(ACT, "en")
        approval = judge(project, ACT, "en", words, own, None, TODAY)
        assert (approval.state, approval.notice) == ("draft", "withdrawn")
        assert approval.reasons[0].words == "withdrawn on 2026-11-20: A number was wrong."


@pytest.mark.parametrize("leaflet", leaflet_names())
@pytest.mark.parametrize("why", ["unsigned", "unconfirmed", "expired", "withdrawn"])
def test_a_draft_says_why_it_is_one_in_each_language(
    content: Path, tmp_path: Path, leaflet: str, why: str
) -> None:
    """Each kind of draft has its notice on the page, in the reader's language; a release none."""
    copy = shutil.copytree(content, tmp_path / "copy")
    day = TODAY
    if why != "unsigned":
        for locale in locale_names():
            sign(copy, leaflet, locale)
    composition = Composition.of(read_project(copy), day)
    codes = [composition.code(leaflet, locale, None) for locale in locale_names()]
    if why != "unsigned":
        for locale in locale_names():
            page = composition.job(Edition(leaflet, locale, "a4"), None)
            assert page.record.state == "release"
            assert 'class="draft"' not in page.html
    if why == "expired":
        day = NEXT_REVIEW + dt.timedelta(days=1)
    if why == "withdrawn":
        withdrawn = ", ".join(
            f'{{code: "{code}", reason: Wrong, withdrawn_on: 2026-11-20}}' for code in codes
        )
        (copy / "leaflets/withdrawn.yaml").write_text(f"withdrawn: [{withdrawn}]\n", "utf-8")
    if why == "unconfirmed":
        (copy / "locales/en/confirmed.yaml").unlink()
    project = read_project(copy)
    composition = Composition.of(project, day)
    suffix = "_clinicians" if leaflet == "recognize-and-work-up" else ""
    name = f"draft{suffix}" if why == "unsigned" else f"draft_{why}"
    for locale in locale_names():
        page = composition.job(Edition(leaflet, locale, "a4"), None)
        assert page.record.state == "draft", locale
        said = project.phrases.labels[name].text
        if locale != "en":
            entry = polib.pofile(str(copy / f"locales/{locale}/LC_MESSAGES/messages.po")).find(said)
            assert entry is not None
            said = entry.msgstr
        assert said in spoken(unescape(re.sub(r"<[^>]+>", "", page.html))), locale


# ── Release on paper ───────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory, content: Path) -> Path:
    """A copy of the real project in which everything is signed, and released."""
    folder = tmp_path_factory.mktemp("released") / "project"
    shutil.copytree(content, folder)
    for leaflet in leaflet_names():
        for locale in locale_names():
            sign(folder, leaflet, locale, next_review=dt.date.today() + dt.timedelta(days=300))  # noqa: DTZ011
    done = run(folder, "build", "--release")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{len(leaflet_names()) * len(locale_names())} made" in done.stdout
    return folder


def _letters(text: str) -> Counter[str]:
    """Count what a reader reads: letters and figures, not how they are broken into lines."""
    return Counter(re.sub(r"[\W_]", "", text.replace("\u00ad", "")))


@pytest.mark.parametrize("locale", locale_names())
@pytest.mark.parametrize("leaflet", leaflet_names())
def test_the_paper_says_exactly_what_was_signed(released: Path, leaflet: str, locale: str) -> None:
    """Another PDF engine reads the signed words from a release, letter for letter, and no more."""
    document = pypdfium2.PdfDocument(released / f"output/{locale}/{leaflet}-a4.pdf")
    said = _letters("".join(page.get_textpage().get_text_range() for page in document))
    project = read_project(released)
    composition = Composition.of(project)
    signed = _seen(
        composition.words(leaflet, locale).text, _filled_in(composition, leaflet, locale)
    )
    interpreter = project.phrases.labels["interpreter_line"]
    only_with_clinic = (
        interpreter.text if locale == "en" else project.catalogs[locale].look_up(interpreter)
    )
    # Besides the words: at the foot of each page the code and, signed once, what the page is in
    # English; and the numbers of the references.
    references = composition.job(Edition(leaflet, locale, "a4"), None).html.rpartition("<ol>")[2]
    numbers = "".join(map(str, range(1, references.count("<li ") + 1)))
    code = str(composition.code(leaflet, locale, None))
    spoken = Locale.parse(locale.partition("_")[0])
    title = project.leaflets[leaflet].title.text + (spoken.get_display_name("en") or "")
    again = title * (len(document) - 1) if spoken.language != "en" else ""
    below = project.phrases.labels["page_of"]
    page = below.text if locale == "en" else project.catalogs[locale].look_up(below)
    count = len(document)
    labels = "".join(page.format(page_number=n, page_count=count) for n in range(1, count + 1))
    besides = _letters(code * len(document) + again + numbers + labels)
    assert said + _letters(only_with_clinic) == signed + besides


def _seen(words: str, filled: dict[str, str]) -> Counter[str]:
    """Count what can be seen of signed words: no picture's words, no address behind a link."""
    lines = [
        re.sub(r" <https://\S+> \(.*\)$", "", re.sub(r"^foot: |\[(?![0-9, ]+\])[^\]]*\]", "", line))
        for line in words.splitlines()[1:]
        # Only clinics print where to look the leaflet up; each format has pages of its own.
        if not re.match(r"drawing |with \{|.*\{verify_url\}|foot: .*\{page_count\}", line)
    ]
    return _letters(re.sub(r"\{(\w+)\}", lambda name: filled.get(name[1], ""), "\n".join(lines)))


def _filled_in(composition: Composition, leaflet: str, locale: str) -> dict[str, str]:
    """Give what a release without a clinic fills in, worked out with Babel alone."""
    project = composition.project
    roles = roles_needed(project, leaflet, locale)
    reviewers = [NAMES[role] for role in roles if role != "translation"]
    # A variant is no language that anybody asks for.
    codes = [code for code in project.locales if "_" not in code]
    names = [Locale.parse(code).get_display_name(code) or "" for code in codes]
    review = composition.job(Edition(leaflet, locale, "a4"), None).approval.until
    return {
        "reviewers": format_list(reviewers, locale=locale),
        "translators": NAMES["translation"],
        "languages": format_list(names, locale=locale),
        "reviewed_on": format_date(SIGNED, "long", locale=locale),
        "next_review": format_date(review, "long", locale=locale),
    }


def test_a_release_says_who_reviewed_it(released: Path) -> None:
    """Names, the day of the review and of the next one stand on the page; no word of a draft."""
    document = pypdfium2.PdfDocument(released / f"output/es/{PARENTS}-a4.pdf")
    said = " ".join("".join(p.get_textpage().get_text_range() for p in document).split())
    assert "Revisado por Example Clinician y Example Parent." in said
    assert "Traducción revisada por Example Translator." in said
    assert "1 de noviembre de 2026" in said
    assert not re.search(r"borrador|Ningún profesional", said, re.IGNORECASE)


# ── The review pack ────────────────────────────────────────────────────────────────────────────


def test_the_pack_holds_what_is_to_be_read(content: Path, tmp_path: Path) -> None:
    """The exact PDF of a build, the proof, the facts and a checklist for each role, in French."""
    copy = shutil.copytree(content, tmp_path / "copy")
    done = run(copy, "signoff", "request", PARENTS, "fr")
    assert (done.returncode, done.stderr) == (0, "")
    folder = copy / f"output/signoff/fr/{PARENTS}"
    assert sorted(path.name for path in folder.iterdir()) == [
        "1-leaflet.pdf",
        "2-proof.pdf",
        "3-facts.pdf",
        "4-checklist.pdf",
        "words.txt",
    ]
    assert run(copy, "build").returncode == 0
    built = copy / f"output/fr/{PARENTS}-a4.pdf"
    assert (folder / "1-leaflet.pdf").read_bytes() == built.read_bytes()
    code = str(Composition.of(read_project(copy)).code(PARENTS, "fr", None))
    assert code in done.stdout
    checklist = pypdfium2.PdfDocument(folder / "4-checklist.pdf")
    pages = [page.get_textpage().get_text_range() for page in checklist]
    heads = [page for page in pages if "Accord" in page[:40]]
    assert len(heads) == 3, "one for each role"
    assert all(code in page for page in pages)
    pages = [" ".join(pages)]  # A role's list can go over to another page.
    assert "Professionnel de santé" in pages[0]
    for fact in ("urgent_signs_choice", "petechiae_do_not_fade"):
        statement = read_project(copy).facts[fact].statement
        assert " ".join(statement.split()) in " ".join(pages[0].split())
    assert hashlib.sha256((folder / "words.txt").read_bytes()).hexdigest() == digest(
        copy, PARENTS, "fr"
    )


def test_a_pack_is_whole_or_not_there(root: Path) -> None:
    """Where something is wrong with what is to be read, there is no pack, and the fault is told."""
    edit(root, PHRASES, "has trouble breathing", "has 2 troubles")
    pack = make_pack(root, CALL, "en", TODAY)
    assert pack.files == []
    assert any('the number "2"' in problem.message for problem in pack.problems)
    assert not (root / "output").exists()


def test_unknown_names_are_wrong_usage(root: Path) -> None:
    """A leaflet or a language that is not there is told with what is meant, and exit code 2."""
    for words in (("status", "call-u"), ("request", CALL, "nk"), ("request", "xx", "nl")):
        done = run(root, "signoff", *words)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr
    assert 'did you mean "call-us"?' in run(root, "signoff", "status", "call-u").stderr


def test_templates_of_release_and_draft_are_one(root: Path) -> None:
    """The words that are signed come from the template that prints, so none can be forgotten."""
    edit(root, "templates/leaflet.html", "<main>", "<main><p>A line a designer added.</p>")
    words = Composition.of(read_project(root)).words(ACT, "en")
    assert "A line a designer added." in words.text.splitlines()
