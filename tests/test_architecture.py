"""The engine's shape: data flows one way through its modules, and only the command line speaks."""

import ast
from pathlib import Path

import pytest

ENGINE = Path(__file__).parent.parent / "leafletry"

# The way of the data, from the files people write to the command that builds them. A module
# may import from the lines above its own, never from its own line or from below.
WAY_OF_THE_DATA = [
    {
        "plain_file",
        "slips",
        "pages/sandbox",
        "arms_length",
        "raster_copier",
        "drawing_copier",
        "pages/line_breaks",
    },
    {"problems", "placeholders", "uptodate", "output", "edition", "pages/styles", "pages/pictures"}
    | {"catalogs/closeness", "catalogs/alignment", "proof/imposing"}
    | {"edition_code", "signing/differences"}
    | {"provenance/sealing", "provenance/pdf_reader", "provenance/given_files"},
    {
        "given_raster",
        "given_drawing",
        "sourcefile",
        "pages/fonts",
        "pages/outlines",
        "manifest",
        "provenance/page_words",
        "provenance/history",
    },
    {"pages/font_judge", "svg_numbers"},
    {
        "leaflet",
        "logos",
        "phones",
        "catalogs/po_entries",
        "languages",
        "pages/added_fonts",
        "pages/font_proof",
        "pages/ligatures",
        "pages/embedding",
    },
    {"provenance/record"},
    {"provenance/packet"},
    {"signing/signoffs", "withdrawals", "publishers", "provenance/private_key"},
    {"provenance/signatures"},
    {"facts", "clinic", "catalogs/catalog", "writing", "catalogs/standing", "catalogs/lengths"}
    | {"pages/conformance"},
    {"project", "numerals", "catalogs/matching", "catalogs/catalog_files"},
    {"signing/approval"},
    {"localization", "catalogs/translator_notes", "stopped"},
    {"furniture", "pages/reading_order", "reading_back/typefaces"},
    {"reading_back/numbers"},
    {"checking", "reading_back/copy", "reading_back/paper"},
    {"reading_back/collating", "reading_back/ink"},
    {"pages/markup", "pages/tags", "pages/placing", "catalogs/extraction", "facts_report/uses"},
    {"public_names", "clinic_files", "scope"},
    {"pages/spills", "pages/urgent_box", "pages/qr_code", "signing/words", "facts_report/report"},
    {"pages/typesetting", "index_page", "composition", "catalogs/updating", "proof/numbering"}
    | {"catalogs/comments"},
    {"reading_back/pictures"},
    {"reading_back/reading"},
    {
        "catalogs/printed_messages",
        "pages/finishing",
        "message_map",
        "catalogs/new_language",
        "facts_report/report_page",
    }
    | {"signing/standings", "signing/recording"},
    {"printing", "verify_pages"},
    {"overviews", "last_good", "presses"},
    {"building", "desk", "proof/proof_pages", "proof/proof_list", "facts_report/report_pdf"},
    {"provenance/known_codes", "provenance/foreign_pdf", "provenance/again"},
    {"provenance/rebuilding"},
    {"provenance/verifying"},
    {"provenance/publishing"},
    {"fit", "catalogs/pseudo", "proof/proof"},
    {"catalogs/status", "signing/pack"},
    {"catalogs/status_page"},
    {"cli"},
    {"__main__"},
]
WHOLE = {"checking", "cli", "desk"}
"""Packages whose parts have no order of their own."""
SPEAKERS = {
    "cli/__init__": "it is the command line",
    "cli/catalogs": "its commands for translators",
    "cli/catalog_status": "as above",
    "cli/check_catalogs": "as above",
    "cli/pseudo_catalog": "as above",
    "cli/facts": "its command for editors",
    "cli/naming": "what people mean, asked back where it is unclear",
    "cli/signoff": "its commands for reviews",
    "cli/proof": "its command for reviewers",
    "cli/serve": "its command for the translator's desk",
    "cli/speaking": "how it speaks",
    "cli/verify": "its command for whoever holds a leaflet",
    "cli/publisher": "its commands for who gives leaflets out",
    "cli/withdraw": "its command for whoever takes one back",
    "__main__": "it hands over to the command line",
    "uptodate": "it answers for the command line where nothing is to be done",
}
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "manager", "common", "misc", "core"}


def modules() -> list[str]:
    """All modules of the engine, those of sub-packages too."""
    return sorted(
        path.relative_to(ENGINE).with_suffix("").as_posix()
        for path in ENGINE.rglob("*.py")
        if path.name != "__init__.py" or path.parent.name in WHOLE
    )


def place_of(module: str) -> str:
    """Give what has a place on the way: a module, or a package whose parts share one."""
    package = module.partition("/")[0]
    return package if package in WHOLE else module


def tree_of(module: str) -> ast.Module:
    """Give a module's syntax tree."""
    return ast.parse((ENGINE / f"{module}.py").read_text("utf-8"))


def imports_of(module: str) -> set[str]:
    """Give the modules of the engine that a module imports, at run time or for its types."""
    found: set[str] = set()
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports say the whole name"
            names = [node.module or ""]
            if node.module == "leafletry" or (ENGINE / package_of(node)).is_dir():
                names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        found |= {module_of(name) for name in names if name.startswith("leafletry.")}
    return found


def module_of(name: str) -> str:
    """Give the module (or the package that counts as one) that an import names."""
    path = "/".join(name.split(".")[1:])
    return place_of(path if (ENGINE / f"{path}.py").exists() else path.rpartition("/")[0] or path)


def package_of(node: ast.ImportFrom) -> str:
    """Give the folder of the engine that an import would name, if it is one."""
    return "/".join((node.module or "-").split(".")[1:]) or "-"


def test_every_module_has_its_place() -> None:
    """The order names every module of the engine once, and no module that is gone."""
    placed = [module for line in WAY_OF_THE_DATA for module in sorted(line)]
    assert sorted(placed) == sorted({place_of(module) for module in modules()})
    assert len(placed) > 20


@pytest.mark.parametrize("module", modules())
def test_data_flows_one_way(module: str) -> None:
    """A module imports only what comes before it on the way of the data, types too."""
    above: set[str] = set()
    for line in WAY_OF_THE_DATA:
        if place_of(module) in line:
            break
        above |= line
    own = {place_of(module)} if place_of(module) in WHOLE else set()
    assert imports_of(module) - above <= own


def test_imports_are_seen() -> None:
    """The order means something: the imports it judges are really found."""
    assert {"composition", "checking", "manifest", "uptodate"} <= imports_of("building")
    assert sum(len(imports_of(module)) for module in modules()) > 60
    assert "clinic" in imports_of("building")


def speaks(module: str) -> list[str]:
    """Name what a module does to print or to end the program."""
    found = []
    for node in ast.walk(tree_of(module)):
        said = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
        if isinstance(node, ast.Raise) and node.exc is not None:
            said = ast.unparse(node.exc).partition("(")[0]
        if said in {"print", "sys.exit", "exit", "quit", "SystemExit"} or said.startswith(
            ("sys.stdout.", "sys.stderr.", "click.", "rich.")
        ):
            found.append(said)
    return found


@pytest.mark.parametrize("module", modules())
def test_only_the_command_line_speaks(module: str) -> None:
    """No other module prints or ends the program: whoever calls it decides what people see."""
    assert bool(speaks(module)) is (module in SPEAKERS)


def test_quick_look_needs_nothing() -> None:
    """The quick look imports nothing of the engine that a bare Python could not run."""
    assert imports_of("uptodate") == {"plain_file"}
    assert imports_of("plain_file") == set()


@pytest.mark.parametrize("module", modules())
def test_names_say_what_is_inside(module: str) -> None:
    """No module has a name under which anything could stand."""
    words = set(module.replace("/", "_").split("_"))
    assert words & NAMES_THAT_SAY_NOTHING == set()


@pytest.mark.parametrize("module", modules())
def test_engine_knows_no_illness(module: str) -> None:
    """The engine knows nothing of leukemia: another charity can use it for another illness."""
    text = (ENGINE / f"{module}.py").read_text("utf-8").lower()
    assert "leukemia" not in text
    assert "leukaemia" not in text
