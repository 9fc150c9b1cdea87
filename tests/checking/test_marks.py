"""The mark `same_meaning_as`: a mended typing error voids no translation, a new meaning always."""

import datetime as dt
from pathlib import Path

import polib
import pytest
from test_updating import CALL, DUTCH, MESSAGES, WAKE, Desk, nl

from leafletry.catalogs.extraction import collect_messages
from leafletry.checking import check_project
from leafletry.checking.mark_rules import objection
from leafletry.content.project import read_project
from leafletry.editions.localization import localize_leaflet
from leafletry.reading.problems import ProblemsFoundError

PROJECT = Path(__file__).parents[2]
TODAY = dt.date(2026, 11, 20)
TYPO = "is very hrad to wake"

ONLY_RESPELLED = [
    ("Your baby is palle", "Your baby is pale"),
    ("the babby sleeps", "the baby sleeps"),
    ("teh baby", "the baby"),
    ("the the baby sleeps", "the baby sleeps"),
    ("keep your baby keep your baby warm", "keep your baby warm"),
    ("leukaemia cells", "leukemia cells"),
    ("any one can call", "anyone can call"),
    ("a check up", "a check-up"),
    ("call now", "Call now!"),
    ("About {cases} babeis", "About {cases} babies"),
    ("**Call** us nwo", "**Call** us now"),
    ("isn't pael", "isn\u2019t pale"),
]
OTHER_MEANING = [
    ("Call us", "Call us", "it gives the words of the text itself"),
    ("{cases} babies", "babies", "the placeholders"),
    ("{infant_all} and {infant_aml}", "{infant_aml} and {infant_all}", "the placeholders"),
    ("**Call** us", "Call us", "the **strong** words"),
    ("for seven days", "for eleven days", "the numbers"),
    ("type 1", "type 2", "the numbers"),
    ("about {cases}", "under {cases}", "the limits"),
    ("about {cases}", "{cases}", "the limits"),
    ("the gene KMT2A", "the gene KMT2B", "the names"),
    ("Do wait", "Do not wait", "the negations"),
    ("you can go", "you can't go", "the negations"),
    ("It is safe", "It is unsafe", "negates"),
    ("typical signs", "atypical signs", "negates"),
    ("a typical sign", "atypical sign", "negates"),
    ("an increase", "an decrease", "not the same words"),
    ("hyperglycemia", "hypoglycemia", "not the same words"),
    ("in the bed", "on the bed", "not the same words"),
    ("Pale skin", "Dark skin", "not the same words"),
    ("Call the ward", "Call", "stands in one of the two only"),
    ("Call", "Call the ward", "stands in one of the two only"),
    ("Call us now", "Now call us", "stands in one of the two only"),
    ("very very rare", "rare", "stands in one of the two only"),
    ("boots beets cords lumps", "roots meets lords bumps", "too many words"),
]


@pytest.mark.parametrize(("old", "new"), ONLY_RESPELLED)
def test_typing_errors_can_be_marked(old: str, new: str) -> None:
    """Letters, case, points and blanks can be mended without a review."""
    assert objection(old, new, read_project(PROJECT).glossaries["en"]) == ""


@pytest.mark.parametrize(("old", "new", "reason"), OTHER_MEANING)
def test_other_meanings_cannot_be_marked(old: str, new: str, reason: str) -> None:
    """What may mean something else is refused, and the reason is given."""
    assert reason in objection(old, new, read_project(PROJECT).glossaries["en"])


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A small project, translated while a text has a typing error."""
    desk = Desk(tmp_path)
    desk.edit((WAKE, TYPO))
    desk.update()
    desk.edit_catalog(TYPO, flags=[], msgstr=nl(WAKE), previous_msgid=None)
    assert not any(update.review for update in desk.update().values())
    return desk


def mark(desk: Desk, words: str = TYPO) -> None:
    """Mend the typing error, and mark the text."""
    line = next(line for line in (desk.root / CALL).read_text().split("\n") if "to wake" in line)
    desk.edit((line, f"      - text: {WAKE}\n        same_meaning_as: {words}"))


def entry(desk: Desk, msgid: str = WAKE) -> polib.POEntry:
    """Give the entry of a message in use."""
    found = desk.catalog().find(msgid)
    assert found is not None
    return found


def test_marked_text_keeps_its_translation(desk: Desk) -> None:
    """A translation of the old words is one of the new; nothing is to be reviewed or put aside."""
    mark(desk)
    assert str(desk.update()[DUTCH]) == "1 in use again, 10 unchanged"
    assert desk.outcome().kept == [*MESSAGES, "Day"]
    assert desk.outcome().aside == []
    assert not any(update.changed for update in desk.update().values())


def test_mark_may_come_late(desk: Desk) -> None:
    """A mark that is set after an update makes whole what that update made fuzzy."""
    desk.edit((TYPO, WAKE))
    desk.update()
    assert entry(desk).fuzzy
    mark(desk)
    desk.update()
    assert desk.outcome().kept == [*MESSAGES, "Day"]


def test_translation_of_the_new_words_wins(desk: Desk) -> None:
    """Where the new words are translated already, the mark changes nothing."""
    desk.edit((TYPO, WAKE))
    desk.update()
    desk.edit_catalog(WAKE, flags=[], msgstr=nl(WAKE), previous_msgid=None)
    with (desk.root / DUTCH).open("a") as file:
        file.write(f'\n#~ msgid "{TYPO}"\n#~ msgstr "NL old"\n')
    mark(desk)
    desk.update()
    assert entry(desk).msgstr == nl(WAKE)
    assert [e.msgstr for e in desk.catalog().obsolete_entries()] == ["NL old"]


def test_doubted_translation_stays_doubted(desk: Desk) -> None:
    """What a translator marked as to be reviewed is not made whole by the mark."""
    desk.edit_catalog(TYPO, flags=["fuzzy"])
    mark(desk)
    desk.update()
    assert entry(desk).fuzzy
    assert entry(desk).msgstr == nl(WAKE)


def test_mark_holds_for_the_same_context_only(desk: Desk) -> None:
    """Words of another context may mean something else: they are to be reviewed."""
    mark(desk)
    desk.edit((f"text: {WAKE}", f"text: {WAKE}\n        context: nap"))
    desk.update()
    found = desk.catalog().find(WAKE, msgctxt="nap")
    assert found is not None
    assert (found.fuzzy, found.previous_msgid) == (True, TYPO)


def test_mark_is_neither_printed_nor_translated(desk: Desk) -> None:
    """The old words are no message, and stand on no page."""
    mark(desk)
    project = read_project(desk.root)
    assert TYPO not in {message.text for message in collect_messages(project)}
    words = [text.text for text in localize_leaflet(project, "call-us", "en").texts]
    assert WAKE in words
    assert TYPO not in words


def test_unsafe_mark_stops_the_update(desk: Desk) -> None:
    """A mark that the rules refuse carries nothing over, and changes no file."""
    mark(desk, "is not hard to wake")
    before = (desk.root / DUTCH).read_bytes()
    with pytest.raises(ProblemsFoundError, match=r"call-us\.yaml:24:26: the mark cannot"):
        desk.update()
    assert (desk.root / DUTCH).read_bytes() == before


def marks_found(desk: Desk) -> list[str]:
    """Check the project, and give what is said of marks."""
    project = read_project(desk.root)
    found = [*project.problems, *check_project(project, TODAY)]
    return [problem.message for problem in found if "mark" in problem.message]


@pytest.mark.parametrize("late", [False, True])
def test_mark_is_spent_when_no_catalog_needs_it(late: bool, desk: Desk) -> None:  # noqa: FBT001
    """As long as a catalog holds the old words nothing is said; then that the mark can go."""
    if late:
        desk.edit((TYPO, WAKE))
        desk.update()
    mark(desk)
    assert marks_found(desk) == []
    desk.update()
    assert marks_found(desk) == ["this mark has done its work"]
    catalog = (desk.root / DUTCH).read_text("utf-8")
    (desk.root / DUTCH).write_text(catalog.replace("msgid", "msgidd", 3), "utf-8")
    assert marks_found(desk) == []
