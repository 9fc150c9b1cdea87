"""Text that runs out of its box, and words that are parted, are seen; nothing else is."""

import pytest
from conftest import Built
from test_typesetting import COLOPHON, lay_out, press, section

from leafletry.pages.spills import _Line, _parted, lines_out_of_their_box, parted_words
from leafletry.pages.typesetting import Press

__all__ = ["press"]

WORDS = "Some words that go on and on. "
LONG_WORD = "immunophenotyping" * 3


def boxes_of(press: Press, body: str, locale: str = "en") -> list[object]:
    """Give the pages of some HTML."""
    result = lay_out(press, body + COLOPHON, locale=locale)
    return [page._page_box for page in result.document.pages]


def message(words: str, number: int = 7) -> str:
    """Give a message as templates mark it."""
    return f'<span data-message="{number}">{words}</span>'


def cell(words: str, width: int = 20) -> str:
    """Give a table with a narrow column."""
    return (
        f'<table><colgroup><col style="width: {width}%"/></colgroup>'
        f"<tr><td>{words}</td><td>{WORDS}</td></tr></table>"
    )


LABEL = (
    '<div class="contact"><p style="float: left; width: 20mm">{words}</p>'
    '<p style="min-height: 6mm"></p></div><p style="clear: both">More.</p>'
)


@pytest.mark.parametrize(
    ("body", "spills"),
    [
        (f'<p style="height: 12mm">{message(WORDS * 9)}</p>', True),
        (f'<p style="height: 12mm">{message(WORDS)}</p>', False),
        (f'<div style="height: 12mm"><p>{message(WORDS * 9)}</p></div>', True),
        (f"<section>{LABEL.format(words=message(WORDS * 2))}</section>", True),
        (f"<section>{LABEL.format(words=message('Day'))}</section>", False),
        (section(message(WORDS * 60)), False),
        (cell(message(WORDS * 3)), False),
        (f'<ul class="dots"><li>{message(WORDS * 9)}</li></ul>', False),
    ],
    ids=[
        "fixed height",
        "fixed and enough",
        "inside a fixed height",
        "beside a lower box",
        "beside and enough",
        "paragraph",
        "cell",
        "list",
    ],
)
def test_a_box_that_cannot_grow_is_seen(press: Press, body: str, spills: bool) -> None:  # noqa: FBT001 - a column
    """Lines below the foot of a box they are in are named, with their message and by how much."""
    found = list(lines_out_of_their_box(boxes_of(press, body)))
    assert bool(found) is spills
    for number, said in found:
        assert number == 7
        assert said.startswith('page 1: "')
        assert said.endswith(" mm out of its box")


def test_the_foot_of_the_paper_is_the_last(press: Press) -> None:
    """What a style sheet writes into a margin may not run out of the paper."""
    for times, spills in ((1, False), (40, True)):
        style = (
            f'<style>@page {{ @bottom-left {{ content: "{WORDS * times}"; width: 30mm }} }}</style>'
        )
        assert bool(list(lines_out_of_their_box(boxes_of(press, style)))) is spills


@pytest.mark.parametrize(
    ("words", "parted"),
    [
        (LONG_WORD, LONG_WORD),
        (f"a test, {LONG_WORD} and more", LONG_WORD),
        (f"<strong>a</strong> {LONG_WORD}", LONG_WORD),
        ("a test of immuno\u00adphenotyping\u00ad and\u00a0more", ""),
        ("immuno-phenotyping or " * 5, ""),
        ("immuno/pheno\u00a0typing or " * 5, ""),
        (WORDS * 3, ""),
        ("赤ちゃんの白血病はとてもまれです" * 3, ""),
        (f"赤ちゃんの白血病は{LONG_WORD}とてもまれです", LONG_WORD),
    ],
    ids=[
        "one word",
        "among others",
        "after bold",
        "soft hyphen",
        "hyphen",
        "slash",
        "words",
        "Japanese",
        "foreign word in Japanese",
    ],
)
def test_a_parted_word_is_seen(press: Press, words: str, parted: str) -> None:
    """A word that goes on in the next line without a hyphen is named; other line ends are none."""
    locale = "ja" if "白" in words else "en"
    found = list(parted_words(boxes_of(press, cell(message(words)), locale)))
    assert bool(found) is bool(parted)
    for number, said in found:
        assert number == 7
        assert parted in said
        assert said.startswith('page 1: "')


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["immuno", "phenotype"], ["immunophenotype"]),
        (["immuno\u2010", "phenotype"], ["immunophenotype"]),
        (["phenotype", "immuno"], []),
        (["immunophenotype", "immunophenotype"], []),
        (["imm, or", "phenotype"], []),
    ],
    ids=["parted", "with a sign of its own", "another order", "twice", "other words"],
)
def test_of_what_is_printed_otherwise_nothing_is_said(
    lines: list[str], expected: list[str]
) -> None:
    """Where lines hold other words than the message, or in another order, none is called parted."""
    printed = [_Line(1, 10.0 * i, 9.0, text) for i, text in enumerate(lines)]
    assert [word for _, word in _parted("immunophenotype", printed)] == expected


def test_shipped_leaflets_spill_nothing(built: Built) -> None:
    """No leaflet of the project has such a line; the build would refuse it."""
    assert built.said == ""
    assert len(built.records) >= 15


def test_a_parted_word_is_a_warning(press: Press) -> None:
    """The page may be printed with a parted word, but not with a line out of its box."""
    result = lay_out(press, cell(message(LONG_WORD)) + COLOPHON)
    assert {problem.warning for problem in result.problems} == {True}
    assert all("U+00AD" in problem.hint for problem in result.problems)
    result = lay_out(press, f'<p style="height: 2mm">{message(WORDS * 9)}</p>{COLOPHON}')
    assert {problem.warning for problem in result.problems} == {False}
