"""`output/public/` holds what may go on a web host and nothing else, under names for readers."""

import re
import shutil
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest
from quick_press import tried
from sampling import WHOLE
from signed import sign
from small_project import (
    ACT,
    CALL,
    CALL_EN,
    CALL_NL,
    TODAY,
    assert_manifest_is_true,
    assert_nothing_else,
    build_here,
    dutch_catalog,
    files_in,
    messages_of,
    posix_only,
    small_project,
)
from test_building import build_and_die
from test_index_page import record

from leafletry.editions.public_names import public_name, saved_name
from leafletry.printing import uptodate

__all__ = ["tried"]
CLINIC = "clinics/example.yaml"


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small project, signed in English; nothing of it is built."""
    root = small_project(tmp_path_factory.mktemp("signed") / "project")
    sign(root, CALL, "en", signed_on=TODAY)
    sign(root, ACT, "en", signed_on=TODAY)
    return root


@pytest.fixture
def root(signed: Path, tmp_path: Path, tried: list[str]) -> Path:
    """A copy of it, built for a clinic too by a press that prints nothing."""
    root = tmp_path / "project"
    shutil.copytree(signed, root, ignore=shutil.ignore_patterns(".cache"))
    assert messages_of(build_here(root, root / CLINIC)) == ""
    assert tried
    return root


def public(root: Path) -> dict[str, bytes]:
    """Give what may go on a web host."""
    return files_in(root / "output/public")


FOR_ALL = "en/when-to-call-us-ts-p1-en-a4"
OF_CLINIC = "clinics/example/en/when-to-call-us-ts-p1-en-a4-example"


def test_it_holds_releases_for_families_and_nothing_else(root: Path) -> None:
    """Released leaflets of families with pictures, overviews and pages about codes: that is all."""
    found = public(root)
    verify = files_in(root / "output/verify")
    assert found.keys() == {
        f"{FOR_ALL}.pdf",
        f"{FOR_ALL}.png",
        f"{OF_CLINIC}.pdf",
        f"{OF_CLINIC}.png",
        "index.html",
        "clinics/example/index.html",
        *(f"verify/{name}" for name in verify),
    }
    assert {name: found[f"verify/{name}"] for name in verify} == verify
    assert found[f"{FOR_ALL}.pdf"] == (root / "output" / CALL_EN).read_bytes()
    assert (root / "output/en" / f"{ACT}-a4.pdf").exists(), "the clinicians' sheet stays inside"
    assert_nothing_else(root)


def test_nothing_in_it_tells_of_this_computer(root: Path) -> None:
    """No page names a path, a profile, a map, the manifest, or a draft as one to be had."""
    pages = {name: page.decode() for name, page in public(root).items() if name.endswith(".html")}
    for name, page in pages.items():
        assert str(root) not in page
        assert not re.search(r"\.yaml|manifest|messages\.json|file:|/tmp", page), name
    for name in ("index.html", "clinics/example/index.html"):
        assert "Draft" not in pages[name]
        assert ACT not in pages[name]


def test_its_links_stay_in_it(root: Path) -> None:
    """Every file that a page of it links to or shows is there, so that the folder can be moved."""
    found = public(root)
    for name in ("index.html", "clinics/example/index.html"):
        page = found[name].decode()
        links = re.findall(r'(?:href|src)="([^"#]+)"', page)
        assert links
        for link in links:
            target = (Path("/") / Path(name).parent / unquote(link)).resolve()
            assert str(target).lstrip("/") in found, link


def test_drafts_alone_publish_nothing(root: Path) -> None:
    """Where nothing was ever released there is nothing to publish."""
    shutil.rmtree(root / "output")
    (root / "locales/en/signoff.yaml").unlink()
    build_here(root)
    assert not (root / "output/public").exists()


def test_what_is_no_release_any_more_leaves_it(root: Path) -> None:
    """One changed word takes a leaflet out; the pages about codes, for who has it, stay."""
    path = root / f"leaflets/{CALL}.yaml"
    path.write_text(path.read_text("utf-8").replace("Signs in a baby", "Signs to see"), "utf-8")
    build_here(root)
    found = public(root)
    assert not [name for name in found if name.endswith((".pdf", ".png"))]
    assert "index.html" in found
    assert len([name for name in found if name.startswith("verify/")]) > 4
    assert (root / "output" / CALL_EN).exists(), "its draft"
    assert_nothing_else(root)


def damage(root: Path) -> None:
    """Change a byte of a public file."""
    (root / f"output/public/{FOR_ALL}.pdf").write_bytes(b"%PDF-1.7 other\n%%EOF\n")


def lose(root: Path) -> None:
    """Take the whole folder away."""
    shutil.rmtree(root / "output/public")


@pytest.mark.parametrize("harm", [damage, lose])
def test_what_is_not_as_it_was_is_put_right(
    root: Path, tried: list[str], harm: Callable[[Path], None]
) -> None:
    """A public file that is damaged or gone is seen by the quick look, and written again."""
    assert uptodate.report_if_current(root, ["-q"]) == 0
    before = public(root)
    tried.clear()
    harm(root)
    assert uptodate.report_if_current(root, ["-q"]) is None
    build_here(root)
    assert (public(root), tried) == (before, [])
    assert uptodate.report_if_current(root, ["-q"]) == 0


def test_what_others_put_there_stays(root: Path) -> None:
    """A file that is none of ours is left where somebody put it."""
    (root / "output/public/CNAME").write_text("leaflets.example")
    (root / "locales/en/signoff.yaml").unlink()
    build_here(root)
    assert (root / "output/public/CNAME").exists()


@posix_only
def test_kill_while_it_is_put_in_place(root: Path, tmp_path: Path) -> None:
    """Killed before any change, a build publishes nothing that is cut, and the next one mends."""
    sign(root, CALL, "nl", signed_on=TODAY)
    catalog = root / "locales/nl/LC_MESSAGES/messages.po"
    catalog.write_text(dutch_catalog().replace("moeilijk ademt", "zwaar ademt"), "utf-8")
    (root / "locales/en/signoff.yaml").unlink()
    build_here(shutil.copytree(root, tmp_path / "wanted"))
    wanted = files_in(tmp_path / "wanted/output")
    operation = 1
    while True:
        copy = shutil.copytree(root, tmp_path / "copy")
        if not build_and_die(copy, operation):
            break
        assert_manifest_is_true(copy)
        build_here(copy)
        assert_nothing_else(copy)
        assert files_in(copy / "output") == wanted
        shutil.rmtree(copy)
        operation += 11 if WHOLE else 23  # Which change it is does not matter: all are of a kind.
    assert operation > 30


# ── Names ──────────────────────────────────────────────────────────────────────────────────────


NAMES = {
    "Cuándo llevar a su bebé al médico": "cuando-llevar-a-su-bebe-al-medico",
    "Quand faire examiner votre bébé ?": "quand-faire-examiner-votre-bebe",
    "Wanneer u ons belt: baby\u2019s": "wanneer-u-ons-belt-babys",
    "Œuvre, straße & Ærø": "oeuvre-strasse-aero",
    "赤ちゃんの受診のめやす": "when-to-have-your-baby-checked",
    "Когда": "when-to-have-your-baby-checked",
    "हिन्दी": "when-to-have-your-baby-checked",
    "Leukemia (白血病)": "when-to-have-your-baby-checked",
    "?!": "when-to-have-your-baby-checked",
    "../../etc/passwd": "etc-passwd",
    "CON": "con",
    f"{'long ' * 30}": "-".join(["long"] * 12),
    "x" * 200: "x" * 60,
}


@pytest.mark.parametrize("title", NAMES)
def test_public_names_survive_every_disk(title: str) -> None:
    """A public name is plain ASCII, in the title's own words where it has such letters."""
    titled = replace(record("es"), title=title, code="IL-P1 · es · v0.1 · 3fa92c")
    assert public_name(titled) == f"public/es/{NAMES[title]}-il-p1-es-a4.pdf"


def test_a_manifest_names_no_file_outside() -> None:
    """Whatever a code in a manifest says, the public name of its file stays in the folder."""
    forged = replace(record("es"), title="../..", code="../../../x · es · v0.1 · 3fa92c")
    assert public_name(forged).startswith("public/es/")
    assert ".." not in public_name(forged)


def test_no_two_public_files_have_one_name() -> None:
    """Code, language, paper and clinic tell files apart, whatever their titles."""
    records = [
        replace(
            record(locale, "parents", clinic),
            title="Same",
            page_format=paper,
            code=f"{code} · {locale} · v0.1 · 3fa92c",
        )
        for locale in ("es", "pt_BR")
        for clinic in (None, "north", "south")
        for paper in ("a4", "letter")
        for code in ("IL-P1", "IL-S2")
    ]
    names = {public_name(item).casefold() for item in records}
    assert len(names) == len(records) == 24
    assert len({saved_name(item) for item in records}) == 12, "codes are no words for a reader"


@pytest.mark.parametrize(
    ("title", "saved"),
    [
        ("赤ちゃんの受診のめやす", "赤ちゃんの受診のめやす - ja - a4.pdf"),
        (unicodedata.normalize("NFD", "Bébé à voir"), "Bébé à voir - ja - a4.pdf"),
        ('a/b\\c:d*e?f"g<h>i|j', "a b c d e f g h i j - ja - a4.pdf"),
        ("..", "when-to-have-your-baby-checked - ja - a4.pdf"),
    ],
)
def test_saved_names_are_titles(title: str, saved: str) -> None:
    """What a browser saves a leaflet as is its title, composed, without what no file may have."""
    assert saved_name(replace(record("ja"), title=title)) == saved


def test_what_is_signed_but_not_whole_is_not_public(root: Path) -> None:
    """A signature publishes no leaflet of which words are not translated."""
    sign(root, CALL, "nl", signed_on=TODAY)
    build_here(root)
    names = [name for name in public(root) if name.endswith(".pdf")]
    # Its shared phrases are not translated, so that it is no release for all that is signed.
    assert (root / "output" / CALL_NL).exists()
    assert not [name for name in names if "/nl/" in f"/{name}"]
