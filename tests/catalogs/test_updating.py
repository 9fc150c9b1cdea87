"""After an edit of the texts every translation is where it belongs, and none is lost."""

import difflib
import os
import shutil
import subprocess
import tempfile
import textwrap
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any, TypeVar

import polib
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from judges.tools import require_tool
from sampling import sample

from leafletry.catalogs import updating
from leafletry.catalogs.alignment import best_alignment, rising
from leafletry.catalogs.updating import FileUpdate, update_catalogs
from leafletry.content.catalog import read_catalog
from leafletry.content.catalog_files import catalog_bytes, read_catalog_file
from leafletry.content.project import read_project
from leafletry.reading.problems import ProblemsFoundError

T = TypeVar("T")

PROJECT = Path(__file__).parents[2]
CALL = "leaflets/call-us.yaml"
PHRASES = "leaflets/phrases.yaml"
DUTCH = "locales/nl/LC_MESSAGES/messages.po"
TEMPLATE = "locales/messages.pot"
HEADER = """\
msgid ""
msgstr ""
"Project-Id-Version: Small\\n"
"Report-Msgid-Bugs-To: nobody@example.org\\n"
"POT-Creation-Date: 2020-01-01 12:00+0000\\n"
"PO-Revision-Date: 2026-11-20 12:00+0000\\n"
"Last-Translator: Nobody <nobody@example.org>\\n"
"Language-Team: Nobody <nobody@example.org>\\n"
"Language: nl\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"""
LEAFLET = """\
code: TS-P1
audience: parents
version: "0.1"
formats: {a4: 1}
written: 2026-01-31
needs_signoff: [clinical, translation]
title: When to call us
subtitle: Signs in a baby and what to do
reader: For parents
picture: {file: baby, alt: A baby asleep}
blocks:
  - block: main-message
    points:
      - Babies are seldom very ill.
  - block: urgent
    heading: call
    items: [call]
    contacts: [phone_day]
  - block: checklist
    heading: Call now if your baby
    items:
      - has trouble breathing at rest
      - is very hard to wake
    contacts: [phone_day]
  - block: prose
    heading: What you can do
    paragraphs:
      - Keep your baby warm and stay calm.
"""
SHARED = {
    "leaflets/phrases.yaml": "placeholders: {}\nlabels: {phone_day: Day}\n"
    "urgent: {headings: {call: For parents}, items: {call: For parents}}\n",
    "leaflets/facts.yaml": "populations: {}\nfacts: {}\n",
    "leaflets/sources.yaml": "sources: {}\n",
    "locales/en/glossary.yaml": "number_words: [two]\nnegations: [not, un-]\n",
    "locales/nl/glossary.yaml": "{}\n",
}
MESSAGES = [
    "When to call us",
    "Signs in a baby and what to do",
    "For parents",
    "A baby asleep",
    "Babies are seldom very ill.",
    "Call now if your baby",
    "has trouble breathing at rest",
    "is very hard to wake",
    "What you can do",
    "Keep your baby warm and stay calm.",
]


class Desk:
    """A small project on disk, and a translator who says what each translation translates."""

    def __init__(self, root: Path) -> None:
        """Write the project, translate everything."""
        self.root = root
        for name, text in {CALL: LEAFLET, DUTCH: HEADER, **SHARED}.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, "utf-8")
        self.update()
        self.translate()

    def update(self) -> dict[str, FileUpdate]:
        """Do what `catalogs update` does."""
        return update_at(self.root)

    def catalog(self) -> polib.POFile:
        """Read the Dutch catalog."""
        return catalog_of(self.root)

    def write(self, catalog: polib.POFile) -> None:
        """Save the Dutch catalog as an editor would."""
        (self.root / DUTCH).write_text(str(catalog).removeprefix("#\n"), "utf-8")

    def translate(self) -> None:
        """Translate what is not translated, so that each translation names its source."""
        catalog = self.catalog()
        for entry in catalog.untranslated_entries():
            entry.msgstr = nl(entry.msgid)
        self.write(catalog)
        self.update()

    def edit(self, *changes: tuple[str, str], file: str = CALL) -> None:
        """Change words of a file, each of which stands there."""
        text = (self.root / file).read_text("utf-8")
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new, 1)
        (self.root / file).write_text(text, "utf-8")

    def edit_catalog(self, msgid: str, **values: object) -> None:
        """Change an entry as a translator does."""
        catalog = self.catalog()
        entry = next(entry for entry in catalog if entry.msgid == msgid)
        for name, value in values.items():
            setattr(entry, name, value)
        self.write(catalog)

    def outcome(self) -> "Outcome":
        """Sort the messages by what became of them; nothing may be false."""
        outcome = Outcome()
        for entry in self.catalog():
            if entry.obsolete:
                outcome.aside.append(entry.msgid)
            elif not entry.msgstr:
                outcome.new.append(entry.msgid)
            elif entry.fuzzy:
                assert entry.msgstr == nl(entry.previous_msgid or "")
                outcome.fuzzy[entry.msgid] = entry.previous_msgid or ""
            else:
                assert entry.msgstr == nl(entry.msgid)
                outcome.kept.append(entry.msgid)
        return outcome


@dataclass
class Outcome:
    """Messages that are kept, fuzzy (and what their translation translates), new, put aside."""

    kept: list[str] = field(default_factory=list)
    fuzzy: dict[str, str] = field(default_factory=dict)
    new: list[str] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)


def update_at(root: Path) -> dict[str, FileUpdate]:
    """Do what `catalogs update` does."""
    project = read_project(root)
    assert project.problems.errors == []
    return update_catalogs(project)


def catalog_of(root: Path) -> polib.POFile:
    """Read the Dutch catalog, with the former texts of what is put aside, which polib skips."""
    return polib.pofile((root / DUTCH).read_text("utf-8").replace("#~|", "#|"), wrapwidth=0)


def nl(text: str) -> str:
    """Give what the translator writes for a text."""
    return f"NL {text}"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A project of ten messages and a label, all of them translated."""
    desk = Desk(tmp_path)
    assert desk.outcome().kept == [*MESSAGES, "Day"]
    assert (desk.root / DUTCH).read_text("utf-8").startswith(HEADER[:20])
    return desk


# ── What becomes of translations ───────────────────────────────────────────────────────────────

TROUBLE, TROUBLE_NOW = "has trouble breathing at rest", "has trouble breathing or feeding"
WARM, WARM_NOW = "Keep your baby warm and stay calm.", "Keep your baby warm, and call us."
WAKE, WAKE_NOW = "is very hard to wake", "is hard to wake or keep awake"
PALE = "is pale and cold"
HEADING, HEADING_NOW = "What you can do", "While you wait"
INSERTED = (f"      - {WAKE}", f"      - {PALE}\n      - {WAKE}")
PROSE = LEAFLET[LEAFLET.index("  - block: prose") :]


@dataclass(frozen=True)
class Case:
    """An edit of the leaflet, and what has to become of its ten messages; the others are kept."""

    edits: tuple[tuple[str, str], ...]
    fuzzy: dict[str, str] = field(default_factory=dict)
    new: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()
    renamed: bool = False


SWAPPED = "two neighbours change places, one is edited"
TWO_EDITS = {TROUBLE_NOW: TROUBLE, WARM_NOW: WARM}
TEXTS_EDITED = ((TROUBLE, TROUBLE_NOW), (WARM, WARM_NOW))
CASES = {
    "a section rebuilt, an item inserted, two texts edited": Case(
        (("block: prose", "block: questions"), ("paragraphs:", "items:"), INSERTED, *TEXTS_EDITED),
        TWO_EDITS,
        (PALE,),
    ),
    "its heading is one of the two edits": Case(
        ((HEADING, HEADING_NOW), INSERTED, (TROUBLE, TROUBLE_NOW)),
        {HEADING_NOW: HEADING, TROUBLE_NOW: TROUBLE},
        (PALE,),
    ),
    "the file of the leaflet is renamed, too": Case(
        ((HEADING, HEADING_NOW), INSERTED, *TEXTS_EDITED),
        {HEADING_NOW: HEADING, **TWO_EDITS},
        (PALE,),
        renamed=True,
    ),
    "only the file is renamed": Case((), renamed=True),
    "an item moved": Case(((f"      - {TROUBLE}\n", ""), INSERTED, (PALE, TROUBLE))),
    "two neighbours change places": Case(((TROUBLE, "x"), (WAKE, TROUBLE), ("- x", f"- {WAKE}"))),
    SWAPPED: Case(((TROUBLE, "x"), (WAKE, TROUBLE), ("- x", f"- {WAKE_NOW}")), {WAKE_NOW: WAKE}),
    "two neighbours change places, the other is edited": Case(
        ((TROUBLE, "x"), (WAKE, TROUBLE_NOW), ("- x", f"- {WAKE}")), {TROUBLE_NOW: TROUBLE}
    ),
    "other words at the same place": Case((((WARM, "Ring the ward."),)), {"Ring the ward.": WARM}),
    "another title and another subtitle": Case(
        (("When to call us", "Act in time"), ("Signs in a baby and what to do", "Know how")),
        {"Act in time": "When to call us", "Know how": "Signs in a baby and what to do"},
    ),
    "an item inserted right before an edited one": Case(
        ((f"- {WAKE}", f"- {PALE}\n      - {WAKE_NOW}"),), {WAKE_NOW: WAKE}, (PALE,)
    ),
    "an item inserted right behind an edited one": Case(
        ((f"- {WAKE}", f"- {WAKE_NOW}\n      - {PALE}"),), {WAKE_NOW: WAKE}, (PALE,)
    ),
    "an item inserted between two edited ones": Case(
        ((TROUBLE, f"{TROUBLE_NOW}\n      - {PALE}"), (WAKE, WAKE_NOW)),
        {TROUBLE_NOW: TROUBLE, WAKE_NOW: WAKE},
        (PALE,),
    ),
    "an item deleted": Case(((f"      - {TROUBLE}\n", ""),), aside=(TROUBLE,)),
    "an item deleted, its neighbour edited": Case(
        ((f"      - {TROUBLE}\n", ""), (WAKE, WAKE_NOW)), {WAKE_NOW: WAKE}, aside=(TROUBLE,)
    ),
    "an item deleted here, another inserted there": Case(
        ((f"      - {TROUBLE}\n", ""), (f"- {WAKE}", f"- {WAKE}\n      - {PALE}")),
        {},
        (PALE,),
        (TROUBLE,),
    ),
    "a text split in two": Case(
        ((WARM, "Keep your baby warm.\n      - Stay calm."),),
        {"Keep your baby warm.": WARM},
        ("Stay calm.",),
    ),
    "a section inserted": Case(
        (
            (
                "  - block: prose",
                "  - block: questions\n    heading: Ask us\n    items: [Why?]\n  - block: prose",
            ),
        ),
        {},
        ("Ask us", "Why?"),
    ),
    "a section moved": Case(((PROSE, ""), ("  - block: urgent", f"{PROSE}  - block: urgent"))),
    "a section moved and edited": Case(
        ((PROSE, ""), ("  - block: urgent", f"{PROSE}  - block: urgent"), (WARM, WARM_NOW)),
        {WARM_NOW: WARM},
    ),
    "a section deleted": Case(((PROSE, ""),), aside=(HEADING, WARM)),
    "a context added": Case(((WAKE, f"{{text: {WAKE}, context: baby}}"),)),
    "a context added, and another text edited": Case(
        ((WAKE, f"{{text: {WAKE}, context: baby}}"), (TROUBLE, TROUBLE_NOW)),
        {TROUBLE_NOW: TROUBLE},
    ),
    "a text copied": Case(((f"      - {WARM}", f"      - {WARM}\n      - {WAKE}"),)),
    "a text copied, the copy edited": Case(
        ((f"      - {WARM}", f"      - {WARM}\n      - {WAKE_NOW}"),), {}, (WAKE_NOW,)
    ),
    "a text moved, one much like it where it stood": Case(
        (
            (f"      - {WAKE}", f"      - {WAKE_NOW}"),
            (f"      - {WARM}", f"      - {WARM}\n      - {WAKE}"),
        ),
        {},
        (WAKE_NOW,),
    ),
    "an item deleted, its neighbour edited, another inserted": Case(
        ((f"- {TROUBLE}", f"- {WAKE_NOW}"), (f"- {WAKE}", f"- {PALE}")),
        {WAKE_NOW: WAKE},
        (PALE,),
        (TROUBLE,),
    ),
    "a text split in two that are both like it": Case(
        ((WARM, "Keep your baby warm and calm.\n      - Keep your baby very warm."),),
        {"Keep your baby warm and calm.": WARM},
        ("Keep your baby very warm.",),
    ),
    "an item inserted before one edited a lot": Case(
        ((f"- {TROUBLE}", f"- {PALE}\n      - has real trouble when asleep"),),
        {"has real trouble when asleep": TROUBLE},
        (PALE,),
    ),
    "a note and a line": Case(((f"- {WAKE}", f"- text: {WAKE}\n        note: At night."),)),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_every_translation_finds_its_message(case: Case, desk: Desk) -> None:
    """What is untouched is kept, what was edited is to be reviewed, nothing else is new or lost."""
    desk.edit(*case.edits)
    if case.renamed:
        (desk.root / CALL).rename(desk.root / "leaflets/when-to-phone.yaml")
    update = desk.update()[DUTCH]
    outcome = desk.outcome()
    assert outcome.fuzzy == case.fuzzy
    assert outcome.new == list(case.new)
    assert sorted(outcome.aside) == sorted(case.aside)
    gone = {*case.fuzzy.values(), *case.aside}
    assert set(outcome.kept) == {*MESSAGES, "Day"} - gone
    assert (update.review, update.new, update.aside, update.unchanged + update.back) == (
        len(case.fuzzy),
        len(case.new),
        len(case.aside),
        len(outcome.kept),
    )
    assert_outside_tools_agree(desk, outcome)
    assert not any(update.changed for update in desk.update().values())


def assert_outside_tools_agree(desk: Desk, outcome: Outcome) -> None:
    """Hold gettext's own view of a catalog against ours: form, bytes and counts."""
    path = str(desk.root / DUTCH)
    checked = tool("msgfmt", "--check", "-o", os.devnull, path)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert tool("msgcat", "--no-wrap", path).stdout == Path(path).read_text("utf-8")
    counted = {
        ("--translated", "--no-fuzzy", "--no-obsolete"): outcome.kept,
        ("--only-fuzzy", "--no-obsolete"): outcome.fuzzy,
        ("--untranslated", "--no-obsolete"): outcome.new,
        ("--only-obsolete",): outcome.aside,
    }
    for options, ours in counted.items():
        assert count(tool("msgattrib", *options, path).stdout) == len(ours), options


def tool(name: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run a tool of gettext."""
    command = [str(require_tool(name)), *arguments]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)


def count(text: str) -> int:
    """Count the messages of a catalog, but for its header."""
    return sum(entry.msgid != "" for entry in polib.pofile(text)) if text.strip() else 0


# ── Texts at several places, edited several times, with contexts ───────────────────────────────

AGAIN = (f"      - {WARM}", f"      - {WARM}\n      - {WAKE}")


@pytest.mark.parametrize("edited", [0, 1])
def test_text_at_two_places_edited_at_one(edited: int, desk: Desk) -> None:
    """The place that stays keeps the translation, the edited one gets it to review."""
    desk.edit(AGAIN)
    desk.update()
    before, middle, after = (desk.root / CALL).read_text("utf-8").partition(WAKE)
    rest = after if edited else before + middle + after
    text = before + middle + rest.replace(WAKE, WAKE_NOW) if edited else ""
    text = text or before + WAKE_NOW + after
    (desk.root / CALL).write_text(text, "utf-8")
    desk.update()
    outcome = desk.outcome()
    assert outcome.fuzzy == {WAKE_NOW: WAKE}
    assert set(outcome.kept) == {*MESSAGES, "Day"}
    assert (outcome.new, outcome.aside) == ([], [])


def test_text_at_two_places_edited_there_and_back(desk: Desk) -> None:
    """The copy that was to be reviewed goes without a trace: its words stand where they belong."""
    desk.edit(AGAIN)
    desk.update()
    before = (desk.root / DUTCH).read_bytes()
    desk.edit((WAKE, WAKE_NOW))
    desk.update()
    assert desk.outcome().fuzzy == {WAKE_NOW: WAKE}
    desk.edit((WAKE_NOW, WAKE))
    desk.update()
    assert (desk.root / DUTCH).read_bytes() == before


def test_text_at_two_places_moved_and_edited_at_one(desk: Desk) -> None:
    """Also where one of the two places is gone, what is worded like it gets its translation."""
    desk.edit(AGAIN)
    desk.update()
    desk.edit(
        (f"{WARM}\n      - {WAKE}", WARM), (f"- {TROUBLE}", f"- {WAKE_NOW}\n      - {TROUBLE}")
    )
    desk.update()
    assert desk.outcome().fuzzy == {WAKE_NOW: WAKE}
    assert set(desk.outcome().kept) == {*MESSAGES, "Day"}


def test_text_before_and_behind_an_edited_one(desk: Desk) -> None:
    """A text that stands twice does not confuse the order of those between."""
    desk.edit(("seldom very ill.", f"seldom very ill.\n      - {WAKE}"))
    desk.update()
    desk.edit((TROUBLE, "gasps"), ("Call now if your baby", "Ring us"))
    desk.update()
    assert desk.outcome().fuzzy == {"gasps": TROUBLE, "Ring us": "Call now if your baby"}


def test_text_at_places_of_two_kinds(desk: Desk) -> None:
    """Each place of a text is known by its kind: another heading gets what the heading said."""
    desk.edit((HEADING, WAKE))
    desk.update()
    desk.edit((f"heading: {WAKE}", "heading: Ring us"), (f"- {WARM}", f"- {PALE}\n      - {WARM}"))
    desk.update()
    assert desk.outcome().fuzzy == {"Ring us": WAKE}
    assert desk.outcome().new == [PALE]


def test_equal_texts_in_one_line(desk: Desk) -> None:
    """A line is named once, however often a text stands in it."""
    desk.edit(("items:\n", "items: [Why?, Why?]\n"), (f"      - {TROUBLE}\n      - {WAKE}\n", ""))
    desk.update()
    entry = desk.catalog().find("Why?")
    assert entry is not None
    assert entry.occurrences == [(CALL, "21")]


def test_leaflet_in_place_of_another_is_not_the_same(desk: Desk) -> None:
    """A leaflet with another name that shares only a few texts with one that went is a new one."""
    texts = {
        text: f"{letter} is new" for text, letter in zip(MESSAGES[:8], "abcdefgh", strict=True)
    }
    desk.edit(*texts.items())
    (desk.root / CALL).rename(desk.root / "leaflets/why.yaml")
    desk.update()
    outcome = desk.outcome()
    assert outcome.fuzzy == {}
    assert outcome.new == list(texts.values())
    assert set(outcome.aside) == set(texts) - {"For parents"}  # The bank of warnings has it, too.


def test_label_is_known_by_its_name(desk: Desk) -> None:
    """A label with other words at another place of the file is the label it was."""
    desk.edit(("phone_day: Day", "phone_day: Day, title: Ask, note: Why"), file=PHRASES)
    desk.update()
    desk.translate()
    changed = "note: Because, title: What for, phone_day: Day"
    desk.edit(("phone_day: Day, title: Ask, note: Why", changed), file=PHRASES)
    desk.update()
    assert desk.outcome().fuzzy == {"Because": "Why", "What for": "Ask"}


def test_label_among_labels_much_like_it(desk: Desk) -> None:
    """Of texts that are equally close the one at the same place is taken."""
    desk.edit(
        ("phone_day: Day", "phone_day: Day, a: Call us if ill, b: Call us if hot"), file=PHRASES
    )
    desk.update()
    desk.translate()
    desk.edit(("a: Call us if ill, b: Call us if hot", "b: Call us if cold"), file=PHRASES)
    desk.update()
    assert desk.outcome().fuzzy == {"Call us if cold": "Call us if hot"}
    assert desk.outcome().aside == ["Call us if ill"]


def test_text_edited_several_times(desk: Desk) -> None:
    """However often a text is edited, its old translation says which words it really translates."""
    for now, then in ((WAKE_NOW, WAKE), ("will not wake up at all", WAKE_NOW), ("sleeps", "will")):
        line = next(line for line in (desk.root / CALL).read_text().split("\n") if then in line)
        desk.edit((line, f"      - {now}"))
        desk.update()
        assert desk.outcome().fuzzy == {now: WAKE}
        assert desk.outcome().aside == []


def test_text_close_to_what_it_once_was(desk: Desk) -> None:
    """A text that comes back elsewhere is known by the words its translation translates."""
    desk.edit((WAKE, "sleeps"))
    desk.update()
    desk.edit(("      - sleeps\n", ""), (f"- {TROUBLE}", f"- {WAKE_NOW}\n      - {TROUBLE}"))
    desk.update()
    assert desk.outcome().fuzzy == {WAKE_NOW: WAKE}


@pytest.mark.parametrize("steps", [(WAKE_NOW,), (WAKE_NOW, "sleeps all day long")])
def test_text_edited_back(steps: tuple[str, ...], desk: Desk) -> None:
    """Where a text is again what it was, its translation is whole again."""
    before = (desk.root / DUTCH).read_bytes()
    said = []
    for then, now in pairwise((WAKE, *steps, WAKE)):
        desk.edit((then, now))
        said.append(str(desk.update()[DUTCH]))
    assert said[-1] == "1 in use again, 10 unchanged"
    assert (desk.root / DUTCH).read_bytes() == before


def test_doubt_of_a_translator_stays(desk: Desk) -> None:
    """What a translator marked is never made whole by an edit there and back."""
    desk.edit_catalog(WAKE, flags=["fuzzy"])
    for then, now in ((WAKE, WAKE_NOW), (WAKE_NOW, WAKE)):
        desk.edit((then, now))
        desk.update()
        entry = desk.catalog().find(now)
        assert entry is not None
        assert entry.fuzzy
        assert entry.msgstr == nl(WAKE)
        assert entry.previous_msgid is None


def test_what_is_put_aside_keeps_what_it_translates(desk: Desk) -> None:
    """A message that goes while it is to be reviewed comes back as it went."""
    desk.edit((WAKE, WAKE_NOW))
    desk.update()
    desk.edit((f"      - {WAKE_NOW}\n", ""))
    desk.update()
    assert not any(update.changed for update in desk.update().values())
    (entry,) = desk.catalog().obsolete_entries()
    assert (entry.msgid, entry.previous_msgid, entry.fuzzy) == (WAKE_NOW, WAKE, True)
    desk.edit((TROUBLE, f"{TROUBLE}\n      - {WAKE_NOW}"))
    desk.update()
    assert desk.outcome().fuzzy == {WAKE_NOW: WAKE}
    desk.edit((WAKE_NOW, WAKE))
    desk.update()
    assert desk.outcome() == Outcome(desk.outcome().kept)


IN_FIRST = (f"{TROUBLE}\n      - {WAKE}", f"{TROUBLE}\n      - {{text: {WAKE}, context: baby}}")
IN_SECOND = (f"{WARM}\n      - {WAKE}", f"{WARM}\n      - {{text: {WAKE}, context: nap}}")


@pytest.mark.parametrize(
    ("edits", "contexts"), [((IN_SECOND,), {None, "nap"}), ((IN_FIRST, IN_SECOND), {"baby", "nap"})]
)
def test_context_that_parts_equal_texts(
    edits: tuple[tuple[str, str], ...], contexts: set[str | None], desk: Desk
) -> None:
    """A text that is told apart from an equal one keeps its words, and they are reviewed."""
    desk.edit(AGAIN)
    desk.update()
    desk.edit(*edits)
    desk.update()
    found = {entry.msgctxt: entry for entry in desk.catalog() if entry.msgid == WAKE}
    assert found.keys() == contexts
    for context, entry in found.items():
        assert entry.msgstr == nl(WAKE)
        assert entry.fuzzy is (context is not None)
        assert (entry.previous_msgctxt, entry.previous_msgid) == (None, WAKE if context else None)


def test_contexts_taken_away(desk: Desk) -> None:
    """Of two translations of what becomes one text, one is to be reviewed, none is lost."""
    desk.edit(AGAIN)
    desk.edit(IN_FIRST, IN_SECOND)
    desk.update()
    catalog = desk.catalog()
    for entry in catalog:
        if entry.msgid == WAKE:
            entry.msgstr, entry.flags, entry.previous_msgid = f"NL {entry.msgctxt}", [], None
    desk.write(catalog)
    desk.edit(IN_FIRST[::-1], IN_SECOND[::-1])
    desk.update()
    used, aside = (entry for entry in desk.catalog() if entry.msgid == WAKE)
    assert used.msgctxt is None
    assert used.fuzzy
    assert aside.obsolete
    assert {used.msgstr, aside.msgstr} == {"NL baby", "NL nap"}
    assert used.msgstr == f"NL {used.previous_msgctxt}"
    desk.edit((f"{WARM}\n      - {WAKE}", WARM), IN_FIRST)
    desk.update()
    back = desk.catalog().find(WAKE, msgctxt="baby")
    assert back is not None
    assert (back.msgstr, back.fuzzy) == ("NL baby", False)


# ── What editors and translators do to a catalog ───────────────────────────────────────────────


@pytest.mark.parametrize("stripped", ["#:", "#.", "#:#.", "#|", "#:#.#,"])
@pytest.mark.parametrize("name", ["the file of the leaflet is renamed, too", SWAPPED])
def test_comments_that_an_editor_dropped(stripped: str, name: str, desk: Desk) -> None:
    """Where the references or the notes are gone, the rest tells where a message stood."""
    case = CASES[name]
    lines = (desk.root / DUTCH).read_text("utf-8").splitlines(keepends=True)
    text = "".join(line for line in lines if line[:2] not in stripped or not line.strip())
    (desk.root / DUTCH).write_text(text, "utf-8")
    desk.edit(*case.edits)
    (desk.root / CALL).rename(desk.root / "leaflets/when-to-phone.yaml")
    desk.edit(("phone_day: Day", "phone_day: Ring us"), file=PHRASES)
    desk.update()
    outcome = desk.outcome()
    assert outcome.fuzzy == {**case.fuzzy, "Ring us": "Day"}
    assert (outcome.new, outcome.aside) == ([*case.new], [])


def test_what_translators_wrote_stays(desk: Desk) -> None:
    """Comments, flags and the fields of the header stay, in their order."""
    desk.edit_catalog(WAKE, tcomment="Ask Anna.\n\nShe knows.", flags=["no-wrap"])
    text = (desk.root / DUTCH).read_text("utf-8")
    text = text.replace('"Language: nl\\n"', '"X-Team: ours\\n"\n"Language: nl\\n"\n"X-A: 1\\n"')
    (desk.root / DUTCH).write_text("# Ours.\n#\n# Draft.\n" + text, "utf-8")
    desk.edit((WAKE, WAKE_NOW))
    desk.update()
    text = (desk.root / DUTCH).read_text("utf-8")
    assert text.startswith('# Ours.\n#\n# Draft.\nmsgid ""\n')
    assert '"X-Team: ours\\n"\n"Language: nl\\n"\n"X-A: 1\\n"' in text
    assert "\n# Ask Anna.\n#\n# She knows.\n#. call-us" in text
    assert f'\n#, fuzzy, no-wrap\n#| msgid "{WAKE}"\n' in text
    assert_outside_tools_agree(desk, desk.outcome())


@pytest.mark.parametrize("last", ["#", "#:", "#,", "#.", "# The end."])
def test_comment_at_the_end_takes_nothing_away(last: str, desk: Desk) -> None:
    """What an editor leaves at the end of a file costs no message."""
    before = desk.outcome()
    with (desk.root / DUTCH).open("a") as file:
        file.write(f"\n{last}\n")
    desk.update()
    assert desk.outcome() == before


@pytest.mark.parametrize(
    ("text", "kept", "noted"),
    [
        ('#~ msgid "{}"\n#~ msgstr "NL old"\n', "NL {}", "Also translated as: NL old"),
        ('#~ msgid "{}"\n#~ msgstr "NL {}"\n', "NL {}", ""),
    ],
)
def test_message_in_use_and_put_aside(text: str, kept: str, noted: str, desk: Desk) -> None:
    """Gettext refuses a message that stands twice: the one in use counts, the other is noted."""
    with (desk.root / DUTCH).open("a") as file:
        file.write(f"\n{text.replace('{}', WAKE)}")
    desk.update()
    entry = desk.catalog().find(WAKE)
    assert entry is not None
    assert (entry.msgstr, entry.tcomment) == (kept.replace("{}", WAKE), noted)
    assert_outside_tools_agree(desk, desk.outcome())


def test_forms_of_the_plural_are_not_lost(desk: Desk) -> None:
    """Where a tool made forms of the plural, the first is to be reviewed, the others are noted."""
    text = (desk.root / DUTCH).read_text("utf-8")
    one = f'msgstr "NL {WAKE}"'
    assert one in text
    many = f'msgid_plural "they"\nmsgstr[0] "NL {WAKE}"\nmsgstr[1] "NL they"'
    (desk.root / DUTCH).write_text(text.replace(one, many), "utf-8")
    desk.update()
    entry = desk.catalog().find(WAKE)
    assert entry is not None
    assert (entry.msgstr, entry.fuzzy, entry.msgid_plural) == (nl(WAKE), True, "")
    assert entry.tcomment == "Also translated as: NL they"


def test_template_is_made_anew(desk: Desk) -> None:
    """However the template was spoiled, an update makes it from the texts."""
    good = (desk.root / TEMPLATE).read_bytes()
    for spoiled in (b"", b"\xff", b'msgid "x', b"<html>"):
        (desk.root / TEMPLATE).write_bytes(spoiled)
        assert desk.update()[TEMPLATE].changed
        assert (desk.root / TEMPLATE).read_bytes() == good
    (desk.root / TEMPLATE).unlink()
    assert str(desk.update()[TEMPLATE]) == "11 new, 0 unchanged"


def test_catalog_saved_meanwhile_is_not_written_over(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a translator saves during an update stays, and the update says so."""
    desk.edit((WAKE, WAKE_NOW))
    template = (desk.root / TEMPLATE).read_bytes()

    def save_and_make(catalog: polib.POFile) -> bytes:
        if catalog.metadata["Language"] == "nl" and "NL better" not in str(catalog):
            desk.edit((nl(TROUBLE), "NL better"), file=DUTCH)
        return catalog_bytes(catalog)

    monkeypatch.setattr(updating, "catalog_bytes", save_and_make)
    with pytest.raises(ProblemsFoundError, match=r"messages\.po: was saved during the update"):
        desk.update()
    assert "NL better" in (desk.root / DUTCH).read_text("utf-8")
    assert (desk.root / TEMPLATE).read_bytes() == template
    desk.update()
    assert "NL better" in (desk.root / DUTCH).read_text("utf-8")


# ── What is said, and how little changes ───────────────────────────────────────────────────────


def test_update_is_told_in_words(desk: Desk) -> None:
    """For each file it is said what became of its messages."""
    desk.edit(*CASES["a section rebuilt, an item inserted, two texts edited"].edits)
    assert {name: str(update) for name, update in desk.update().items()} == {
        TEMPLATE: "3 new, 2 gone, 9 unchanged",
        DUTCH: "2 to review, 1 new, 9 unchanged",
    }
    assert {str(update) for update in desk.update().values()} == {"unchanged"}
    desk.edit((f"      - {WARM_NOW}\n", "      - Ring us.\n"), (f"      - {PALE}\n", ""))
    desk.edit((f"      - {TROUBLE_NOW}\n", ""))
    desk.update()
    desk.edit((f"      - {WAKE}", f"      - {TROUBLE_NOW}\n      - {WAKE}"))
    assert str(desk.update()[DUTCH]) == "1 to review, 10 unchanged"
    desk.edit(("written: 2026-01-31", "written: 2026-02-28"))
    assert {str(update) for update in desk.update().values()} == {
        "only comments changed, 11 unchanged"
    }


def test_day_of_the_texts_is_the_writers(desk: Desk) -> None:
    """The date of the template is the day on which its last leaflet was written, not a clock's."""
    for name in (TEMPLATE, DUTCH):
        assert '"POT-Creation-Date: 2026-01-31 00:00+1400\\n"' in (desk.root / name).read_text()
    desk.edit(("written: 2026-01-31", "written: 2026-02-28"))
    desk.update()
    for name in (TEMPLATE, DUTCH):
        assert '"POT-Creation-Date: 2026-02-28 00:00+1400\\n"' in (desk.root / name).read_text()


def changed_lines(before: str, after: str) -> list[str]:
    """Give the lines of a difference that are taken away or added."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


ONE_WORD = {
    "leaflets/when-to-have-your-baby-checked.yaml": (
        "Feeds badly, or vomits",
        "Feeds poorly, or vomits",
    ),
    "leaflets/phrases.yaml": ("Something wrong or unclear?", "Anything wrong or unclear?"),
}


@pytest.mark.parametrize("file", ONE_WORD)
def test_one_word_changes_a_few_lines(file: str, tmp_path: Path) -> None:
    """In the shipped catalogs an edited word changes that message's lines, and no other."""
    for name in ("leaflets", "locales", "templates", "styles"):
        shutil.copytree(PROJECT / name, tmp_path / name)
    update_at(tmp_path)
    old, new = ONE_WORD[file]
    text = (tmp_path / file).read_text("utf-8")
    assert text.count(old) in (1, 2)
    (tmp_path / file).write_text(text.replace(old, new, 1), "utf-8")
    catalogs = sorted((tmp_path / "locales").glob("*/LC_MESSAGES/messages.po"))
    before = {path: path.read_text("utf-8") for path in catalogs}
    updates = update_at(tmp_path)
    for path in catalogs:
        lines = changed_lines(before[path], path.read_text("utf-8"))
        if path.parts[-3] == "en_GB":  # It has no words of its own for these: its parent's change.
            assert [line[:8] for line in lines] == ['-msgid "', '+msgid "']
            continue
        assert [line[:8] for line in lines] == ['-msgid "', "+#, fuzz", "+#| msgi", '+msgid "']
        assert updates[path.relative_to(tmp_path).as_posix()].review == 1


def test_line_at_the_top_moves_references_only(desk: Desk) -> None:
    """Where a line is inserted above all texts, the numbers of lines change and nothing else."""
    before = (desk.root / DUTCH).read_text("utf-8")
    desk.edit(("code: TS-P1", "# A leaflet.\ncode: TS-P1"))
    desk.update()
    lines = changed_lines(before, (desk.root / DUTCH).read_text("utf-8"))
    assert {line[1:26] for line in lines} == {"#: leaflets/call-us.yaml:"}
    assert len(lines) == 2 * len(MESSAGES)


def test_inserted_text_moves_numbers_and_adds_itself(desk: Desk) -> None:
    """An inserted text adds its own entry; of the others only references and places change."""
    before = (desk.root / DUTCH).read_text("utf-8")
    desk.edit(INSERTED)
    desk.update()
    lines = changed_lines(before, (desk.root / DUTCH).read_text("utf-8"))
    others = [line for line in lines if line[1:4] not in ("#: ", "#. ")]
    assert others == [f'+msgid "{PALE}"', '+msgstr ""', "+"]


# ── Reading ────────────────────────────────────────────────────────────────────────────────────


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_update_reads_what_the_build_reads(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """A catalog that is well-formed to the build has the same messages for an update."""
    path = tmp_path_factory.getbasetemp() / "damaged.po"
    lines = DAMAGED.splitlines()
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(lines) - 1))
        match data.draw(st.sampled_from(("delete", "double", "insert"))):
            case "delete" if len(lines) > 1:
                del lines[place]
            case "double":
                lines.insert(data.draw(st.integers(0, len(lines))), lines[place])
            case _:
                lines.insert(place, data.draw(st.sampled_from(STRAY)))
    path.write_text("\n".join(lines) + "\n", "utf-8")
    try:
        catalog = read_catalog(path, "damaged.po", "nl")
    except ProblemsFoundError:
        return
    if any(not problem.warning for problem in catalog.problems):
        return
    entries = [entry for entry in read_catalog_file(path, "damaged.po") if not entry.obsolete]
    found = {entry_key(entry): (entry.msgstr, entry.fuzzy) for entry in entries if entry.msgstr}
    assert found == {
        key: (message.msgstr, message.fuzzy)
        for key, message in catalog.messages.items()
        if message.msgstr
    }


STRAY = ("", "#", "#:", "#,", "#.", "#~", "#~|", "#|", "# x", "#, fuzzy", '#| msgid "p"')
DAMAGED = f"""\
{HEADER}
# one
#. note
#: a.yaml:1
msgid "a"
msgstr "A"

#, fuzzy
#| msgid "old"
msgctxt "c"
msgid ""
"b"
msgstr ""
"B"
"C"

#~ msgid "d"
#~ msgstr "D"

#, fuzzy
#~| msgid "f"
#~ msgid "e"
#~ msgstr "E"
"""


# ── Alignment ──────────────────────────────────────────────────────────────────────────────────


@given(st.permutations(range(7)), st.integers(0, 7))
def test_anchors_are_as_many_as_can_be(order: list[int], count: int) -> None:
    """Of messages that changed places, as many as possible are left that kept their order."""
    pairs = list(enumerate(order[:count]))
    found = rising(pairs)
    assert set(found) <= set(pairs)
    assert all(one[0] < two[0] and one[1] < two[1] for one, two in pairwise(found))
    choices = (list(some) for n in range(count, -1, -1) for some in combinations(pairs, n))
    longest = next(c for c in choices if [j for _, j in c] == sorted(j for _, j in c))
    assert len(found) == len(longest)


@given(st.lists(st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=3, max_size=3), max_size=3))
def test_best_alignment_is_the_best(scores: list[list[float]]) -> None:
    """No other pairs in the order of both rows are alike in sum, and none is forbidden."""
    pairs = best_alignment(len(scores), 3, lambda i, j: scores[i][j])
    assert all(scores[i][j] for i, j in pairs)
    every = [(i, j) for i in range(len(scores)) for j in range(3)]
    best = max(
        sum(scores[i][j] for i, j in some)
        for count in range(4)
        for some in combinations(every, count)
        if all(one[0] < two[0] and one[1] < two[1] for one, two in pairwise(some))
    )
    assert sum(scores[i][j] for i, j in pairs) == best


# ── Any edits ──────────────────────────────────────────────────────────────────────────────────

WORDS = st.lists(
    st.sampled_from(("baby", "call", "now", "us", "the", "is", "not", "very", "ill", "pale", "a")),
    min_size=1,
    max_size=7,
).map(" ".join)
ITEMS = st.fixed_dictionaries({"text": WORDS, "context": st.sampled_from([None, None, "x", "y"])})
SECTIONS = st.fixed_dictionaries(
    {
        "block": st.sampled_from(["prose", "questions"]),
        "heading": WORDS,
        "items": st.lists(ITEMS, min_size=1, max_size=5),
    }
)
Section = dict[str, Any]


class Edits:
    """Random edits of leaflets and of their catalog; knows what each translation is true of."""

    def __init__(self, root: Path, data: st.DataObject) -> None:
        """Begin with two leaflets and an empty catalog."""
        self.root, self.data = root, data
        for name, text in {DUTCH: HEADER, **SHARED}.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, "utf-8")
        drawn = st.lists(SECTIONS, min_size=1, max_size=3)
        self.leaflets: dict[str, list[Section]] = {
            name: data.draw(drawn) for name in ("act-now", "call-us")
        }
        self.past: list[str] = ["baby"]
        self.true: dict[str, set[str]] = defaultdict(set)
        self.once_true: dict[str, set[str]] = defaultdict(set)
        self.translations = 0

    def draw(self, *choices: T) -> T:
        """Give one of some things."""
        return self.data.draw(st.sampled_from(choices))

    def edit_texts(self) -> None:
        """Edit one thing in the leaflets."""
        name = self.draw(*self.leaflets)
        section = self.draw(*self.leaflets[name])
        place = self.data.draw(st.integers(0, len(section["items"]) - 1))
        self.past.append(section["items"][place]["text"])
        edit = self.draw(self.edit_item, self.edit_item, self.edit_list, self.edit_section)
        edit(section, place)
        if self.data.draw(st.integers(0, 5)) == 0:
            self.leaflets[name].insert(0, self.leaflets[name].pop())
        if self.data.draw(st.integers(0, 9)) == 0:
            free = {"act-now", "call-us", "ask-us", "why"} - self.leaflets.keys()
            self.leaflets[self.draw(*sorted(free))] = self.leaflets.pop(name)

    def edit_item(self, section: Section, place: int) -> None:
        """Give an item other words, or another context."""
        item = section["items"][place]
        match self.draw("word", "text", "past", "context"):
            case "word":
                words = [*item["text"].split(), "warm"]
                del words[self.data.draw(st.integers(0, len(words) - 1))]
                item["text"] = " ".join(words)
            case "text":
                section["items"][place] = self.data.draw(ITEMS)
            case "past":
                item["text"] = self.draw(*self.past)
            case "context":
                item["context"] = self.draw(None, "x", "y")

    def edit_list(self, section: Section, place: int) -> None:
        """Insert, delete, move or copy an item."""
        items = section["items"]
        match self.draw("insert", "delete", "move", "copy"):
            case "insert":
                items.insert(place, self.data.draw(ITEMS))
            case "delete" if len(items) > 1:
                del items[place]
            case "move":
                items.append(items.pop(place))
            case "copy":
                other = self.leaflets[self.draw(*self.leaflets)]
                other[0]["items"].append(dict(items[place]))

    def edit_section(self, section: Section, _place: int) -> None:
        """Give a section another heading, another kind, or all other texts."""
        match self.draw("heading", "kind", "section"):
            case "heading":
                section["heading"] = self.data.draw(WORDS)
            case "kind":
                section["block"] = self.draw("prose", "questions")
            case "section":
                section.update(self.data.draw(SECTIONS))

    def edit_catalog(self) -> None:
        """Do what translators and their editors do."""
        if not (self.root / TEMPLATE).exists():
            return
        catalog = catalog_of(self.root)
        texts = Counter(entry.msgstr for entry in catalog)
        for entry in catalog:
            deed = self.draw("nothing", "translate", "translate", "doubt", "approve", "delete")
            if entry.obsolete:
                continue
            if deed == "translate" and not entry.msgstr:
                self.translations += 1
                entry.msgstr = f"T{self.translations}"
                self.true[entry.msgid].add(entry.msgstr)
                self.once_true[entry.msgid].add(entry.msgstr)
            elif deed == "approve" and entry.fuzzy:
                entry.flags.remove("fuzzy")
                entry.previous_msgid = entry.previous_msgctxt = None
                self.true[entry.msgid].add(entry.msgstr)
                self.once_true[entry.msgid].add(entry.msgstr)
            elif deed == "doubt" and entry.translated() and texts[entry.msgstr] == 1:
                entry.flags.append("fuzzy")
                self.true[entry.msgid].discard(entry.msgstr)
            elif deed == "delete" and self.data.draw(st.integers(0, 9)) == 0:
                entry.msgstr, entry.flags = "", []
        text = str(catalog)
        for mark in self.draw((), (), (), ("#: ",), ("#. ",), ("#: ", "#. ")):
            text = "".join(x for x in text.splitlines(keepends=True) if not x.startswith(mark))
        (self.root / DUTCH).write_text(text, "utf-8")

    def update(self) -> None:
        """Write the leaflets, update, and judge what became of the translations."""
        for path in (self.root / "leaflets").glob("*-*.yaml"):
            path.unlink()
        (self.root / "leaflets/why.yaml").unlink(missing_ok=True)
        for name, sections in self.leaflets.items():
            code = f"TS-P{sorted(self.leaflets).index(name)}"
            text = LEAFLET.replace("TS-P1", code).partition("  - block: prose")[0]
            blocks = [
                {
                    "block": section["block"],
                    "heading": section["heading"],
                    "paragraphs" if section["block"] == "prose" else "items": section["items"],
                }
                for section in sections
            ]
            text += textwrap.indent(yaml.safe_dump(blocks, sort_keys=False), "  ")
            (self.root / f"leaflets/{name}.yaml").write_text(text, "utf-8")
        before = {entry.msgstr for entry in catalog_of(self.root)}
        updates = update_at(self.root)
        catalog = catalog_of(self.root)
        assert before - {entry.msgstr for entry in catalog} <= {""}
        assert len(catalog) == len({(entry.msgctxt, entry.msgid) for entry in catalog})
        for entry in catalog:
            if entry.translated():
                assert entry.msgstr in self.true[entry.msgid]
            if entry.previous_msgid is not None:
                assert entry.msgstr in self.once_true[entry.previous_msgid]
        template = polib.pofile(str(self.root / TEMPLATE))
        assert [entry_key(e) for e in catalog if not e.obsolete] == [entry_key(e) for e in template]
        update = updates[DUTCH]
        total = update.review + update.new + update.back + update.unchanged
        assert not update.changed or total == len(template)
        assert not any(update.changed for update in update_at(self.root).values())


def entry_key(entry: polib.POEntry) -> tuple[str | None, str]:
    """Give what a message is found by."""
    return entry.msgctxt, entry.msgid


@settings(deadline=None, max_examples=sample(80), suppress_health_check=list(HealthCheck))
@given(st.data())
def test_any_edits_lose_no_translation(data: st.DataObject) -> None:
    """However texts and catalogs are edited, each translation stays somewhere, and stays true."""
    with tempfile.TemporaryDirectory() as folder:
        edits = Edits(Path(folder), data)
        for _ in range(data.draw(st.integers(2, 5))):
            for _ in range(data.draw(st.integers(0, 4))):
                edits.edit_texts()
            edits.edit_catalog()
            edits.update()
        path = Path(folder) / DUTCH
        assert tool("msgcat", "--no-wrap", str(path)).stdout == path.read_text("utf-8")
