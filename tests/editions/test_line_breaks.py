# ruff: noqa: RUF001 - Japanese has signs of its own
"""Lines end well in every language, and nobody has to say so by hand."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import accumulate
from typing import Any

import pypdfium2
import pytest
from conftest import ROOT, Built, leaflet_names, locale_names
from test_typesetting import lay_out, press
from weasyprint.formatting_structure import boxes

from leafletry.content.project import Project, read_project
from leafletry.editions.edition import Edition
from leafletry.editions.line_breaks import (
    JOINER,
    LEFT,
    LONELY,
    LONELY_IN_HEADINGS,
    by_phrase,
    by_word,
    loosened,
    phrase_ends,
)
from leafletry.editions.localization import LocalText, localize_leaflet
from leafletry.editions.markup import inline, leaflet_html, names_of_languages, template_environment
from leafletry.editions.printed_words import printed_words
from leafletry.editions.styles import style_names
from leafletry.pages.placing import message_of
from leafletry.pages.typesetting import Press, Typeset, typeset
from leafletry.reading.languages import ancestors
from leafletry.reading.problems import Place

__all__ = ["press"]

NO_BREAK = "\u00a0"
PLACE = Place("leaflets/some.yaml")


@cache
def project() -> Project:
    """The project of this repository."""
    return read_project(ROOT)


def text(words: str, lang: str, number: int = 1) -> LocalText:
    """A message of a page."""
    return LocalText(words, lang, "translated", PLACE, number)


# ── Words ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("lumps in the neck, armpit or groin", "lumps in the neck, armpit~or~groin"),
        ("Look at the inside of the lips", "Look at the inside~of~the~lips"),
        ("Esto es una teoría.", "Esto es una~teoría."),
        ("voor zover dat nu bekend is.", "voor zover dat nu~bekend~is."),
        ("van een eeneiige tweeling.", "van een eeneiige~tweeling."),
        ("**Do not wait for the next visit.**", "**Do not wait for the~next~visit.**"),
        ("Wait: **call now** please", "Wait: **call now**~please"),
        ("met bloedvergiftiging", "met bloedvergiftiging"),
        ("Combaten los gérmenes.", "Combaten los~gérmenes."),
        ("Ze vervoeren zuurstof.", "Ze vervoeren zuurstof."),
        ("Call now", "Call now"),
        ("Fever", "Fever"),
    ],
)
def test_a_short_word_does_not_stand_alone(words: str, kept: str) -> None:
    """The last words of a text stay together, ten letters at least, and never all of it."""
    assert by_word(words, LONELY) == kept.replace("~", NO_BREAK)


def test_in_a_heading_a_longer_word_does_not_stand_alone_either() -> None:
    """The last line of a heading has two words, unless one alone is as long."""
    heading = "Leukemie bij zuigelingen: bloed en hersenvliezen"
    assert by_word(heading, LONELY) == heading
    assert by_word(heading, LONELY_IN_HEADINGS).endswith(f"en{NO_BREAK}hersenvliezen")


@pytest.mark.parametrize(
    "held",
    [
        "babies under 1~year of age are seen",
        "menos de 50\u202f000 leucocitos por microlitro",
        "entre 1~y 4~años de edad, con frecuencia",
        "neurofibromatose de type~1, anémie de Fanconi",
        "rayos~X antes del nacimiento, o después",
        "EE.~UU., revisión bibliográfica de estudios",
        "162 zuigelingen met een vastgestelde leukemie",
        "in 2016. About half of all infants there",
        "Signs I saw in the last few days at home",
    ],
)
def test_a_figure_stays_with_what_it_counts(held: str) -> None:
    """A line ends neither between a figure and its word, nor between a name and its number."""
    assert by_word(held.replace("~", " "), 0) == held.replace("~", NO_BREAK)


def test_a_page_is_loosened_only_where_it_must_be() -> None:
    """Words of one message part, those of others do not, and signs keep their spaces."""
    held = f"« mot{NO_BREAK}» reste{NO_BREAK}ici{NO_BREAK}: **là**".replace("« ", f"«{NO_BREAK}")
    html = "".join(str(inline(text(held, "fr", number))) for number in (1, 12))
    looser = loosened(html, {12})
    first, second = looser.split('data-message="12"')
    assert first in html
    assert f"«{NO_BREAK}mot{NO_BREAK}» reste ici{NO_BREAK}: <strong>" in second


# ── Phrases ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "phrases",
    [
        "分かって|いること",
        "熱が|ある、|感染症を|くり返す、|または|感染症が|なかなか|治らない",
        "力が|出ない、|いつになく|疲れやすい",
        "一卵性の|ふたごの|もう|ひとりに|伝わる|ことがあります。",
        "番号に|電話を：|息が|苦しそう",
        "KMT2A|（以前の|名前は|MLL）と|いう|遺伝子の変化。",
        "小児ALL|（全年齢）は、|無治療では|一般に|急速に|悪化する。",
        "生後|3か月未満で、|体が|いつになく|熱い、|または冷たい",
        "日本の|11例、|1996～2001年。|少数例の|古い|症例シリーズ。",
        "腹部超音波：|病変の広がり。",
        "当てはまる|ものすべてに、|印を|つけてください。",
        "皮膚の|色。|さわると分かる",
        "リスク因子が|ない|子もいます。",
        "小児血液・|がんチームだけが行う。",
        "この|再構成に|さかのぼる。",
    ],
)
def test_japanese_lines_end_between_phrases(phrases: str) -> None:
    """No word, figure or compound is torn, no sign begins a line, and no last phrase is tiny."""
    parts = phrases.split("|")
    assert sorted(phrase_ends("".join(parts))) == [0, *accumulate(map(len, parts))]
    held = by_phrase("".join(parts))
    assert held.replace(JOINER, "") == "".join(parts)


@pytest.mark.parametrize(
    "held",
    [
        "**新~し~い遺~伝~子**~を受~け~つ~ぐ",
        "病~院~に**今~す~ぐ**電~話~をく~だ~さ~い",
        "**熱~が**続~い~た**と~き**~は~、電~話~をく~だ~さ~い",
    ],
)
def test_phrases_are_held_across_strong_words(held: str) -> None:
    """A particle stays with the strong word before it, and strong words keep their stars."""
    assert by_phrase(held.replace("~", "")) == held.replace("~", JOINER)


def test_a_languages_name_is_known_in_words_that_are_kept_together() -> None:
    """The name of a language is told to be in it, also where its letters or words are held."""
    html = names_of_languages(
        inline(text("ほかのことば：中文、português (Brasil)。", "ja")),
        [("zh", "中文"), ("pt-BR", "português (Brasil)")],
    )
    assert '<span lang="zh" dir="ltr">中\u2060文</span>' in html, "no line parts it"
    assert '<span lang="pt-BR" dir="ltr">português (Brasil)</span>' in html
    latin = inline(text("Also in: português (Brasil)", "en"))
    marked = names_of_languages(latin, [("pt-BR", "português (Brasil)")])
    assert '<span lang="pt-BR"' in marked


# ── Pages ──────────────────────────────────────────────────────────────────────────────────────


def lines_of(typeset: Typeset) -> Iterator[list[str]]:
    """Yield the lines of each message, where it has more than one."""
    held: dict[int, list[tuple[float, str]]] = {}
    holders: dict[int, Any] = {}

    def walk(box: Any, holder: Any) -> None:
        holder = box.element if message_of(box, 0) else holder
        if isinstance(box, boxes.TextBox) and holder is not None and "::" not in box.element_tag:
            holders[id(holder)] = holder
            lines = held.setdefault(id(holder), [])
            if lines and abs(lines[-1][0] - box.position_y) < box.height / 2:
                lines[-1] = (lines[-1][0], lines[-1][1] + box.text)
            else:
                lines.append((box.position_y, box.text))
        for child in getattr(box, "children", ()):
            walk(child, holder)

    for page in typeset.page_boxes:
        walk(page, None)
    for lines in held.values():
        if len(lines) > 1:
            yield [words for _, words in lines]


@pytest.mark.parametrize("locale", locale_names())
@pytest.mark.parametrize("leaflet", leaflet_names())
def test_pages_of_this_project_end_their_lines_well(
    built: Built, press: Press, leaflet: str, locale: str
) -> None:
    """No text ends with a short word alone on its line, and no Japanese phrase is torn."""
    localized = localize_leaflet(built.project, leaflet, locale)
    html = leaflet_html(template_environment(built.root / "templates"), localized, "CODE")
    languages = [*reversed(ancestors(locale)), locale]
    sheets = style_names(press.styles, localized.audience, languages, "a4")
    page = typeset(press, html, sheets, 2, PLACE, messages=localized.messages)
    assert not page.problems
    several = list(lines_of(page))
    assert several
    for lines in several:
        plain = [line.replace(JOINER, "") for line in lines]
        if locale == "ja":
            ends = phrase_ends("".join(plain))
            assert {*accumulate(map(len, plain))} <= ends, plain
        else:
            last = plain[-1].strip()
            with_one_before = f"{plain[-2].split()[-1]} {last}"
            left = len("".join(plain)) - len(with_one_before)
            # A column may be too narrow for two words, or the first line would be lonely.
            too_wide = len(with_one_before) > max(map(len, plain))
            assert len(last) >= LONELY or too_wide or left < LEFT, plain


CELL = '<table><tbody><tr><td style="width: {}mm">{}</td><td></td></tr></tbody></table>'


def test_words_that_are_kept_together_part_where_a_column_is_too_narrow(press: Press) -> None:
    """A page is laid out with the last words parted, rather than with one cut or too wide."""
    words = inline(text("hepatosplenomegalie bij de meesten", "nl"))
    wide = lay_out(press, f'<section class="block">{CELL.format(60, words)}</section>')
    narrow = lay_out(press, f'<section class="block">{CELL.format(20, words)}</section>')
    assert [line.split() for line in next(lines_of(wide))][-1] == ["bij", "de", "meesten"]
    lines = next(lines_of(narrow))
    assert [line.split() for line in lines][-1] == ["meesten"]


def test_a_phrase_that_is_wider_than_its_column_parts_in_it(press: Press) -> None:
    """No Japanese line runs out of a column, however narrow it is."""
    words = inline(text("毛細血管拡張性運動失調症の赤ちゃん", "ja"))
    for body in (CELL.format(20, words), f'<ul style="width: 20mm"><li>{words}</li></ul>'):
        page = lay_out(press, f'<section class="block">{body}</section>', locale="ja")
        assert not page.problems
        (lines,) = lines_of(page)
        assert len(lines) > 2
        assert "".join(lines).replace(JOINER, "") == "毛細血管拡張性運動失調症の赤ちゃん"


def test_what_keeps_words_together_is_on_no_file_and_in_no_signature(built: Built) -> None:
    """Whoever looks for words finds them, with spaces; a signature is of words alone."""
    environment = template_environment(built.root / "templates")
    for locale in locale_names():
        for leaflet in leaflet_names():
            signed = printed_words(built.project, environment, leaflet, locale).text
            assert JOINER not in signed
            document = pypdfium2.PdfDocument(built.path(Edition(leaflet, locale, "a4")))
            told = "".join(page.get_textpage().get_text_range() for page in document)
            document.close()
            assert JOINER not in told
            if locale in ("en", "nl", "ja"):
                assert NO_BREAK not in told


BY_HAND = re.compile(
    "[\u00ad\u200b\u2060\ufeff]|<br|<wbr|&shy;|&nbsp;|&#160;|&#xa0;"
    "|(?<=[\\w.,;})*])\u00a0(?=[\\w({*])",
    re.IGNORECASE,
)
"""A hidden hint where words part or stay together; a space that belongs to a sign is none."""


def test_nobody_breaks_lines_by_hand() -> None:
    """No text and no template says where a line ends, or that it does not end there."""
    files = [
        *(ROOT / "leaflets").glob("*.yaml"),
        *(ROOT / "templates").glob("*.html"),
        *(ROOT / "locales").rglob("*.po"),
    ]
    for path in files:
        lines = path.read_text("utf-8").splitlines()
        # A comment tells what the engine prints.
        texts = [line for line in lines if not (path.suffix == ".po" and line.startswith("#"))]
        assert [line for line in texts if BY_HAND.search(line)] == [], path.name
