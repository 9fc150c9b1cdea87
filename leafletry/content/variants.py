"""Variants of languages: what `en_GB` does not say of itself, the language it varies says.

A variant's glossary and way of writing hold only what differs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from leafletry.reading.languages import ancestors
from leafletry.reading.sourcefile import Strict

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from leafletry.content.catalog import Glossary
    from leafletry.content.writing import Writing

Agreed = TypeVar("Agreed")


def parent_of(locale: str, known: Collection[str]) -> str | None:
    """Give the language a locale inherits from: the nearest it is a variant of that is there."""
    return next((name for name in ancestors(locale) if name in known), None)


def variants_of(locale: str, known: Iterable[str]) -> list[str]:
    """Give the languages that inherit from a locale, also those by way of another."""
    return [name for name in known if locale in ancestors(name)]


def inherited_glossary(own: Glossary, parent: Glossary) -> Glossary:
    """Give what a variant agreed on: its words beside its parent's, its terms in place of theirs.

    Words that the parent lists for a limit, a meaning or a group of patients stay good.
    """
    said = {term.source.casefold() for term in own.terms}
    kept = [term for term in parent.terms if term.source.casefold() not in said]
    return _joined(own, parent).model_copy(update={"terms": [*own.terms, *kept]})


def _joined(own: Agreed, parent: Agreed) -> Agreed:
    """Give lists with what only one of two has, mappings name by name, and own words for others."""
    if isinstance(own, list) and isinstance(parent, list):
        return [*own, *(item for item in parent if item not in own)]  # type: ignore[return-value]
    if isinstance(own, dict) and isinstance(parent, dict):
        both = {name: _joined(own[name], parent[name]) for name in own.keys() & parent.keys()}
        return parent | own | both  # type: ignore[return-value]
    if isinstance(own, Strict) and isinstance(parent, Strict):
        names = own.model_fields_set & parent.model_fields_set
        both = {name: _joined(getattr(own, name), getattr(parent, name)) for name in names}
        only = {name: getattr(own, name) for name in own.model_fields_set - names}
        return parent.model_copy(update=only | both)
    return own


def inherited_writing(own: Writing, parent: Writing) -> Writing:
    """Give how a variant is written: each rule its own says, and the parent's where it is silent.

    What it writes instead of something is added. A rule of the parent about the same words gives
    way, also the one that turns them round: "colour" is wrong in American English only.
    """
    turned = {words for rule in own.instead for words in (rule.wrong, rule.right)}
    kept = [rule for rule in parent.instead if rule.wrong not in turned]
    said = {name: value for name, value in own if value}
    lists = {"instead": [*own.instead, *kept], "refuse": [*own.refuse, *parent.refuse]}
    return parent.model_copy(update=said | lists)
