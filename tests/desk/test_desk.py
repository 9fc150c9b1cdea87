"""The translator's desk: true pages, everything known about a text, and no way in or out."""

import asyncio
import contextlib
import dataclasses
import gc
import http.client
import io
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from conftest import Built
from desk_driver import Desk, copy_of_project, edited, open_desk, tree
from patience import PATIENCE, wait_until
from PIL import Image

from leafletry.checking import check_project
from leafletry.content.comments import Comment, read_comment
from leafletry.content.project import read_project
from leafletry.desk import server, workbench
from leafletry.desk.messages import ShownMessage, changes_between
from leafletry.desk.server import FILES
from leafletry.desk.sheet import Language, Sheet
from leafletry.desk.watching import changes
from leafletry.desk.workbench import PICTURE_WIDTH, Workbench
from leafletry.editions.composition import Composition
from leafletry.editions.edition import Edition
from leafletry.printing import printing, uptodate

LEAFLET = "could-our-other-children-get-it"
OTHER = "when-to-have-your-baby-checked"
CATALOG = "locales/es/LC_MESSAGES/messages.po"
PHRASES = "leaflets/phrases.yaml"
FEVER = "fever, or infections that keep coming back or do not clear up"
FEVER_ES = "fiebre, o infecciones que se repiten o que no terminan de curarse"
BACK_ES = "fiebre o infecciones que vuelven o no se quitan"
TITLE_ES = "¿Podrían tener leucemia nuestros otros hijos?"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project that tests edit, and leave as it was."""
    return copy_of_project(tmp_path_factory.mktemp("desk") / "project")


@pytest.fixture(scope="module", autouse=True)
def press() -> Iterator[None]:
    """A press that nobody used before, and of which nothing is left to other tests."""
    threshold = gc.get_threshold()
    printing.close_press()
    yield
    printing.close_press()
    gc.unfreeze()
    gc.set_threshold(*threshold)


@pytest.fixture(scope="module")
def bench(root: Path) -> Workbench:
    """A workbench on which the copy lies."""
    return Workbench(root)


@pytest.fixture(scope="module")
def desk(root: Path) -> Iterator[Desk]:
    """The desk of the copy, served."""
    with open_desk(root) as opened:
        yield opened


@pytest.fixture
def prints(monkeypatch: pytest.MonkeyPatch) -> list[Edition]:
    """The editions that are printed from here on."""
    printed: list[Edition] = []
    really = printing.print_edition

    def note(job: Any) -> printing.Printed:
        printed.append(job.edition)
        return really(job)

    monkeypatch.setattr(workbench, "print_edition", note)
    return printed


def show(bench: Workbench, *changed: Path, leaflet: str = LEAFLET, locale: str = "es") -> Sheet:
    """Read the project again and give an edition as it is now."""
    bench.read_again(changed)
    return bench.show(leaflet, locale)


def message(sheet: Sheet, msgid: str) -> ShownMessage:
    """Give the message with a source text."""
    (found,) = (one for one in sheet.messages if one.msgid == msgid)
    return found


def line_at(root: Path, place: str) -> str:
    """Give the line of a file that `file:line` names."""
    name, _, line = place.partition(":")
    return (root / name).read_text("utf-8").split("\n")[int(line.partition(":")[0]) - 1]


def errors(sheet: Sheet) -> list[str]:
    """Give what stands in the way of an edition, with its place."""
    return [f"{one.place}: {one.message}" for one in sheet.problems if not one.warning]


# What is made, and when


def test_only_what_changed_is_made_again(bench: Workbench, prints: list[Edition]) -> None:
    """After a save that an edition has nothing to do with, nothing of it is made again."""
    before = show(bench)
    prints.clear()
    with edited(bench.root / "leaflets" / f"{OTHER}.yaml", "\ntitle: When", "\ntitle: Now when"):
        after = show(bench)
        assert (after.digest, prints) == (before.digest, [])
        assert after.revision > before.revision
    with edited(bench.root / "locales/fr/LC_MESSAGES/messages.po", 'msgstr "', 'msgstr "A '):
        assert show(bench).digest == before.digest
    assert prints == []


def test_a_saved_translation_is_on_the_page(bench: Workbench, prints: list[Edition]) -> None:
    """A new translation is printed and pictured; taking it back prints nothing again."""
    before = show(bench)
    prints.clear()
    with edited(bench.root / CATALOG, FEVER_ES, BACK_ES):
        after = show(bench)
        assert prints == [Edition(LEAFLET, "es", "a4")]
        assert after.digest != before.digest
        assert message(after, FEVER).msgstr == message(after, FEVER).printed == BACK_ES
        first, second = (bench.picture(sheet.digest, 1) for sheet in (before, after))
        assert first != second
    assert show(bench).digest == before.digest
    assert len(prints) == 1


def test_a_moved_line_is_told_and_nothing_made_again(
    bench: Workbench, prints: list[Edition]
) -> None:
    """When only lines moved in a catalog, the places follow and no page is made again."""
    before = show(bench)
    prints.clear()
    with edited(bench.root / CATALOG, "\n#. ", "\n# a remark\n#. "):
        after = show(bench)
    assert prints == []
    places = [int(message(sheet, FEVER).catalog_place.split(":")[1]) for sheet in (before, after)]
    assert places[1] == places[0] + 1


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("styles/tokens.css", "--teal: #0d4a56", "--teal: #56120d"),
        (
            "styles/audiences/siblings.css",
            "@layer",
            "@layer audience { h2 { color: #56120d } }\n@layer",
        ),
        (
            "templates/blocks.html",
            '<section class="block prose">',
            '<section class="block prose main-message">',
        ),
        ("templates/figures/{picture}.svg", "<svg ", '<svg opacity="0.5" '),
        (f"leaflets/{LEAFLET}.yaml", "\ntitle: Could", "\ntitle: Can"),
    ],
)
def test_a_saved_design_is_on_the_page(bench: Workbench, name: str, old: str, new: str) -> None:
    """A saved style sheet, template, drawing or leaflet changes the picture of the page."""
    before = show(bench)
    picture = bench.picture(before.digest, 1)
    drawing = read_project(bench.root).leaflets[LEAFLET].picture.file
    path = bench.root / name.format(picture=drawing)
    with edited(path, old, new):
        after = show(bench, path)
        assert errors(after) == []
        changed = [bench.picture(after.digest, number) for number in (1, 2)]
    assert changed != [picture, bench.picture(before.digest, 2)]
    assert show(bench, path).digest == before.digest


def test_pictures_are_sharp(bench: Workbench) -> None:
    """A picture has two points for each of the screen's at the largest size a page is shown."""
    sheet = show(bench)
    style = (bench.root / "templates/desk/desk.css").read_text("utf-8")
    (widest,) = re.findall(r"\.page \{[^}]*max-width: (\d+)px", style)
    picture = Image.open(io.BytesIO(bench.picture(sheet.digest, 1) or b""))
    assert picture.size[0] == PICTURE_WIDTH >= 2 * int(widest)
    assert abs(picture.size[1] / picture.size[0] - 297 / 210) < 0.01


@pytest.mark.parametrize(
    ("digest", "number"), [("", 1), ("no-such", 1), ("{}", 0), ("{}", 3), ("{}", -1)]
)
def test_no_other_picture_is_given(bench: Workbench, digest: str, number: int) -> None:
    """There is no picture of what was never made, or of a page that is not there."""
    assert bench.picture(digest.format(show(bench).digest), number) is None


def test_what_lies_about_is_given_back(bench: Workbench) -> None:
    """However often style sheets are saved, the memory of pages that are gone is given back."""
    path = bench.root / "styles/base.css"

    def save(number: int) -> int:
        with edited(path, "@layer", f"p {{ color: #00{number}000 }}\n@layer"):
            show(bench, path)
        bench.tidy()
        return gc.get_freeze_count() + len(gc.get_objects())

    gc.disable()
    try:
        before, *_, after = [save(number) for number in range(5)]
    finally:
        gc.enable()
    # A page that is kept is some thousand objects; what is left of making it, some fifty thousand.
    assert after - before < 50_000


# What is told of a message


def test_a_message_is_told_whole(bench: Workbench) -> None:
    """Of a translated text: source, translation, the line of both, the notes, where it stands."""
    told = message(show(bench), FEVER)
    assert (told.state, told.msgstr, told.printed) == ("translated", FEVER_ES, FEVER_ES)
    assert FEVER_ES in line_at(bench.root, told.catalog_place)
    (source,) = told.source_places
    assert FEVER in line_at(bench.root, source)
    assert any(LEAFLET in note and "siblings" in note for note in told.notes)
    assert any(note.startswith("TRANSLATORS: Continues the heading") for note in told.notes)
    assert (told.edited, told.remarks, told.findings) == ([], [], [])
    assert told.boxes
    for box in told.boxes:
        assert box.page == 1
        assert 0 < box.left < box.left + box.width < 100
        assert 0 < box.top < box.top + box.height < 100


def test_every_text_of_a_page_can_be_found(bench: Workbench) -> None:
    """In every language each message stands on a page, or is one that only some leaflets print."""
    for choice in show(bench).offer.locales:
        sheet = bench.show(LEAFLET, choice.id)
        unplaced = [one.msgid for one in sheet.messages if not one.boxes]
        phrases = {text.text for text in read_project(bench.root).phrases.labels.values()}
        assert set(unplaced) <= phrases
        assert len(sheet.messages) > 60


@pytest.mark.parametrize(
    ("flag", "translation", "state"), [("#, fuzzy\n", FEVER_ES, "fuzzy"), ("", "", "missing")]
)
def test_states_are_told(bench: Workbench, flag: str, translation: str, state: str) -> None:
    """A fuzzy or missing translation is told as such, and what stands on the page is the source."""
    entry = f'msgid "{FEVER}"\nmsgstr "{FEVER_ES}"'
    spoiled = f'{flag}msgid "{FEVER}"\nmsgstr "{translation}"'
    with edited(bench.root / CATALOG, entry, spoiled):
        told = message(show(bench), FEVER)
    assert (told.state, told.msgstr, told.printed) == (state, translation, FEVER)


def test_what_was_edited_is_told(bench: Workbench) -> None:
    """Of a fuzzy text one sees what changed in the source, and what translators noted."""
    entry = f'msgid "{FEVER}"'
    former = '#| msgid "fever, or colds "\n#| "that keep coming back or do not clear up"'
    commented = f'# Why "se repiten"?\n#, fuzzy\n{former}\n{entry}'
    with edited(bench.root / CATALOG, entry, commented):
        told = message(show(bench), FEVER)
    assert told.remarks == ['Why "se repiten"?']
    assert [(change.kind, change.words) for change in told.edited] == [
        ("same", "fever, or "),
        ("gone", "colds"),
        ("new", "infections"),
        ("same", " that keep coming back or do not clear up"),
    ]


@pytest.mark.parametrize(
    ("former", "now", "expected"),
    [
        ("a b c", "a x c", ["=a ", "-b", "+x", "= c"]),
        ("a b", "a b c", ["=a b", "+ c"]),
        ("x a b", "a b", ["-x ", "=a b"]),
        ("a a", "a a a", ["=a a", "+ a"]),
        ("one", "two", ["-one", "+two"]),
        ("same", "same", ["=same"]),
        ("", "new", ["+new"]),
    ],
)
def test_edits_are_seen(former: str, now: str, expected: list[str]) -> None:
    """What stayed the same at both ends is set apart from what was edited between."""
    signs = {"same": "=", "gone": "-", "new": "+"}
    assert [signs[one.kind] + one.words for one in changes_between(former, now)] == expected


@pytest.mark.parametrize(
    ("lines", "remarks", "former"),
    [
        ([], [], ""),
        (["# one", "#  two ", "#. note", "#: a.yaml:1", "#, fuzzy"], ["one", "two"], ""),
        (['#| msgid "was"'], [], "was"),
        (['#| msgctxt "c"', '#| msgid ""', '#| "a \\"b\\"\\n"', '#| "c"'], [], 'a "b"\nc'),
        (['#| msgid "was', "#|", "#", 'msgid "# no"', "#~| msgid"], [], ""),
    ],
)
def test_comments_are_read(lines: list[str], remarks: list[str], former: str) -> None:
    """Remarks and the former source text are read from the comments; what is broken is left out."""
    assert read_comment(lines) == Comment(remarks, former)


def test_source_texts_are_told(bench: Workbench) -> None:
    """Of an English text one sees its line and the writer's note, and no catalog."""
    told = message(show(bench, locale="en"), FEVER)
    assert (told.state, told.msgstr, told.catalog_place) == ("translated", "", "")
    assert FEVER in line_at(bench.root, told.source_places[0])
    assert any(note.startswith("TRANSLATORS: Continues the heading") for note in told.notes)


def test_a_text_new_to_a_catalog_is_told(bench: Workbench) -> None:
    """A source text that was just edited is missing in every language, and says that it is new."""
    with edited(bench.root / PHRASES, FEVER, f"{FEVER} soon"):
        told = message(show(bench), f"{FEVER} soon")
    assert (told.state, told.catalog_place, told.printed) == ("missing", "", f"{FEVER} soon")


def test_findings_stand_with_their_message(bench: Workbench) -> None:
    """What the checks find stands with the message it is about, and not with the others."""
    with edited(bench.root / CATALOG, FEVER_ES, f"{FEVER_ES} 3 veces"):
        sheet = show(bench)
        other = bench.show(OTHER, "es")
    told = message(sheet, FEVER)
    assert told.findings
    assert all(one.place.startswith(CATALOG) and one.message for one in told.findings)
    assert not [one for one in sheet.messages if one.findings and one is not told]
    assert errors(sheet) == []
    # To another leaflet it is a problem of somewhere else.
    assert {one.place for one in told.findings} <= {one.place for one in other.elsewhere}


def test_other_leaflets_have_problems_of_their_own(bench: Workbench) -> None:
    """What is wrong with another leaflet or language is told apart, and stops nothing here."""
    with (
        edited(bench.root / "leaflets" / f"{OTHER}.yaml", "\ntitle: ", "\nno_such_key: "),
        edited(bench.root / "locales/fr/LC_MESSAGES/messages.po", '"Language: fr', '"Language: es'),
    ):
        sheet = show(bench)
    assert (sheet.old, errors(sheet)) == (False, [])
    told = {one.place.partition(":")[0] for one in sheet.elsewhere}
    assert {f"leaflets/{OTHER}.yaml", "locales/fr/LC_MESSAGES/messages.po"} <= told


def test_findings_come_after_the_page(
    bench: Workbench, prints: list[Edition], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page can be shown before the checks are made; with them, nothing is made again."""
    checks: list[int] = []
    really = check_project

    def check(project: Any) -> Any:
        checks.append(1)
        return really(project)

    monkeypatch.setattr(workbench, "check_project", check)
    with edited(bench.root / CATALOG, FEVER_ES, f"{FEVER_ES} 17 veces"):
        bench.read_again()
        quick = bench.show(LEAFLET, "es", quick=True)
        assert (quick.checked, checks, message(quick, FEVER).findings) == (False, [], [])
        assert bench.show(LEAFLET, "es", quick=True) is quick
        whole = bench.show(LEAFLET, "es")
        assert (whole.checked, len(checks), whole.digest) == (True, 1, quick.digest)
        assert message(whole, FEVER).findings
        assert bench.show(LEAFLET, "es", quick=True) is whole
    assert len(prints) == 1


def test_findings_of_source_texts_stand_with_them(bench: Workbench) -> None:
    """What the checks find in the source stands with the English text and with its translations."""
    with edited(bench.root / PHRASES, FEVER, f"{FEVER} 3 times"):
        sheets = [show(bench, locale=locale) for locale in ("en", "es")]
    for sheet in sheets:
        told = message(sheet, f"{FEVER} 3 times")
        assert any(one.place.startswith(f"{PHRASES}:") for one in told.findings)


def test_numbers_are_those_of_the_map(built: Built) -> None:
    """A message has the number and the places it has in the map that every build writes."""
    printing.close_press()
    sheet = Workbench(built.root).show(LEAFLET, "ja")
    printing.close_press()
    content = json.loads(
        (built.root / "output" / Edition(LEAFLET, "ja", "a4").map_path).read_bytes()
    )
    found = {one.number: (one.msgid, len(one.boxes)) for one in sheet.messages if one.boxes}
    assert found == {
        one["number"]: (one["msgid"], len(one["places"])) for one in content["messages"]
    }
    place = content["messages"][0]["places"][0]
    box = next(one for one in sheet.messages if one.boxes).boxes[0]
    assert box.left == pytest.approx(place["x"] / 2.1, abs=0.01)
    assert box.top == pytest.approx(place["y"] / 2.97, abs=0.01)


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("es", ("es", "ltr", "Spanish")),
        ("ar", ("ar", "rtl", "Arabic")),
        ("pt_BR", ("pt-BR", "ltr", "Brazilian Portuguese")),
        ("no language", ("und", "auto", "no language")),
    ],
)
def test_languages_are_described(locale: str, expected: tuple[str, str, str]) -> None:
    """A page can mark words with their language and direction; what is no language does no harm."""
    assert dataclasses.astuple(Language.of(locale)) == expected


# What is wrong


def spoil(path: Path, how: str) -> None:
    """Spoil a file in one of many ways."""
    if how == "delete":
        path.unlink()
        return
    text = path.read_text("utf-8")
    spoiled = {
        "not UTF-8": text.encode() + b"\xff\xfe",
        "empty": b"",
        "wrong language": text.replace('"Language: es', '"Language: fr').encode(),
        "not YAML": f"{text}\n  - [\n".encode(),
        "unknown key": f"{text}\nno_such_key: 1\n".encode(),
        "broken template": text.replace("{% for ", "{% four ", 1).encode(),
        "unknown name": text.replace("content.title", "content.no_such", 1).encode(),
        "not well-formed": text.replace("<body>", "<body", 1).encode(),
        "no such drawing": re.sub(r"figure:[^\"]*\"", 'figure:none.svg"', text).encode(),
        "division by zero": text.replace("<body>", "<body>{{ 1 // 0 }}", 1).encode(),
    }
    path.write_bytes(spoiled[how])


@pytest.mark.parametrize(
    ("name", "how", "said"),
    [
        (CATALOG, "not UTF-8", f"{CATALOG}:"),
        (CATALOG, "empty", f"{CATALOG}:"),
        (CATALOG, "wrong language", f"{CATALOG}:"),
        (CATALOG, "delete", f"{CATALOG}:"),
        (f"leaflets/{LEAFLET}.yaml", "not YAML", f"leaflets/{LEAFLET}.yaml:"),
        (f"leaflets/{LEAFLET}.yaml", "unknown key", f"leaflets/{LEAFLET}.yaml:"),
        (f"leaflets/{LEAFLET}.yaml", "delete", f"leaflets: has no {LEAFLET}.yaml"),
        ("leaflets/facts.yaml", "not YAML", "leaflets/facts.yaml:"),
        ("leaflets/phrases.yaml", "empty", "leaflets/phrases.yaml:"),
        ("leaflets/sources.yaml", "delete", "leaflets/sources.yaml:"),
        ("locales/es/glossary.yaml", "not YAML", "locales/es/glossary.yaml:"),
        ("locales/en/glossary.yaml", "unknown key", "locales/en/glossary.yaml:"),
        ("templates/leaflet.html", "broken template", "templates/leaflet.html:"),
        ("templates/leaflet.html", "unknown name", "templates"),
        ("templates/leaflet.html", "not well-formed", "the templates do not write well-formed"),
        ("templates/leaflet.html", "no such drawing", "figure:none.svg"),
        ("templates/leaflet.html", "division by zero", "by zero"),
        ("templates/leaflet.html", "delete", "templates/leaflet.html: the template is broken"),
        ("templates/blocks.html", "broken template", "templates/blocks.html:"),
        ("styles/base.css", "delete", "styles/base.css: cannot be read"),
        ("styles/base.css", "not UTF-8", ""),
        ("styles/formats/a4.css", "delete", "a4.yaml: there is no style sheet beside it"),
    ],
)
def test_what_cannot_be_made_is_shown_as_it_was(
    bench: Workbench, name: str, how: str, said: str
) -> None:
    """When a page cannot be made the last one stays, marked as old, with the reason."""
    path = bench.root / name
    before = show(bench)
    content = path.read_bytes()
    try:
        spoil(path, how)
        bench.read_again([path])
        after = bench.show(LEAFLET, "es", "a4")
    finally:
        path.write_bytes(content)
    assert after.old
    assert any(said in one for one in errors(after)), errors(after)
    assert all(one.place and one.message for one in after.problems)
    assert (after.digest, after.pages, after.messages) == (
        before.digest,
        before.pages,
        before.messages,
    )
    assert bench.picture(after.digest, 1) is not None
    mended = show(bench, path)
    assert (mended.old, mended.digest, errors(mended)) == (False, before.digest, [])


def test_a_broken_message_spoils_only_itself(bench: Workbench) -> None:
    """A message that cannot be read is told with its line, and the page is made without it."""
    entry = f'msgstr "{FEVER_ES}"'
    with edited(bench.root / CATALOG, entry, f'msgstr "{FEVER_ES}'):
        sheet = show(bench)
        told = message(sheet, FEVER)
        assert told.msgid in line_at(bench.root, told.findings[0].place.rsplit(":", 1)[0]) or (
            FEVER_ES in line_at(bench.root, told.findings[0].place)
        )
        assert told.catalog_place.startswith(CATALOG)
    assert not sheet.old
    assert (told.state, told.printed) == ("missing", FEVER)
    assert any(one.startswith(told.findings[0].place) for one in errors(sheet))


def test_a_page_never_made_says_why(root: Path, bench: Workbench) -> None:
    """Where a page cannot be made and never was, there are reasons and no page."""
    del bench
    path = root / CATALOG
    with edited(path, '"Language: es', '"Language: fr'):
        sheet = Workbench(root).show(LEAFLET, "es")
    assert (sheet.old, sheet.pages, sheet.digest, sheet.messages) == (False, [], "", [])
    assert any(one.startswith(f"{CATALOG}:") for one in errors(sheet))
    assert "es" in [choice.id for choice in sheet.offer.locales]


def test_one_page_too_many_is_shown(bench: Workbench) -> None:
    """Pages that a leaflet has no room for are shown as such, with how much it is over."""
    with edited(bench.root / CATALOG, FEVER_ES, f"{FEVER_ES} y otras cosas " * 40):
        sheet = show(bench)
    assert [page.extra for page in sheet.pages] == [False, False, *[True] * (len(sheet.pages) - 2)]
    assert len(sheet.pages) > 2
    assert sheet.over > 1
    assert any(f"is {sheet.over:.0f} mm too long for 2 pages" in one for one in errors(sheet))
    assert bench.picture(sheet.digest, len(sheet.pages)) is not None


def test_a_wrong_style_is_told_each_time(bench: Workbench) -> None:
    """What is wrong with a style sheet is told for every edition that wears it."""
    path = bench.root / "styles/base.css"
    with edited(path, "@layer", "p { colr: red }\n@layer"):
        first, second = show(bench, path), bench.show(OTHER, "nl")
    show(bench, path)
    for sheet in (first, second):
        assert any("colr" in one for one in errors(sheet))
        assert sheet.pages


@pytest.mark.parametrize(
    "asked",
    [
        {"leaflet": "no-such"},
        {"leaflet": "../../secret"},
        {"leaflet": "<script>" * 50},
        {"locale": "xx"},
        {"locale": "../es"},
        {"locale": "\x00"},
        {"page_format": "../tokens"},
        {"page_format": "no-such"},
    ],
)
def test_what_is_not_there_cannot_be_shown(bench: Workbench, asked: dict[str, str]) -> None:
    """Who asks for something that is not there is told so, and sees no other file."""
    bench.read_again()
    known = {"leaflet": LEAFLET, "locale": "es", "page_format": "a4"}
    sheet = bench.show(*(known | asked).values())
    assert (sheet.pages, sheet.old) == ([], False)
    (problem,) = errors(sheet)
    assert "has no" in problem
    assert len(problem) < 200
    assert sheet.offer.leaflets


def test_an_engine_that_trips_leaves_the_desk_open(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the engine trips over is told in a line, without a traceback."""

    def trip(*_: object) -> None:
        raise RuntimeError("stumbled")

    before = show(bench)
    for name in ("read_project", "check_project", "show_messages"):
        with monkeypatch.context() as patched:
            patched.setattr(workbench, name, trip)
            sheet = show(bench)
            assert any("RuntimeError: stumbled" in one for one in errors(sheet)), name
            assert sheet.digest == before.digest
    assert errors(show(bench)) == []


# The desk's own files and the build


def test_the_desk_is_no_part_of_any_edition(root: Path) -> None:
    """Editing the desk itself leaves every edition, and the whole build, up to date."""

    def state() -> tuple[str, str]:
        job = Composition.of(read_project(root)).job(Edition(LEAFLET, "es", "a4"), None)
        return uptodate.fingerprint(root), job.digest

    before = state()
    for name in ("templates/desk/desk.js", "templates/desk/desk.css", "leafletry/desk/server.py"):
        path = root / name
        content = path.read_bytes()
        path.write_bytes(content + b"\n")
        try:
            assert state() == before, name
        finally:
            path.write_bytes(content)
    with edited(root / "styles/tokens.css", "--sand", "--sand "):
        assert state()[0] != before[0]


def test_the_desk_brings_no_markup_of_its_own_to_texts() -> None:
    """The page holds no script or style of its own, and its script never writes markup."""
    folder = Path(FILES["/"]).parent
    page = (Path(__file__).parents[2] / FILES["/"]).read_text("utf-8")
    script = (Path(__file__).parents[2] / folder / "desk.js").read_text("utf-8")
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=", page) == []
    assert (
        re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", script) == []
    )
    for text in (page, script):
        assert re.findall(r"https?://|\"//", text) == []


# Who may ask for what


PATHS = [*FILES, "/edition", "/events", "/pictures/x/1.png", "/fonts.css", "/fonts/x.otf", "/none"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:{port}",
        "127.0.0.1",
        "localhost:1",
        "127.0.0.1:{port}.evil.example",
        "evil.example@127.0.0.1:{port}",
        "127.0.0.2:{port}",
        "0.0.0.0:{port}",
        "[::1]:{port}",
        "",
    ],
)
def test_another_host_is_refused(desk: Desk, path: str, host: str) -> None:
    """A request that names another host gets nothing, not even from the stream of events."""
    answer = desk.ask(path, host=host.format(port=desk.port))
    assert answer.status in (400, 403)
    assert b"<html" not in answer.body


@pytest.mark.parametrize("host", ["127.0.0.1:{port}", "localhost:{port}", "LOCALHOST:{port}"])
def test_its_own_host_is_served(desk: Desk, host: str) -> None:
    """The desk answers to the address it names and to the computer's own name."""
    assert desk.ask("/", host=host.format(port=desk.port)).status == 200


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "null",
        "https://127.0.0.1:{port}",
        "http://127.0.0.1:{other}",
        "http://127.0.0.1",
        "http://localhost.evil.example:{port}",
    ],
)
def test_another_origin_is_refused(desk: Desk, path: str, origin: str) -> None:
    """A page from elsewhere gets nothing, not even the stream of events."""
    named = origin.format(port=desk.port, other=desk.port + 1)
    assert desk.ask(path, origin=named).status == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site", "strange"])
def test_another_page_cannot_embed_anything(desk: Desk, site: str) -> None:
    """What another page embeds or links to is refused, but for a link to the desk itself."""
    for path in PATHS:
        for mode in ("no-cors", "cors", "navigate"):
            answer = desk.ask(path, sec_fetch_site=site, sec_fetch_mode=mode)
            expected = 200 if (path, mode) == ("/", "navigate") else 403
            assert answer.status == expected, (path, mode)


def test_its_own_page_is_served(desk: Desk) -> None:
    """What the desk's own page asks for is given."""
    own = {"origin": desk.address.rstrip("/"), "sec_fetch_site": "same-origin"}
    for path in [*FILES, "/edition", "/fonts.css"]:
        assert desk.ask(path, **own).status == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"])
def test_nothing_can_be_changed(desk: Desk, method: str) -> None:
    """No method but GET and HEAD is served, anywhere."""
    for path in PATHS:
        answer = desk.ask(path, method)
        assert (answer.status, answer.headers.get("allow")) == (405, "GET, HEAD"), path


@pytest.mark.parametrize("path", [*PATHS[:-3], "/none"])
def test_every_answer_is_sealed(desk: Desk, path: str) -> None:
    """Each answer says what a browser may do with it: next to nothing."""
    if path == "/events":
        connection = desk.connect()
        with contextlib.closing(connection):
            connection.request("GET", path)
            headers = {name.lower(): value for name, value in connection.getresponse().getheaders()}
    else:
        headers = desk.ask(path).headers
    policy = dict(
        part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";")
    )
    assert policy.pop("default-src") == "'none'"
    assert {
        policy.pop(f"{kind}-src") for kind in ("script", "style", "img", "connect", "font")
    } == {"'self'"}
    assert {policy.pop(name) for name in ("base-uri", "form-action", "frame-ancestors")} == {
        "'none'"
    }
    assert policy == {"require-trusted-types-for": "'script'", "trusted-types": "'none'"}
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "access-control-allow-origin" not in headers
    assert "server" not in headers


@pytest.mark.parametrize(
    "path",
    [
        "/README.md",
        "/leaflets/facts.yaml",
        "/templates/desk/desk.html",
        "/../requirements.lock",
        "/..%2frequirements.lock",
        "/desk.js/../../../requirements.lock",
        "/fonts/..%2f..%2frequirements.lock",
        "/fonts/fonts.conf",
        "/pictures/..%2f..%2fx/1.png",
        "/pictures/x/999999999999999999999.png",
        "/edition/",
        "//evil.example/",
        "http://evil.example/",
        "/%00",
        "/" + "a" * 5000,
    ],
)
def test_no_other_file_is_served(desk: Desk, path: str) -> None:
    """Only a closed list of files is served; every other path is not there."""
    assert desk.ask(path, host=f"127.0.0.1:{desk.port}").status == 404


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
@pytest.mark.parametrize("target", ["/etc/hostname", "/dev/zero", "nowhere"])
def test_no_link_is_served(target: str, desk: Desk) -> None:
    """A link in the place of one of the desk's own files leads no browser to another file."""
    path = desk.root / "templates/desk/icon.svg"
    content = path.read_bytes()
    path.unlink()
    path.symlink_to(target)
    try:
        answer = desk.ask("/icon.svg")
        assert answer.status == 404
        assert "templates/desk/icon.svg cannot be shown: " in answer.text
    finally:
        path.unlink()
        path.write_bytes(content)


def test_answers_have_their_kinds(desk: Desk) -> None:
    """Each answer says what it is, and a picture may be kept as long as its page lives."""
    digest = desk.edition(leaflet=LEAFLET, locale="es")["digest"]
    kinds = {
        "/": "text/html",
        "/desk.js": "text/javascript",
        "/desk.css": "text/css",
        "/tokens.css": "text/css",
        "/icon.svg": "image/svg+xml",
        "/edition": "application/json",
        "/fonts.css": "text/css",
        f"/pictures/{digest}/1.png": "image/png",
    }
    for path, kind in kinds.items():
        answer = desk.ask(path)
        assert (answer.status, answer.headers["content-type"].partition(";")[0]) == (200, kind)
        kept = "immutable" in answer.headers["cache-control"]
        assert kept is (kind == "image/png")
    (font, *_) = re.findall(r'url\("(/fonts/[^"]+)"\)', desk.ask("/fonts.css").text)
    assert desk.ask(font).body[:4] == b"OTTO"


def test_only_this_computer_reaches_it(desk: Desk) -> None:
    """The desk listens at 127.0.0.1 and at no other address of the computer."""
    others = {"127.0.0.2", "::1", *_own_addresses()}
    for address in others:
        with pytest.raises(OSError, match=r"refused|not available|unreachable|not supported"):
            socket.create_connection((address, desk.port), timeout=5).close()


def _own_addresses() -> set[str]:
    """Give the addresses under which others may know this computer."""
    with contextlib.suppress(OSError):
        found = socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
        return {str(one[4][0]) for one in found} - {"127.0.0.1"}
    return set()


# Saves are told


@contextlib.contextmanager
def tidings(desk: Desk) -> Iterator[Callable[[], str]]:
    """Listen to the events; what is given waits for the next one."""
    connection = desk.connect()
    with contextlib.closing(connection):
        connection.request("GET", "/events")
        response = connection.getresponse()
        assert response.headers["content-type"].startswith("text/event-stream")

        def following() -> str:
            while True:
                line = response.readline().decode()
                if line.startswith("data: "):
                    return line.removeprefix("data: ").strip()
                assert line, "the stream has ended"

        yield following


def test_everyone_is_told_of_a_save(desk: Desk) -> None:
    """Each browser hears of a save, and then gets the new edition."""
    before = desk.edition(leaflet=LEAFLET, locale="es")
    with tidings(desk) as first, tidings(desk) as second:
        assert first() == second() == before["revision"]
        with edited(desk.root / CATALOG, FEVER_ES, "fiebre nueva"):
            assert first() == second() != before["revision"]
            wait_until(
                lambda: "fiebre nueva" in str(desk.edition(leaflet=LEAFLET, locale="es")), "no news"
            )
        wait_until(
            lambda: desk.edition(leaflet=LEAFLET, locale="es")["digest"] == before["digest"],
            "not as it was",
        )


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("leaflets/new.yaml", True),
        ("locales/es/LC_MESSAGES/messages.po", True),
        ("locales/xx/deep/new.po", True),
        ("styles/new.css", True),
        ("templates/figures/new.svg", True),
        ("leaflets/.new.yaml.swp", False),
        ("leaflets/new.yaml~", False),
        ("locales/messages.pot", False),
        ("locales/es/LC_MESSAGES/messages.mo", False),
        ("output/new.pdf", False),
    ],
)
def test_saves_are_noticed(tmp_path: Path, name: str, told: bool) -> None:  # noqa: FBT001 - a table's column
    """What people save is noticed, wherever it stands; what editors and tools leave is not."""
    for folder in ("leaflets", "locales/es/LC_MESSAGES", "styles", "templates", "output"):
        (tmp_path / folder).mkdir(parents=True)

    def save() -> None:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("saved")

    def inside(seen: set[Path]) -> bool:
        return not seen.isdisjoint([tmp_path / name, *(tmp_path / name).parents])

    # What is not told is older than the last save, which is told.
    done = inside if told else lambda seen: _last(tmp_path) in seen
    assert inside(asyncio.run(_noticed(tmp_path, save, done))) is told


def test_a_folder_that_was_replaced_is_still_watched(tmp_path: Path) -> None:
    """Who takes another state of the project from version control goes on being told."""
    (tmp_path / "leaflets").mkdir()

    def replace() -> None:
        shutil.rmtree(tmp_path / "leaflets")
        (tmp_path / "leaflets").mkdir()
        (tmp_path / "styles").mkdir()

    wanted = {tmp_path / "leaflets", _last(tmp_path)}
    assert wanted <= asyncio.run(_noticed(tmp_path, replace, wanted.issubset))


def _last(root: Path) -> Path:
    """Give the file that is saved again and again, until the watch knows of it."""
    return root / "leaflets" / "last.yaml"


async def _noticed(
    root: Path, act: Callable[[], None], done: Callable[[set[Path]], bool]
) -> set[Path]:
    """Give what is noticed once the watch is awake and something was done, until that is enough."""
    stop = asyncio.Event()
    seen: set[Path] = set()
    first = root / "leaflets" / "first.yaml"

    async def follow() -> None:
        async with contextlib.aclosing(changes(root, stop)) as found:
            async for files in found:
                seen.update(files)

    following = asyncio.create_task(follow())
    async with asyncio.timeout(PATIENCE):
        while first not in seen:
            first.write_text("awake?")
            await asyncio.sleep(0.05)
        seen.clear()
        act()
        while not done(seen):
            _last(root).write_text("last")
            await asyncio.sleep(0.05)
    stop.set()
    await following
    return seen


# The command


def test_it_writes_nothing(desk: Desk) -> None:
    """Whatever is looked at, made and saved meanwhile, the desk changes no file of the project."""
    before = tree(desk.root)
    for locale in ("en", "es", "ja"):
        sheet = desk.edition(leaflet=LEAFLET, locale=locale)
        assert desk.ask(f"/pictures/{sheet['digest']}/1.png").status == 200
    with edited(desk.root / CATALOG, FEVER_ES, "fiebre otra vez"):
        wait_until(
            lambda: "fiebre otra vez" in str(desk.edition(leaflet=LEAFLET, locale="es")), "no news"
        )
    assert tree(desk.root) == before
    assert before.keys() > {"build_leaflets.py", CATALOG} - {"build_leaflets.py"}


def test_ctrl_c_closes_it(root: Path) -> None:
    """Ctrl-C ends the desk at once with thanks and exit code 0, also while browsers listen."""
    with open_desk(root) as desk, contextlib.closing(desk.connect()) as listening:
        listening.request("GET", "/events")
        stream = listening.getresponse()
        assert stream.readline().startswith(b"data: ")
        desk.edition(leaflet=LEAFLET, locale="es")
        assert desk.stop() == (0, "The desk is closed.\n", "")
        assert stream.read().strip() == b""


def test_it_lets_browsers_go_before_it_waits_for_them(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Streams of events end first when the desk closes; else it would wait for browsers to go."""
    ended: list[bool] = []

    async def close() -> None:
        desk = server.Desk(root)

        async def shutdown(*_: object, **__: object) -> None:
            ended.append(desk.closed.is_set())

        monkeypatch.setattr(uvicorn.Server, "shutdown", shutdown)
        await server._Server(uvicorn.Config(desk.app), desk).shutdown()

    asyncio.run(close())
    assert ended == [True]


def test_a_port_that_is_taken_is_told(root: Path) -> None:
    """Where another program has the port, a line says so and what to do, with exit code 2."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, said, complained = serve(root, "--port", str(port))
    assert (code, said) == (2, "")
    assert f"port {port}" in complained
    assert "--port" in complained
    assert "Traceback" not in complained


@pytest.mark.parametrize("port", ["-1", "65536", "many", ""])
def test_a_port_that_is_none_is_refused(root: Path, port: str) -> None:
    """What is no port is wrong usage."""
    code, said, complained = serve(root, "--port", port)
    assert (code, said) == (2, "")
    assert "--port" in complained
    assert "Traceback" not in complained


def test_without_its_packages_it_says_how_to_get_them(root: Path) -> None:
    """An environment that was set up for building only says which command sets up the rest."""
    hide = "import importlib.util as u; u.find_spec = lambda name: None"
    code = f"{hide}; from leafletry.cli import main; raise SystemExit(main(['serve']))"
    result = run(root, "-c", code)
    assert (result.returncode, result.stdout) == (2, "")
    assert "build_leaflets.py serve" in result.stderr
    assert "Traceback" not in result.stderr


def serve(root: Path, *arguments: str) -> tuple[int, str, str]:
    """Run the command where it must fail; give the exit code and what was said."""
    result = run(root, "-m", "leafletry", "serve", *arguments)
    return result.returncode, result.stdout, result.stderr


def run(root: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run this Python on the engine of a project."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )


def test_a_mistake_of_its_own_is_told_in_a_line(desk: Desk) -> None:
    """A broken request is answered in words, and the desk goes on."""
    connection = desk.connect()
    with contextlib.closing(connection), contextlib.suppress(http.client.HTTPException, OSError):
        connection.send(b"GET / HTTP/1.1\r\nHost: \x00\r\nbroken\r\n\r\n")
        answer = connection.sock.recv(4096) if connection.sock else b""
        assert b"Traceback" not in answer
    assert desk.ask("/").status == 200
