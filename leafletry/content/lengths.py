"""How long a text may be where the layout has little room, as designers say in one table."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel, Field

from leafletry.content.leaflet import Leaflet, SideBySide, Table, Text
from leafletry.reading.placeholders import PLACEHOLDER
from leafletry.reading.problems import Problem, ProblemsFoundError, shortened
from leafletry.reading.sourcefile import Strict, did_you_mean, parse, read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from leafletry.content.leaflet import Phrases
    from leafletry.reading.sourcefile import SourceFile

Characters = Annotated[int, Field(ge=1, le=1000)]
KeyPath = tuple[str | int, ...]
FILE_NAME = "templates/lengths.yaml"
_COLUMNS = "table.columns"
_FIGURE = "0" * 4
"""What a placeholder counts as where nobody knows what it will print."""


@dataclass(frozen=True, order=True)
class Limit:
    """How many Latin characters have room, and whether they must stand on one line."""

    characters: int
    one_line: bool


class Lengths(Strict):
    """The limits of `templates/lengths.yaml` by kind of place, such as `title` or `urgent.items`.

    The limit of `table.columns` is that of a column as wide as the page.
    """

    one_line: dict[str, Characters] = {}
    several_lines: dict[str, Characters] = {}

    def limit(self, model: BaseModel, path: KeyPath) -> Limit | None:
        """Give the limit of the text under `path` of a leaflet or of the phrases, if it has one."""
        kind = kind_of_place(model, path)
        one_line = kind in self.one_line
        characters = self.one_line.get(kind) or self.several_lines.get(kind)
        if characters is None:
            return None
        if kind == _COLUMNS:
            characters = max(1, round(characters * _share_of_page(model, path)))
        return Limit(characters, one_line)


def width(words: str, values: Mapping[str, str] | None = None) -> int:
    """Give how many Latin characters a text is as wide as; full-width characters count two.

    A placeholder counts as its value in `values`, or as four characters; `**` counts nothing.
    """
    known = values or {}
    printed = PLACEHOLDER.sub(lambda found: known.get(found[1], _FIGURE), words)
    printed = printed.replace("**", "")
    return len(printed) if printed.isascii() else sum(map(_width_of, printed))


@cache
def _width_of(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Cf", "Mn"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def read_lengths(root: Path, phrases: Phrases) -> Lengths:
    """Read the table of a project; where there is none, nothing has a limit.

    Raises ProblemsFoundError with the place of each wrong value or unknown kind of place.
    """
    path = root / FILE_NAME
    if not path.exists() and not path.is_symlink():
        return Lengths()
    source = read_yaml(path, FILE_NAME)
    lengths = parse(Lengths, source)
    if problems := list(_unknown_kinds(lengths, source, phrases)):
        raise ProblemsFoundError(problems)
    return lengths


def _unknown_kinds(lengths: Lengths, source: SourceFile, phrases: Phrases) -> Iterator[Problem]:
    known = _leaflet_kinds() | {f"labels.{name}" for name in phrases.labels}
    for table in ("one_line", "several_lines"):
        for kind in getattr(lengths, table):
            place = source.key_places[table, kind]
            # Where the phrases could not be read, any label may be in them.
            if kind not in known and (phrases.labels or not kind.startswith("labels.")):
                message = f'there is no place "{shortened(kind)}" on a page'
                yield Problem(place, message, did_you_mean(kind, known))
            elif table == "several_lines" and kind in lengths.one_line:
                message = f'"{kind}" has its limit under one_line already'
                yield Problem(place, message, "keep one of the two")


def kind_of_place(model: Any, path: KeyPath) -> str:
    """Give the kind of place of a text: its keys below the block, without numbers."""
    names: list[str] = []
    for key in path:
        if isinstance(key, int) or isinstance(model, dict):
            model = model[key]
        else:
            model = getattr(model, key)
        if hasattr(model, "block"):
            names = [model.block]
        elif isinstance(key, str) and key != "otherwise":  # which stands at the same place
            names.append(key)
    return ".".join(names)


def _share_of_page(model: Any, path: KeyPath) -> float:
    """Give which share of the page's width the column under `path` has."""
    share, owner = 1.0, None
    for key in path:
        if isinstance(key, int):
            if isinstance(owner, (SideBySide, Table)):
                share *= _share(owner.widths or [], key, len(model))
            model = model[key]
        else:
            owner, model = model, getattr(model, key)
    return share


def _share(widths: list[int], number: int, count: int) -> float:
    if len(widths) != count or min(widths) < 1:
        return 1 / count
    return widths[number] / sum(widths)


@cache
def _leaflet_kinds() -> frozenset[str]:
    """Give every kind of place a leaflet can have, by its content model."""
    return frozenset(_kinds_below(Leaflet, ""))


def _kinds_below(model: type[BaseModel], above: str) -> Iterator[str]:
    for name, field in model.model_fields.items():
        for part in _models_in(field.annotation):
            if part is Text:
                yield f"{above}{name}"
            elif "block" in part.model_fields:
                yield from _kinds_below(part, _block_name(part))
            else:
                yield from _kinds_below(part, f"{above}{name}.")


def _block_name(model: type[BaseModel]) -> str:
    return f"{get_args(model.model_fields['block'].annotation)[0]}."


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield the models that an annotation is made of: list[Annotated[A | B, ...]] gives A, B."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) is not Literal:
        for part in get_args(annotation):
            yield from _models_in(part)
