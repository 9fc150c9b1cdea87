"""Leaflets in several formats: each is an edition of its own, and all say what was signed."""

import dataclasses
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from one_edition import one_leaflet, one_leaflet_kept, print_one
from PIL import Image
from small_project import (
    ACT,
    CALL,
    DUTCH_FILE,
    TODAY,
    Silent,
    assert_nothing_else,
    build_here,
    files_in,
    made_by,
    messages_of,
    run,
    small_project,
)

from leafletry.building import building
from leafletry.checking import check_project
from leafletry.content.project import read_project
from leafletry.editions.composition import Composition
from leafletry.editions.edition import Edition, editions_of
from leafletry.editions.scope import Scope
from leafletry.printing import printing
from leafletry.proof.contact_sheets import PAGE_WIDTH
from leafletry.verifying.known_codes import KnownCodes
from leafletry.verifying.verifying import Verifier

__all__ = ["one_leaflet", "one_leaflet_kept"]

AMERICAN = """\
name: Northern Hospital
country: US
phone_day: 202-555-0100
verified_on: 2026-11-20
verified_by: Example, nobody
"""
FORMATS = "formats: {a4: 1, letter: 1, large-print: 9}"


def named(clinic: str, *formats: str) -> set[str]:
    """Give the paths of the leaflet for clinicians, in both languages."""
    folder = f"clinics/{clinic}/" if clinic else ""
    return {f"{folder}{lang}/{ACT}-{paper}.pdf" for lang in ("en", "nl") for paper in formats}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of one leaflet in three formats, with a British and an American clinic; built."""
    root = small_project(tmp_path_factory.mktemp("formats") / "project")
    (root / f"leaflets/{CALL}.yaml").unlink()
    path = root / f"leaflets/{ACT}.yaml"
    path.write_text(path.read_text("utf-8").replace("formats: {a4: 1}", FORMATS), "utf-8")
    (root / "clinics/north.yaml").write_text(AMERICAN, "utf-8")
    result = run(root, "build", "--clinic", "clinics")
    assert result.returncode == 0, result.stderr
    return root


@pytest.fixture
def root(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of it."""
    monkeypatch.setenv("FONTCONFIG_FILE", "")
    ignored = shutil.ignore_patterns(".cache")
    yield Path(shutil.copytree(kept, tmp_path / "project", ignore=ignored))
    printing.close_press()


def replace(root: Path, name: str, old: str, new: str) -> None:
    """Change something in a file."""
    text = (root / name).read_text("utf-8")
    assert old in text
    (root / name).write_text(text.replace(old, new, 1), "utf-8")


EVERYTHING = (
    named("", "a4", "letter", "large-print")
    | named("example", "a4", "large-print")
    | named("north", "letter", "large-print")
)


def test_every_format_is_made_once_for_everybody_who_uses_it(root: Path) -> None:
    """All formats for all, and for each clinic those of its country; the second build is idle."""
    made = {name for name in files_in(root / "output") if name.endswith(".pdf")}
    assert made == EVERYTHING
    assert made_by(build_here(root)) == set()
    assert_nothing_else(root)


def test_each_format_has_a_map_and_a_picture_of_its_own(root: Path) -> None:
    """What stands where is another thing on other paper."""
    output = root / "output"
    maps = [
        json.loads((output / f"en/{ACT}-{f}.messages.json").read_text()) for f in ("a4", "letter")
    ]
    assert [told["format"] for told in maps] == ["a4", "letter"]
    assert [told["pages"][0]["width"] for told in maps] == [210.0, 215.9]
    assert (output / f"pictures/en/{ACT}-letter.png").exists()


def test_an_edited_text_makes_its_language_anew_in_every_format(root: Path) -> None:
    """One Dutch message changes the Dutch editions: three for all and two a clinic."""
    replace(root, DUTCH_FILE, "Verwijs vandaag", "Verwijs nu")
    assert made_by(build_here(root)) == {name for name in EVERYTHING if "nl/" in name}


def test_a_style_of_a_format_makes_that_format_anew(root: Path) -> None:
    """Its own sheets are worn by no other format."""
    with (root / "styles/formats/letter.css").open("a", encoding="utf-8") as sheet:
        sheet.write("@layer format { h1 { border-bottom: 1pt solid #123456 } }\n")
    assert made_by(build_here(root)) == {name for name in EVERYTHING if "-letter" in name}


@pytest.mark.parametrize("how", ["file", "page", "type"])
def test_a_broken_format_stops_no_other_and_takes_nothing_away(how: str, root: Path) -> None:
    """What cannot be read, is on other paper or too small stays as it was last, and is named."""
    before = files_in(root / "output")
    if how == "file":
        replace(root, "styles/formats/letter.yaml", "kind: paper", "kind: paper plane")
    elif how == "page":
        replace(root, "styles/formats/letter.css", "size: Letter", "size: A5")
    else:
        replace(root, "styles/formats/letter.yaml", "text: 12", "text: 30")
        replace(root, "styles/formats/letter.yaml", "readers: {clinicians: 10}", "readers: {}")
    outcome = build_here(root)
    assert made_by(outcome) == set()
    assert {edition.page_format for edition in outcome.failed} == {"letter"}
    assert "letter" in messages_of(outcome)
    after = files_in(root / "output")
    pdfs = {name for name in before if name.endswith(".pdf")}
    assert {name: after[name] for name in pdfs} == {name: before[name] for name in pdfs}


def test_a_format_that_is_asked_for_is_made_alone(root: Path) -> None:
    """`--format` leaves the others as they are; one that is not there is wrong usage."""
    replace(root, DUTCH_FILE, "Verwijs vandaag", "Verwijs nu")
    result = run(root, "build", "--format", "letter")
    assert result.returncode == 0, result.stderr
    assert "2 made" in result.stdout
    wrong = run(root, "build", "--format", "leter")
    assert wrong.returncode == 2
    assert "there is no format 'leter'; did you mean \"letter\"?" in wrong.stderr
    scope = Scope(formats=frozenset({"large-print"}))
    outcome = building.build(root, TODAY, Silent(), jobs=1, scope=scope)
    assert {record.page_format for record in outcome.made} == {"large-print"}


def test_a_format_that_a_leaflet_no_longer_names_goes(root: Path) -> None:
    """Nobody finds a format that nobody prints any more."""
    replace(root, f"leaflets/{ACT}.yaml", FORMATS, "formats: {a4: 1, large-print: 9}")
    build_here(root)
    left = {name for name in files_in(root / "output") if name.endswith(".pdf")}
    # There is no other paper for the American clinic now.
    assert left == named("", "a4", "large-print") | named("example", "a4", "large-print") | named(
        "north", "a4", "large-print"
    )


def test_a_new_format_is_two_files_and_a_word(tmp_path: Path) -> None:
    """Whoever adds a paper writes what CONTRIBUTING says and touches nothing else."""
    root = small_project(tmp_path / "project")
    before = files_in(root)
    folder = root / "styles/formats"
    values = (folder / "a4.yaml").read_text("utf-8")
    values = values.replace("width: 210", "width: 176").replace("height: 297", "height: 250")
    (folder / "b5-sheet.yaml").write_text(values, "utf-8")
    sheet = (folder / "a4.css").read_text("utf-8").replace("size: A4", "size: 176mm 250mm")
    (folder / "b5-sheet.css").write_text(sheet, "utf-8")
    replace(root, f"leaflets/{ACT}.yaml", "{a4: 1}", "{a4: 1, b5-sheet: 1}")
    result = run(root, "build")
    assert result.returncode == 0, result.stderr
    after = files_in(root)
    ours = {name for name in after if not name.startswith(("output/", ".cache/"))}
    assert {name for name in ours if after[name] != before.get(name)} == {
        "styles/formats/b5-sheet.yaml",
        "styles/formats/b5-sheet.css",
        f"leaflets/{ACT}.yaml",
    }
    page = pypdfium2.PdfDocument(root / f"output/nl/{ACT}-b5-sheet.pdf")[0]
    assert page.get_size() == pytest.approx((176 / 25.4 * 72, 250 / 25.4 * 72), abs=0.1)
    assert "B5 sheet" in after["output/index.html"].decode()


# ── What is signed is words ────────────────────────────────────────────────────────────────────


def test_all_formats_have_one_code(root: Path) -> None:
    """A signature covers every format: words, and the code that names them, are the same."""
    project = read_project(root)
    composition = Composition.of(project)
    for locale in project.locales:
        jobs = [composition.job(edition, None) for edition in editions_of(project, ACT, locale)]
        assert len(jobs) == 3
        assert len({(str(job.code), job.words.digest) for job in jobs}) == 1
        assert len({job.digest for job in jobs}) == 3


def test_what_is_signed_names_no_number_of_pages(root: Path) -> None:
    """What stands below the pages is signed as a sentence with two gaps."""
    words = Composition.of(read_project(root)).words(ACT, "en").text
    assert "foot: Page {page_number} of {page_count}\n" in words
    assert "with {page_number}: Urgent: see page {page_number}\n" in words
    assert not re.search(r"Page \d", words)


def test_a_project_that_was_read_anew_says_its_new_words(root: Path) -> None:
    """What was worked out of a project before a save is not told of the one after it."""
    before = Composition.of(read_project(root))
    edition = Edition(ACT, "nl", "a4")
    old = before.job(edition, None)
    replace(root, DUTCH_FILE, "Verwijs vandaag", "Verwijs nu")
    new = dataclasses.replace(before, project=read_project(root)).job(edition, None)
    assert "Verwijs nu" in new.words.text
    assert new.code != old.code


def test_another_format_voids_no_signature(root: Path) -> None:
    """A leaflet that gets a format, or loses one, still says what was signed."""
    before = Composition.of(read_project(root)).words(ACT, "nl")
    replace(root, f"leaflets/{ACT}.yaml", FORMATS, "formats: {letter: 2}")
    assert Composition.of(read_project(root)).words(ACT, "nl") == before


def test_every_format_is_known_by_its_file(root: Path) -> None:
    """`verify` tells each as what it is; two formats are not each other's copy."""
    known = KnownCodes.of(root, TODAY)
    for paper in ("a4", "letter", "large-print"):
        path = root / "output" / Edition(ACT, "en", paper).path
        verdict = Verifier(known).file(path)
        assert (verdict.state, verdict.draft) == ("current", True), verdict
        assert verdict.proof


def test_whoever_signs_gets_the_pages_of_every_format(root: Path) -> None:
    """The review pack has one list of words, and the leaflet on each paper."""
    result = run(root, "signoff", "request", ACT, "en")
    assert result.returncode == 0, result.stderr
    pack = root / f"output/signoff/en/{ACT}"
    pages = {path.name: pypdfium2.PdfDocument(path)[0].get_size() for path in pack.glob("1-*.pdf")}
    assert set(pages) == {"1-leaflet.pdf", "1-leaflet-letter.pdf", "1-leaflet-large-print.pdf"}
    assert pages["1-leaflet-letter.pdf"] == pytest.approx((612, 792), abs=0.1)
    assert len(list(pack.glob("words.txt"))) == 1


def test_the_overview_shows_a_leaflet_once_with_its_formats(root: Path) -> None:
    """Each language has one card a leaflet; its links say which paper they are for."""
    page = (root / "output/index.html").read_text("utf-8")
    assert page.count('<li class="card') == 2
    for name in ("A4", "US Letter", "Large print"):
        assert name in page
    clinic = (root / "output/clinics/north/index.html").read_text("utf-8")
    assert "US Letter" in clinic
    assert "A4" not in clinic


def test_status_tells_of_the_format_that_does_not_fit(root: Path) -> None:
    """Of several formats, the worst is told, by its name."""
    text = (root / f"leaflets/{ACT}.yaml").read_text("utf-8")
    (root / f"leaflets/{ACT}.yaml").write_text(text.replace("large-print: 9", "large-print: 1"))
    result = run(root, "catalogs", "status", "--json")
    (english, dutch) = (lang["editions"] for lang in json.loads(result.stdout)["languages"])
    for (edition,) in (english, dutch):
        assert (edition["fits"], edition["worst"]) == ("over", "large-print")


# ── Large print ────────────────────────────────────────────────────────────────────────────────

LARGE = "formats: {a4: 2, large-print: 16}"


@pytest.fixture
def large(one_leaflet: Path) -> Path:
    """A real leaflet that is to be printed large."""
    for path in (one_leaflet / "leaflets").glob("could-*.yaml"):
        text = path.read_text("utf-8")
        path.write_text(text.replace("formats: {a4: 2}", LARGE), "utf-8")
    return one_leaflet


def test_large_print_counts_its_own_pages(large: Path) -> None:
    """Each page says which one it is, of as many as there are, in each language."""
    for locale, said in (("en", "Page {} of {}"), ("nl", "Pagina {} van {}")):
        made = print_one(large, locale=locale, page_format="large-print")
        assert made.said == ""
        document = pypdfium2.PdfDocument(made.pdf)
        pages = [page.get_textpage().get_text_range() for page in document]
        assert 3 < len(pages) < 16
        for number, text in enumerate(pages, 1):
            assert said.format(number, len(pages)) in text


def test_large_print_says_on_page_1_where_the_urgent_box_is(large: Path) -> None:
    """The box stands whole on page 2, and whoever sees page 1 is told so."""
    document = pypdfium2.PdfDocument(print_one(large, page_format="large-print").pdf)
    first, second = (document[n].get_textpage().get_text_range() for n in (0, 1))
    assert "Urgent: see page 2" in first
    assert "Have another child seen today" in second
    assert (
        "Urgent: see page 2"
        not in pypdfium2.PdfDocument(print_one(large).pdf)[0].get_textpage().get_text_range()
    )


WAYS = {
    "smaller text": ("td { font-size: 17.5pt }", "18 pt are needed"),
    "a smaller foot": (
        "@page { @bottom-right { font-size: 14pt } }",
        "18 pt are needed",
    ),
    "smaller labels": (".reader { font-size: 16pt }", "18 pt are needed"),
    "smaller sources": (".colophon { font-size: 12pt }", "18 pt are needed"),
    "the box on another page": (
        ".main-message { break-before: page }",
        "the urgent box stands on page 3 and not on page 2",
    ),
    "the box on page 1": (
        ".urgent { break-before: auto } .masthead-picture, .draft, .main-message { display: none }",
        "the urgent box stands on page 1 and not on page 2",
    ),
    "no word of where it is": (".pointer { display: none }", "is not on the pages"),
    "another paper": ("@page { size: Letter }", "mm, not 210 by 297"),
}


@pytest.mark.parametrize("way", WAYS)
def test_what_makes_large_print_less_than_that_is_refused(way: str, large: Path) -> None:
    """Type below 18 points, the urgent box elsewhere, or a pointer that is lost."""
    rule, said = WAYS[way]
    with (large / "styles/formats/large-print.css").open("a", encoding="utf-8") as sheet:
        sheet.write(f"@layer paper {{ {rule} }}\n")
    assert said in print_one(large, page_format="large-print").said


def test_more_pages_than_a_leaflet_may_have_are_told(large: Path) -> None:
    """Where large print may have three pages and needs more, it is too long, in millimetres."""
    for path in (large / "leaflets").glob("could-*.yaml"):
        text = path.read_text("utf-8").replace("large-print: 16", "large-print: 3")
        path.write_text(text, "utf-8")
    said = print_one(large, page_format="large-print").said
    assert re.search(r"\(en, large-print\): is \d+ mm too long for 3 pages", said)


# ── A booklet, as a trial ──────────────────────────────────────────────────────────────────────


def in_a_booklet(root: Path, pages: int) -> Path:
    """Let the real leaflet be printed as a booklet of up to so many pages."""
    for path in (root / "leaflets").glob("could-*.yaml"):
        text = path.read_text("utf-8").replace("{a4: 2}", f"{{a4: 2, a5-booklet: {pages}}}")
        path.write_text(text, "utf-8")
    return root


@pytest.mark.parametrize("locale", ["en", "nl"])
@pytest.mark.parametrize("clinic", ["", "clinics/example.yaml"])
def test_a_booklet_has_pages_in_steps_of_four(one_leaflet: Path, locale: str, clinic: str) -> None:
    """Its cover says where the urgent box is, and the colophon is its back: leaves fill it up."""
    root = in_a_booklet(one_leaflet, 12)
    made = print_one(root, locale=locale, clinic=clinic, page_format="a5-booklet")
    assert made.said == ""
    document = pypdfium2.PdfDocument(made.pdf)
    assert len(document) == 8
    for page in document:
        assert page.get_size() == pytest.approx((148 / 25.4 * 72, 210 / 25.4 * 72), abs=0.1)
    texts = [page.get_textpage().get_text_range() for page in document]
    assert {"en": "Urgent: see page 2", "nl": "Spoed: zie pagina 2"}[locale] in texts[0]
    lengths = [len(text) for text in texts]
    leaves = [number for number, length in enumerate(lengths, 1) if length < 100]
    assert leaves == list(range(8 - len(leaves), 8)), "leaves stand before the last page"
    assert {"en": "Sources", "nl": "Bronnen"}[locale] in texts[-1]


def test_a_booklet_of_ten_pages_is_told(one_leaflet: Path) -> None:
    """Sheets are folded: a number that is no multiple of four is told where it stands."""
    project = read_project(in_a_booklet(one_leaflet, 10))
    (problem,) = [p for p in check_project(project) if not p.warning]
    assert "a5-booklet has pages in steps of 4, and 10 is none of them" in str(problem)
    assert problem.hint == "give it 12"
    assert re.fullmatch(r"leaflets/could-.*\.yaml", problem.place.file)


@pytest.fixture
def card(tmp_path: Path, press_here: None) -> Path:  # noqa: ARG001 - it lets the test typeset
    """A leaflet with one message, on a card."""
    root = small_project(tmp_path / "project")
    path = root / f"leaflets/{CALL}.yaml"
    text = path.read_text("utf-8").partition("  - block: prose")[0]
    path.write_text(text.replace("{a4: 1}", "{a4: 1, a6-card: 2}"), "utf-8")
    return root


@pytest.mark.parametrize("locale", ["en", "nl"])
@pytest.mark.parametrize("clinic", ["", "clinics/example.yaml"])
def test_a_card_has_two_sides_and_one_message(card: Path, locale: str, clinic: str) -> None:
    """The front says what it is about, the back when and whom to call; all of it is proved."""
    made = print_one(card, CALL, locale, clinic, page_format="a6-card")
    assert made.said == ""
    front, back = pypdfium2.PdfDocument(made.pdf)
    assert front.get_size() == pytest.approx((105 / 25.4 * 72, 148 / 25.4 * 72), abs=0.1)
    words = back.get_textpage().get_text_range()
    for number in ("020 7946 0100", "020 7946 0199", "999") if clinic else ():
        assert number in words
    assert {"en": "Call now if your baby", "nl": "Bel nu als uw baby"}[locale] in words


def test_what_is_too_much_for_a_card_is_told(card: Path) -> None:
    """A card that needs a third side is none."""
    path = card / f"leaflets/{CALL}.yaml"
    more = "".join(f"      - A further point worth a line or two, {n}.\n" for n in "abcdefghijkl")
    old = "    points: [Leukemia in a baby is very rare.]\n"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, f"    points:\n{more}"), "utf-8")
    assert "mm too long for 2 pages" in print_one(card, CALL, page_format="a6-card").said


# ── To look at ─────────────────────────────────────────────────────────────────────────────────


def test_all_pages_of_a_language_and_format_are_in_one_picture(root: Path) -> None:
    """A line of pages for each leaflet; only what is asked for, and nothing of before."""
    old = root / "output/contact-sheets/gone.png"
    old.parent.mkdir()
    old.write_bytes(b"of a language that is gone")
    result = run(root, "contact-sheet", "--format", "large-print", "--locale", "nl")
    assert result.returncode == 0, result.stderr
    names = ["nl-large-print", "example-nl-large-print", "north-nl-large-print"]
    assert result.stdout.splitlines() == [f"output/contact-sheets/{name}.png" for name in names]
    assert sorted(path.stem for path in old.parent.iterdir()) == sorted(names)
    document = pypdfium2.PdfDocument(root / f"output/nl/{ACT}-large-print.pdf")
    with Image.open(old.with_stem("nl-large-print")) as picture:
        assert picture.width == len(document) * (PAGE_WIDTH + 12) + 12
        assert picture.height > PAGE_WIDTH * 297 / 210
    shutil.rmtree(root / "output")
    nothing = run(root, "contact-sheet")
    assert (nothing.returncode, nothing.stderr) == (
        1,
        "There is nothing to look at: build first.\n",
    )
