"""Every PDF of the project: to the standards, the same for all readers, and saying what is meant.

Each test below that takes an `edition` runs for all of them, with and without a clinic.
"""

import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import pikepdf
import polib
import pytest
from conftest import Built, all_editions, built_digests, leaflet_names, make_each
from judges import structure
from judges.content import Chunk, join
from judges.engines import independent_engine, pdfium, worst_difference
from judges.structure import Annotation, Node, artifact_text, lost_text, read_structure
from judges.verapdf import PROFILES, Verdict, validate
from pikepdf import Name
from sampling import WHOLE

from leafletry.content.clinic import GivenText
from leafletry.editions.edition import Edition
from leafletry.editions.localization import LocalizedLeaflet, LocalText, Reference
from leafletry.reading.languages import language_tag

GOLDEN = Path(__file__).parents[1] / "golden"
MOST_ITEMS_BESIDE, MOST_NUMBERS_BESIDE = 6, 4
"""An urgent box with no more has its numbers beside its items."""
GOLDEN_EDITIONS = [
    *(Edition(name, "en", "a4") for name in leaflet_names()),
    *(Edition(name, "ja", "a4") for name in leaflet_names() if name.startswith("when")),
]
A4 = (595.28, 841.89)
MOST_BYTES = {"ja": 120_000}
MOST_BYTES_ELSEWHERE = 90_000
MOST_BYTES_OF_A_CLINIC = 15_000
# Within a line; what stands in them belongs to the paragraph around them.
INLINE = {"Span", "Link"}
BULLET = "•"
_JAPANESE = "[\u2e80-\u9fff\uf900-\uffef]"
BESIDE_JAPANESE = re.compile(f"(?<={_JAPANESE}) | (?={_JAPANESE})")

Runs = tuple[tuple[str, str], ...]
"""Pieces of text with the language that each is read in."""


@dataclass(frozen=True)
class Line:
    """What is read as one: a paragraph, a heading, a cell, a label, or a drawing's description."""

    role: str
    runs: Runs
    text: str


# What is meant: the words of localization, in the order in which the templates set them.


def meant(leaflet: LocalizedLeaflet, code: str) -> list[Line]:
    """Give all that an edition with a code is to say, in reading order."""
    return list(_Meant(leaflet, code).lines())


class _Meant:
    """Walks a localized leaflet as the templates do."""

    def __init__(self, leaflet: LocalizedLeaflet, code: str) -> None:
        """Keep what is printed."""
        self.leaflet = leaflet
        self.code = code
        self.labels = leaflet.labels
        self.clinic = leaflet.clinic
        self.contacts = leaflet.clinic.contacts if leaflet.clinic else {}

    def line(self, role: str, *parts: LocalText | str | None) -> Iterator[Line]:
        """Give one line; plain strings are in the language of the page."""
        runs = [run for part in parts if part is not None for run in self.runs(part)]
        if runs:
            text = "".join(words for _, words in runs).replace("**", "")
            yield Line(role, _tidy((lang, words.replace("**", "")) for lang, words in runs), text)

    def runs(self, part: LocalText | str) -> Iterator[tuple[str, str]]:
        """Give a text by language; the names of languages are each in their own."""
        if not isinstance(part, LocalText) or part is not self.labels["other_languages"]:
            if isinstance(part, LocalText):
                yield part.lang, part.text.removesuffix(part.stop) if part.stop else part.text
                yield self.leaflet.lang, numbers_behind(part)
                yield part.lang, part.stop
            else:
                yield self.leaflet.lang, part
            return
        codes = {name: code for code, name in self.leaflet.languages}
        for words in re.split(f"({'|'.join(map(re.escape, codes))})", part.text):
            yield codes.get(words, part.lang), words

    def lines(self) -> Iterator[Line]:
        """Give the whole leaflet."""
        content, for_clinicians = self.leaflet.content, self.leaflet.audience == "clinicians"
        logo = self.clinic.logo if self.clinic is not None else None
        # A logo that is not wide stands beside the drawing, behind the words.
        beside = logo is not None and logo.ratio < (1.6 if for_clinicians else 0.7)
        name = self.clinic.name_in(self.leaflet.locale).text if self.clinic else None
        yield from self.line("Figure", name if logo and not beside else None)
        yield from self.line("P", content["reader"])
        yield from self.line("H1", content["title"])
        yield from self.line("P", content["subtitle"])
        yield from self.line("Figure", name if beside else None)
        yield from self.line("Figure", content["picture"]["alt"])
        if self.leaflet.draft:
            yield from self.line(
                "P", self.labels["draft_clinicians" if for_clinicians else "draft"]
            )
        for block in content["blocks"]:
            yield from self.block(block)
        yield from self.colophon("_clinicians" if for_clinicians else "")

    def block(self, block: Mapping[str, Any]) -> Iterator[Line]:
        """Give a block, or the blocks in it."""
        for inner in block.get("blocks", ()):
            yield from self.block(inner)
        yield from self.line("H2", block.get("heading"))
        kinds = {
            "main-message": self.main_message,
            "urgent": self.urgent,
            "checklist": self.checklist,
            "table": self.table,
            "figure": self.figure,
            "glossary": self.glossary,
        }
        yield from kinds.get(block["block"], self.words)(block)

    def main_message(self, block: Mapping[str, Any]) -> Iterator[Line]:
        """Give the message: a paragraph if it is one, else a list."""
        for point in block["points"]:
            yield from self.line("P" if len(block["points"]) == 1 else "LBody", point)

    def words(self, block: Mapping[str, Any]) -> Iterator[Line]:
        """Give paragraphs and lists."""
        for paragraph in [block.get("intro"), *block.get("paragraphs", ())]:
            yield from self.line("P", paragraph)
        for item in block.get("items", ()):
            yield from self.line("LBody", item)

    def urgent(self, block: Mapping[str, Any]) -> Iterator[Line]:
        """Give the urgent box with the numbers to call."""
        yield from self.words(block)
        interpreter = ["interpreter_line"] if "interpreter_line" in self.contacts else []
        extra = self.clinic.extra_lines_in(self.leaflet.locale) if self.clinic else ()
        beside = len([*block["contacts"], *interpreter, *extra]) <= MOST_NUMBERS_BESIDE
        beside &= len(block["items"]) <= MOST_ITEMS_BESIDE
        if not beside:
            yield from self.closing_words(block)
        if self.clinic is not None:
            yield from self.line("P", self.clinic.name_in(self.leaflet.locale).text)
        yield from self.numbers([*block["contacts"], *interpreter])
        for line in extra:
            yield from self.given("Lbl", line[0])
            yield from self.line("LBody", line[1].text)
        if beside:
            yield from self.closing_words(block)

    def given(self, role: str, text: GivenText) -> Iterator[Line]:
        """Give words of the clinic's, in the language in which its profile has them."""
        yield Line(role, ((text.lang or self.leaflet.lang, text.text),), text.text)

    def closing_words(self, block: Mapping[str, Any]) -> Iterator[Line]:
        """Give what an urgent box says last: above the numbers, or below where they are beside."""
        yield from self.line("P", block["closing"])
        yield from self.line("P", block["emergency"])

    def checklist(self, block: Mapping[str, Any]) -> Iterator[Line]:
        """Give what one can tick, and whom to call about it."""
        yield from self.words(block)
        yield from self.numbers(block["contacts"])

    def numbers(self, names: Iterable[str]) -> Iterator[Line]:
        """Give numbers with their labels; beside a line to write on, the label is the item."""
        for name in names:
            number = self.contacts.get(name)
            yield from self.line("Lbl" if number else "LBody", self.labels[name])
            yield from self.line("LBody", number)

    def table(self, block: Mapping[str, Any]) -> Iterator[Line]:
        """Give a table row by row."""
        yield from self.line("P", block["intro"])
        for column in block["columns"]:
            yield from self.line("TH", column)
        for picture in block["pictures"]:
            yield from self.line("Figure", picture["alt"])
        for row in block["rows"]:
            yield from self.line("Figure", row["picture"] and row["picture"]["alt"])
            yield from self.line("TH", row["head"])
            for cell in row["cells"]:
                yield from self.line("TD", cell)
        yield from self.line("P", block["note"])

    def figure(self, block: Mapping[str, Any]) -> Iterator[Line]:
        """Give a number, what it means, and its drawing."""
        yield from self.line("P", block["number"])
        yield from self.words(block)
        yield from self.line("Figure", block["picture"]["alt"])

    def glossary(self, block: Mapping[str, Any]) -> Iterator[Line]:
        """Give terms with their meanings."""
        for entry in block["terms"]:
            yield from self.line("Lbl", entry["term"])
            yield from self.line("LBody", entry["meaning"])

    def colophon(self, audience: str) -> Iterator[Line]:
        """Give what every leaflet carries at its end."""
        label, approval = self.labels, self.leaflet.approval
        yield from self.line("H2", label["about_this_leaflet"])
        if self.clinic is not None and self.clinic.verify_address:
            yield from self.line("Figure", label["scan_picture"])
            yield from self.line("P", label["scan_to_check"], " ", self.code)
        if self.clinic is not None:
            address = [self.clinic.name_in(self.leaflet.locale).text]
            address += [line.text for line in self.clinic.address_in(self.leaflet.locale)]
            yield from self.line("P", ", ".join(address))
        yield from self.line("P", label[f"disclaimer{audience}"])
        reviewed = ["reviewed_by", "reviewed_on"] if approval.reviewers else ["not_reviewed"]
        told = "translation_checked" if approval.translators else "translation_unchecked"
        translated = self.leaflet.is_translation
        made = ["machine_translated", told] if translated else []
        made = ["made_by", *made, "not_tried_with_readers", *reviewed, "version"]
        yield from self.line("P", *self.spaced(*made))
        yield from self.line("P", *self.spaced("other_languages", f"feedback{audience}"))
        yield from self.line("H2", label["sources"])
        for reference in self.leaflet.references:
            yield from self.line("Lbl", f"{reference.number}.")
            yield from self.reference(reference)
        if self.leaflet.consensus:
            told = "consensus_marked" if self.leaflet.draft else "consensus_signed"
            yield from self.line("P", label[told])

    def spaced(self, *names: str) -> Iterator[LocalText | str]:
        """Give labels as one paragraph, with the spaces that their language sets."""
        for name in names:
            yield self.labels[name]
            yield "" if self.labels[name].text.endswith("。") else " "

    def reference(self, reference: Reference) -> Iterator[Line]:
        """Give a source, whose own words stay in its language."""
        source, locale = reference.source, self.leaflet.lang
        stop = "" if not source.title or source.title.endswith(".") else "."
        year = f", {source.year}" if source.year else ""
        runs = [(source.lang, f"{source.authors}."), (locale, " ")] if source.authors else []
        runs.append((source.lang, f"{source.title}{stop} {source.in_}{year}"))
        if described := reference.described:
            runs += [(locale, "; " if source.in_ else " "), (described.lang, described.text)]
        if updated := reference.updated:
            runs += [(locale, "; "), (updated.lang, updated.text)]
        runs.append((locale, f"; {source.link_text}" if source.link else ""))
        yield Line("LBody", _tidy(runs), "".join(words for _, words in runs))


def numbers_behind(text: LocalText) -> str:
    """Give the numbers of sources that stand behind a text: [1, 4]."""
    numbers = ", ".join(str(reference.number) for reference in text.references)
    return f"[{numbers}]" if numbers else ""


def _tidy(runs: Iterable[tuple[str, str]]) -> Runs:
    """Put together what is in one language, and leave out runs of nothing but spaces."""
    whole = ((lang, _plain("".join(text for _, text in run))) for lang, run in _by_lang(runs))
    said = _by_lang(run for run in whole if run[1])
    return tuple((lang, " ".join(text for _, text in run)) for lang, run in said)


def _by_lang(runs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, Iterator[tuple[str, str]]]]:
    return groupby(runs, key=lambda run: run[0])


def _plain(text: str) -> str:
    """Give text with plain spaces, and none beside Japanese, where a line break leaves no trace."""
    return BESIDE_JAPANESE.sub("", " ".join(text.split()))


# What is said: the structure tree, as a screen reader walks it.


def said(pdf: Path) -> list[Line]:
    """Give all that a screen reader says of a PDF, in its order; bullets are left out."""
    document = _document(pdf)
    lines = _said(document, document.lang or "")
    return [line for line in lines if (line.role, line.text.strip()) != ("Lbl", BULLET)]


def _said(node: Node, lang: str) -> list[Line]:
    lang = node.lang or lang
    if node.role == "Figure":
        alt = node.alt or ""
        return [Line("Figure", _tidy([(lang, alt)]), alt)]
    lines: list[Line] = []
    own: list[tuple[str, Chunk]] = []
    place = 0
    for item in node.content:
        if isinstance(item, Node) and item.role not in INLINE:
            lines += _said(item, lang)
        elif not isinstance(item, Annotation):
            place = place if own else len(lines)
            own += _inline(item, lang)
    if own:
        runs = [(key, join(c for _, c in run)) for key, run in groupby(own, lambda run: run[0])]
        lines.insert(place, Line(node.role, _tidy(runs), join(chunk for _, chunk in own)))
    return lines


def _inline(item: Node | Chunk, lang: str) -> Iterator[tuple[str, Chunk]]:
    """Give the pieces of text within a line, each with its language."""
    if isinstance(item, Chunk):
        yield lang, item
        return
    assert item.role in INLINE, f"{item.role} stands within a line"
    for inner in item.content:
        if not isinstance(inner, Annotation):
            yield from _inline(inner, item.lang or lang)


@cache
def _lines(built: Built, edition: Edition) -> tuple[list[Line], list[Line]]:
    """Give what an edition is meant to say, and what it says."""
    code = built.records[str(edition.path)].code
    return meant(built.localize(edition), code), said(built.path(edition))


@cache
def _document(pdf: Path) -> Node:
    """Read the structure of a PDF, once for all tests."""
    [document] = read_structure(pdf)
    return document


def _nodes(pdf: Path, *roles: str) -> list[Node]:
    """Give the structure elements of some types, in reading order."""
    document = _document(pdf)
    return [node for node in document.walk() if node.role in roles]


# To the standards, and alike in every reader.


def test_every_edition_is_built(built: Built) -> None:
    """Every leaflet is there in every language, for all and for a clinic, and nothing is wrong."""
    assert built.said == ""
    assert set(built.records) == {str(edition.path) for edition in all_editions()}


@pytest.fixture(scope="module")
def verdicts(built: Built) -> Mapping[Path, Mapping[str, Verdict]]:
    """What veraPDF says of all PDFs, asked once."""
    return validate([built.path(edition) for edition in all_editions()])


def test_every_pdf_keeps_both_standards(
    verdicts: Mapping[Path, Mapping[str, Verdict]], built: Built, edition: Edition
) -> None:
    """The file is PDF/UA-1 and PDF/A-2a at once, after thousands of checks."""
    for profile, verdict in verdicts[built.path(edition)].items():
        assert verdict.passed, f"{profile}: {verdict}"
        assert verdict.checks > 5000


@pytest.mark.parametrize(
    ("damage", "profile", "rule"),
    [
        ("structure", "PDFUA-1", ("7.1", 11)),
        ("structure", "PDFA-2A", ("6.7.3.3", 1)),
        ("identifier", "PDFUA-1", ("5", 1)),
        ("alternate text", "PDFUA-1", ("7.3", 1)),
        ("font", "PDFA-2A", ("6.2.11.4.1", 1)),
    ],
)
def test_a_damaged_leaflet_does_not_keep_them(
    built: Built, tmp_path: Path, damage: str, profile: str, rule: tuple[str, int]
) -> None:
    """The same judge, on a real leaflet with one thing taken away, names what is missing."""
    damaged = tmp_path / "damaged.pdf"
    with pikepdf.open(built.path(all_editions()[0])) as pdf:
        _damage(pdf, damage)
        pdf.save(damaged)
    verdict = validate([damaged])[damaged][profile]
    assert rule in {(rule.clause, rule.test_number) for rule in verdict.failed_rules}, str(verdict)


def _damage(pdf: pikepdf.Pdf, what: str) -> None:
    if what == "structure":
        del pdf.Root[Name.StructTreeRoot]
    elif what == "identifier":
        xmp = pdf.Root.Metadata.read_bytes()
        assert b' pdfuaid:part="1"' in xmp
        pdf.Root.Metadata.write(xmp.replace(b' pdfuaid:part="1"', b""))
    elif what == "alternate text":
        del next(item for item in _elements(pdf) if str(item.S) == "/Figure")[Name.Alt]
    else:
        for font in pdf.pages[0].obj.Resources.Font.as_dict().values():
            del font.DescendantFonts[0].FontDescriptor[Name.FontFile3]


def test_two_engines_draw_the_same_pages(built: Built, edition: Edition) -> None:
    """Two engines that share no code draw each page alike, so that no glyph is wrong in one."""
    engine, threshold = independent_engine()
    differences = worst_difference(built.path(edition), pdfium, engine)
    assert len(differences) == 2
    for difference in differences:
        assert difference.value < threshold, str(difference)


# What is said is what is meant.


def test_all_is_read_in_the_order_it_is_meant(built: Built, edition: Edition) -> None:
    """The text is, word for word and in reading order, what localization meant to print."""
    expected, found = _lines(built, edition)
    assert [_plain(line.text) for line in found] == [_plain(line.text) for line in expected]


def test_each_text_is_one_element_of_its_kind(built: Built, edition: Edition) -> None:
    """No paragraph, item, cell or heading is cut in two or tagged as something else."""
    expected, found = _lines(built, edition)
    assert [(line.role, _plain(line.text)) for line in found] == [
        (line.role, _plain(line.text)) for line in expected
    ]


def test_each_text_is_in_its_language(built: Built, edition: Edition) -> None:
    """The document names its language; titles of sources and untranslated texts name theirs."""
    expected, found = _lines(built, edition)
    # Drawings have a test of their own, because these words are no text of the page.
    assert [line.runs for line in found if line.role != "Figure"] == [
        line.runs for line in expected if line.role != "Figure"
    ]
    with pikepdf.open(built.path(edition)) as pdf:
        assert str(pdf.Root.Lang) == language_tag(edition.locale)


def test_some_text_is_in_another_language(built: Built) -> None:
    """There is something to see for the test above: English titles on Spanish pages."""
    expected, _ = _lines(built, Edition(leaflet_names()[0], "es", "a4"))
    assert {lang for line in expected for lang, _ in line.runs} >= {"es", "en"}


@pytest.fixture(scope="module")
def untranslated(built: Built, tmp_path_factory: pytest.TempPathFactory) -> tuple[Built, Path]:
    """A copy of the project whose Spanish catalog is empty, and a leaflet made of it."""
    folder = tmp_path_factory.mktemp("untranslated")
    shutil.copytree(built.root, folder / "root", ignore=shutil.ignore_patterns("output"))
    path = folder / "root" / "locales" / "es" / "LC_MESSAGES" / "messages.po"
    catalog = polib.pofile(str(path))
    for entry in catalog:
        entry.msgstr = ""
    catalog.save()
    copy = Built(folder / "root", "")
    edition = Edition(leaflet_names()[0], "es", "a4")
    make_each(copy, folder, [edition], {})
    return copy, folder / edition.path


def test_untranslated_text_is_in_its_language(untranslated: tuple[Built, Path]) -> None:
    """What nobody has translated yet is read as English, also on a Spanish page."""
    copy, pdf = untranslated
    expected = meant(copy.localize(Edition(leaflet_names()[0], "es", "a4")), "")
    runs = [line.runs for line in said(pdf) if line.role != "Figure"]
    assert runs == [line.runs for line in expected if line.role != "Figure"]
    assert _document(pdf).lang == "es"
    assert sum({lang for lang, _ in run} == {"en"} for run in runs) > 30


def test_untranslated_drawings_are_in_their_language(untranslated: tuple[Built, Path]) -> None:
    """A description that nobody has translated yet is read as English too."""
    drawings = [line for line in said(untranslated[1]) if line.role == "Figure"]
    assert {lang for line in drawings for lang, _ in line.runs} == {"en"}


def test_names_of_languages_are_in_their_language(built: Built) -> None:
    """In "available in English, français …" each name is read in the language that it names."""
    edition = Edition(leaflet_names()[0], "es", "a4")
    _, found = _lines(built, edition)
    runs = {run for line in found for run in line.runs}
    # Its own is read in the language of the sentence.
    assert {one for one in built.localize(edition).languages if one[0] != "es"} <= runs


def test_language_is_named_only_where_it_changes(built: Built, edition: Edition) -> None:
    """No element repeats the language of what is around it, which screen readers may stop at."""

    def check(node: Node, lang: str) -> None:
        for child in node.children:
            assert child.lang != lang, structure.to_text([child])
            check(child, child.lang or lang)

    document = _document(built.path(edition))
    assert document.lang == language_tag(edition.locale)
    check(document, language_tag(edition.locale))


def test_no_text_is_lost(built: Built, edition: Edition) -> None:
    """No text stands outside of the structure without being an artifact."""
    assert lost_text(built.path(edition)) == ["", ""]


def test_the_foot_of_a_page_is_an_artifact(built: Built, edition: Edition) -> None:
    """The foot of each page says code, English title, state and page; nobody has to hear it."""
    pdf = built.path(edition)
    local, code = built.localize(edition), built.records[str(edition.path)].code
    labels, english = local.labels, local.in_english
    for number, foot in enumerate(artifact_text(pdf), 1):
        page = local.page_labels[2][number - 1].text
        assert _plain(foot) == _plain(f"{code} {english} {labels['draft_short']} {page}")
    document = _document(pdf)
    # A clinic's page tells its code once more, beside the QR code.
    assert document.text.count(code) == (edition.clinic is not None)
    assert local.page_labels[2][0].text not in document.text


# Structure that helps.


def test_headings_step_down_one_at_a_time(built: Built, edition: Edition) -> None:
    """There is one H1, some H2, and no level is left out."""
    levels = [int(node.role[1]) for node in _nodes(built.path(edition), *("H1", "H2", "H3", "H4"))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert levels.count(2) >= 5
    assert all(below <= above + 1 for above, below in pairwise(levels))


def test_outline_is_the_headings(built: Built, edition: Edition) -> None:
    """The outline has every heading once, in order, the H2s below the H1; no numbers of sources."""
    headings = [
        re.sub(r"\[[0-9, ]+\]$", "", _plain(node.text))
        for node in _nodes(built.path(edition), "H1", "H2")
    ]
    with pikepdf.open(built.path(edition)) as pdf, pdf.open_outline() as outline:
        [title] = outline.root
        found = [title.title, *(item.title for item in title.children)]
        assert not any(item.children for item in title.children)
    assert list(map(_plain, found)) == headings


def test_tables_say_what_their_headers_stand_for(built: Built, edition: Edition) -> None:
    """Every header cell heads its row or its column, and every row has a cell for each column."""
    for table in _nodes(built.path(edition), "Table"):
        rows = [row for row in table.walk() if row.role == "TR"]
        assert {len(row.children) for row in rows} == {len(rows[0].children)}
        for at, row in enumerate(rows):
            scopes = [cell.attributes.get("Scope") for cell in row.children if cell.role == "TH"]
            if at == 0:
                assert scopes == ["Column"] * len(row.children)
            else:
                assert scopes in ([], ["Row"])
                assert row.children[0].role == "TH" or not scopes


def test_lists_are_lists(built: Built, edition: Edition) -> None:
    """Every list says how it is numbered, has items only, and each item has what it says."""
    lists = _nodes(built.path(edition), "L")
    assert {node.attributes["ListNumbering"] for node in lists} == {"Disc", "Decimal", "None"}
    for node in lists:
        assert {item.role for item in node.children} == {"LI"}
        for number, item in enumerate(node.children, 1):
            *label, body = item.children
            assert body.role == "LBody"
            kind = node.attributes["ListNumbering"]
            labels = [_plain(part.text) for part in label]
            if kind != "None":
                assert labels == [BULLET if kind == "Disc" else f"{number}."]
            else:
                assert BULLET not in labels
                assert len(labels) <= 1


def test_drawings_stand_between_paragraphs(built: Built, edition: Edition) -> None:
    """A drawing is no content of a paragraph, and has words that stand for it."""
    for node in _nodes(built.path(edition), "P", "Figure"):
        assert "Figure" not in {child.role for child in node.children}
        assert node.role != "Figure" or (node.alt and "BBox" in node.attributes)


def test_links_have_a_readable_name(built: Built, edition: Edition) -> None:
    """Each source with an address is one link, which says where it leads in words, not as a URL.

    Before them stands the link to the page that says whether a clinic's leaflet is still good. The
    numbers of sources lead within the file.
    """
    references = [item for item in built.localize(edition).references if item.source.link]
    links = [
        node
        for node in _nodes(built.path(edition), "Link")
        if not _leads(node).startswith("source-")
    ]
    if edition.clinic is not None:
        first = links.pop(0)
        assert first.text == built.clinic.verify_address
        code = built.records[str(edition.path)].code.replace(" · ", "-")
        (annotation,) = [item for item in first.content if isinstance(item, Annotation)]
        assert annotation.target == f"https://{first.text}/{code}.html"
        assert annotation.description == built.localize(edition).labels["scan_link"].text
    assert [link.text for link in links] == [item.source.link_text for item in references]
    for link, reference in zip(links, references, strict=True):
        annotations = [item for item in link.content if isinstance(item, Annotation)]
        assert annotations
        for annotation in annotations:
            assert annotation.target == reference.source.link
            assert annotation.description == reference.description
            assert "://" not in reference.description
            assert " " in reference.description or edition.locale == "ja"


def _leads(link: Node) -> str:
    """Give where a link leads: an address, or the name of a place in the file."""
    (annotation,) = [item for item in link.content if isinstance(item, Annotation)]
    return annotation.target or ""


def test_numbers_of_sources_lead_to_the_list(built: Built, edition: Edition) -> None:
    """Each number behind a text is a link that can be hit, says its source, and leads there."""
    leaflet = built.localize(edition)
    cited = [reference for text in _texts_below(leaflet.content) for reference in text.references]
    assert bool(cited) is (leaflet.audience == "clinicians")
    links = [n for n in _nodes(built.path(edition), "Link") if _leads(n).startswith("source-")]
    assert [int(re.sub(r"[^0-9]", "", link.text)) for link in links] == [r.number for r in cited]
    for link, reference in zip(links, cited, strict=True):
        assert _leads(link) == f"source-{reference.number}"
        (annotation,) = [item for item in link.content if isinstance(item, Annotation)]
        assert annotation.description == reference.description
        assert reference.source.title in reference.description
    with pikepdf.open(built.path(edition)) as pdf:
        areas = [
            [float(side) for side in area.Rect.as_list()]
            for page in pdf.pages
            for area in page.obj.get(Name.Annots, [])
            if Name.Dest in area
        ]
        assert len(areas) == len(cited)
        for left, foot, right, top in areas:
            assert min(right - left, abs(top - foot)) > LEAST_TO_HIT
        if cited:
            places = pikepdf.NameTree(pdf.Root.Names.Dests)
            heights = [float(places[f"source-{r.number}"][3]) for r in leaflet.references]
            pages = {places[f"source-{r.number}"][0].objgen for r in leaflet.references}
            assert pages == {pdf.pages[-1].obj.objgen}
            labels = [n for n in _nodes(built.path(edition), "Lbl") if n.text[:-1].isdigit()]
            for height, label in zip(heights, labels, strict=True):
                assert 0 < height - label.chunks()[0].baseline < A_LINE


LEAST_TO_HIT = 6
"""Points."""
A_LINE = 12


def _texts_below(part: Any) -> Iterator[LocalText]:
    """Give the texts of a part of the content, in the order of the page."""
    if isinstance(part, LocalText):
        yield part
    elif isinstance(part, (dict, list)):
        for inner in part.values() if isinstance(part, dict) else part:
            yield from _texts_below(inner)


# Paper.


def test_boxes_and_tables_are_whole(built: Built, edition: Edition) -> None:
    """Every box, table and list stands on one page with all that is in it, and each paragraph."""
    with pikepdf.open(built.path(edition)) as pdf:
        kinds = {"/Sect", "/Table", "/L", "/P"}
        whole = [item for item in _elements(pdf) if str(item.S) in kinds and not _is_prose(item)]
        assert len(whole) > 5
        for item in whole:
            assert len(_pages(item)) <= 1, str(item.S)


def _is_prose(element: Any) -> bool:
    """Tell whether an element is a heading with paragraphs, which can go over to the next page."""
    kids = [kid for kid in element.K.as_list() if isinstance(kid, pikepdf.Dictionary)]
    return str(element.S) == "/Sect" and {str(kid.get(Name.S)) for kid in kids} == {"/H2", "/P"}


def test_urgent_box_is_on_the_first_page(built: Built, edition: Edition) -> None:
    """All that the urgent box says, with its numbers, stands on page 1."""
    leaflet = built.localize(edition)
    [urgent] = [part for part in _flat(leaflet.content["blocks"]) if part["block"] == "urgent"]
    [box] = [
        section
        for section in _nodes(built.path(edition), "Sect")
        if _plain(section.text).startswith(_plain(urgent["heading"].text))
    ]
    assert {chunk.page for chunk in box.chunks()} == {1}
    words = _plain(box.text)
    for text in [*urgent["items"], *(leaflet.labels[name] for name in urgent["contacts"])]:
        assert _plain(text.text.replace("**", "").removesuffix(text.stop or ".")) in words


def _flat(blocks: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for block in blocks:
        yield block
        yield from _flat(block.get("blocks", ()))


def test_the_colophon_ends_the_last_page(built: Built, edition: Edition) -> None:
    """The last line of the last page stands at its foot, above the margin."""
    document = _document(built.path(edition))
    lowest = min(chunk.baseline for chunk in document.chunks() if chunk.page == 2)
    margin = 13 if built.localize(edition).audience == "clinicians" else 15
    assert margin - 1 <= lowest / 72 * 25.4 <= margin + 6


def test_printers_are_told_what_to_do(built: Built, edition: Edition) -> None:
    """Two A4 pages, on two sides of one sheet, smaller only on smaller paper, under their title."""
    title = built.localize(edition).content["title"].text
    with pikepdf.open(built.path(edition)) as pdf:
        assert len(pdf.pages) == 2
        for page in pdf.pages:
            box = [float(value) for value in page.mediabox.as_list()]
            assert box == pytest.approx([0, 0, *A4], abs=0.01)
        wishes = pdf.Root.ViewerPreferences
        assert bool(wishes.DisplayDocTitle)
        assert wishes.Duplex == Name.DuplexFlipLongEdge
        assert wishes.PrintScaling == Name("/AppDefault")
        assert str(pdf.docinfo.Title) == title
        assert pdf.open_metadata()["dc:title"] == title


def test_files_are_small(built: Built, edition: Edition) -> None:
    """A leaflet can be sent to any phone: 90 kB at most, 120 in Japanese, 15 more with a clinic."""
    most = MOST_BYTES.get(edition.locale, MOST_BYTES_ELSEWHERE)
    of_clinic = MOST_BYTES_OF_A_CLINIC if edition.clinic else 0
    assert built.path(edition).stat().st_size <= most + of_clinic


def _elements(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Give all structure elements of a PDF."""
    waiting: list[Any] = list(pdf.Root.StructTreeRoot.K.as_list())
    while waiting:
        item = waiting.pop(0)
        if isinstance(item, pikepdf.Dictionary) and Name.S in item:
            yield item
            waiting += item.K.as_list()


def _pages(item: Any) -> set[tuple[int, int]]:
    """Give the pages on which a structure element has content."""
    pages = set()
    for kid in item.K.as_list():
        if isinstance(kid, pikepdf.Dictionary) and Name.S in kid:
            pages |= _pages(kid)
        else:
            own = kid.get(Name.Pg) if isinstance(kid, pikepdf.Dictionary) else None
            pages.add((own or item.Pg).objgen)
    return pages


# Proofs that people can read.


@pytest.mark.parametrize(
    "proofed", GOLDEN_EDITIONS, ids=[f"{item.leaflet}-{item.locale}" for item in GOLDEN_EDITIONS]
)
def test_proof(built: Built, proofed: Edition, request: pytest.FixtureRequest) -> None:
    """A leaflet is read aloud as its proof says; `--update-golden` writes the proof anew."""
    golden = GOLDEN / f"{proofed.leaflet}-{proofed.locale}.txt"
    proof = structure.to_text(read_structure(built.path(proofed)))
    if request.config.getoption("--update-golden"):
        golden.write_text(proof, "utf-8")
    assert proof == golden.read_text("utf-8")


# The same bytes, whoever makes them.


def test_bytes_are_the_same_in_every_process(built: Built, tmp_path: Path) -> None:
    """Each file is the same to the byte, whatever was made before it, and wherever it is made."""
    editions = [edition for edition in all_editions() if edition.clinic is None]
    editions = editions if WHOLE else editions[::4]
    expected = built_digests(built, editions)
    forth = {"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    back = {"PYTHONHASHSEED": "2", "TZ": "America/Lima", "LC_ALL": "C.UTF-8"}
    assert make_each(built, tmp_path, editions, forth) == expected
    assert make_each(built, tmp_path, reversed(editions), back) == expected


def test_verapdf_is_asked_about_both_profiles(
    verdicts: Mapping[Path, Mapping[str, Verdict]],
) -> None:
    """No profile and no file is forgotten."""
    assert len(verdicts) == len(all_editions())
    assert {tuple(verdict) for verdict in verdicts.values()} == {PROFILES}
