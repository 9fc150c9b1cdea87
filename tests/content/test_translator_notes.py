"""What translators read above a message: where it stands, what is printed in it, how much room."""

from functools import cache
from pathlib import Path

import pytest

from leafletry.catalogs.extraction import collect_messages
from leafletry.content.clinic import ClinicFields
from leafletry.content.leaflet import walk_texts
from leafletry.content.lengths import Limit, kind_of_place, read_lengths, width
from leafletry.content.message_places import Standing, read_standing
from leafletry.content.project import Project, read_project
from leafletry.content.translator_notes import CLINIC_EXAMPLES, NoteWriter
from leafletry.editions.localization import Localizer
from leafletry.reading.placeholders import names_in
from leafletry.reading.problems import ProblemsFoundError

PROJECT = Path(__file__).parents[2]
LENGTHS = "templates/lengths.yaml"
BETWEEN = " \u203a "
LEAFLET = """\
code: TS-P1
audience: parents
version: "0.1"
formats: {a4: 2}
written: 2026-01-31
needs_signoff: [clinical, translation]
title: When to call us
subtitle: Signs
reader: For parents
picture: {file: baby, alt: A baby asleep}
blocks:
  - block: main-message
    points: [Babies are seldom very ill.]
  - block: urgent
    heading: call_now
    items: [fever, cries]
    contacts: [phone_day]
  - block: side-by-side
    widths: [1, 3]
    blocks:
      - block: table
        heading: Numbers
        columns: [Kind, "Every {year_span}", Last]
        widths: [1, 2, 1]
        pictures: [{file: one, alt: A drawing}, {file: two, alt: Another drawing}]
        rows:
          - head: Rare
            picture: {file: three, alt: A third drawing}
            cells: ["About {cases} babies", "{share} of them"]
        note: Signs
      - block: glossary
        heading: Words
        terms: [{term: Cell, meaning: A very small part}]
"""
FACTS = """\
populations: {}
facts:
  cases: {statement: "New cases\\nof a year.", population: p, source: s, audiences: [parents],
    certainty: established, value: 12345, kind: count, qualifier: about}
  share: {statement: Half of all., population: p, source: s, audiences: [parents],
    certainty: established, value: 0.5, kind: fraction}
  year_span: {statement: A span., population: p, source: s, audiences: [parents],
    certainty: established, value: 7.5, kind: percent}
"""
PHRASES = """\
placeholders: {written_on: a date, leaflet_title: a title, mystery: something}
labels:
  phone_day: Day
  version: "Written on {written_on}, {mystery}"
  index_open: Open {leaflet_title}
urgent:
  headings:
    call_now: Call now, by day or by night, if your baby seems ill
  items:
    fever:
      needs: fever_threshold
      text: has a fever of {fever_threshold}
      otherwise: has a fever
    cries: {text: cries, note: "In any way.\\nEven softly."}
"""
FILES = {
    "leaflets/call-us.yaml": LEAFLET,
    "leaflets/facts.yaml": FACTS,
    "leaflets/sources.yaml": "sources: {}\n",
    "leaflets/phrases.yaml": PHRASES,
    "locales/en/glossary.yaml": "qualifiers: {about: [about]}\nfractions: {half: half}\n",
    "locales/es/glossary.yaml": "qualifiers: {about: [unos, casi]}\nfractions: {half: mitad}\n",
    LENGTHS: "one_line: {labels.phone_day: 24}\nseveral_lines: {subtitle: 40, table.note: 30, "
    "table.columns: 160}\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A small project with a text at every kind of place."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    project = read_project(tmp_path)
    assert [str(error) for error in project.problems.errors if "es" not in str(error)] == []
    return project


@cache
def shipped() -> Project:
    """The project of this repository."""
    return read_project(PROJECT)


def standing(*parts: str) -> str:
    """Give a line that says where a text stands."""
    return BETWEEN.join(parts)


def notes_of(project: Project, locale: str) -> dict[str, list[str]]:
    """Give the notes of every message of a project, by its words."""
    writer = NoteWriter(project, locale, lambda text: f"[{text.text}]")
    messages = collect_messages(project)
    return {message.text: writer.notes(message.spots).split("\n") for message in messages}


def test_standing_is_said_in_words(project: Project) -> None:
    """Every text says its leaflet, its section and what it is there, and for whom."""
    notes = [note for notes in notes_of(project, "en").values() for note in notes]
    said = [note for note in notes if BETWEEN in note]
    urgent = "Call now, by day or by night, if your b…"
    places = {
        None: ["title", "subtitle", "reader", "picture description (read aloud)"],
        "main message": ["point 1"],
        urgent: [
            "heading",
            "item 1",
            "item 1 where the clinic gives no fever_threshold",
            "item 2",
        ],
        "Numbers": [
            "heading",
            "column 1 head",
            "column 2 head",
            "column 3 head",
            "column 2 picture description (read aloud)",
            "column 3 picture description (read aloud)",
            "row 1 head",
            "row 1 picture description (read aloud)",
            "row 1 column 2",
            "row 1 column 3",
            "note below",
        ],
        "Words": ["heading", "term 1", "term 1 meaning"],
    }
    expected = [
        standing("call-us", *([section] if section else []), f"{place} (for parents)")
        for section, there in places.items()
        for place in there
    ]
    expected += [standing("shared words", "labels", name) for name in project.phrases.labels]
    bank = ("headings", "call_now"), ("items", "fever"), ("items", "fever", "otherwise")
    expected += [standing("shared words", "urgent", *keys) for keys in (*bank, ("items", "cries"))]
    assert sorted(said) == sorted(expected)


def test_standing_can_be_read_back() -> None:
    """What is said above each shipped message tells an update the leaflet and the kind of place."""
    read = [
        (spot, read_standing(spot.standing))
        for message in collect_messages(shipped())
        for spot in message.spots
    ]
    assert len(read) > 250
    for spot, place in read:
        assert place is not None
        assert place.leaflet == spot.file_id
        assert place.kind
        assert not any(char.isdigit() for char in place.kind)
    assert read_standing("{cases}: prints 1") is None
    assert read_standing(standing("a", "b", "item 12 (for x)")) == Standing("a", "b", "item ")


def test_placeholders_are_explained_in_the_language_of_the_catalog(project: Project) -> None:
    """Each placeholder shows what it prints there, and the agreed words that stay beside it."""
    spanish = notes_of(project, "es")
    (cases,) = spanish["About {cases} babies"][1:]
    assert cases == (
        '{cases}: prints "12\u202f345"; keep a word for "about" beside it: unos, casi. '
        "New cases of a year."
    )
    assert spanish["{share} of them"][1:] == ['{share}: prints "mitad". Half of all.']
    assert spanish["Every {year_span}"][1] == '{year_span}: prints "7,5\u00a0%". A span.'
    assert spanish["has a fever of {fever_threshold}"][2:] == [
        '{fever_threshold}: prints for example "38,0\u00a0°C"; filled in by the clinic'
    ]
    assert spanish["Written on {written_on}, {mystery}"][1:] == [
        '{written_on}: prints for example "31\u00a0de enero de 2026"; a date',
        "{mystery}: something",
    ]
    assert spanish["Open {leaflet_title}"][1:] == [
        '{leaflet_title}: prints for example "[When to call us]"; a title'
    ]
    english = notes_of(project, "en")
    assert english["About {cases} babies"][1].startswith(
        '{cases}: prints "12,345"; keep a word for "about" beside it: about.'
    )


def test_every_value_of_a_clinic_has_an_example() -> None:
    """What a clinic can fill into a text is shown to translators."""
    assert CLINIC_EXAMPLES.keys() == ClinicFields.model_fields.keys()


def test_every_shipped_placeholder_has_an_example() -> None:
    """No placeholder of this project leaves translators in the dark, in any language."""
    for locale in shipped().locales:
        for message, notes in notes_of(shipped(), locale).items():
            said = [note for note in notes if note.startswith("{")]
            names = dict.fromkeys(names_in(message))
            assert [note.partition("}: ")[0][1:] for note in said] == list(names)


def test_figure_that_cannot_be_written_is_no_obstacle(project: Project) -> None:
    """Where a language lacks a word for a figure, the rest of the note stands all the same."""
    project.glossaries["es"] = project.glossaries["es"].model_copy(update={"fractions": {}})
    assert notes_of(project, "es")["{share} of them"][1] == "{share}: prints a figure. Half of all."


def test_notes_come_after_all_else_and_in_one_line(project: Project) -> None:
    """What a writer notes is the last line, however it is written in the YAML."""
    assert notes_of(project, "es")["cries"][2:] == ["TRANSLATORS: In any way. Even softly."]


def test_message_at_several_places_says_each_once(project: Project) -> None:
    """Equal texts are one message with all their places, and the narrowest of their limits."""
    assert notes_of(project, "es")["Signs"] == [
        standing("call-us", "subtitle (for parents)"),
        standing("call-us", "Numbers", "note below (for parents)"),
        "At most 30 characters, on several lines if need be.",
    ]


def test_limits_are_said(project: Project) -> None:
    """Where the layout has little room, it is said how much, and what full-width letters count."""
    assert notes_of(project, "es")["Day"][1:] == ["At most 24 characters, one line."]
    (wide,) = notes_of(project, "ja")["Day"][1:]
    assert wide == "At most 24 characters, one line; full-width ones count two."


def test_column_has_its_share_of_the_page(project: Project) -> None:
    """The limit of a table's heads follows the width of their columns and of the table."""
    leaflet = project.leaflets["call-us"]
    limits = {
        text.text: project.lengths.limit(leaflet, path)
        for path, text in walk_texts(leaflet)
        if "columns" in path
    }
    expected = {"Kind": 10, "Every {year_span}": 20, "Last": 10}
    assert limits == {words: Limit(count, one_line=False) for words, count in expected.items()}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", 0),
        ("Day", 3),
        ("**Day** and night", 13),
        ("昼・夜", 6),
        ("ｱ", 1),
        ("e\u0301te\u0301", 3),
        ("a\u00adb\u200bc", 3),
        ("{cases} babies", 10),
        ("{unknown}!", 5),
    ],
)
def test_width_counts_latin_characters(words: str, expected: int) -> None:
    """Full-width characters count two, what is not seen none, a placeholder what it prints."""
    assert width(words, {"cases": "160"}) == expected


def test_all_shipped_texts_keep_their_limits() -> None:
    """The limits are true of the shipped layout: every translation it was looked at with fits."""
    project = shipped()
    models = {**project.leaflets, "phrases": project.phrases}
    seen = set()
    for locale in project.locales:
        values = Localizer(project, locale, None).values
        for model in models.values():
            for path, text in walk_texts(model):
                limit = project.lengths.limit(model, path)
                words = project.catalogs[locale].look_up(text)
                if limit:
                    seen.add(kind_of_place(model, path))
                    assert width(words, values) <= limit.characters, (locale, words)
    lengths = project.lengths
    assert seen == {*lengths.one_line, *lengths.several_lines}


BROKEN = {
    "one_line: {titel: 20}": f'{LENGTHS}:1:12: there is no place "titel" on a page\n'
    '  hint: did you mean "title"?',
    "one_line: {labels.phone: 20}": f'{LENGTHS}:1:12: there is no place "labels.phone" on a page\n'
    '  hint: did you mean "labels.phone_day"?',
    "one_line: {urgent.paragraphs: 20}": f'{LENGTHS}:1:12: there is no place "urgent.paragraphs" ',
    "one_line: {title: 2}\nseveral_lines: {title: 9}": f'{LENGTHS}:2:17: "title" has its limit',
    "one_line: {title: 0}": f"{LENGTHS}:1:19: one_line.title: input should be greater",
    "one_line: {title: long}": f"{LENGTHS}:1:19: one_line.title: must be a number",
    "lines: {title: 9}": f'{LENGTHS}:1:1: unknown key "lines"',
    "one_line: [title]": f"{LENGTHS}:1:11: one_line: must be made of keys and values",
    "one_line: {title: *a}": f"{LENGTHS}:1:19: an alias (*name) is not allowed",
}


@pytest.mark.parametrize(("text", "said"), BROKEN.items())
def test_broken_table_of_lengths_is_told(text: str, said: str, project: Project) -> None:
    """What is wrong with the table is said with its line and column, and stops nothing else."""
    (project.root / LENGTHS).write_text(text, "utf-8")
    with pytest.raises(ProblemsFoundError) as error:
        read_lengths(project.root, project.phrases)
    assert str(error.value).startswith(said)
    again = read_project(project.root)
    assert str(error.value) in [str(problem) for problem in again.problems]
    assert again.leaflets.keys() == project.leaflets.keys()


def test_project_without_a_table_has_no_limits(project: Project) -> None:
    """A designer who sets no limit need not say so."""
    (project.root / LENGTHS).unlink()
    lengths = read_project(project.root).lengths
    assert lengths.limit(project.leaflets["call-us"], ("subtitle",)) is None


def test_references_are_the_exact_lines(project: Project) -> None:
    """A reference names the line of the words themselves, also where a leaflet only names them."""
    found = {message.text: message for message in collect_messages(project)}
    texts = ("has a fever of {fever_threshold}", "has a fever", "cries", "Kind", "Cell", "Last")
    for words in texts:
        (place,) = {spot.place for spot in found[words].spots}
        assert words in FILES[place.file].split("\n")[place.line - 1]
