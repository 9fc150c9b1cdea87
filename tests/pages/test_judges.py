"""The judges tell good PDFs from broken ones."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from judges import samples, structure
from judges.engines import (
    DIFFERENCE_THRESHOLD,
    POPPLER_THRESHOLD,
    compare,
    independent_engine,
    mupdf,
    pdfium,
    poppler,
    worst_difference,
)
from judges.tools import require_tool
from judges.verapdf import PROFILES, Verdict, validate
from PIL import Image

GOOD = "good.pdf"
UNTAGGED = "untagged.pdf"
WRONG_XMP = "wrong-xmp.pdf"
NO_FONTS = "no-fonts.pdf"
NOT_CIDS = "cids-unlike-glyphs.pdf"
NOT_A_PDF = "not-a.pdf"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Hold one good PDF and those that are broken on purpose."""
    folder = tmp_path_factory.mktemp("judged")
    good = samples.write_leaflet(folder / GOOD)
    samples.write_untagged(good, folder / UNTAGGED)
    samples.write_with_wrong_xmp(good, folder / WRONG_XMP)
    samples.write_without_fonts(good, folder / NO_FONTS)
    samples.write_with_cids_unlike_glyphs(folder / NOT_CIDS)
    (folder / NOT_A_PDF).write_text("<html>", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def handmade(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Hold a PDF that uses every way to tie content to structure."""
    return samples.write_handmade(tmp_path_factory.mktemp("handmade") / "handmade.pdf")


@pytest.fixture(scope="module")
def verdicts(folder: Path) -> Mapping[str, Mapping[str, Verdict]]:
    """Hold what veraPDF says of every PDF in the folder."""
    paths = sorted(folder.glob("*.pdf"))
    return {path.name: verdict for path, verdict in validate(paths).items()}


@pytest.mark.parametrize("profile", PROFILES)
def test_verapdf_passes_a_good_file(
    verdicts: Mapping[str, Mapping[str, Verdict]], profile: str
) -> None:
    """A file that keeps to both standards passes both, after hundreds of checks."""
    verdict = verdicts[GOOD][profile]
    assert verdict.passed, str(verdict)
    assert not verdict.failed_rules
    assert verdict.checks > 500


@pytest.mark.parametrize(
    ("name", "profile", "rule"),
    [
        (UNTAGGED, "PDFUA-1", ("7.1", 11)),
        (UNTAGGED, "PDFA-2A", ("6.7.3.3", 1)),
        (WRONG_XMP, "PDFA-2A", ("6.6.4", 2)),
        (NO_FONTS, "PDFUA-1", ("7.21.4.1", 1)),
        (NO_FONTS, "PDFA-2A", ("6.2.11.4.1", 1)),
        (NOT_CIDS, "PDFUA-1", ("7.21.4.1", 2)),
        (NOT_A_PDF, "PDFUA-1", ("unreadable", 0)),
        (NOT_A_PDF, "PDFA-2A", ("unreadable", 0)),
    ],
)
def test_verapdf_names_what_is_broken(
    verdicts: Mapping[str, Mapping[str, Verdict]],
    name: str,
    profile: str,
    rule: tuple[str, int],
) -> None:
    """A file that breaks a rule fails, and the rule is named with its place."""
    verdict = verdicts[name][profile]
    assert not verdict.passed
    found = {(failed.clause, failed.test_number): failed for failed in verdict.failed_rules}
    assert rule in found, str(verdict)
    assert found[rule].count >= 1
    assert found[rule].message
    assert found[rule].location


def test_verapdf_judges_each_standard_by_itself(
    verdicts: Mapping[str, Mapping[str, Verdict]],
) -> None:
    """A file that breaks PDF/A only passes PDF/UA."""
    assert verdicts[WRONG_XMP]["PDFUA-1"].passed


def test_verapdf_fills_the_messages(verdicts: Mapping[str, Mapping[str, Verdict]]) -> None:
    """A message says the value that is wrong, not a number that stands for it."""
    [rule] = verdicts[WRONG_XMP]["PDFA-2A"].failed_rules
    assert "is 1 instead of 2" in rule.message


def test_verapdf_opens_files_with_any_name(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name in Japanese letters is no hindrance, even where the locale knows only ASCII."""
    monkeypatch.setenv("LC_ALL", "C")
    named = tmp_path / "病院 é.pdf"
    named.write_bytes((folder / GOOD).read_bytes())
    assert validate([named])[named]["PDFUA-1"].passed


def test_verapdf_needs_no_java_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """No files give no verdicts."""
    monkeypatch.setenv("PATH", "")
    assert validate([]) == {}


def test_engines_agree_on_a_good_file(folder: Path) -> None:
    """Latin and Japanese text of a good file look alike in PDFium and MuPDF."""
    [difference] = worst_difference(folder / GOOD, pdfium, mupdf)
    assert difference.value < DIFFERENCE_THRESHOLD, str(difference)


def test_poppler_agrees_on_a_good_file(folder: Path) -> None:
    """Latin and Japanese text of a good file look alike in PDFium and Poppler."""
    [difference] = worst_difference(folder / GOOD, pdfium, poppler)
    assert difference.value < POPPLER_THRESHOLD, str(difference)


def test_engines_see_a_font_that_only_one_can_read(folder: Path) -> None:
    """Glyphs that are missing in MuPDF only are seen."""
    [difference] = worst_difference(folder / NOT_CIDS, pdfium, mupdf)
    assert difference.value >= 10 * DIFFERENCE_THRESHOLD, str(difference)


@pytest.mark.parametrize(
    ("right", "wrong"), [("未", "末"), ("ば", "ぱ"), ("fever.", "fever,"), ("baby", "boby")]
)
def test_engines_see_one_wrong_glyph(tmp_path: Path, right: str, wrong: str) -> None:
    """One glyph that stands in place of its look-alike is seen."""
    body = f"<p>Call if your baby has a fever. {samples.JAPANESE}電話すれば"
    assert body.count(right) == 1
    good = samples.write_leaflet(tmp_path / "good.pdf", body)
    swapped = samples.write_leaflet(tmp_path / "swapped.pdf", body.replace(right, wrong))
    difference = compare(0, pdfium(good, 0), mupdf(swapped, 0))
    assert difference.value >= DIFFERENCE_THRESHOLD, str(difference)


def test_poppler_stands_in_for_mupdf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Poppler is set against PDFium only where it is there and MuPDF is not."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert independent_engine() == (mupdf, DIFFERENCE_THRESHOLD)
    (tmp_path / "pdftoppm").touch(mode=0o755)
    assert independent_engine() == (poppler, POPPLER_THRESHOLD)
    (tmp_path / "mutool").touch(mode=0o755)
    assert independent_engine() == (mupdf, DIFFERENCE_THRESHOLD)


def test_comparison_says_where() -> None:
    """A difference is given in points from the top left corner of its page."""
    white, spotted = Image.new("L", (600, 1200), 255), Image.new("L", (600, 1200), 255)
    spotted.paste(0, (300, 900, 330, 930))
    difference = compare(4, white, spotted)
    assert difference.page == 5
    assert difference.value == 159
    assert (difference.x, difference.y) == pytest.approx((36, 108), abs=2)


def test_comparison_refuses_pages_of_other_sizes() -> None:
    """Pages that engines draw in different sizes are an error, not a difference of zero."""
    with pytest.raises(ValueError, match="600, 1200"):
        compare(0, Image.new("L", (600, 1200)), Image.new("L", (600, 1210)))


def test_structure_of_a_typeset_file(folder: Path) -> None:
    """The proof shows types, links, alternate texts and all text in reading order."""
    proof = structure.to_text(structure.read_structure(folder / GOOD))
    assert proof.startswith(
        """\
Document
  H1
    Span "When to call"
  P
    Span "Call "
    Link "the ward" [Link "https://example.org/ward"] -> https://example.org/ward
    Span " at once if your baby has a fever. "
"""
    )


def test_structure_joins_lines(folder: Path) -> None:
    """Text that is broken into lines reads as it was written, in Japanese without spaces."""
    [document] = structure.read_structure(folder / GOOD)
    [japanese] = [node for node in document.walk() if node.text == samples.JAPANESE]
    assert len(japanese.children) > 1


def test_structure_resolves_every_kind_of_reference(handmade: Path) -> None:
    """Numbers, MCR with page or stream, OBJR, role and class maps and ActualText all count."""
    proof = structure.to_text(structure.read_structure(handmade))
    assert (
        proof
        == """\
Document
  Heading (H1) lang=fr "title"
  P "one line and broken wordspoken next page" [Link "call us"] -> tel:1
  TH ColSpan=2 Scope=Column "two labels"
  L ListNumbering=Disc
  Figure Alt="a form" "form"
  Span ActualText="read so" "title"
"""
    )


def test_structure_reads_text_of_elements(handmade: Path) -> None:
    """The text of an element is that of all in it, a line a paragraph, ActualText in its place."""
    [document] = structure.read_structure(handmade)
    assert document.text.splitlines() == [
        "title",
        "one line and broken wordspoken next page",
        "two labels",
        "form",
        "read so",
    ]


def test_artifacts_are_read_page_by_page(handmade: Path) -> None:
    """Text that is marked as an artifact is given for its page, and in no element."""
    assert structure.artifact_text(handmade) == ["rule page 1", ""]
    [document] = structure.read_structure(handmade)
    assert "rule" not in document.text


def test_text_outside_the_structure_is_found(handmade: Path, folder: Path) -> None:
    """Text that is unmarked, or marked for an element that is not there, does not hide."""
    assert structure.lost_text(handmade) == ["stray\norphan", ""]
    # WeasyPrint marks margin boxes for no element, which veraPDF lets pass.
    assert structure.lost_text(folder / GOOD) == ["1"]


def test_an_untagged_file_has_no_structure(folder: Path) -> None:
    """A file without a structure tree has no elements, and all its text is lost."""
    assert structure.read_structure(folder / UNTAGGED) == []
    assert "When to call" in structure.lost_text(folder / UNTAGGED)[0]


def test_a_missing_tool_skips_on_a_machine_of_a_user(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where CI is not set, a missing tool skips the test and says what to install."""
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match=r"mutool is not installed.*mupdf-tools"):
        require_tool("mutool")


def test_a_missing_tool_fails_where_all_must_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where CI=true, a missing tool fails the test."""
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="mutool is not installed"):
        require_tool("mutool")
