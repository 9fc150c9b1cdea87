"""Outside tools agree: what is shipped, and what each command leaves, is as they want it.

Everything a tool may find all the same stands in `ALLOWED`, with its reason. Each judge is shown
a planted fault that it must find, so that one which looks at nothing is noticed.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import polib
import pytest
from commands_given import environment
from judges import dennis, gettext_tools, i18nspector, pofilter
from judges.findings import Finding, JudgeError
from judges.gettext_tools import Counts
from judges.tools import require_tool
from patience import PATIENCE

from leafletry.content.catalog import Catalog, read_catalog

PROJECT = Path(__file__).parents[2]
LEAFLET = "leaflets/when-to-have-your-baby-checked.yaml"
# Which commands read what of the project; `output/` and fonts are not among it.
PARTS = ("leafletry", "leaflets", "locales", "templates", "styles", "clinics")
NAMES = ("KMT2A", "MLL", "TP53")

ADDRESS = "no real address is invented: example.org takes no mail, which is what it finds"
GENE = "the name of a gene"
SHORT = "this language says the abbreviation as well"
SAME = "the French word is the same"
VOUS = "« vous vous inquiétez » is what French says"
NO_LANGUAGE = "a template is of no language; every catalog made from it says its own"
IT_IS = "a sentence ends with the word that the next one begins with"
ALLOWED: dict[str, dict[tuple[str, str, str], str]] = {
    "es": {
        ("dennis", "W302", "KMT2A"): GENE,
        ("dennis", "W302", "tibia"): SAME,
        ("dennis", "W302", "ext. {extension}"): "the Spanish abbreviation is the same",
    },
    "fr": {
        ("dennis", "W302", "KMT2A"): GENE,
        ("dennis", "W302", "tibia"): SAME,
        ("dennis", "W302", "Question"): SAME,
        ("dennis", "W302", "Population"): SAME,
        ("dennis", "W302", "Standard"): SAME,
        ("dennis", "W302", "Parents"): SAME,
        ("dennis", "W302", "Sources"): SAME,
        ("dennis", "W302", "Pages"): SAME,
        ("dennis", "W302", "Date"): SAME,
        ("dennis", "W302", "Signature"): SAME,
        ("pofilter", "doublewords", "Leukemia in a baby is very rare. No one knows"): VOUS,
    },
    "en_GB": {
        ("pofilter", "doublewords", "Leukemia in a baby is very rare. No one knows"): IT_IS,
    },
    "nl": {
        ("dennis", "W302", "abstract"): SAME,
        ("dennis", "W302", "KMT2A"): GENE,
        ("dennis", "W302", "tibia"): SAME,
        ("dennis", "W302", "ALL"): SHORT,
        ("dennis", "W302", "AML"): SHORT,
    },
    "ja": {
        ("dennis", "W302", "KMT2A"): GENE,
        ("dennis", "W302", "ALL"): SHORT,
        ("dennis", "W302", "AML"): SHORT,
    },
    "template": {("msgfmt", "check", "3: warning: header field 'Language' still"): NO_LANGUAGE},
}
"""What tools find in shipped catalogs though nothing is wrong: tool, rule, how its words begin."""
EVERYWHERE = {
    ("i18nspector", "invalid-report-msgid-bugs-to", "'leafletry@example.org'"): ADDRESS,
    ("i18nspector", "invalid-last-translator", "'Leafletry contributors <leafletry@"): ADDRESS,
    ("i18nspector", "invalid-language-team", "'Leafletry contributors <leafletry@"): ADDRESS,
}


def copy_of_project(folder: Path) -> Path:
    """Give a copy of what the commands for translators read and write."""
    for name in PARTS:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(PROJECT / name, folder / name, ignore=ignored)
    return folder


def command(root: Path, *arguments: str) -> None:
    """Run a command in a project; it must find nothing wrong."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "leafletry", *arguments],
        cwd=root,
        env=environment(root),
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def replace(path: Path, old: str, new: str) -> None:
    """Change a text that stands in a file exactly once."""
    text = path.read_text("utf-8")
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, new), "utf-8")


def edit_texts(root: Path) -> None:
    """Change two sentences of a leaflet, one of them with a figure; add one, and take one out."""
    leaflet = root / LEAFLET
    phrases = root / "leaflets/phrases.yaml"
    replace(phrases, "is hard to wake or keep awake", "is very hard to wake or keep awake")
    replace(leaflet, "About {infant_cases_us} babies a year", "Every year about {infant_cases_us}")
    replace(
        phrases,
        "    has_trouble_breathing:\n",
        "    will_not_drink: will not drink at all\n    has_trouble_breathing:\n",
    )
    replace(
        leaflet,
        "      - has_trouble_breathing\n",
        "      - will_not_drink\n      - has_trouble_breathing\n",
    )
    tired = "      - text: Very tired, or sleeps more than usual\n"
    replace(
        leaflet,
        f"{tired}        cites: [infant_high_white_count, infant_feeding_and_sleep]\n",
        "",
    )


def edit_catalogs(root: Path) -> None:
    """Do with each catalog what translators do by hand: remark, doubt, take away."""
    for locale, path in catalogs(root).items():
        if locale == "en_GB":  # What a variant leaves empty, nobody can doubt or take away.
            continue
        text = path.read_text("utf-8")
        doubted = text.index('msgid "has trouble breathing"')
        text = f"{text[:doubted]}#, fuzzy\n{text[doubted:]}"
        start = text.rindex("\n\n", 0, doubted) + 2
        text = f"{text[:start]}# Anna asks: also when asleep?\n{text[start:]}"
        path.write_text(re.sub(r'(\nmsgid "Fever"\nmsgstr )".*"\n', r'\1""\n', text), "utf-8")


def catalogs(root: Path) -> dict[str, Path]:
    """Give the catalogs of a project, by language."""
    return {path.parts[-3]: path for path in sorted(root.glob("locales/*/LC_MESSAGES/*.po"))}


# ── What commands leave ────────────────────────────────────────────────────────────────────────


def shipped(_root: Path) -> None:
    """Nothing is done."""


def after_update(root: Path) -> None:
    """Texts are edited, and the catalogs brought up to them."""
    edit_texts(root)
    command(root, "catalogs", "update")


def after_two_updates(root: Path) -> None:
    """Texts are edited, and edited back, so that translations are put aside and in use again."""
    before = (root / LEAFLET).read_text("utf-8")
    after_update(root)
    (root / LEAFLET).write_text(before.replace("Swollen belly, or swollen glands", "Bumps"))
    command(root, "catalogs", "update")


def after_new_language(root: Path) -> None:
    """A language is added to what is up to date."""
    command(root, "catalogs", "update")
    command(root, "catalogs", "add", "de")
    assert "de" in catalogs(root)


def after_hands(root: Path) -> None:
    """Translators work in a text editor."""
    edit_catalogs(root)


def after_hands_and_update(root: Path) -> None:
    """Translators work in an editor that breaks lines, texts are edited, catalogs updated."""
    edit_catalogs(root)
    for path in catalogs(root).values():
        command_line = [str(require_tool("msgcat")), str(path)]
        wrapped = subprocess.run(command_line, capture_output=True, check=True).stdout
        assert wrapped != path.read_bytes()
        path.write_bytes(wrapped)
    after_update(root)


def judged(path: Path, locale: str) -> list[Finding]:
    """Give everything that the tools find in a catalog."""
    # Where no spaces stand between words, pofilter does not see that a name is there.
    names = () if locale == "ja" else NAMES
    return [
        *gettext_tools.findings(path),
        *i18nspector.findings(path),
        *dennis.findings(path),
        *pofilter.findings(path, names),
    ]


def is_allowed(finding: Finding, locale: str) -> bool:
    """Say whether something stands in the table."""
    return any(
        (finding.tool, finding.rule) == (tool, rule) and finding.about.startswith(about)
        for tool, rule, about in EVERYWHERE | ALLOWED.get(locale, {})
    )


def with_state(catalog: Catalog, state: str) -> set[str]:
    """Give the source texts of the messages in a state, as the engine sees it."""
    states = {
        message.msgid: "missing" if not message.msgstr else "fuzzy" if message.fuzzy else "done"
        for message in catalog.messages.values()
    }
    return {msgid for msgid, other in states.items() if other == state}


# What is done, and how many Spanish messages are fuzzy, missing and put aside then, at least.
STEPS: list[tuple[Callable[[Path], None], tuple[int, int, int]]] = [
    (shipped, (0, 0, 0)),
    (after_update, (2, 1, 1)),
    (after_two_updates, (1, 0, 0)),
    (after_new_language, (0, 0, 0)),
    (after_hands, (1, 1, 0)),
    (after_hands_and_update, (3, 2, 1)),
]


@pytest.mark.parametrize(("step", "least"), STEPS, ids=[step.__name__ for step, _ in STEPS])
def test_tools_agree(
    step: Callable[[Path], None], least: tuple[int, int, int], tmp_path: Path
) -> None:
    """After a command, or work by hand, tools find nothing but what the engine says is to do."""
    root = copy_of_project(tmp_path)
    step(root)
    assert_template_is_good(root / "locales" / "messages.pot")
    assert len(catalogs(root)) >= 4
    for locale, path in catalogs(root).items():
        assert_catalog_is_good(path, locale)
    spanish = gettext_tools.counts(catalogs(root)["es"])
    counted = (spanish.fuzzy, spanish.untranslated, spanish.obsolete)
    assert all(count >= few for count, few in zip(counted, least, strict=True)), spanish
    if step is after_new_language:
        german = gettext_tools.counts(catalogs(root)["de"])
        assert (german.translated, german.fuzzy, german.obsolete) == (0, 0, 0)
        in_use = spanish.translated + spanish.fuzzy + spanish.untranslated
        assert german.untranslated == in_use


def assert_catalog_is_good(path: Path, locale: str) -> None:
    """Only what is allowed or to do is found; gettext writes the same bytes and counts the same."""
    catalog = read_catalog(path, path.name, locale)
    assert catalog.problems == []
    done, fuzzy, missing = (with_state(catalog, state) for state in ("done", "fuzzy", "missing"))
    found = judged(path, locale)
    assert {finding.about for finding in found if finding.rule == "isfuzzy"} == fuzzy
    assert {finding.about for finding in found if finding.rule == "untranslated"} == missing
    rest = [finding for finding in found if finding.about not in fuzzy | missing]
    assert [str(finding) for finding in rest if not is_allowed(finding, locale)] == []
    obsolete = len(polib.pofile(str(path)).obsolete_entries())
    counts = Counts(len(done), len(fuzzy), len(missing), obsolete)
    assert gettext_tools.counts(path) == counts
    assert gettext_tools.statistics(path) == (len(done), len(fuzzy), len(missing))
    assert gettext_tools.rewritten(path) == path.read_text("utf-8")


def assert_template_is_good(path: Path) -> None:
    """The template has no fault but that it is of no language, and holds no translation."""
    found = [*gettext_tools.findings(path), *i18nspector.findings(path), *dennis.findings(path)]
    assert [str(finding) for finding in found if not is_allowed(finding, "template")] == []
    assert gettext_tools.counts(path).translated == 0
    assert gettext_tools.rewritten(path) == path.read_text("utf-8")


@pytest.mark.parametrize("locale", [*ALLOWED])
def test_every_allowance_is_needed(locale: str) -> None:
    """What is allowed is really found, so that nothing is allowed in advance."""
    path = PROJECT / "locales" / locale / "LC_MESSAGES" / "messages.po"
    if locale == "template":
        path = PROJECT / "locales" / "messages.pot"
    found = judged(path, locale)
    needless = [
        allowed
        for allowed in EVERYWHERE | ALLOWED[locale]
        if not any(
            (finding.tool, finding.rule) == allowed[:2] and finding.about.startswith(allowed[2])
            for finding in found
        )
    ]
    assert needless == []


# ── The judges find what is planted ────────────────────────────────────────────────────────────

GOOD = PROJECT / "locales" / "es" / "LC_MESSAGES" / "messages.po"
CASES = "About {infant_cases_us} babies a year"
GENES = "which genes can be tested, for example TP53"

Judge = Callable[[Path], list[Finding]]


def gettext(path: Path) -> list[Finding]:
    """Judge by msgfmt, whose words are not looked at here."""
    return [Finding("msgfmt", "check", "") for _ in gettext_tools.findings(path)]


def toolkit(path: Path) -> list[Finding]:
    """Judge by pofilter, with the names that stay as they are."""
    return pofilter.findings(path, NAMES)


# A judge, a message (or none: the header), its other translation, and the rule it breaks.
PLANTED: list[tuple[Judge, str, str, str]] = [
    (gettext, CASES, "Unos bebés al año", "check"),
    (gettext, CASES, "Unos {otros} bebés al año", "check"),
    (
        i18nspector.findings,
        CASES,
        "Unos {infant_cases_us {bebés",
        "python-brace-format-string-error",
    ),
    (i18nspector.findings, CASES, "Unos bebés", "python-brace-format-string-missing-argument"),
    (dennis.findings, CASES, "Unos bebés", "W202"),
    (dennis.findings, CASES, "Unos {infant_cases_us} {otros}", "E201"),
    (dennis.findings, CASES, "Unos {infant_cases_us} <b>bebés</b>", "W303"),
    (dennis.findings, CASES, CASES, "W302"),
    (dennis.findings, CASES, " ", "W301"),
    (toolkit, CASES, "Unos bebés", "pythonbraceformat"),
    (toolkit, CASES, "Unos {infant_cases_us} %s", "variables"),
    (toolkit, CASES, "Unos {infant_cases_us} https://example.org", "urls"),
    (toolkit, CASES, "Unos {infant_cases_us} a@example.org", "emails"),
    (toolkit, CASES, "<b>Unos {infant_cases_us}</b>", "xmltags"),
    (toolkit, CASES, "", "untranslated"),
    (toolkit, CASES, "Unos unos {infant_cases_us} bebés", "doublewords"),
    (toolkit, GENES, "qué genes pueden analizarse", "notranslatewords"),
]


@pytest.mark.parametrize(("judge", "msgid", "msgstr", "rule"), PLANTED)
def test_judges_find_what_is_planted(
    judge: Judge, msgid: str, msgstr: str, rule: str, tmp_path: Path
) -> None:
    """A fault planted into a shipped catalog is found, and was not there before."""
    catalog = polib.pofile(str(GOOD), wrapwidth=0)
    entry = catalog.find(msgid)
    assert entry is not None
    entry.msgstr = msgstr
    catalog.save(str(tmp_path / "messages.po"))
    more = set(judge(tmp_path / "messages.po")) - set(judge(GOOD))
    assert rule in {finding.rule for finding in more}


def test_every_test_of_pofilter_works(tmp_path: Path) -> None:
    """Also marks and numbers of forms are judged; with the table above, each of its tests was."""
    shown = {rule for judge, _, _, rule in PLANTED if judge is toolkit}
    text = GOOD.read_text("utf-8")
    path = tmp_path / "messages.po"
    for old, new, rule in [
        ('msgid "Fever"', '#, fuzzy\nmsgid "Fever"', "isfuzzy"),
        (
            'msgid "Fever"\nmsgstr "Fiebre"',
            'msgid "Fever"\nmsgid_plural "Fevers"\nmsgstr[0] "a"\nmsgstr[1] "b"\nmsgstr[2] "c"',
            "nplurals",
        ),
    ]:
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), "utf-8")
        assert rule in {finding.rule for finding in pofilter.findings(path)}
        shown.add(rule)
    assert shown == set(pofilter.TESTS)


@pytest.mark.parametrize(
    ("old", "new", "tag"),
    [
        ("Language: es", "Language: xx", "invalid-language"),
        ("charset=UTF-8", "charset=ISO-8859-1", "unusual-character"),
        ("nplurals=2", "nplurals=3", "codomain-error-in-unused-plural-forms"),
    ],
)
def test_i18nspector_reads_the_header(old: str, new: str, tag: str, tmp_path: Path) -> None:
    """A header that tells something untrue is found."""
    path = tmp_path / "messages.po"
    path.write_text(GOOD.read_text("utf-8").replace(old, new, 1), "utf-8")
    assert tag in " ".join(finding.rule for finding in i18nspector.findings(path))


def test_gettext_sees_another_form_and_another_state(tmp_path: Path) -> None:
    """What was wrapped is written in one line, a mark is counted, a message twice is told."""
    path = tmp_path / "messages.po"
    text = GOOD.read_text("utf-8")
    path.write_text(text.replace('msgstr "Fiebre"', 'msgstr ""\n"Fie"\n"bre"'), "utf-8")
    assert gettext_tools.rewritten(path) == text
    before = gettext_tools.counts(GOOD)
    path.write_text(text.replace('msgid "Fever"', '#, fuzzy\nmsgid "Fever"'), "utf-8")
    after = Counts(before.translated - 1, before.fuzzy + 1, before.untranslated, before.obsolete)
    assert gettext_tools.counts(path) == after
    assert gettext_tools.statistics(path) == (after.translated, after.fuzzy, after.untranslated)
    path.write_text(text + '\nmsgid "Fever"\nmsgstr "Calentura"\n', "utf-8")
    assert any("duplicate message" in found.about for found in gettext_tools.findings(path))


def test_a_judge_that_cannot_read_gives_no_verdict(tmp_path: Path) -> None:
    """Where a tool cannot read a catalog, that is an error, and never "nothing found"."""
    path = tmp_path / "messages.po"
    path.write_text("no catalog\n")
    for judge in (gettext_tools.rewritten, gettext_tools.counts, gettext_tools.statistics):
        with pytest.raises(JudgeError):
            judge(path)
    assert gettext_tools.findings(path)
    assert i18nspector.findings(path)
    for other in (dennis.findings, pofilter.findings, i18nspector.findings):
        with pytest.raises(JudgeError):
            other(tmp_path / "nothing.po")
