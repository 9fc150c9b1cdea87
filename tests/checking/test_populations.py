"""Whom a figure tells of: no wider group in the babies' place, and survival only by choice.

The good project of the bad-input cases gets one more block: a panel about survival.
"""

import datetime as dt
import shutil
from pathlib import Path

import pytest

from leafletry.checking import check_project
from leafletry.content.leaflet import Leaflet
from leafletry.content.project import read_project
from leafletry.reading.problems import Problem, ProblemsFoundError
from leafletry.reading.sourcefile import parse, read_yaml

GOOD = Path(__file__).parents[1] / "bad_input" / "good"
TODAY = dt.date(2026, 11, 20)
LEAFLET, FACTS = "leaflets/when-to-call.yaml", "leaflets/facts.yaml"
PANEL_FACTS = """\
  infant_alive:
    statement: Of the babies, so many are alive.
    population: infant-leukemia
    source: study
    where: Results
    audiences: [parents]
    certainty: established
    value: 46
    kind: percent
    measure: survival
  child_alive:
    statement: Of children of all ages, so many are alive.
    population: childhood-leukemia
    source: study
    where: Results
    audiences: [parents]
    certainty: established
    value: 90
    kind: percent
    measure: survival
"""
HEADING = "How many live"
BOTH = "Of babies {infant_alive} live, of children of all ages {child_alive}."
PANEL = f"""\
  - block: prose
    heading: {HEADING}
    reader_chooses: true
    paragraphs:
      - "{BOTH}"
"""
TRANSLATIONS = {
    "es": "De los bebés viven {infant_alive}, de los niños {child_alive}.",
    "fr": "Vivent {infant_alive} des bébés, {child_alive} des enfants.",
    "nl": "Van de baby\u2019s leven {infant_alive}, van de kinderen {child_alive}.",
    "ja": "赤ちゃんは{infant_alive}、子どもは{child_alive}が生きています。",
}
GROUPS = {
    "es": ("bebés", "niños"),
    "fr": ("bébés", "enfants"),
    "nl": ("baby\u2019s", "kinderen"),
    "ja": ("赤ちゃん", "子ども"),
}


def project_with(
    folder: Path, panel: str = PANEL, translations: dict[str, str] | None = None
) -> Path:
    """Give the good project with a panel about survival, and what translates its paragraph."""
    shutil.copytree(GOOD, folder)
    with (folder / FACTS).open("a", encoding="utf-8") as opened:
        opened.write(PANEL_FACTS)
    text = (folder / LEAFLET).read_text("utf-8")
    (folder / LEAFLET).write_text(text.replace("needs_signoff:", f"{panel}needs_signoff:"), "utf-8")
    for locale, words in (TRANSLATIONS if translations is None else translations).items():
        path = folder / f"locales/{locale}/LC_MESSAGES/messages.po"
        with path.open("a", encoding="utf-8") as opened:
            opened.write(f'\nmsgid "{BOTH}"\nmsgstr "{words}"\n')
    return folder


def errors_of(folder: Path) -> list[Problem]:
    """Give what keeps the project from being printed."""
    project = read_project(folder)
    assert not project.problems.errors
    return [problem for problem in check_project(project, TODAY) if not problem.warning]


def test_both_groups_named_by_choice_is_fine(tmp_path: Path) -> None:
    """A panel that readers choose may show both groups' survival, each named in each language."""
    assert errors_of(project_with(tmp_path / "project")) == []


def test_an_untranslated_panel_names_its_groups_in_english(tmp_path: Path) -> None:
    """What prints in English, as it is not translated yet, names both groups in English."""
    assert errors_of(project_with(tmp_path / "project", translations={})) == []


@pytest.mark.parametrize("locale", TRANSLATIONS)
@pytest.mark.parametrize("group", [0, 1])
def test_a_group_lost_in_translation_is_refused(locale: str, group: int, tmp_path: Path) -> None:
    """A translation that names only one of the groups is refused, at its place in the catalog."""
    words = TRANSLATIONS[locale].replace(GROUPS[locale][group], "X")
    folder = project_with(tmp_path / "project", translations=TRANSLATIONS | {locale: words})
    (problem,) = errors_of(folder)
    name = ("infant-leukemia", "childhood-leukemia")[group]
    assert problem.message == f"{name} is not named in the block that shows {{child_alive}}"
    assert problem.place.file == f"locales/{locale}/LC_MESSAGES/messages.po"
    assert problem.place.line > 1
    assert GROUPS[locale][group] in problem.hint


@pytest.mark.parametrize(("old", "new"), [("babies", "some"), ("children", "people")])
def test_a_group_unnamed_in_the_source_is_refused(old: str, new: str, tmp_path: Path) -> None:
    """Where the source names only one of the groups, it is told at the leaflet, and once."""
    folder = project_with(tmp_path / "project", PANEL.replace(old, new), {})
    (problem,) = errors_of(folder)
    assert "is not named in the block that shows {child_alive}" in problem.message
    assert problem.place.file == LEAFLET


def test_a_heading_can_name_a_group(tmp_path: Path) -> None:
    """A group named anywhere in the block, also in its heading, is named."""
    panel = PANEL.replace("children of all ages", "others").replace(HEADING, "Babies and children")
    assert errors_of(project_with(tmp_path / "project", panel, {})) == []


@pytest.mark.parametrize(
    ("words", "cites"),
    [
        ("Of children of all ages, not of babies, {child_alive} live.", ""),
        ("Of {infant_cases} babies some live, of children of all ages {child_alive}.", ""),
        ("Most children of all ages live; of babies, fewer.", "        cites: [child_alive]\n"),
    ],
    ids=["alone", "beside a count of babies", "in words"],
)
def test_a_wider_group_s_survival_never_stands_alone(
    words: str, cites: str, tmp_path: Path
) -> None:
    """Survival of a wider group needs that of the babies beside it; a count of babies is none."""
    words = words.replace("Of {infant_cases}", "Of about {infant_cases}")
    panel = PANEL.replace(f'"{BOTH}"\n', f'text: "{words}"\n{cites}')
    extra = "      - text: For babies alone it is {infant_alive}.\n"
    apart = panel + PANEL.replace(f'      - "{BOTH}"\n', extra)
    found = {problem.message for problem in errors_of(project_with(tmp_path / "p", apart, {}))}
    assert found == {"{child_alive} is survival of childhood-leukemia and stands here alone"}


@pytest.mark.parametrize(
    ("panel", "where"),
    [
        (PANEL.replace("    reader_chooses: true\n", ""), LEAFLET),
        (PANEL.replace("reader_chooses: true", "reader_chooses: false"), LEAFLET),
        (
            PANEL.replace("    reader_chooses: true\n", "").replace(
                f'"{BOTH}"', "{text: Some babies live., cites: [infant_alive]}"
            ),
            LEAFLET,
        ),
    ],
    ids=["no flag", "flag off", "in words"],
)
def test_survival_is_only_for_those_who_choose_it(panel: str, where: str, tmp_path: Path) -> None:
    """Outside a panel that readers choose nothing tells of survival, in figures or in words."""
    found = errors_of(project_with(tmp_path / "project", panel, {}))
    assert found
    assert all("tells of survival where nobody chose to read it" in p.message for p in found)
    assert {problem.place.file for problem in found} == {where}


@pytest.mark.parametrize("words", ["title: When to call", "reader: For parents"])
def test_survival_never_stands_in_a_title(words: str, tmp_path: Path) -> None:
    """What stands above the blocks is read by everybody: nobody chose it."""
    folder = project_with(tmp_path / "project")
    text = (folder / LEAFLET).read_text("utf-8")
    key = words.partition(":")[0]
    told = text.replace(f"{words}\n", f'{key}: "Of babies {{infant_alive}} live"\n', 1)
    assert told != text
    (folder / LEAFLET).write_text(told, "utf-8")
    assert any("tells of survival" in problem.message for problem in errors_of(folder))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    heading: How rare is it?\n", ""),
        (
            "block: main-message\n",
            "block: main-message\n    heading: A\n    reader_chooses: true\n",
        ),
        ("block: urgent\n", "block: urgent\n    reader_chooses: true\n"),
    ],
    ids=["no heading", "main message", "urgent"],
)
def test_a_panel_can_be_passed_over(old: str, new: str, tmp_path: Path) -> None:
    """Only a block with a heading, and not one that everybody reads, can be chosen or not."""
    text = (GOOD / LEAFLET).read_text("utf-8").replace(old, new, 1)
    if not new:
        text = text.replace("block: prose", "block: main-message\n    reader_chooses: true", 1)
        text = text.replace("paragraphs:", "points:", 1)
    (tmp_path / "leaflet.yaml").write_text(text, "utf-8")
    with pytest.raises(ProblemsFoundError, match="reader_chooses needs a heading"):
        parse(Leaflet, read_yaml(tmp_path / "leaflet.yaml", LEAFLET))
