"""Weblate's own names for the settings of a component, read from its source code.

Weblate is a web application that needs a database, so it is neither installed nor run: what its
source says is read from the syntax trees of a few of its modules.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# What `import_json` leaves out: relations have no place in a file.
_RELATIONS = {"ForeignKey", "ManyToManyField"}


@dataclass(frozen=True)
class Names:
    """What a version of Weblate knows: each part sorted."""

    fields: list[str]
    """The settings of a component that `weblate import_json` takes."""
    choices: dict[str, list[str]]
    """The values that some of them may have, by field."""
    file_format_params: dict[str, list[str]]
    """The settings of gettext files, and the values each may have; none where it is yes or no."""
    checks: list[str]
    flags: list[str]
    file_formats: list[str]
    addons: list[str]


def read_names(package: Path) -> Names:
    """Read the names from the folder `weblate` of a wheel that was unpacked."""
    component = _tree(package / "trans/models/component.py")
    params = _tree(package / "trans/file_format_params.py")
    checks = [name for path in _modules(package / "checks") for name in _texts(path, "check_id")]
    flags = _tree(package / "checks/flags.py")
    return Names(
        sorted(_fields(component)),
        {field: _choices(component, constant) for field, constant in _CHOICES.items()},
        dict(_gettext_params(params)),
        sorted(filter(None, checks)),
        sorted(_plain_flags(flags)),
        sorted(_texts(package / "formats/ttkit.py", "format_id")),
        sorted(_texts(package / "addons/gettext.py", "name")),
    )


_CHOICES = {
    "new_lang": "NEW_LANG_CHOICES",
    "language_code_style": "LANGUAGE_CODE_STYLE_CHOICES",
    "merge_style": "MERGE_CHOICES",
}


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def _modules(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.glob("*.py")) if "test" not in path.stem]


def _classes(tree: ast.AST) -> Iterator[ast.ClassDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))


def _assigned(node: ast.ClassDef | ast.Module) -> dict[str, ast.expr]:
    """Give what stands behind each name that is assigned in a class or a module."""
    found = {}
    for part in node.body:
        if isinstance(part, ast.Assign) and isinstance(part.targets[0], ast.Name):
            found[part.targets[0].id] = part.value
        elif isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name) and part.value:
            found[part.target.id] = part.value
    return found


def _text(node: ast.expr | None) -> str:
    """Give a constant as text; nothing for what has to be computed."""
    try:
        return "" if node is None else str(ast.literal_eval(node))
    except ValueError:
        return ""


def _texts(path: Path, name: str) -> list[str]:
    """Give the texts that classes of a module assign to a name."""
    return [
        _text(_assigned(node).get(name))
        for node in _classes(_tree(path))
        if name in _assigned(node)
    ]


def _fields(tree: ast.Module) -> Iterator[str]:
    [component] = (node for node in _classes(tree) if node.name == "Component")
    for name, value in _assigned(component).items():
        if not isinstance(value, ast.Call):
            continue
        kind = ast.unparse(value.func).rpartition(".")[2]
        editable = {word.arg: _text(word.value) for word in value.keywords}.get("editable")
        if kind.endswith("Field") and kind not in _RELATIONS and editable != "False":
            yield name


def _choices(tree: ast.Module, constant: str) -> list[str]:
    pairs = _assigned(tree)[constant]
    assert isinstance(pairs, ast.Tuple)
    return [_text(pair.elts[0]) for pair in pairs.elts if isinstance(pair, ast.Tuple)]


def _gettext_params(tree: ast.Module) -> Iterator[tuple[str, list[str]]]:
    for node in _classes(tree):
        assigned = _assigned(node)
        name, choices = _text(assigned.get("name")), assigned.get("choices")
        if name.startswith("po_"):
            pairs = choices.elts if isinstance(choices, ast.List) else []
            yield name, [_text(pair.elts[0]) for pair in pairs if isinstance(pair, ast.Tuple)]


def _plain_flags(tree: ast.Module) -> Iterator[str]:
    """Give the flags without a value that are named one by one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "PLAIN_FLAGS":
            yield _text(node.slice)
