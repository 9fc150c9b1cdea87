"""A hostile catalog spoils only its own strings: an error at its line, and all the rest printed.

Every case puts something hostile in the place of one Dutch translation of the small project in
`bad_input/good`. The files of `hostile_catalogs/` are the lines that come after its msgid.
"""

import itertools
import re
import subprocess
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import polib
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from judges.tools import require_tool
from sampling import sample
from small_project import (
    ACT_EN,
    ACT_NL,
    CALL_EN,
    CALL_NL,
    build_here,
    built,
    files_in,
    messages_of,
    root,
    run,
)
from test_bad_input import GOOD, NASTY, TODAY, any_bytes, often, project_with

from leafletry.catalogs.updating import update_catalogs
from leafletry.checking import check_project
from leafletry.content.catalog import Catalog, read_catalog
from leafletry.content.catalog_files import read_catalog_file
from leafletry.content.leaflet import walk_texts
from leafletry.content.po_entries import MOST_CHARACTERS, MOST_LINES, MOST_LINES_OF_ENTRY
from leafletry.content.project import Project, read_project
from leafletry.editions.localization import localize_leaflet
from leafletry.editions.stopped import broken_editions
from leafletry.reading.placeholders import (
    PLACEHOLDER,
    fill,
    foreign_placeholder,
    names_in,
    stray_brace,
)
from leafletry.reading.problems import FORBIDDEN_CHARACTERS, Place, Problem, ProblemsFoundError

__all__ = ["built", "root"]  # Fixtures of the tests of the build.

CASES = Path(__file__).parents[1] / "hostile_catalogs"
SHIPPED = Path(__file__).parents[2] / "locales"
DUTCH = "locales/nl/LC_MESSAGES/messages.po"
KEY = (None, "has trouble breathing")
MSGID = b'msgid "has trouble breathing"\n'
MSGSTR = b'msgstr "moeilijk ademt"\n'
CATALOG = (GOOD / DUTCH).read_bytes()
LINE = CATALOG[: CATALOG.index(MSGID)].count(b"\n") + 1
"""The line of the msgid whose translation is hostile."""
PAGES = {("when-to-call", "nl")}
"""What prints that message."""

OFTEN = settings(often, max_examples=sample(400))
VERY_OFTEN = settings(often, max_examples=sample(10_000))


def with_lines(lines: bytes) -> bytes:
    """Give the Dutch catalog with some lines in the place of one translation."""
    assert CATALOG.count(MSGSTR) == 1
    return CATALOG.replace(MSGSTR, lines)


def read_with(folder: Path, content: bytes) -> Project:
    """Give the small project with another Dutch catalog."""
    (project_with(folder / "project") / DUTCH).write_bytes(content)
    return read_project(folder / "project")


def errors_of(project: Project) -> list[Problem]:
    """Give all errors of a project, those of reading and those of its rules."""
    found = {*project.problems, *check_project(project, TODAY)}
    return sorted(problem for problem in found if not problem.warning)


def sound_words() -> dict[tuple[str | None, str], str]:
    """Give all Dutch translations but the one that hostile ones take the place of."""
    catalog = read_catalog(GOOD / DUTCH, DUTCH, "nl")
    return {key: m.msgstr for key, m in catalog.messages.items() if key != KEY}


def assert_only_one_is_spoiled(project: Project, lines: bytes, line: int, says: str) -> None:
    """Only the hostile message has errors, one of them at its very line; all others are used."""
    errors = errors_of(project)
    assert {error.place.file for error in errors} == {DUTCH}
    last = LINE + len(lines.decode().replace("\r", "\n").split("\n")) - 1
    assert {error.place.line for error in errors} <= set(range(LINE, last + 1))
    assert all(error.place.column for error in errors)
    assert [e for e in errors if says in e.message and e.place.line == line], errors
    catalog = project.catalogs["nl"]
    assert {k: m.msgstr for k, m in catalog.messages.items() if k != KEY} == sound_words()
    assert broken_editions(project, errors) == PAGES
    for leaflet, locale in itertools.product(project.leaflets, project.locales):
        if (leaflet, locale) not in PAGES:
            localize_leaflet(project, leaflet, locale)


def counts_as_missing(project: Project) -> bool:
    """Say whether the hostile message is no translation to the rest of the engine."""
    catalog = project.catalogs["nl"]
    texts = [text for _, text in walk_texts(project.leaflets["when-to-call"])]
    [text] = [text for text in texts if (text.context, text.text) == KEY]
    return catalog.state(text) == "missing" and catalog.look_up(text) == text.text


# ── Strings ────────────────────────────────────────────────────────────────────────────────────

RULES: dict[str, tuple[str, str]] = {
    "markup": ("<b onclick='x()'>moeilijk</b>", "markup is not allowed"),
    "script": ("<script>x</script>", "markup is not allowed"),
    "entity": ("&#x202e;", "markup is not allowed"),
    "link": ("https://example.org", "links are not allowed"),
    "link that is a program": ("javascript:x()", "links are not allowed"),
    "link that is a file": ("file:///etc/passwd", "links are not allowed"),
    "attribute": ("{clinic.__class__}", "a brace belongs to no placeholder"),
    "item": ("{clinic[0]}", "a brace belongs to no placeholder"),
    "number of an argument": ("{0}", "a brace belongs to no placeholder"),
    "argument without a name": ("{}", "a brace belongs to no placeholder"),
    "conversion": ("{a!r:>1000}", "a brace belongs to no placeholder"),
    "width": ("{infant_cases:>999999999}", "a brace belongs to no placeholder"),
    "call": ("{__import__('os').system('x')}", "a brace belongs to no placeholder"),
    "open braces": ("{" * 900, "a brace belongs to no placeholder"),
    "placeholder in a placeholder": ("{infant_{infant_cases}}", "a brace belongs to no placehol"),
    "figure of another message": ("{infant_cases}", "foreign {infant_cases}"),
    "figure that nobody has": ("{hospital}", "foreign {hospital}"),
    "string of C": ("%s", 'a placeholder that nothing fills in: "moeilijk %s'),
    "count of C": ("%n", 'a placeholder that nothing fills in: "moeilijk %n'),
    "name of Python": ("%(name)s", 'a placeholder that nothing fills in: "moeilijk %(name'),
    "position of C": ("%1$s", 'a placeholder that nothing fills in: "moeilijk %1$s'),
    "stars": ("**" * 450, "the stars do not go together"),
    "stars within stars": ("**a " * 225, "the stars do not go together"),
    "doubled words": ("a " * 450 + "b", "stands here twice"),
    "escaped line end": (r"\n", "blanks that do not belong here"),
    "escaped return": (r"\r", "blanks that do not belong here"),
    "escaped tab": (r"\t", "blanks that do not belong here"),
    "digit": ("\N{CIRCLED DIGIT ONE}", "the number"),
}
"""What the rules of words find; the message is whole, and no page that shows it is printed."""

READER: dict[str, tuple[str, str]] = {
    "half of a character": (r"\ud800", "not a well-formed message"),
    "reversal in disguise": (r"\u202e", "not a well-formed message"),
    "code of a character": (r"\x41", "not a well-formed message"),
    "code of a character in octal": (r"\101", "not a well-formed message"),
    "NUL in disguise": (r"\0", "not a well-formed message"),
    "backslash at the end": ("\\", "not a well-formed message"),
    "quotation mark": ('"', "not a well-formed message"),
    "quotation mark after a backslash": (r"\\" + '"', "not a well-formed message"),
    "return": ("\r", "not a well-formed message"),
    "line end": ("\n", "not a well-formed message"),
    "endless word": ("a" * 1_000_000, "characters long"),
    "endless stars": ("**" * 500_000, "characters long"),
    "endless braces": ("{" * 1_000_000, "characters long"),
    "endless placeholders": ("{a" * 500_000, "characters long"),
    "endless words": ("a " * 500_000, "characters long"),
    "endless tags": ("<a " * 333_333, "characters long"),
    "endless escapes": (r"\\" * 500_000, "characters long"),
    "endless line ends": (r"\n" * 500_000, "characters long"),
    "endless blanks": (" " * 1_000_000, "characters long"),
    "endless blanks, and a quotation mark": (" " * 1_000_000 + '"', "not a well-formed message"),
    "endless backslashes": ("\\" * 999_999, "not a well-formed message"),
    "endless reversals": ("\u202e" * 300_000, "the invisible character U+202E"),
    "endless percent signs": ("%1$" * 333_333, "characters long"),
}
"""What the reader finds; the message counts as missing."""

INVISIBLE = (
    "\0\x01\b\v\f\x1b\x1c\x1d\x1e\x1f\x7f\x80\x85\x9f\u2028\u2029\u202a\u202b\u202c\u202d\u202e"
    "\u2066\u2067\u2068\u2069\ue000\uf8ff\ufdd0\ufeff\ufff9\ufffe\uffff\U000e0041\U000f0000"
)


def one_line(string: str) -> tuple[bytes, int]:
    """Give the lines of a translation on one line, and the line of a string in it."""
    return f'msgstr "moeilijk {string} ademt"\n'.encode(), LINE + 1


def wrapped(string: str) -> tuple[bytes, int]:
    """Give the lines of a translation as an editor wraps them, and the line of a string in it."""
    return f'msgstr ""\n"moeilijk "\n"{string} "\n"ademt"\n'.encode(), LINE + 3


LAYOUTS = [one_line, wrapped]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", [*RULES, *READER])
def test_string_spoils_only_its_message(
    name: str, layout: Callable[[str], tuple[bytes, int]], tmp_path: Path
) -> None:
    """A hostile string is an error at its very line, and every other message is printed."""
    string, says = (RULES | READER)[name]
    lines, line = layout(string)
    project = read_with(tmp_path, with_lines(lines))
    line = LINE + 1 if "characters long" in says else line  # The whole of it is too long.
    assert_only_one_is_spoiled(project, lines, line, says)
    assert counts_as_missing(project) is (name in READER)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("char", INVISIBLE, ids=[f"U+{ord(char):04X}" for char in INVISIBLE])
def test_invisible_character_spoils_only_its_message(
    char: str, layout: Callable[[str], tuple[bytes, int]], tmp_path: Path
) -> None:
    """An invisible character in a translation, or its msgid, is an error there and nowhere else."""
    says = f"the invisible character U+{ord(char):04X} is not allowed"
    lines, line = layout(f"zeer{char}")
    project = read_with(tmp_path / "msgstr", with_lines(lines))
    assert_only_one_is_spoiled(project, lines, line, says)
    assert counts_as_missing(project)
    project = read_with(tmp_path / "msgid", CATALOG.replace(b"trouble", f"tr{char}ouble".encode()))
    assert_only_one_is_spoiled(project, MSGSTR, LINE, says)
    assert counts_as_missing(project)


@pytest.mark.parametrize("char", INVISIBLE, ids=[f"U+{ord(char):04X}" for char in INVISIBLE])
@pytest.mark.parametrize(
    "line", ["# een{}vraag", "#. een{}vraag", '#~ msgid "een{}"', "{}", '#| msgid "een{}"']
)
def test_invisible_character_in_a_comment_spoils_no_message(
    line: str, char: str, tmp_path: Path
) -> None:
    """In a comment, between messages or put aside it is an error, and no leaflet shows it."""
    content = CATALOG.replace(MSGID, line.format(char).encode() + b"\n" + MSGID)
    project = read_with(tmp_path, content)
    errors = errors_of(project)
    place = f"{DUTCH}:{LINE}:{line.index('{') + 1}"
    assert f"{place}: the invisible character U+{ord(char):04X} is not allowed" in [
        str(error).partition("\n")[0] for error in errors
    ]
    assert {error.place.line for error in errors} == {LINE}
    assert {k: m.msgstr for k, m in project.catalogs["nl"].messages.items()} == sound_words() | {
        KEY: "moeilijk ademt"
    }
    assert broken_editions(project, errors) == set()


def test_invisible_character_in_the_header_refuses_the_catalog(tmp_path: Path) -> None:
    """The header is no message: what is wrong with it is wrong with the whole catalog."""
    project = read_with(tmp_path, CATALOG.replace(b"Language: nl", "Language: n\u202el".encode()))
    assert "nl" not in project.catalogs
    assert [str(error).partition("\n")[0] for error in errors_of(project)] == [
        f"{DUTCH}:3:13: the invisible character U+202E is not allowed"
    ]
    assert broken_editions(project, errors_of(project)) == {
        (name, "nl") for name in project.leaflets
    }


# ── Lines ──────────────────────────────────────────────────────────────────────────────────────

BROKEN, ORDER = "not a well-formed message", "this message has no msgstr"
# Which line of a case is wrong (the first is the msgid, which is not in the file), and how.
LINES: dict[str, tuple[int, str]] = {
    "again-and-broken": (4, BROKEN),
    "again-further-down": (4, "this message stands here twice"),
    "again-with-markup": (4, "this message stands here twice"),
    "carriage-return": (1, BROKEN),
    "comment-in-between": (0, ORDER),
    "domain": (1, BROKEN),
    "former-text-as-translation": (2, BROKEN),
    "half-a-string-among-whole-ones": (3, BROKEN),
    "mistyped-keyword": (1, BROKEN),
    "no-string": (1, BROKEN),
    "no-translation": (0, ORDER),
    "other-language-of-programs": (1, BROKEN),
    "put-aside-in-the-middle": (2, BROKEN),
    "string-after-a-blank-line": (4, BROKEN),
    "string-without-a-beginning": (1, BROKEN),
    "string-without-an-end": (1, BROKEN),
    "two-translations": (2, BROKEN),
    "words-outside-of-strings": (2, BROKEN),
    "yaml": (1, BROKEN),
}


def test_every_case_is_looked_at() -> None:
    """Every file of the folder is a case, and every case a file."""
    assert sorted(path.stem for path in CASES.iterdir()) == sorted(LINES)


@pytest.mark.parametrize("name", LINES)
def test_broken_lines_spoil_only_their_message(name: str, tmp_path: Path) -> None:
    """Lines that are no `.po` spoil the message among which they stand; its neighbours are used."""
    lines = (CASES / f"{name}.po").read_bytes()
    line, says = LINES[name]
    project = read_with(tmp_path, with_lines(lines))
    assert_only_one_is_spoiled(project, lines, LINE + line, says)
    assert counts_as_missing(project)


@pytest.mark.parametrize(
    "line",
    [
        '#~ msgid "zonder einde\n',
        '#~ msgstr "zonder bron"\n',
        '#~ msgid "met"\n#~msgstr "zonder afstand"\n',
        "#zonder afstand\n",
        "#,fuzzy\n",
        "#, fuzzy python-brace-format\n",
        '#| msgid "zonder einde\n',
        "#| msgid zonder aanhalingstekens\n",
        '#| msgstr "geen bron"\n',
        '#. uitleg\n#| "die niets voortzet"\n',
        '#~ msgid "een"\n#~ msgid_plural "meer"\n#~ msgstr "een"\n',
        '#~ msgid "' + "a" * 20_000 + '"\n#~ msgstr "b"\n',
        "#. uitleg\n" * 2_100,
    ],
    ids=range(13),
)  # fmt: skip
def test_broken_comments_spoil_no_message(line: str, tmp_path: Path) -> None:
    """What no tool could read in comments, or put aside, is an error, and no leaflet shows it."""
    project = read_with(tmp_path, CATALOG.replace(MSGID, line.encode() + b"\n" + MSGID))
    errors = errors_of(project)
    assert {error.place.file for error in errors} == {DUTCH}
    lines = {error.place.line for error in errors}
    assert lines <= set(range(LINE, LINE + line.count("\n") + 1))
    assert len(lines) == 1
    keys = sound_words().keys() | {KEY}
    assert project.catalogs["nl"].messages.keys() == keys
    assert broken_editions(project, errors) == set()


def test_plural_forms_are_no_translation(tmp_path: Path) -> None:
    """Texts have one form: a message with several counts as missing, until an update mends it."""
    lines = b'msgid_plural "have trouble"\nmsgstr[0] "ademt"\nmsgstr[1] "ademen"\n'
    project = read_with(tmp_path, with_lines(lines))
    assert errors_of(project) == []
    assert counts_as_missing(project)


FUZZY = [
    "#, fuzzy", "#,fuzzy", "#, fuzzy python-brace-format", "#= fuzzy", "#=fuzzy", "#= stale, fuzzy",
    "#, python-brace-format\n#= fuzzy", "#= fuzzy\n#, no-wrap", "#, Fuzzy", "#= FUZZY",
]  # fmt: skip


@pytest.mark.parametrize("flags", FUZZY)
def test_fuzzy_is_fuzzy_however_it_is_written(flags: str, tmp_path: Path) -> None:
    """A mark that gettext would see is seen, so that a doubtful translation is never printed."""
    project = read_with(tmp_path, CATALOG.replace(MSGID, f"{flags}\n".encode() + MSGID))
    catalog = project.catalogs["nl"]
    assert catalog.messages[KEY].fuzzy
    texts = {text.text: text for _, text in walk_texts(project.leaflets["when-to-call"])}
    assert catalog.look_up(texts[KEY[1]]) == KEY[1]
    assert catalog.look_up(texts["has a fever"]) == "koorts heeft"


@pytest.mark.parametrize("flags", ["#= fuzzy", "#= stale, fuzzy\n#, no-wrap", "#= checked"])
def test_flags_of_newer_programs_survive_an_update(flags: str, tmp_path: Path) -> None:
    """What newer programs write on a line of its own is written back as flags, all of it."""
    project_with(tmp_path / "project")
    path = tmp_path / "project" / DUTCH
    path.write_bytes(CATALOG.replace(MSGID, f"{flags}\n".encode() + MSGID))
    update_catalogs(read_project(tmp_path / "project"))
    entry = next(e for e in read_catalog_file(path, DUTCH) if e.msgid == KEY[1])
    assert set(re.findall(r"[a-z-]+", flags)) <= set(entry.flags)
    assert "#=" not in path.read_text("utf-8")
    assert entry.msgstr == "moeilijk ademt"


@pytest.mark.parametrize(
    "flags",
    [
        "#! fuzzy",
        "#@ stale",
        "#fuzzy",
        "#Fuzzy",
        "# fuzzy",
        "#  Fuzzy!",
        "# , fuzzy",
        "#; x",
        "#- fuzzy",
    ],
)
def test_what_may_be_a_flag_spoils_its_message(flags: str, tmp_path: Path) -> None:
    """A line that may say of a message that it is not to be trusted is never passed over."""
    project = read_with(tmp_path, CATALOG.replace(MSGID, f"{flags}\n".encode() + MSGID))
    catalog = project.catalogs["nl"]
    assert KEY not in catalog.messages
    assert [error.place for error in errors_of(project)] == [Place(DUTCH, LINE, 1)]
    assert broken_editions(project, errors_of(project)) == PAGES
    assert "#, fuzzy" in errors_of(project)[0].hint


def test_what_may_be_a_flag_spoils_no_other(tmp_path: Path) -> None:
    """Above the header, what is put aside, or nothing at all, such a line is an error alone."""
    aside = b'#! stale\n#~ msgid "a"\n#~ msgstr "b"\n\n#! at the end\n'
    project = read_with(tmp_path, b"#! stale\n" + CATALOG + b"\n" + aside)
    assert len(errors_of(project)) == 3
    assert KEY in project.catalogs["nl"].messages
    assert broken_editions(project, errors_of(project)) == set()


def test_letters_that_macos_took_apart_are_put_together(tmp_path: Path) -> None:
    """A catalog saved with letters and accents apart says the very same as one with them joined."""
    accented = CATALOG.replace(b"moeilijk ademt", "moeilijk ademt, b\u00e9b\u00e9".encode())
    apart = unicodedata.normalize("NFD", accented.decode()).encode()
    assert apart != accented
    one, other = read_with(tmp_path / "1", accented), read_with(tmp_path / "2", apart)
    assert one.catalogs["nl"].messages == other.catalogs["nl"].messages


def test_a_second_header_is_no_message(tmp_path: Path) -> None:
    """A message without words is an error where it stands, and the header stays what it was."""
    second = b'msgid ""\nmsgstr "Language: fr\\n"\n\n'
    project = read_with(tmp_path, CATALOG.replace(MSGID, second + MSGID))
    errors = errors_of(project)
    assert [(e.place.line, e.message) for e in errors] == [(LINE + 1, "a message without words")]
    assert broken_editions(project, errors) == set()


def test_places_tell_which_message_they_spoil() -> None:
    """An error in any line of a message is its own; one in the header, or in none, is anybody's."""
    catalog = read_catalog(GOOD / DUTCH, DUTCH, "nl")
    header = {line: catalog.keys_at(Place(DUTCH, line, 1)) for line in range(7)}
    assert header == dict.fromkeys(range(7))
    assert catalog.keys_at(Place(DUTCH, LINE - 2, 8)) == {(None, "Call now if your baby")}
    assert catalog.keys_at(Place(DUTCH, LINE - 1, 1)) is None
    assert (
        catalog.keys_at(Place(DUTCH, LINE, 1)) == catalog.keys_at(Place(DUTCH, LINE + 1)) == {KEY}
    )
    assert catalog.keys_at(Place(DUTCH, CATALOG.count(b"\n") + 2, 1)) is None


def test_context_is_never_lost(tmp_path: Path) -> None:
    """A message whose context cannot be read never passes for the message without one."""
    for context in (
        'msgctxt "werkwoord\n',
        'msgctxt "werkwoord"\n# Nog iets.\n',
        "msgctxt\n",
        'msgctx "w"\n',
    ):
        lines = MSGSTR + b"\n" + context.encode() + MSGID + b'msgstr "zwaar ademt"\n'
        project = read_with(tmp_path / str(len(context)), with_lines(lines))
        assert project.catalogs["nl"].messages[KEY].msgstr == "moeilijk ademt"
        errors = errors_of(project)
        assert {error.place.line for error in errors} <= {LINE + 3, LINE + 4}, errors
        assert errors
        assert broken_editions(project, errors) == set()


def test_blank_lines_mean_nothing_to_a_whole_message(tmp_path: Path) -> None:
    """Blank lines within a message, and after its context, leave it one message."""
    lines = MSGSTR + b'\nmsgctxt "werkwoord"\n\n' + MSGID + b'\nmsgstr ""\n\n"zwaar "\n\n"ademt"\n'
    project = read_with(tmp_path, with_lines(lines))
    messages = project.catalogs["nl"].messages
    assert errors_of(project) == []
    assert messages[KEY].msgstr == "moeilijk ademt"
    assert messages["werkwoord", KEY[1]].msgstr == "zwaar ademt"


# ── Masses ─────────────────────────────────────────────────────────────────────────────────────


def entries(count: int, msgid: str = "{}", msgstr: str = "x") -> bytes:
    """Give many messages."""
    return "".join(
        f'\nmsgid "{msgid.format(number)}"\nmsgstr "{msgstr}"\n' for number in range(count)
    ).encode()


def test_many_messages_are_no_fault(tmp_path: Path) -> None:
    """Tens of thousands of messages that no leaflet has are read, and all others are used."""
    project = read_with(tmp_path, CATALOG + entries(50_000))
    assert errors_of(project) == []
    assert len(project.catalogs["nl"].messages) == len(sound_words()) + 50_001


def test_a_message_many_times_spoils_only_itself(tmp_path: Path) -> None:
    """A message that stands there thousands of times is missing; the first problems are told."""
    again = entries(40_000, "has trouble breathing")
    project = read_with(tmp_path, CATALOG + again)
    errors = errors_of(project)
    assert len(errors) == 51
    assert errors[0].message == "this message stands here twice"
    assert errors[-1].message == "and 39,950 more problems from here on"
    assert counts_as_missing(project)
    assert broken_editions(project, errors) == PAGES


def test_problems_that_are_not_told_spoil_all_the_same(tmp_path: Path) -> None:
    """A broken message after fifty others fails its leaflets, though it is not told by itself."""
    hostile = with_lines(b'msgstr "moeilijk ademt\n')
    start = hostile.index(b'\nmsgid "When to call"')
    content = hostile[:start] + entries(60, "nobody {}", "\u202e") + hostile[start:]
    project = read_with(tmp_path, content)
    errors = errors_of(project)
    assert "has 11 more" not in errors[-1].message
    assert errors[-1].message == "and 11 more problems from here on"
    assert broken_editions(project, errors) == PAGES


def test_three_huge_strings_and_all_others_are_used(tmp_path: Path) -> None:
    """Three strings of a megabyte are three errors, and the other messages are used."""
    content = CATALOG
    spoiled = ("has trouble breathing", "has a fever", "How rare is it?")
    for msgid in spoiled:
        start = content.index(b'msgstr "', content.index(f'msgid "{msgid}"'.encode())) + 8
        content = content[:start] + b"a b{c<&*% " * 100_000 + content[start:]
    project = read_with(tmp_path, content)
    errors = errors_of(project)
    assert len(errors) == 3
    assert all("characters long" in error.message for error in errors)
    assert project.catalogs["nl"].messages.keys() == {
        key for key in (*sound_words(), KEY) if key[1] not in spoiled
    }
    assert broken_editions(project, errors) == PAGES


@pytest.mark.parametrize("length", [2_001, MOST_CHARACTERS, MOST_CHARACTERS + 1])
@pytest.mark.parametrize("string", ["a ", "**", "{a", "{", "<a ", "&a", "%1$", "1 in ", "«", "{a}"])
def test_long_strings_are_one_error(string: str, length: int, tmp_path: Path) -> None:
    """What is longer than a page is said to be so, and no other rule looks at it."""
    words = (string * length)[: length - 1] + "x"
    lines = f'msgstr "{words}"\n'.encode()
    project = read_with(tmp_path, with_lines(lines))
    [error] = errors_of(project)
    assert error.message == f"is {length:,} characters long"
    assert_only_one_is_spoiled(project, lines, LINE + 1, "characters long")


def test_a_string_of_many_lines_spoils_only_its_message(tmp_path: Path) -> None:
    """A string of a hundred thousand lines is one error, at the line where it gets too long."""
    lines = b'msgstr ""\n' + b'"a "\n' * 100_000
    project = read_with(tmp_path, with_lines(lines))
    assert_only_one_is_spoiled(
        project, lines, LINE + MOST_LINES_OF_ENTRY, f"more than {MOST_LINES_OF_ENTRY:,} lines"
    )


def test_a_file_of_too_many_lines_is_refused(tmp_path: Path) -> None:
    """A catalog with more lines than any is refused, with the first of them that is too many."""
    project = read_with(tmp_path, CATALOG + b"\n" * MOST_LINES)
    [error] = errors_of(project)
    assert str(error).startswith(
        f"{DUTCH}:{MOST_LINES + 1}:1: the file has more than 200,000 lines"
    )


# ── Commands ───────────────────────────────────────────────────────────────────────────────────

HOSTILE = '"moeilijk\u202e {clinic.__class__} ademt"'


def spoil(root: Path) -> None:
    """Make a translation of the built project hostile that one leaflet shows."""
    path = root / DUTCH
    text = path.read_text("utf-8")
    assert text.count('"moeilijk ademt"') == 1
    path.write_text(text.replace('"moeilijk ademt"', HOSTILE), "utf-8")


def test_build_fails_only_what_shows_it(root: Path) -> None:
    """A real build prints every leaflet but the one that shows the hostile message."""
    spoil(root)
    outcome = build_here(root)
    assert "the invisible character U+202E is not allowed" in messages_of(outcome)
    assert {str(edition.path) for edition in outcome.failed} == {CALL_NL}
    kept = {str(record.path) for record in (*outcome.made, *outcome.kept)}
    assert kept == {CALL_EN, ACT_EN, ACT_NL}


@pytest.mark.parametrize("command", ["check", "catalogs update"])
def test_commands_tell_it_and_change_nothing(command: str, root: Path) -> None:
    """Checking and updating name the line, and leave the translators' files as they were."""
    run(root, "catalogs", "update")
    spoil(root)
    line = (root / DUTCH).read_text("utf-8").split(HOSTILE)[0].count("\n") + 1
    before = files_in(root / "locales")
    result = run(root, *command.split())
    assert result.returncode == 1
    assert f"{DUTCH}:{line}:17: the invisible character U+202E is not allowed" in result.stderr
    assert "Traceback" not in result.stderr
    assert files_in(root / "locales") == before


# ── Any catalog at all ─────────────────────────────────────────────────────────────────────────


def read_or_refuse(path: Path, locale: str = "es") -> Catalog | None:
    """Read a catalog, or give nothing where it is refused; each problem is at a line it has."""
    text = path.read_bytes().removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    catalog: Catalog | None = None
    try:
        catalog = read_catalog(path, "messages.po", locale)
        problems = catalog.problems
    except ProblemsFoundError as error:
        problems = error.problems
        assert problems
    for problem in problems:
        assert problem.place.file == "messages.po"
        assert 1 <= problem.place.line <= len(lines)
        assert 1 <= problem.place.column <= max(1, len(lines[problem.place.line - 1]) + 1)
        assert FORBIDDEN_CHARACTERS.search(problem.message) is None
    return catalog


def assert_polib_agrees(path: Path, catalog: Catalog) -> None:
    """What is read without a problem is what polib, the one writer of catalogs, reads."""
    read = {
        (entry.msgctxt, entry.msgid): (entry.msgstr, entry.fuzzy)
        for entry in polib.pofile(str(path), encoding="utf-8")
        if not entry.obsolete
    }
    assert read == {key: (m.msgstr, m.fuzzy) for key, m in catalog.messages.items()}


def assert_the_update_agrees(path: Path, catalog: Catalog) -> None:
    """What is read without a problem is what an update takes over."""
    taken: dict[tuple[str | None, str], polib.POEntry] = {
        (entry.msgctxt, entry.msgid): entry for entry in read_catalog_file(path, path.name)
    }
    for key, message in catalog.messages.items():
        if message.msgstr:
            assert (taken[key].msgstr, taken[key].fuzzy) == (message.msgstr, message.fuzzy)
            assert not taken[key].obsolete


def assert_gettext_agrees(path: Path, catalog: Catalog) -> None:
    """What is read without a problem is what gettext reads, but for the byte order mark."""
    command = [str(require_tool("msgcat")), "--no-wrap", "--no-location", "-"]
    content = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    done = subprocess.run(command, input=content, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    written = path.with_suffix(".gettext")
    written.write_bytes(done.stdout)
    assert_polib_agrees(written, catalog)


def judge(content: bytes, folder: Path, *, gettext: bool = False) -> None:
    """Read a catalog; where nothing is wrong with it, let the other tools read it as well."""
    path = folder / "messages.po"
    path.write_bytes(content)
    catalog = read_or_refuse(path)
    if catalog is not None:
        assert catalog.spoiled.isdisjoint(catalog.messages)
        assert all(len(m.msgstr) <= MOST_CHARACTERS for m in catalog.messages.values())
        if not catalog.problems:
            assert_polib_agrees(path, catalog)
            assert_the_update_agrees(path, catalog)
            if gettext:
                assert_gettext_agrees(path, catalog)


SPANISH = "locales/es/LC_MESSAGES/messages.po"
PIECES = st.one_of(
    NASTY,
    st.sampled_from([char.encode() for char in INVISIBLE]),
    st.sampled_from(
        [b"\r", b"\n", b'"', b"\\", b"#", b"#~ ", b"#| ", b'#| "a"\n', b"#,fuzzy\n", b"\n\n",
         b'"b"\n', b"msgstr ", b"msgid ", b"msgctxt ", b"msgctx "]
    ),
    st.binary(max_size=4),
)  # fmt: skip


@st.composite
def changed_lines(draw: st.DrawFn, content: bytes) -> bytes:
    """A catalog with lines deleted, doubled and exchanged, and bytes flipped."""
    lines = content.split(b"\n")
    for _ in range(draw(st.integers(1, 5))):
        at, other = (draw(st.integers(0, len(lines) - 1)) for _ in range(2))
        kind = draw(st.sampled_from(["delete", "double", "exchange", "flip", "insert"]))
        if kind == "delete" and len(lines) > 1:
            del lines[at]
        elif kind == "double":
            lines.insert(other, lines[at])
        elif kind == "exchange":
            lines[at], lines[other] = lines[other], lines[at]
        elif lines[at]:
            column = draw(st.integers(0, len(lines[at]) - 1))
            line = bytearray(lines[at])
            if kind == "flip":
                line[column] ^= 1 << draw(st.integers(0, 7))
            else:
                line[column:column] = draw(PIECES)
            lines[at] = bytes(line)
    return b"\n".join(lines)


GOOD_SPANISH = (GOOD / SPANISH).read_bytes()
SHIPPED_SPANISH = (SHIPPED / "es" / "LC_MESSAGES" / "messages.po").read_bytes()


@OFTEN
@given(content=any_bytes(SPANISH))
def test_any_bytes_give_messages_or_places(content: bytes, tmp_path: Path) -> None:
    """Whatever bytes a file holds, it is a catalog or refused, with problems at lines it has."""
    judge(content, tmp_path)


@OFTEN
@given(content=changed_lines(GOOD_SPANISH))
def test_changed_catalogs_are_read_as_polib_reads_them(content: bytes, tmp_path: Path) -> None:
    """A catalog with lines deleted, doubled, exchanged or spoiled never means something else."""
    judge(content, tmp_path)


@pytest.mark.slow
@VERY_OFTEN
@example(content=GOOD_SPANISH.replace(b"charset=UTF-8", b"charset=UTF-8="))
@given(content=st.one_of(any_bytes(SPANISH), changed_lines(GOOD_SPANISH)))
def test_very_many_catalogs(content: bytes, tmp_path: Path) -> None:
    """The same of ten thousand catalogs, which gettext reads as well."""
    judge(content, tmp_path, gettext=True)


@pytest.mark.slow
@settings(often, max_examples=sample(1_000))
@given(content=changed_lines(SHIPPED_SPANISH))
def test_very_many_changes_of_a_shipped_catalog(content: bytes, tmp_path: Path) -> None:
    """The same of a catalog of real size, with comments, references, flags and figures."""
    judge(content, tmp_path, gettext=True)


@st.composite
def one_spoiled_message(draw: st.DrawFn, content: bytes) -> tuple[bytes, int, bytes]:
    """A catalog in which something else stands in the place of the n-th message; n; and what."""
    messages = content.split(b"\n\n")
    number = draw(st.integers(1, len(messages) - 1))
    message = messages[number]
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(message)))
        end = draw(st.integers(start, min(len(message), start + 40)))
        message = message[:start] + draw(PIECES) + message[end:]
    messages[number] = message
    return b"\n\n".join(messages), number, message


def spoils_only_one(change: tuple[bytes, int, bytes], sound: bytes, folder: Path) -> None:
    """Read a catalog with one spoiled message; all others are there, with their words."""
    content, number, message = change
    path = folder / "messages.po"
    path.write_bytes(sound)
    before = read_catalog(path, "messages.po", "es")
    path.write_bytes(content)
    catalog = read_or_refuse(path)
    try:
        spoiled = message.decode()
    except UnicodeDecodeError:
        assert catalog is None
        return
    # A string that stands first goes on with the message above (the first has the header there);
    # a mark or a context that stands last belongs to the message below: so all tools read it;
    # and so does what may be a mark, as `#! stale`.
    above = re.match(rf"[\s#~|{INVISIBLE}]*\"", spoiled) is not None
    may_mark = re.search(rf"(?m)^[\s{INVISIBLE}]*#[{INVISIBLE}]*[^\w\s.:,=|~#\"]", spoiled)
    below = "fuzzy" in spoiled or "msgctxt" in spoiled or may_mark is not None
    if above and number == 1 and catalog is None:
        return
    assert catalog is not None
    keys = list(before.messages)
    del keys[max(0, number - 1 - above) : number + below]
    for key in keys:
        if f'"{key[1]}"' not in spoiled:  # Else it stands there twice.
            assert catalog.messages[key] == replace(
                before.messages[key], place=catalog.messages[key].place
            )


@OFTEN
@given(change=one_spoiled_message(GOOD_SPANISH))
def test_one_spoiled_message_leaves_the_others(
    change: tuple[bytes, int, bytes], tmp_path: Path
) -> None:
    """Whatever stands in the place of one message, every other is read as before."""
    spoils_only_one(change, GOOD_SPANISH, tmp_path)


@pytest.mark.slow
@settings(often, max_examples=sample(5_000))
@given(change=one_spoiled_message(GOOD_SPANISH))
def test_very_many_spoiled_messages(change: tuple[bytes, int, bytes], tmp_path: Path) -> None:
    """The same of five thousand messages."""
    spoils_only_one(change, GOOD_SPANISH, tmp_path)


def test_a_string_in_a_comment_marks_nothing(tmp_path: Path) -> None:
    """A translation that somebody put behind # is a remark, and spoils no message below it."""
    path = tmp_path / "messages.po"
    spoiled = GOOD_SPANISH.replace(b'msgid "For parents"\nmsgstr "Para padres"', b'#"Para padres"')
    assert spoiled != GOOD_SPANISH
    path.write_bytes(spoiled)
    catalog = read_or_refuse(path)
    assert catalog is not None
    assert (None, "A baby asleep") in catalog.messages
    assert (None, "For parents") not in catalog.messages


# ── Placeholders ───────────────────────────────────────────────────────────────────────────────

BRACES = st.lists(
    st.one_of(
        st.sampled_from(
            ["{a}", "{b_1}", "{a.b}", "{a[0]}", "{0}", "{}", "{a!r}", "{a:>99999999}", "{{a}}", "{",
             "}", "%s", "%(a)s", "$a", "\\", "{A}", "{a }", "{é}", "{__class__}", "{a\n}"]
        ),
        st.text(max_size=5),
    ),
    max_size=12,
).map("".join)  # fmt: skip


class Watched(Mapping[str, str]):
    """Values that note which of them are asked for, and are nothing but plain texts."""

    def __init__(self, values: Mapping[str, str]) -> None:
        """Keep the values."""
        self.values_by_name = dict(values)
        self.asked: list[str] = []

    def __getitem__(self, name: str) -> str:
        """Give a value, and note its name."""
        self.asked.append(name)
        return self.values_by_name[name]

    def __iter__(self) -> Iterator[str]:
        """Nobody has to know all of them."""
        raise AssertionError("only single values are asked for")

    def __len__(self) -> int:
        """Say how many there are."""
        return len(self.values_by_name)


def filled_by_hand(text: str, values: Mapping[str, str]) -> str:
    """Fill a text in by looking at one character after another: what `fill` must do."""
    names = sorted(values, key=len, reverse=True)
    done, at = "", 0
    while at < len(text):
        name = next((n for n in names if text.startswith(f"{{{n}}}", at)), None)
        done += text[at] if name is None else values[name]
        at += 1 if name is None else len(name) + 2
    return done


def fills_in_and_nothing_else(text: str, values: Mapping[str, str]) -> None:
    """Fill a text in: only names are asked for, and a value stands there as it is."""
    watched = Watched(values)
    unknown = [name for name in names_in(text) if name not in values]
    if unknown:
        with pytest.raises(KeyError) as raised:
            fill(text, watched)
        assert raised.value.args == (unknown[0],)
        return
    filled = fill(text, watched)
    assert watched.asked == names_in(text)
    assert filled == filled_by_hand(text, values)
    assert len(filled) <= len(text) + sum(len(values[name]) for name in names_in(text))


@OFTEN
@given(text=BRACES, values=st.dictionaries(st.sampled_from(["a", "b_1", "a_b"]), BRACES))
@example(text="{a}", values={"a": "{b_1}", "b_1": "{a}"})
@example(text="{{a}}", values={"a": "a"})
@example(text="{a.__class__}{a}", values={"a": "x"})
def test_fill_puts_values_in_and_evaluates_nothing(text: str, values: dict[str, str]) -> None:
    """A text is filled in once: nothing in braces is computed, no value is looked at again."""
    fills_in_and_nothing_else(text, values)


@pytest.mark.slow
@VERY_OFTEN
@given(text=BRACES, values=st.dictionaries(st.sampled_from(["a", "b_1", "a_b"]), BRACES))
def test_fill_very_often(text: str, values: dict[str, str]) -> None:
    """The same of ten thousand texts."""
    fills_in_and_nothing_else(text, values)


@pytest.mark.parametrize(
    "text",
    ["{" * 1_000_000, "{a" * 500_000, "{" + "a" * 1_000_000, "}" * 1_000_000, "%1" * 500_000],
)
def test_long_texts_are_looked_at_once(text: str) -> None:
    """A megabyte of what looks like placeholders is text, and is looked through in one go."""
    assert fill(text, {}) == text
    assert names_in(text) == []
    assert PLACEHOLDER.search(text) is None
    assert (stray_brace(text) >= 0) is ("%" not in text)
    assert foreign_placeholder(text) == -1


@pytest.mark.parametrize("text", ["{a} %", "{a}% de", "{a}%の", "100 %", "% {a}", "%-os", "50 %."])
def test_percent_signs_of_sentences_are_fine(text: str) -> None:
    """A percent sign with a blank, a comma or a word of its own after it is no placeholder."""
    assert foreign_placeholder(text) == -1
