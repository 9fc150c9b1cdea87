"""The translators' files: the same messages by every tool, stable bytes, no translation lost."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from commands_given import environment
from judges.tools import require_tool
from small_project import DUTCH_FILE, files_in, run, small_project

from leafletry.catalogs import extraction
from leafletry.catalogs.updating import update_catalogs
from leafletry.content.project import read_project
from leafletry.reading import output

PROJECT = Path(__file__).parents[2]
TEMPLATE = "locales/messages.pot"
PYBABEL = "import sys; from babel.messages.frontend import main; sys.exit(main())"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small project whose catalogs are up to date."""
    folder = small_project(tmp_path / "project")
    update_catalogs(read_project(folder))
    return folder


def shipped_catalogs() -> list[str]:
    """The template and all catalogs of this project."""
    folder = PROJECT / "locales"
    found = [folder / "messages.pot", *sorted(folder.glob("*/LC_MESSAGES/messages.po"))]
    return [path.relative_to(PROJECT).as_posix() for path in found]


def changed_by_update(root: Path) -> list[str]:
    """Update the catalogs, and name the files that this changed."""
    updates = update_catalogs(read_project(root))
    return [name for name, update in updates.items() if update.changed]


def keys(catalog: polib.POFile) -> set[tuple[str | None, str]]:
    """Give the messages of a catalog that are in use."""
    return {(entry.msgctxt, entry.msgid) for entry in catalog if not entry.obsolete}


def read(path: Path) -> polib.POFile:
    """Read a catalog."""
    return polib.pofile(str(path), wrapwidth=0)


def entry_of(catalog: polib.POFile, msgid: str, msgctxt: str | None = None) -> polib.POEntry:
    """Give the entry of a message that is in use."""
    entry = catalog.find(msgid, msgctxt=msgctxt or False)
    assert entry is not None
    return entry


def change(root: Path, name: str, old: str, new: str) -> None:
    """Change a text in a file."""
    text = (root / name).read_text("utf-8")
    assert old in text
    (root / name).write_text(text.replace(old, new), "utf-8")


# ── The files as they are shipped ──────────────────────────────────────────────────────────────


def test_shipped_catalogs_are_found() -> None:
    """There are a template and four catalogs, so that the tests below look at something."""
    assert len(shipped_catalogs()) >= 5


def test_shipped_catalogs_are_up_to_date(tmp_path: Path) -> None:
    """The catalogs hold exactly what `catalogs update` would write."""
    for name in ("leaflets", "locales", "templates", "styles"):
        shutil.copytree(PROJECT / name, tmp_path / name)
    updates = update_catalogs(read_project(tmp_path))
    assert {name: update.changed for name, update in updates.items()} == dict.fromkeys(
        shipped_catalogs(), False
    )


@pytest.mark.parametrize("name", shipped_catalogs()[1:])
def test_gettext_finds_no_fault(name: str) -> None:
    """The tools of gettext accept header, placeholders and flags, and warn of nothing."""
    command = [str(require_tool("msgfmt")), "--check", "-o", os.devnull, str(PROJECT / name)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize("name", shipped_catalogs())
def test_gettext_would_write_the_same_bytes(name: str) -> None:
    """A translator's tool that writes a catalog anew, unchanged, gives no difference."""
    command = [str(require_tool("msgcat")), "--no-wrap", str(PROJECT / name)]
    result = subprocess.run(command, capture_output=True, check=True)
    assert result.stdout.decode() == (PROJECT / name).read_text("utf-8")


def test_plain_pybabel_extracts_the_same_messages(tmp_path: Path) -> None:
    """`pybabel extract -F babel.toml` finds exactly the messages of the template."""
    target = tmp_path / "messages.pot"
    subprocess.run(
        [sys.executable, "-P", "-c", PYBABEL, "extract", "-F", "babel.toml", "-o", target, "."],
        cwd=PROJECT,
        env=environment(PROJECT),
        check=True,
        capture_output=True,
    )
    assert keys(read(target)) == keys(read(PROJECT / TEMPLATE))
    assert len(keys(read(target))) > 200


def test_plain_pybabel_finds_contexts_and_notes(root: Path, tmp_path: Path) -> None:
    """A context, and what a writer notes for translators, arrive by way of pybabel as well."""
    change(
        root,
        "leaflets/phrases.yaml",
        "call_the_specialists: Call the specialists now.",
        "call_the_specialists: {text: Call now, context: verb, note: A short call.}",
    )
    target = tmp_path / "messages.pot"
    subprocess.run(
        [sys.executable, "-P", "-c", PYBABEL, "extract", "-F", "babel.toml", "-o", target, "."],
        cwd=root,
        env=environment(root),
        check=True,
        capture_output=True,
    )
    update_catalogs(read_project(root))
    assert keys(read(target)) == keys(read(root / TEMPLATE))
    for catalog in (read(target), read(root / TEMPLATE)):
        entry = entry_of(catalog, "Call now", msgctxt="verb")
        assert "TRANSLATORS: A short call." in entry.comment


# ── Updating ───────────────────────────────────────────────────────────────────────────────────


def test_second_update_changes_nothing(root: Path) -> None:
    """After an update a second one changes no byte and no time, and says so."""
    before = files_in(root / "locales")
    times = {path: path.stat().st_mtime_ns for path in (root / "locales").rglob("*")}
    result = run(root, "catalogs", "update")
    assert result.returncode == 0
    assert result.stdout == f"{TEMPLATE}: unchanged\n{DUTCH_FILE}: unchanged\n"
    assert files_in(root / "locales") == before
    assert {path: path.stat().st_mtime_ns for path in (root / "locales").rglob("*")} == times


def test_update_says_what_became_of_each_file(root: Path) -> None:
    """A person reads how much is to be done in each file; what may not be done is an error."""
    change(root, "leaflets/phrases.yaml", "Refer today", "Refer this very day")
    result = run(root, "catalogs", "update")
    kept = len(keys(read(root / TEMPLATE))) - 1
    assert result.returncode == 0
    assert result.stdout.splitlines() == [
        f"{TEMPLATE}: 1 new, 1 gone, {kept} unchanged",
        f"{DUTCH_FILE}: 1 to review, {kept} unchanged",
    ]
    marked = "title: {text: Act at once, same_meaning_as: Never act at once}"
    change(root, "leaflets/act-now.yaml", "title: Act at once", marked)
    before = files_in(root / "locales")
    result = run(root, "catalogs", "update")
    assert (result.returncode, result.stdout) == (1, "")
    assert "leaflets/act-now.yaml:7:45: the mark cannot stand here" in result.stderr
    assert files_in(root / "locales") == before


def test_no_translation_is_lost(root: Path) -> None:
    """A message that goes is put aside with its translation, and back in use when it comes back."""
    leaflet, item = "leaflets/call-us.yaml", "      - trouble_breathing\n"
    phrases, words = "leaflets/phrases.yaml", "    trouble_breathing: has trouble breathing\n"
    change(root, leaflet, item, "")
    change(root, phrases, words, "")
    assert changed_by_update(root) == [TEMPLATE, DUTCH_FILE]
    catalog = read(root / DUTCH_FILE)
    assert "has trouble breathing" not in {msgid for _, msgid in keys(catalog)}
    assert [(e.msgid, e.msgstr) for e in catalog.obsolete_entries()] == [
        ("has trouble breathing", "moeilijk ademt")
    ]
    change(root, leaflet, "    contacts: [phone_day", f"{item}    contacts: [phone_day")
    change(root, phrases, "    call_the_specialists:", f"{words}    call_the_specialists:")
    update_catalogs(read_project(root))
    catalog = read(root / DUTCH_FILE)
    assert entry_of(catalog, "has trouble breathing").msgstr == "moeilijk ademt"
    assert catalog.obsolete_entries() == []


def test_what_translators_wrote_stays(root: Path) -> None:
    """Comments, the header, fuzzy marks and former source texts survive an update."""
    change(
        root,
        DUTCH_FILE,
        'msgid "Refer today"',
        '#, fuzzy\n#| msgid "Refer soon"\nmsgid "Refer today"',
    )
    change(root, DUTCH_FILE, "#. act-now › title", "# Ask Anna.\n#. act-now › title")  # noqa: RUF001 - a breadcrumb
    change(root, DUTCH_FILE, '"Language: nl\\n"', '"Language: nl\\n"\n"X-Team: ours\\n"')
    update_catalogs(read_project(root))
    catalog = read(root / DUTCH_FILE)
    entry = entry_of(catalog, "Refer today")
    assert entry.fuzzy
    assert entry.previous_msgid == "Refer soon"
    assert entry.msgstr == "Verwijs vandaag"
    assert entry_of(catalog, "Act at once").tcomment == "Ask Anna."
    assert catalog.metadata["X-Team"] == "ours"
    assert changed_by_update(root) == []


def test_translation_in_use_wins_over_one_put_aside(root: Path) -> None:
    """Where a catalog holds a message in use and put aside, the one in use is kept."""
    with (root / DUTCH_FILE).open("a", encoding="utf-8") as file:
        file.write('\n#~ msgid "Refer today"\n#~ msgstr "Ooit verwijzen"\n')
    update_catalogs(read_project(root))
    assert entry_of(read(root / DUTCH_FILE), "Refer today").msgstr == "Verwijs vandaag"


@pytest.mark.parametrize("tool", ["msgfmt", "msgcat"])
def test_gettext_agrees_with_every_kind_of_entry(tool: str, root: Path) -> None:
    """Fuzzy, put aside, with context, at two places, with a figure: bytes as gettext's own."""
    test_what_translators_wrote_stays(root)
    change(root, "leaflets/call-us.yaml", "      - trouble_breathing\n", "")
    change(root, "leaflets/phrases.yaml", "    trouble_breathing: has trouble breathing\n", "")
    update_catalogs(read_project(root))
    text = (root / DUTCH_FILE).read_text("utf-8")
    assert "\n#~ msgid" in text
    assert "\n#, fuzzy\n#| msgid" in text
    assert "\n#: leaflets/act-now.yaml" in text
    options = ["--check", "-o", os.devnull] if tool == "msgfmt" else ["--no-wrap"]
    command = [str(require_tool(tool)), *options, str(root / DUTCH_FILE)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")
    assert tool == "msgfmt" or result.stdout == text


def test_broken_content_leaves_the_catalogs(root: Path) -> None:
    """Where a leaflet or a catalog cannot be read, the update says so and changes nothing."""
    for name in ("leaflets/call-us.yaml", DUTCH_FILE):
        sound = (root / name).read_bytes()
        before = files_in(root / "locales")
        change(root, "leaflets/phrases.yaml", "Refer", "Refer  ".strip() + " ")
        with (root / name).open("a") as file:
            file.write('\nmsgid: "x\n')
        broken = {**before, **files_in(root / "locales")}
        result = run(root, "catalogs", "update")
        assert (result.returncode, result.stdout) == (1, "")
        assert f"{name}:" in result.stderr
        assert files_in(root / "locales") == broken
        (root / name).write_bytes(sound)


def test_full_disk_leaves_every_file_as_it_was(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An update that fails while it writes the last file has not touched the first."""
    before = files_in(root)
    change(root, "leaflets/phrases.yaml", "Refer today", "Refer now")
    after_edit = files_in(root)
    written: list[Path] = []
    grow = output._grow

    def grow_once(path: Path, content: bytes, folder: Path) -> Path:
        if written:
            raise OSError(28, "No space left on device")
        written.append(path)
        return grow(path, content, folder)

    monkeypatch.setattr(output, "_grow", grow_once)
    with pytest.raises(OSError, match="No space left"):
        update_catalogs(read_project(root))
    assert written
    locked = {".cache/build.lock"}
    assert {n: c for n, c in files_in(root).items() if n not in locked} == {
        name: content for name, content in after_edit.items() if name not in locked
    }
    assert before.keys() <= after_edit.keys()


@pytest.mark.skipif(os.name == "nt", reason="kills a process before each change of a folder")
def test_killed_update_leaves_whole_files(root: Path) -> None:
    """Killed before any step, an update leaves each file old or new; the next one ends its work."""
    change(root, "leaflets/phrases.yaml", "Refer today", "Refer now")
    old = files_in(root / "locales")
    step = 0
    while True:
        step += 1
        code = (
            "import itertools, os, pathlib, signal, sys\n"
            "from leafletry.catalogs.updating import update_catalogs\n"
            "from leafletry.content.project import read_project\n"
            "project, count = read_project(pathlib.Path(sys.argv[1])), itertools.count(1)\n"
            "def die(event, arguments):\n"
            "    if event in ('os.rename', 'os.chmod') and next(count) == int(sys.argv[2]):\n"
            "        os.kill(os.getpid(), signal.SIGKILL)\n"
            "sys.addaudithook(die)\n"
            "update_catalogs(project)\n"
        )
        command = [sys.executable, "-P", "-c", code, str(root), str(step)]
        killed = subprocess.run(command, env=environment(root), check=False).returncode
        left = files_in(root / "locales")
        if killed != -signal.SIGKILL:
            break
        assert old.keys() <= left.keys()
        assert {name for name in left if name.endswith(".tmp")} <= left.keys() - old.keys()
        for name in old:
            assert left[name] == old[name] or b"Refer now" in left[name]
    assert (killed, step) == (0, 5)
    assert left.keys() == old.keys()
    assert "Refer now" in (root / DUTCH_FILE).read_text("utf-8")
    assert changed_by_update(root) == []


def test_facts_and_sources_hold_no_message(root: Path) -> None:
    """What stands in facts.yaml and sources.yaml is never given to translators."""
    messages = {msgid for _, msgid in keys(read(root / TEMPLATE))}
    assert "A study of leukemia" not in messages
    assert "New cases of a year." not in messages
    for name in ("facts", "sources"):
        with (root / "leaflets" / f"{name}.yaml").open("rb") as file:
            assert list(extraction.extract_leaflet(file, (), ())) == []
