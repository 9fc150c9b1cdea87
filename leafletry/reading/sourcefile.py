"""Read the YAML people write: plain data only, every value with its line and column.

Anything that is more than plain data (aliases, anchors, tags, several documents) is refused:
it is what YAML bombs and object injections are made of, and no leaflet needs it.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from leafletry.reading.problems import (
    FORBIDDEN_CHARACTERS,
    Place,
    Problem,
    ProblemsFoundError,
    shortened,
)
from leafletry.reading.slips import (
    CUT_BY_A_COMMENT,
    CUT_HINT,
    is_cut_by_a_comment,
    slip_above,
    slip_at_the_start,
    stands_in_curly_marks,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from pydantic_core import ErrorDetails

Path_ = tuple[str | int, ...]
Parsed = TypeVar("Parsed", bound=BaseModel)
_YEAR_FIRST = re.compile(r"(\d{4})(?:[-/.](\d{1,2})[-/.](\d{1,2})|年(\d{1,2})月(\d{1,2})日)")


def _day(value: object) -> object:
    """Give the day that a text means which has the year first; in any other order nobody knows."""
    found = (
        _YEAR_FIRST.fullmatch(unicodedata.normalize("NFKC", value).strip())
        if isinstance(value, str)
        else None
    )
    try:
        return dt.date(*(int(part) for part in found.groups() if part)) if found else value
    except ValueError:
        return value


Day = Annotated[
    dt.date, BeforeValidator(_day), Field(ge=dt.date(1900, 1, 1), le=dt.date(2199, 12, 31))
]
"""A day that somebody can mean; the calendar goes on before and after it."""
Year = Annotated[int, Field(ge=1800, le=2199)]
_DATES_APART = 2
"""From the first place on Earth to the last it is 25 hours, which can be two dates."""


def is_still_to_come(day: dt.date, today: dt.date) -> bool:
    """Tell whether a day has not begun anywhere, if it is `today` here."""
    return (day - today).days > _DATES_APART


MOST_BYTES = 1_000_000
MOST_DEPTH = 24
MOST_VALUES = 50_000
"""How many values a file may hold; each takes half a kilobyte of memory."""
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_resolve: Callable[..., str] = yaml.resolver.Resolver().resolve
MOST_PROBLEMS = 50
LINK = re.compile(r"://|\bwww\.|\b(?:mailto|javascript|vbscript|file):|\bdata:\w+/", re.IGNORECASE)

NAMES_OF_DEVICES = frozenset(
    ("con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10)))
)
"""Names that no file can have on Windows."""


class Strict(BaseModel):
    """A model whose input may hold nothing unknown and needs the right types."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


@dataclass
class SourceFile:
    """A YAML file as plain data, and where each value (and each key) of it stands.

    `typed` are the characters of what YAML takes for a number, a day or the like; `odd` is why
    some of them are no plain value, which only matters where no text is wanted.
    """

    file: str
    value: Any = None
    places: dict[Path_, Place] = field(default_factory=dict)
    key_places: dict[Path_, Place] = field(default_factory=dict)
    typed: dict[Path_, str] = field(default_factory=dict)
    odd: dict[Path_, Problem] = field(default_factory=dict)

    def read_as_typed(self, path: Path_) -> bool:
        """Put what was typed in the place of the value at `path`; tell whether there is such."""
        if path not in self.typed:
            return False
        if not path:
            self.value = self.typed.pop(path)
            return True
        holder = self.value
        for part in path[:-1]:
            holder = holder[part]
        holder[path[-1]] = self.typed.pop(path)
        return True

    def place(self, path: Path_) -> Place:
        """Give the place of the value at `path`, or of the nearest value around it."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, Place(self.file, 1, 1))


def read_text(path: Path, name: str, most_bytes: int = MOST_BYTES) -> str:
    """Give the text of a UTF-8 file, with line feeds as line ends.

    Raises ProblemsFoundError: unreadable, too large, not UTF-8, or with control characters
    (among them the ones that reverse the reading order) in it.
    """
    text = read_any_text(path, name, most_bytes)
    if bad := FORBIDDEN_CHARACTERS.search(text):
        raise _refusal(
            place_in(name, text, bad.start()),
            f"the invisible character U+{ord(bad[0]):04X} is not allowed",
            "delete it and type the text again",
        )
    return text


def read_any_text(path: Path, name: str, most_bytes: int = MOST_BYTES) -> str:
    """Give the text of a UTF-8 file with whatever characters are in it, as `read_text` else."""
    top = Place(name, 1, 1)
    raw = _read_bytes(path, top, most_bytes + 1)
    if len(raw) > most_bytes:
        raise _refusal(
            top, f"is larger than {most_bytes:,} bytes", "no file of content is that long"
        )
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = _with_line_feeds(raw[: error.start].decode("utf-8", "replace"))
        raise _refusal(
            place_in(name, before, len(before)), "is not UTF-8 text", "save the file as UTF-8"
        ) from None
    return _with_line_feeds(composed(text))


_OF_ONE_KIND = re.compile("([\uf900-\ufaff\U0002f800-\U0002fa1f])")
"""Forms of Chinese characters of which a name may want just this one; NFC would swap them."""


def composed(text: str) -> str:
    """Give a text with letter and accent as one character (NFC), however macOS wrote them."""
    if unicodedata.is_normalized("NFC", text):
        return text
    return "".join(
        part if _OF_ONE_KIND.fullmatch(part) else unicodedata.normalize("NFC", part)
        for part in _OF_ONE_KIND.split(text)
    )


def _with_line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _read_bytes(path: Path, place: Place, most_bytes: int) -> bytes:
    try:
        for part in (path, *path.parents)[: len(PurePosixPath(place.file).parts)]:
            if part.is_symlink():
                said = (
                    "is a link" if part == path else f'stands in "{shortened(part.name)}", a link'
                )
                raise _refusal(place, said, "put the files themselves where the link is")
        if path.exists() and not path.is_file():
            raise _refusal(place, "is not a file")
        with path.open("rb") as file:
            return file.read(most_bytes)
    except OSError as error:
        raise _refusal(place, f"cannot be read: {error.strerror or error}") from None
    except ValueError:
        raise _refusal(place, "cannot be read: this is no name of a file") from None


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
    lines = text.split("\n")
    try:
        reader = _Reader(source, iter(loader.get_event, None), lines)
        source.value = reader.read_document()
    except yaml.MarkedYAMLError as error:
        raise ProblemsFoundError([_what_yaml_means(error, name, lines)]) from None
    except yaml.YAMLError as error:
        raise _refusal(
            Place(name, 1, 1), f"is not valid YAML: {shortened(str(error), 120)}"
        ) from None
    finally:
        loader.dispose()
    if reader.problems:
        raise ProblemsFoundError(_first(reader.problems, len(reader.problems), name))
    return source


def _what_yaml_means(error: yaml.MarkedYAMLError, name: str, lines: Sequence[str]) -> Problem:
    """Say what is wrong with the YAML: the slip that brought it about, or else YAML's own words."""
    for mark in (error.context_mark, error.problem_mark):
        if mark and (found := slip_above(lines, mark.line + 1)):
            line, slip = found
            return Problem(Place(name, line, slip.column), slip.message, slip.hint)
    mark = error.problem_mark or error.context_mark
    said = f"is not valid YAML: {shortened(str(error.problem or error.context), 120)}"
    hint = "check the indentation, the colons and the quotation marks around here"
    if error.context_mark and error.context == "while scanning a quoted scalar":
        mark, said = error.context_mark, "this quotation mark is never closed"
        hint = "type the same mark at the end of the text"
    return Problem(
        Place(name, mark.line + 1, mark.column + 1) if mark else Place(name, 1, 1), said, hint
    )


def _first(problems: list[Problem], count: int, name: str) -> list[Problem]:
    """Give the first of `count` problems; a file with hundreds is not the file it should be."""
    if count <= MOST_PROBLEMS:
        return problems
    rest = f"and {count - MOST_PROBLEMS:,} more problems in this file"
    return [*problems[:MOST_PROBLEMS], Problem(Place(name, 1, 1), rest)]


class _Reader:
    """Builds plain values from parser events, one after another."""

    def __init__(
        self, source: SourceFile, events: Iterator[yaml.Event], lines: Sequence[str]
    ) -> None:
        self.source = source
        self.events = events
        self.lines = lines
        self.problems: list[Problem] = []

    def read_document(self) -> object:
        value: object = None
        documents = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._refuse(event, "a second document (after ---) is not allowed")
                    break
                value = self._value(next(self.events), (), 0)
        return value

    def _place(self, event: yaml.Event) -> Place:
        mark = event.start_mark
        line, column = (mark.line, mark.column) if mark else (0, 0)
        return Place(self.source.file, line + 1, column + 1)

    def _refuse(self, event: yaml.Event, message: str, hint: str = "") -> None:
        self.problems.append(Problem(self._place(event), message, hint))

    def _value(self, event: yaml.Event, path: Path_, depth: int) -> object:
        self.source.places[path] = self._place(event)
        if isinstance(event, yaml.AliasEvent):
            hint = "write the text out here; what begins with * stands in quotation marks"
            self._refuse(event, "an alias (*name) is not allowed", hint)
            return None
        self._refuse_extras(event)
        if depth > MOST_DEPTH:
            raise _refusal(self._place(event), f"is nested more than {MOST_DEPTH} levels deep")
        if len(self.source.places) > MOST_VALUES:
            message = f"there are more than {MOST_VALUES:,} values in this file"
            raise _refusal(self._place(event), message, "no file of content is that long")
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path, depth)
        return self._mapping(path, depth)  # the only kind of value left

    def _refuse_extras(self, event: yaml.Event) -> None:
        """Refuse what makes a value or a key more than plain data."""
        tag = getattr(event, "tag", None)
        if getattr(event, "anchor", None):
            hint = "delete it; a text that begins with & stands in quotation marks"
            self._refuse(event, "an anchor (&name) is not allowed", hint)
        if tag and tag != "!":
            message = f"the tag {shortened(tag, 70)} is not allowed"
            hint = "delete it; a text that begins with ! stands in quotation marks"
            self._refuse(event, message, hint)
        words = event.value if isinstance(event, yaml.ScalarEvent) else ""
        if bad := FORBIDDEN_CHARACTERS.search(words):
            message = f"the invisible character U+{ord(bad[0]):04X} is not allowed"
            self._refuse(event, message, "delete it, however it is written")

    def _sequence(self, path: Path_, depth: int) -> list[object]:
        values: list[object] = []
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            values.append(self._value(event, (*path, len(values)), depth + 1))
        return values

    def _mapping(self, path: Path_, depth: int) -> dict[str, object]:
        values: dict[str, object] = {}
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            if not isinstance(event, yaml.ScalarEvent):
                raise _refusal(self._place(event), "a key must be a plain word")
            self._refuse_extras(event)
            key = event.value
            if slip := slip_at_the_start(key):
                self._refuse(event, slip.message, slip.hint)
            if key in values:
                first = self.source.key_places[(*path, key)]
                self._refuse(
                    event,
                    f'the key "{shortened(key)}" stands here twice',
                    f"it is first given in line {first.line}; keep one of the two",
                )
            self.source.key_places[(*path, key)] = self._place(event)
            values[key] = self._value(next(self.events), (*path, key), depth + 1)
        return values

    def _scalar(self, event: yaml.ScalarEvent, path: Path_) -> object:
        if not event.implicit[0]:
            return event.value
        self._refuse_slips(event)
        kind = _resolve(yaml.ScalarNode, event.value, (True, False)).rpartition(":")[2]
        if kind == "str":
            return event.value
        if event.value:
            self.source.typed[path] = event.value
        try:
            return _PLAIN_VALUES[kind](event.value)
        except (KeyError, ValueError):
            message = f'"{shortened(event.value)}" is not a plain value'
            hint = _PLAIN_HINTS.get(kind, "put it in quotation marks")
            self.source.odd[path] = Problem(self._place(event), message, hint)
            return event.value

    def _refuse_slips(self, event: yaml.ScalarEvent) -> None:
        """Refuse a text without quotation marks that YAML would cut, or that is in others."""
        end = event.end_mark
        line = self.lines[end.line] if end and end.line < len(self.lines) else ""
        if end and is_cut_by_a_comment(line, end.column):
            column = line.index("#", end.column) + 1
            place = Place(self.source.file, end.line + 1, column)
            self.problems.append(Problem(place, CUT_BY_A_COMMENT, CUT_HINT))
        if slip := slip_at_the_start(event.value):
            self._refuse(event, slip.message, slip.hint)
        if stands_in_curly_marks(event.value):
            hint = 'type the plain ones, "…"; to print these, put plain ones around them'
            self._refuse(event, "these quotation marks are none of YAML, they would print", hint)


def _boolean(text: str) -> bool:
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    raise ValueError(text)  # yes, no, on, off: YAML 1.1 would swallow the word


def _integer(text: str) -> int:
    if re.fullmatch(r"[+-]?(0|[1-9][0-9]{0,15})", text):
        return int(text)
    raise ValueError(text)  # 010, 0x10, 1_000, 1:30: YAML 1.1 would make some other number of it


def _decimal(text: str) -> float:
    if re.fullmatch(r"[+-]?[0-9]{1,15}\.[0-9]{1,15}", text):
        return float(text)
    raise ValueError(text)  # .inf, 1e999, 1_0.5


_PLAIN_VALUES = {
    "int": _integer,
    "float": _decimal,
    "null": lambda _text: None,
    "bool": _boolean,
    "timestamp": dt.date.fromisoformat,
}


_NUMBER_HINT = "write a number as 70 or 71.6; put what is no number in quotation marks"
_PLAIN_HINTS = {
    "int": _NUMBER_HINT,
    "float": _NUMBER_HINT,
    "bool": "write true or false; put the word itself in quotation marks",
    "timestamp": "give a day of the calendar as 2026-01-31",
}


def parse(model: type[Parsed], source: SourceFile, context: object = None) -> Parsed:
    """Turn a source file into a content model; all problems of it come together.

    `context` is what its values may refer to.
    Raises ProblemsFoundError with the line and column of each wrong value.
    """
    needed = any(field.is_required() for field in model.model_fields.values())
    if source.value is None and needed:
        raise _refusal(Place(source.file, 1, 1), "this file is empty", "take it back from a copy")
    while True:
        try:
            value = source.value if source.value is not None else {}
            return model.model_validate(value, context=context)
        except ValidationError as error:
            found = error.errors(include_url=False, include_input=False)
        # What YAML takes for a number or a day (061, NO, 12:30) may be a text to the model.
        wrong = {
            _path_in_source(source, item["loc"]) for item in found if item["type"] in _TEXT_WANTED
        }
        if not sum(source.read_as_typed(path) for path in wrong):
            break
    problems = [
        source.odd.get(_path_in_source(source, item["loc"])) or _explain(source, model, item)
        for item in found[:MOST_PROBLEMS]
    ]
    raise ProblemsFoundError(_first(problems, len(found), source.file))


def _explain(source: SourceFile, model: type[BaseModel], error: ErrorDetails) -> Problem:
    path = _path_in_source(source, error["loc"])
    kind, context = error["type"], error.get("ctx", {})
    place = source.place(path)
    name = shortened(str(error["loc"][-1])) if error["loc"] else source.file
    if kind == "extra_forbidden":
        place = source.key_places.get(path, place)
        return Problem(place, f'unknown key "{name}"', _where_it_belongs(model, path, name))
    if kind == "missing":
        return Problem(place, f'"{name}" is missing here', f"add a line {name}: ...")
    if kind == "union_tag_invalid":
        known = re.findall(r"'([^']+)'", context["expected_tags"])
        given = shortened(str(context["tag"]))
        hint = did_you_mean(given, known) or f"known are: {', '.join(known)}"
        return Problem(source.place((*path, "block")), f'unknown block "{given}"', hint)
    if kind == "string_pattern_mismatch":
        message = f"{_dotted(path)} is not written as it must be"
        place = source.key_places.get(path, place) if name == "[key]" else place
        return Problem(place, message, f"the pattern is {context['pattern']}")
    said = str(context.get("error", "")) or error["msg"][:1].lower() + error["msg"][1:]
    said = _SAID.get(kind, said)
    hint = _HINTS.get(kind) or str(context.get("hint", ""))
    if (kind in _SHAPES and _is_empty(source, path)) or context.get("min_length") == 1:
        said, hint = "is empty", "write the value behind the colon"
    elif kind in _SAID_WITH:
        said = _SAID_WITH[kind].format(**context).replace(" 1 characters", " 1 character")
    return Problem(place, f"{_dotted(path)}: {said}", hint)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Give a hint with the known name that looks most like a mistyped one, or nothing."""
    near = difflib.get_close_matches(name, sorted(known), 1)
    return f'did you mean "{near[0]}"?' if near else ""


_SAID = {
    "int_type": "must be a number",
    "float_type": "must be a number",
    "string_type": "must be a text",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "date_type": "must be a date",
    "model_type": "must be made of keys and values",
    "dict_type": "must be made of keys and values",
    "union_tag_not_found": 'this block does not say what it is: "block" is missing',
}
_TEXT_WANTED = frozenset(
    ("string_type", "model_type", "model_attributes_type", "dict_type", "no_name")
)
_SAID_WITH = {
    "string_too_long": "is longer than {max_length} characters",
    "too_long": "has more than {max_length} entries",
}
_SHAPES = frozenset(_SAID) - {"union_tag_not_found"}
_HINTS = {
    "string_type": "put the value in quotation marks",
    "int_type": "give a number without quotation marks",
    "float_type": "give a number without quotation marks",
    "bool_type": "write true or false",
    "list_type": "give a list: one line each, starting with a hyphen",
    "date_type": "give a date as 2026-01-31, the year first",
    "dict_type": "give the keys of this part below it, one a line",
    "model_type": "give the keys of this part below it, one a line",
}


def _dotted(path: Path_) -> str:
    return (
        shortened(".".join(str(part + 1 if isinstance(part, int) else part) for part in path), 90)
        or "the file"
    )


def _path_in_source(source: SourceFile, location: tuple[str | int, ...]) -> Path_:
    """Drop from a validation path what is no key of the file (the names of union members)."""
    path: Path_ = ()
    value = source.value
    for i, part in enumerate(location):
        inside_list = isinstance(value, list) and isinstance(part, int) and part < len(value)
        if inside_list or (isinstance(value, dict) and part in value):
            path, value = (*path, part), value[part]
        elif i == len(location) - 1 and (*path, part) in source.key_places:
            path = (*path, part)
    return path


def _is_empty(source: SourceFile, path: Path_) -> bool:
    value = source.value
    for part in path:
        value = value[part]
    return value is None


@cache
def _keys_by_part(model: type[BaseModel]) -> dict[str, frozenset[str]]:
    """Give the keys that each part of the model knows, by the key that the part stands below."""
    schema = model.model_json_schema()
    parts = {"": schema, **schema.get("$defs", {})}
    known: dict[str, set[str]] = {}
    for part in parts.values():
        for key, value in part.get("properties", {}).items():
            for name, below in parts.items():
                if name and re.search(rf"#/\$defs/{re.escape(name)}['\"]", repr(value)):
                    known.setdefault(key, set()).update(below.get("properties", {}))
    known[""] = set(schema.get("properties", {}))
    return {key: frozenset(names) for key, names in known.items()}


def _where_it_belongs(model: type[BaseModel], path: Path_, name: str) -> str:
    """Say which key was meant, or below which one it has to stand."""
    parts = _keys_by_part(model)
    above = next((part for part in reversed(path[:-1]) if isinstance(part, str)), "")
    others = [key for key, names in parts.items() if name in names and key != above]
    if len(others) == 1:
        where = f'below "{others[0]}:", indented by two blanks' if others[0] else "at the margin"
        return f"it belongs {where}"
    everything = frozenset().union(*parts.values())
    return did_you_mean(name, parts.get(above) or ()) or did_you_mean(name, everything - {name})
