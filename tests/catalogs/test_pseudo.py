"""The pseudo-locale: words that look like a longer language, and faults that show on its pages."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from conftest import Built
from hypothesis import given
from hypothesis import strategies as st
from small_project import ACT, CALL, Silent, build_here, files_in, run, small_project

from leafletry.catalogs.pseudo import LOCALE, pseudo_editions, pseudo_project, pseudo_text
from leafletry.content.leaflet import walk_texts
from leafletry.content.project import Project, read_project
from leafletry.editions.fonts import latin_characters
from leafletry.reading.placeholders import PLACEHOLDER, names_in
from leafletry.reading.problems import Problem

ROOT = Path(__file__).parents[2]
NAMES = ["KMT2A", "PDF", "Li-Fraumeni"]
TEMPLATE = "templates/leaflet.html"
BLOCKS = "templates/blocks.html"
SHEET = "styles/blocks.css"
SUBTITLE = '<span data-message="{{ content.subtitle.number }}">WORDS</span>'
PICTURE = "templates/figures/sleeping-baby.svg"


# ── The words ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DRAFT", "[ĎŔÁÁÁFŢ]"),
        ("a", "[áá]"),
        ("ml", "[méł]"),
        ("Page {page_number} of {page_count}", "[Páááğéé {page_number} ôôf {page_count}]"),
        ("**Call now**, or later", "[**Çááááłł ñôôôŵ**, ôôŕ łáááţééŕ]"),
        ("KMT2A", "[KMT2A]"),
        ("{cases}", "[{cases}]"),
        ("the PDF and CD19", "[ţĥééééé PDF ááááñd CD19]"),
        ("don't", "[dôôôñ'ţ]"),
        ("", "[]"),
    ],
)
def test_words_grow_and_keep_their_shape(text: str, expected: str) -> None:
    """Vowels are said longer, letters wear accents; names, placeholders and markup stay whole."""
    assert pseudo_text(text, NAMES) == expected


def messages_of(project: Project) -> list[str]:
    """Give every text of a project."""
    models = [*project.leaflets.values(), project.phrases]
    return [text.text for model in models for _, text in walk_texts(model)]


def test_every_message_grows_by_two_fifths() -> None:
    """Each message of the project is 40 % longer, whole, bracketed, and has glyphs in our fonts."""
    project = read_project(ROOT)
    names = project.glossaries["en"].names
    grown = 0
    for text in messages_of(project):
        said = pseudo_text(text, names)
        assert (said[0], said[-1]) == ("[", "]")
        assert names_in(said) == names_in(text)
        assert said.count("**") == text.count("**")
        assert said.count(" ") == text.count(" ")
        rest = PLACEHOLDER.sub("", said)
        assert set(map(ord, rest)) <= latin_characters(), said
        for name in names:
            assert len(re.findall(rf"\b{name}\b", said)) == len(re.findall(rf"\b{name}\b", text))
        own = len(PLACEHOLDER.sub("", text))
        if re.search(r"[a-z]{2}", PLACEHOLDER.sub("", text)):
            assert len(rest) - 2 >= 1.4 * own, text
            grown += 1
    assert grown > 200


def test_no_word_becomes_endless() -> None:
    """Longer texts have longer words, each by about its share, and no word for all of it."""
    text = "Leukemia in a baby is very rare and no one knows for certain why a baby gets it"
    for word, said in zip(text.split(), pseudo_text(text)[1:-1].split(), strict=True):
        assert len(word) < len(said) + 1
        assert len(said) <= 1.4 * len(word) + 2


@given(st.text(max_size=60))
def test_any_text_is_taken(text: str) -> None:
    """Whatever a text holds, nothing of it is lost but the shape of its letters."""
    said = pseudo_text(text, NAMES)
    assert names_in(said) == names_in(text)
    assert len(said) >= len(text) + 2
    letters = re.compile(r"[^\W\d_]+")
    assert letters.sub("", said[1:-1]) == letters.sub("", text)


def test_it_is_a_language_of_its_own() -> None:
    """It has every message, at the place of its English words, and formats figures as English."""
    project = read_project(ROOT)
    catalog = pseudo_project(project).catalogs[LOCALE]
    assert {key[1] for key in catalog.messages} == set(messages_of(project))
    assert {message.place.file.split("/")[0] for message in catalog.messages.values()} == {
        "leaflets"
    }
    assert all(message.place.line for message in catalog.messages.values())
    assert LOCALE not in project.catalogs


# ── The pages ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def root(tmp_path: Path, press_here: None) -> Path:  # noqa: ARG001 - it lets all of them typeset
    """A small project."""
    return small_project(tmp_path / "project")


def change(root: Path, name: str, old: str, new: str) -> None:
    """Change something in a file."""
    text = (root / name).read_text("utf-8")
    assert old in text
    (root / name).write_text(text.replace(old, new, 1), "utf-8")


def problems_of(root: Path, leaflet: str = CALL) -> list[Problem]:
    """Give what is wrong with a leaflet in the pseudo-locale."""
    editions = pseudo_editions(read_project(root), Silent())
    (found,) = [edition for edition in editions if edition.edition.leaflet == leaflet]
    assert found.pdf
    return [problem for problem in found.problems if not problem.warning]


def test_a_sound_project_has_no_fault(root: Path) -> None:
    """Where all words are messages there is nothing to say."""
    assert problems_of(root) == problems_of(root, ACT) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        (TEMPLATE, "<main>", "<main><p>Hard-wired words</p>", "Hard-wired words"),
        (TEMPLATE, "<main>", "<main><p>Inside: {{ content.title | inline }}</p>", "Inside:"),
        (TEMPLATE, "<main>", "<main><p>24 hours</p>", "24 hours"),
        (TEMPLATE, "<ol>", "<ol><li>Further reading</li>", "Further reading"),
        (TEMPLATE, "{{ reference.source.title }}", "See {{ reference.source.title }}", "See"),
        (TEMPLATE, "edition_code | css", '("Code " ~ edition_code) | css', "Code"),
        (
            TEMPLATE,
            "</main>",
            '<img src="figure:red-cells.svg" alt="Three cells"/></main>',
            "Three",
        ),
        (TEMPLATE, "<title>{{ content.title.text }}", "<title>A leaflet", "A leaflet"),
        (BLOCKS, '<section class="block urgent', 'Call<section class="block urgent', "Call"),
        (
            SHEET,
            ".urgent-row {",
            '.urgent-row::before { content: "Beware" } .urgent-row {',
            "Beware",
        ),
        (PICTURE, "</svg>", '<text x="9" y="9">Zzz</text></svg>', "Zzz"),
    ],
    ids=[
        "paragraph",
        "before a message",
        "a figure",
        "list item",
        "before a reference",
        "foot",
        "description",
        "title of the file",
        "between blocks",
        "style sheet",
        "drawing",
    ],
)
def test_what_is_no_message_is_found(root: Path, name: str, old: str, new: str, words: str) -> None:
    """A word that a template, style sheet or drawing brings along is named, with its line."""
    change(root, name, old, new)
    found = [problem for problem in problems_of(root) if "cannot be translated" in problem.message]
    (problem,) = {replace(one, message="") for one in found}
    assert all(f"{CALL} ({LOCALE}): " in one.message and words in one.message for one in found)
    assert problem.place.file == name
    lines = (root / name).read_text("utf-8").splitlines()
    assert words in lines[problem.place.line - 1]
    assert problem.hint


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{{ content.title | phrases }}", "{{ content.title.text }}", "is not marked as a message"),
        (
            "{{ content.subtitle | phrases }}",
            SUBTITLE.replace("WORDS", "{{ content.subtitle.text[:9] }}"),
            "is a message that is not printed whole",
        ),
        (
            "{{ content.subtitle | phrases }}",
            SUBTITLE.replace("WORDS", "For: {{ content.subtitle.text }}"),
            "is a message that is not printed whole",
        ),
    ],
    ids=["not marked", "cut", "with more"],
)
def test_messages_are_printed_whole(root: Path, old: str, new: str, said: str) -> None:
    """A message without its brackets, or that nothing marks as one, is named at its leaflet."""
    change(root, TEMPLATE, old, new)
    (problem,) = problems_of(root)
    assert said in problem.message
    assert problem.place.file == f"leaflets/{CALL}.yaml"
    assert problem.hint


def test_a_box_that_cannot_grow_is_found(root: Path) -> None:
    """A box of fixed height, wide enough for English, is named with the message that runs out."""
    style = ".audience-parents .subtitle { height: 6mm; width: 36mm; line-height: 6mm }"
    change(root, "styles/base.css", ".subtitle {", f"{style} .subtitle {{")
    assert "(en)" not in "".join(map(str, build_here(root).problems.errors))
    (problem,) = problems_of(root)
    assert re.search(r'page 1: ".*\]" runs \d+\.\d mm out of its box$', problem.message)
    (line,) = [
        number
        for number, line in enumerate((root / f"leaflets/{CALL}.yaml").read_text().splitlines(), 1)
        if line.startswith("subtitle:")
    ]
    assert (problem.place.file, problem.place.line) == (f"leaflets/{CALL}.yaml", line)
    assert "more room" in problem.hint


def test_a_column_that_is_too_narrow_is_found(root: Path) -> None:
    """A label that may not part is named where it is wider than its column."""
    change(
        root,
        "styles/base.css",
        ".subtitle {",
        ".subtitle { white-space: nowrap; width: 30mm } .subtitle {",
    )
    (problem,) = problems_of(root)
    assert "mm wider than its column" in problem.message


# ── The command ────────────────────────────────────────────────────────────────────────────────


def test_pages_are_there_to_be_looked_at(root: Path) -> None:
    """They land in output/en-XA/, also with faults, and neither manifest nor index knows them."""
    build_here(root)
    before = files_in(root)
    change(root, TEMPLATE, "<main>", "<main><p>Hard-wired words</p>")
    changed = files_in(root)
    result = run(root, "catalogs", "pseudo")
    assert result.returncode == 1
    assert re.search(
        rf'^{TEMPLATE}:\d+:\d+: .*"Hard-wired words" cannot', result.stderr, re.MULTILINE
    )
    new = {name for name in files_in(root) if name not in before and ".cache" not in name}
    assert new == {f"output/{LOCALE}/{name}-a4.pdf" for name in (ACT, CALL)}
    same = {name: text for name, text in files_in(root).items() if name not in new | {".cache"}}
    assert {n: t for n, t in same.items() if ".cache" not in n} == {
        n: t for n, t in changed.items() if ".cache" not in n
    }
    document = pypdfium2.PdfDocument(root / f"output/{LOCALE}/{CALL}-a4.pdf")
    words = document[0].get_textpage().get_text_range()
    document.close()
    assert "Hard-wired words" in words
    assert pseudo_text("Signs in a baby") in words.replace("\xa0", " ")


def test_builds_take_no_notice(root: Path) -> None:
    """A build before or after leaves the pages alone and does not count them."""
    assert run(root, "catalogs", "pseudo").returncode == 0
    pages = files_in(root / "output" / LOCALE)
    build_here(root)
    assert files_in(root / "output" / LOCALE) == pages
    assert LOCALE not in (root / "output/index.html").read_text("utf-8")
    manifest = json.loads((root / "output/manifest.json").read_text("utf-8"))
    assert LOCALE not in json.dumps(manifest)


def test_pages_of_leaflets_that_are_gone_go(root: Path) -> None:
    """What is left from another day and is no leaflet any more is taken away."""
    old = root / "output" / LOCALE / "gone-a4.pdf"
    old.parent.mkdir(parents=True)
    old.write_bytes(b"old")
    result = run(root, "catalogs", "pseudo")
    assert sorted(path.name for path in old.parent.iterdir()) == [f"{ACT}-a4.pdf", f"{CALL}-a4.pdf"]
    assert result.stdout.endswith("0 errors, 0 warnings.\n")
    assert f"output/{LOCALE}/{CALL}-a4.pdf: fits its pages\n" in result.stdout


def test_what_cannot_be_read_is_told(root: Path) -> None:
    """Without sound sources nothing is made, and the reason has its line."""
    (root / f"leaflets/{CALL}.yaml").write_text("code: [", "utf-8")
    result = run(root, "catalogs", "pseudo")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith(f"leaflets/{CALL}.yaml:")
    assert not (root / "output").exists()


def test_shipped_leaflets_can_be_translated(built: Built, press_here: None) -> None:  # noqa: ARG001 - as above
    """On the project's own pages every word is a message, and every box can grow."""
    editions = pseudo_editions(built.project, Silent())
    assert len(editions) == len(built.project.leaflets) >= 3
    for edition in editions:
        assert [str(problem) for problem in edition.problems if not problem.warning] == []
        assert (
            edition.over > 0
        )  # With words so long, they need more pages; so it was no empty test.
        assert edition.pdf.startswith(b"%PDF")
