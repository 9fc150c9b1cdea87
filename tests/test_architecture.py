"""The engine's shape: data flows one way through its modules, and only the command line speaks."""

import ast
import graphlib
from pathlib import Path

import pytest

ENGINE = Path(__file__).parent.parent / "leafletry"

# From the files people write to the command that builds them: no room imports from a later one,
# nor from its neighbours on the same floor.
ROOMS = "reading content editions checking pages reading_back printing building"
AND_ABOVE = ({"catalogs", "proof", "facts_report", "verifying", "desk"}, {"signing"}, {"cli"})
FLOORS = (*({room} for room in ROOMS.split()), *AND_ABOVE)
DRAWS = "pages"
"""The only room that imports what lays out and writes PDFs."""
SPEAKERS = {
    "cli/__init__": "it is the command line",
    "cli/catalogs": "its commands for translators",
    "cli/catalog_fonts": "as above",
    "cli/catalog_status": "as above",
    "cli/check_catalogs": "as above",
    "cli/pseudo_catalog": "as above",
    "cli/contact_sheet": "its command for whoever looks at pages",
    "cli/schemas": "its command for who writes YAML",
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
    "printing/uptodate": "it answers for the command line where nothing is to be done",
}
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "manager", "common", "misc", "core"}


def modules() -> list[str]:
    """All modules of the engine; a room is one itself where it has code of its own."""
    paths = (path.relative_to(ENGINE).with_suffix("") for path in ENGINE.rglob("*.py"))
    return sorted(path.as_posix() for path in paths)


def room_of(module: str) -> str:
    """Give the room in which a module stands; nothing for the engine's own door."""
    return module.rpartition("/")[0]


def tree_of(module: str) -> ast.Module:
    """Give a module's syntax tree."""
    return ast.parse((ENGINE / f"{module}.py").read_text("utf-8"))


def names_imported(module: str) -> set[str]:
    """Give the whole names of what a module imports, at run time or for its types."""
    found: set[str] = set()
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports say the whole name"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def imports_of(module: str) -> set[str]:
    """Give the modules of the engine that a module imports."""
    own = (name for name in names_imported(module) if name.startswith("leafletry."))
    return {module_of(name) for name in own}


def module_of(name: str) -> str:
    """Give the module that an import names, or of which it names a part."""
    path = "/".join(name.split(".")[1:])
    while not (ENGINE / f"{path}.py").exists():
        if (ENGINE / path / "__init__.py").exists():
            return f"{path}/__init__"
        path = path.rpartition("/")[0]
        assert path, name
    return path


def test_every_module_has_its_room() -> None:
    """Nothing stands between the rooms, and none of them is empty."""
    assert {room_of(module) for module in modules()} - {""} == set.union(*FLOORS)
    assert [module for module in modules() if not room_of(module)] == ["__init__", "__main__"]


@pytest.mark.parametrize("room", sorted(set.union(*FLOORS)))
def test_data_flows_one_way(room: str) -> None:
    """A room imports only from those before it, types too."""
    (floor,) = (number for number, rooms in enumerate(FLOORS) if room in rooms)
    before = set[str]().union(*FLOORS[:floor])
    for module in modules():
        if room_of(module) == room:
            assert {room_of(one) for one in imports_of(module)} - before <= {room}, module


def test_no_two_modules_need_each_other() -> None:
    """Within a room, too, there is an order."""
    needs = {module: imports_of(module) - {module} for module in modules()}
    # Raises CycleError, which names them.
    assert len(list(graphlib.TopologicalSorter(needs).static_order())) == len(needs)


def test_one_room_draws() -> None:
    """Only one room knows the libraries that lay out and write pages."""
    drawing = {
        room_of(module)
        for module in modules()
        for name in names_imported(module)
        if name.partition(".")[0] in ("weasyprint", "pydyf")
    }
    assert drawing == {DRAWS}


def test_imports_are_seen() -> None:
    """The order means something: the imports it judges are really found."""
    seen = {"editions/composition", "checking/__init__", "printing/manifest", "printing/uptodate"}
    assert seen <= imports_of("building/building")
    assert sum(len(imports_of(module)) for module in modules()) > 60
    assert "content/clinic" in imports_of("building/plan")


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
    assert imports_of("printing/uptodate") == {"reading/plain_file"}
    assert imports_of("reading/plain_file") == set()
    for room in ("printing", "reading"):
        assert imports_of(f"{room}/__init__") == set()


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
