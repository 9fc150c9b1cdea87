"""What of WeasyPrint and pydyf is used that they promise to nobody: an upgrade says what broke."""

import ast
import importlib
import inspect
from pathlib import Path

import pydyf
import pytest
from weasyprint import Document
from weasyprint.document import Page
from weasyprint.layout.absolute import AbsolutePlaceholder
from weasyprint.pdf.stream import Stream

PAGES = Path(__file__).parents[2] / "leafletry" / "pages"
THEIRS = ("weasyprint", "pydyf")

PRIVATE = {
    "_box": (AbsolutePlaceholder, "the box that a placeholder hides: placing, spills, tags"),
    "_build_layout_context": (Document, "between layout and painting: typesetting"),
    "_page_box": (Page, "the boxes of a page that is laid out: typesetting, tags"),
    "_tags": (Stream, "which box marked content is of: tags"),
    "_to_bytes": (pydyf, "how a part of a stream is written: finishing, embedding, tags"),
}
"""Names with an underscore, whose they are, and what for."""
PUT_IN_PLACE = {
    "weasyprint.layout.layout_backgrounds": "backgrounds are laid out when boxes stand still",
    "weasyprint.pdf.build_fonts_dictionary": "ligatures are told apart before fonts are written",
    "weasyprint.pdf.fonts.ffi": "C types of arrays are not parsed for each length",
    "weasyprint.pdf.add_tags": "tags are those of the content",
}
"""Names that are put aside for a while, and why."""


def trees() -> dict[str, ast.Module]:
    """Give the syntax trees of the modules that know WeasyPrint."""
    return {path.stem: ast.parse(path.read_text("utf-8")) for path in sorted(PAGES.glob("*.py"))}


def dotted(node: ast.expr) -> str:
    """Give a name with its dots; nothing where it is none."""
    if isinstance(node, ast.Attribute):
        above = dotted(node.value)
        return f"{above}.{node.attr}" if above else ""
    return node.id if isinstance(node, ast.Name) else ""


def private_names() -> set[str]:
    """Give the names with an underscore that are read of somebody else's objects."""
    return {
        node.attr
        for tree in trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr.startswith("_")
        and not node.attr.startswith("__")
        and dotted(node.value) not in ("self", "cls")
    }


def names_put_in_place() -> set[str]:
    """Give the names of their modules that ours set."""
    targets = (
        target
        for tree in trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
    )
    names = {
        dotted(target.value if isinstance(target, ast.Subscript) else target) for target in targets
    }
    return {name for name in names if name.startswith(THEIRS)}


def test_every_private_name_is_listed() -> None:
    """Whoever reaches for one more lists it here, with a reason."""
    assert private_names() == PRIVATE.keys()
    assert names_put_in_place() == PUT_IN_PLACE.keys()


@pytest.mark.parametrize("name", PRIVATE)
def test_a_private_name_is_still_theirs(name: str) -> None:
    """The installed version has it where we look for it."""
    owner, _ = PRIVATE[name]
    assert hasattr(owner, name) or f"self.{name}" in inspect.getsource(owner)


@pytest.mark.parametrize("name", PUT_IN_PLACE)
def test_a_name_that_is_put_aside_is_still_theirs(name: str) -> None:
    """The installed version looks it up where we put another one."""
    module, _, attribute = name.rpartition(".")
    assert hasattr(importlib.import_module(module), attribute)


def imports() -> list[tuple[str, str]]:
    """Give what our pages import of theirs, by module and name."""
    return sorted(
        (node.module, alias.name)
        for tree in trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(THEIRS)
        for alias in node.names
        if node.module
    )


@pytest.mark.parametrize(("module", "name"), dict.fromkeys(imports()))
def test_what_is_imported_is_there(module: str, name: str) -> None:
    """Each class and function stands where we import it from."""
    assert hasattr(importlib.import_module(module), name)
