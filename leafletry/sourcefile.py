"""Read the YAML people write: plain data only, every value with its line and column.

Anything that is more than plain data (aliases, anchors, tags, several documents) is refused:
it is what YAML bombs and object injections are made of, and no leaflet needs it.
"""

from __future__ import annotations

import datetime
import difflib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from leafletry.problems import Place, Problem, ProblemsFoundError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Path_ = tuple[str | int, ...]
Parsed = TypeVar("Parsed", bound=BaseModel)

MOST_BYTES = 1_000_000
MOST_DEPTH = 24
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_RESOLVER = yaml.resolver.Resolver()
MOST_PROBLEMS = 50
FORBIDDEN_CHARACTERS = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\uf8ff\ufdd0-\ufdef"
    r"\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f\U000f0000-\U0010ffff]"
)
"""Controls, line ends only some programs know, reversals of the reading order, halves of
characters, tags, private and undefined characters: none can be seen, each can mislead."""
LINK = re.compile(r"://|\bwww\.|\b(?:mailto|javascript|vbscript|file):|\bdata:\w+/", re.IGNORECASE)


class Strict(BaseModel):
    """A model whose input may hold nothing unknown and needs the right types."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


@dataclass
class SourceFile:
    """A YAML file as plain data, and where each value (and each key) of it stands."""

    file: str
    value: Any = None
    places: dict[Path_, Place] = field(default_factory=dict)
    key_places: dict[Path_, Place] = field(default_factory=dict)

    def place(self, path: Path_) -> Place:
        """Give the place of the value at `path`, or of the nearest value around it."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, Place(self.file, 1, 1))


def shortened(text: str, most: int = 40) -> str:
    """Give a text as a message can quote it: in one line, and cut off if it is long."""
    line = " ".join(FORBIDDEN_CHARACTERS.sub("\ufffd", text).split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def read_text(path: Path, name: str, most_bytes: int = MOST_BYTES) -> str:
    """Give the text of a UTF-8 file with `\\n` line ends.

    Raises ProblemsFoundError: unreadable, too large, not UTF-8, or with control characters
    (among them the ones that reverse the reading order) in it.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(most_bytes + 1)
    except OSError as error:
        raise _refusal(Place(name), f"cannot be read: {error.strerror}") from None
    if len(raw) > most_bytes:
        raise _refusal(
            Place(name), f"is larger than {most_bytes:,} bytes", "no file of content is that long"
        )
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8", "replace")
        raise _refusal(
            place_in(name, before, len(before)), "is not UTF-8 text", "save the file as UTF-8"
        ) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if bad := FORBIDDEN_CHARACTERS.search(text):
        raise _refusal(
            place_in(name, text, bad.start()),
            f"the invisible character U+{ord(bad[0]):04X} is not allowed",
            "delete it and type the text again",
        )
    return text


def place_in(file: str, text: str, offset: int) -> Place:
    """Give the place of a character offset in a text."""
    start = text.rfind("\n", 0, offset) + 1
    return Place(file, text.count("\n", 0, offset) + 1, offset - start + 1)


def _refusal(place: Place, message: str, hint: str = "") -> ProblemsFoundError:
    return ProblemsFoundError([Problem(place, message, hint)])


def read_yaml(path: Path, name: str) -> SourceFile:
    """Read one YAML file into plain data with places.

    Raises ProblemsFoundError for anything that is not well-formed plain data.
    """
    source = SourceFile(name)
    text = read_text(path, name)
    loader = _Loader(text)
    try:
        reader = _Reader(source, iter(loader.get_event, None))
        source.value = reader.read_document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(name, mark.line + 1, mark.column + 1) if mark else Place(name)
        raise _refusal(
            place,
            f"is not valid YAML: {error.problem or error.context}",
            "check the indentation, the colons and the quotation marks around here",
        ) from None
    except yaml.YAMLError as error:
        raise _refusal(Place(name), f"is not valid YAML: {error}") from None
    finally:
        loader.dispose()
    if reader.problems:
        raise ProblemsFoundError(reader.problems)
    return source


class _Reader:
    """Builds plain values from parser events, one after another."""

    def __init__(self, source: SourceFile, events: Iterator[Any]) -> None:
        self.source = source
        self.events = events
        self.problems: list[Problem] = []

    def read_document(self) -> Any:
        value, documents = None, 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._refuse(event, "a second document (after ---) is not allowed")
                    break
                value = self._value(next(self.events), (), 0)
        return value

    def _place(self, event: Any) -> Place:
        return Place(self.source.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def _refuse(self, event: Any, message: str, hint: str = "") -> None:
        self.problems.append(Problem(self._place(event), message, hint))

    def _value(self, event: Any, path: Path_, depth: int) -> Any:
        self.source.places[path] = self._place(event)
        if isinstance(event, yaml.AliasEvent):
            self._refuse(event, "an alias (*name) is not allowed", "write the text out here")
            return None
        if event.anchor:
            self._refuse(event, "an anchor (&name) is not allowed", "delete it")
        if event.tag and event.tag != "!":
            self._refuse(event, f"the tag {event.tag} is not allowed", "delete it; plain values only")
        if depth > MOST_DEPTH:
            raise _refusal(self._place(event), f"is nested more than {MOST_DEPTH} levels deep")
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path, depth)
        return self._mapping(path, depth)

    def _sequence(self, path: Path_, depth: int) -> list[Any]:
        values: list[Any] = []
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            values.append(self._value(event, (*path, len(values)), depth + 1))
        return values

    def _mapping(self, path: Path_, depth: int) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            if not isinstance(event, yaml.ScalarEvent):
                raise _refusal(self._place(event), "a key must be a plain word")
            key = event.value
            if key in values:
                first = self.source.key_places[(*path, key)]
                self._refuse(
                    event,
                    f'the key "{key}" stands here twice',
                    f"it is first given in line {first.line}; keep one of the two",
                )
            self.source.key_places[(*path, key)] = self._place(event)
            values[key] = self._value(next(self.events), (*path, key), depth + 1)
        return values

    def _scalar(self, event: Any) -> Any:
        tag = "tag:yaml.org,2002:str"
        if event.implicit[0]:
            tag = _RESOLVER.resolve(yaml.ScalarNode, event.value, (True, False))
        kind = tag.rpartition(":")[2]
        if kind == "str" or not event.implicit[0]:
            return event.value
        try:
            return _PLAIN_VALUES[kind](event.value)
        except (KeyError, ValueError):
            self._refuse(event, f'"{event.value[:40]}" is not a plain value', "put it in quotation marks")
            return None


def _boolean(text: str) -> bool:
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    raise ValueError(text)  # yes, no, on, off: YAML 1.1 would swallow the word


_PLAIN_VALUES = {
    "int": lambda text: int(text, 10) if len(text) <= 18 else _not_a_number(text),  # noqa: PLR2004 - 64 bits
    "float": float,
    "null": lambda _text: None,
    "bool": _boolean,
    "timestamp": datetime.date.fromisoformat,
}


def _not_a_number(text: str) -> int:
    raise ValueError(text)


def parse(model: type[Parsed], source: SourceFile) -> Parsed:
    """Turn a source file into a content model; all problems of it come together.

    Raises ProblemsFoundError with the line and column of each wrong value.
    """
    try:
        return model.model_validate(source.value if source.value is not None else {})
    except ValidationError as error:
        raise ProblemsFoundError([_explain(source, model, item) for item in error.errors()]) from None


def _explain(source: SourceFile, model: type[BaseModel], error: Any) -> Problem:
    path = _path_in_source(source, error["loc"])
    kind, context = error["type"], error.get("ctx", {})
    place = source.place(path)
    name = error["loc"][-1] if error["loc"] else source.file
    if kind == "extra_forbidden":
        place = source.key_places.get(path, place)
        known = sorted(_known_keys(model))
        near = difflib.get_close_matches(str(name), known, 1)
        return Problem(place, f'unknown key "{name}"', f'did you mean "{near[0]}"?' if near else "")
    if kind == "missing":
        return Problem(place, f'"{name}" is missing here', f"add a line {name}: ...")
    if kind == "union_tag_invalid":
        given, known = context["tag"], re.findall(r"'([^']+)'", context["expected_tags"])
        near = difflib.get_close_matches(given, known, 1)
        hint = f'did you mean "{near[0]}"?' if near else f"known are: {', '.join(known)}"
        place = source.place((*path, "block"))
        return Problem(place, f'unknown block "{given}"', hint)
    if kind == "union_tag_not_found":
        return Problem(place, 'this block does not say what it is: "block" is missing')
    said = str(context.get("error", "")) or error["msg"][:1].lower() + error["msg"][1:]
    return Problem(place, f"{_dotted(path)}: {said}", _HINTS.get(kind, ""))


_HINTS = {
    "string_type": "put the value in quotation marks",
    "int_type": "give a whole number without quotation marks",
    "float_type": "give a number without quotation marks",
    "bool_type": "write true or false",
    "list_type": "give a list: one line each, starting with a hyphen",
    "date_type": "give a date as 2026-01-31, without quotation marks",
    "model_type": "give the keys of this part below it, one a line",
}


def _dotted(path: Path_) -> str:
    return ".".join(str(part) for part in path) or "the file"


def _path_in_source(source: SourceFile, location: tuple[str | int, ...]) -> Path_:
    """Drop from a validation path what is no key of the file (the names of union members)."""
    path: Path_ = ()
    value = source.value
    for i, part in enumerate(location):
        if isinstance(value, dict) and part in value:
            path, value = (*path, part), value[part]
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            path, value = (*path, part), value[part]
        elif i == len(location) - 1 and (*path, part) in source.key_places:
            path = (*path, part)
    return path


def _known_keys(model: type[BaseModel]) -> set[str]:
    """All keys that some part of the model knows, for "did you mean"."""
    keys: set[str] = set()
    for definition in [model.model_json_schema(), *model.model_json_schema().get("$defs", {}).values()]:
        keys.update(definition.get("properties", {}))
    return keys
