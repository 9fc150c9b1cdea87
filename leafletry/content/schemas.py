"""JSON Schemas of the files people write, so that editors complete and check them as they type.

They are made of the models that read the files. What only several files together tell (is there
such a fact, such a drawing?) is left to `check`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pydantic.json_schema import GenerateJsonSchema

from leafletry.content.catalog import Glossary
from leafletry.content.clinic import Clinic
from leafletry.content.facts import FactBook, SourceList
from leafletry.content.formats import Format
from leafletry.content.leaflet import Leaflet, Phrases

if TYPE_CHECKING:
    from pydantic import BaseModel

FOLDER = "schemas"
_MODELS: dict[str, type[BaseModel]] = {
    "leaflet": Leaflet,
    "facts": FactBook,
    "sources": SourceList,
    "phrases": Phrases,
    "clinic": Clinic,
    "format": Format,
    "glossary": Glossary,
}
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_NAMED = {"type": "string", "description": "The name of a text in leaflets/phrases.yaml, urgent."}
_FROM_THE_BANK = ("heading", "items", "closing", "emergency")
_PLAIN_TOO = ("Text", "Spoken", "Address")
"""Models for which a plain text, or a list of them, may stand."""


def schemas() -> dict[str, str]:
    """Give the content of each schema by the name of its file."""
    return {f"{FOLDER}/{name}.json": _schema(name, model) for name, model in _MODELS.items()}


def _schema(name: str, model: type[BaseModel]) -> str:
    schema = model.model_json_schema(schema_generator=GenerateJsonSchema)
    parts = schema.get("$defs", {})
    if "Urgent" in parts:
        properties = parts["Urgent"]["properties"]
        for key in _FROM_THE_BANK:
            properties[key] = {"type": "array", "items": _NAMED} if key == "items" else _NAMED
    for part in _PLAIN_TOO:
        if part in parts:
            parts[part] = {"anyOf": [*_plain(part), parts[part]]}
    told = {"$schema": _DIALECT, "title": f"Leafletry: {name}", **_as_typed(schema)}
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _plain(part: str) -> list[dict[str, Any]]:
    text = {"type": "string"}
    lines = {"type": "array", "items": text}
    # Each language may have its own: a text, or lines of it.
    of_languages = {"type": "object", "additionalProperties": lines if part == "Address" else text}
    return [text] if part == "Text" else [text, lines, of_languages]


def _as_typed(part: Any) -> Any:
    """Let what is read as a text stand for one: 061, NO, and "iliac crest" for iliac_crest."""
    if isinstance(part, list):
        return [_as_typed(one) for one in part]
    if not isinstance(part, dict):
        return part
    typed = {key: _as_typed(value) for key, value in part.items()}
    if "enum" in typed:
        typed["enum"] = list(dict.fromkeys([*typed["enum"], *map(_in_words, typed["enum"])]))
    if typed.get("type") == "string" and "const" not in typed and "enum" not in typed:
        typed["type"] = ["string", "number", "boolean"]
    return typed


def _in_words(name: Any) -> Any:
    return name.replace("_", " ") if isinstance(name, str) else name
