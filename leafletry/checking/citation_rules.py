"""Rules about how texts rest on facts: which they cite, to whom they show them, and beside what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leafletry.checking.survey import parts_of
from leafletry.content.leaflet import (
    BlockBase,
    Checklist,
    Figure,
    Glossary,
    MainMessage,
    Prose,
    Table,
    Text,
    Urgent,
)
from leafletry.reading.placeholders import names_in
from leafletry.reading.problems import Problem, shortened
from leafletry.reading.sourcefile import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leafletry.checking.survey import KeyPath, Survey


def require_cited_facts(survey: Survey) -> Iterator[Problem]:
    """Require that every fact a text rests on is in facts.yaml."""
    facts = survey.project.facts
    if not facts:
        return
    for file_id, path, name in survey.citations:
        if name not in facts and path[-1] != "text":
            yield Problem(
                survey.place(file_id, *path),
                f'there is no fact "{name}"',
                did_you_mean(name, facts) or "add it to leaflets/facts.yaml, with its source",
                affects=survey.affects(file_id),
            )


def require_described_sources(survey: Survey) -> Iterator[Problem]:
    """Require that a source without a title is described, and that what is described is a source.

    A description is printed in the reader's language.
    """
    sources, described = survey.project.sources, survey.project.phrases.sources
    if survey.unread & {"sources", "phrases"}:
        return
    for name in described.keys() - sources.keys():
        said, hint = f'there is no source "{name}"', did_you_mean(name, sources)
        yield Problem(survey.place("phrases", "sources", name), said, hint)
    for name, source in sources.items():
        if not source.title and name not in described:
            hint = "give it a title:, or say under sources: in leaflets/phrases.yaml what it is"
            yield Problem(survey.place("sources", "sources", name), "has no title", hint)


def refuse_banned_facts(survey: Survey) -> Iterator[Problem]:
    """Refuse what rests on a banned fact, or prints it."""
    for file_id, path, name in survey.citations:
        fact = survey.project.facts.get(name)
        if fact is not None and fact.banned:
            place = survey.place(file_id, *path)
            said, affects = f'the fact "{name}" is banned', survey.affects(file_id)
            yield Problem(place, said, fact.banned, affects=affects)


def require_fitting_audience(survey: Survey) -> Iterator[Problem]:
    """Require that a leaflet shows only facts its readers may be shown."""
    for file_id, path, name in survey.citations:
        fact, leaflet = survey.project.facts.get(name), survey.project.leaflets.get(file_id)
        if fact and not fact.banned and leaflet and leaflet.audience not in fact.audiences:
            yield Problem(
                survey.place(file_id, *path),
                f'the fact "{name}" is not for {leaflet.audience}',
                f"it may be shown to: {', '.join(fact.audiences) or 'nobody'}",
                affects=survey.affects(file_id),
            )


def require_citations(survey: Survey) -> Iterator[Problem]:
    """Require that every claim rests on a fact."""
    if "facts" in survey.unread:
        return
    no_bank = "phrases" in survey.unread
    for file_id, path, block in parts_of(survey):
        if no_bank and isinstance(block, Urgent):
            continue
        for where, text, cites in claims_of(block, path) if isinstance(block, BlockBase) else ():
            if not (cites or text.cites or set(names_in(text.text)) & survey.project.facts.keys()):
                yield Problem(
                    survey.place(file_id, *where),
                    f'this claim cites no fact: "{shortened(text.text)}"',
                    "add cites: [...] with ids of leaflets/facts.yaml",
                    affects=survey.affects(file_id),
                )


def claims_of(block: BlockBase, path: KeyPath) -> Iterator[tuple[KeyPath, Text, list[str]]]:
    """Yield what a block claims, with the facts cited around it; questions claim nothing."""
    if isinstance(block, Table):
        for i, row in enumerate(block.rows):
            around = block.cites + row.cites
            yield from (
                ((*path, "rows", i, "cells", n), cell, around) for n, cell in enumerate(row.cells)
            )
    if isinstance(block, Glossary):
        for i, term in enumerate(block.terms):
            yield (*path, "terms", i, "meaning"), term.meaning, block.cites + term.cites
    for kind, names in _CLAIMING.items():
        if isinstance(block, kind):
            for name in names:
                yield from (
                    ((*path, *below), text, block.cites) for below, text in _texts_of(block, name)
                )


_CLAIMING: dict[type[BlockBase], tuple[str, ...]] = {
    MainMessage: ("points",),
    Urgent: ("items", "closing", "emergency"),
    Checklist: ("intro", "items"),
    Prose: ("paragraphs",),
    Table: ("intro", "note"),
    Figure: ("number", "paragraphs"),
}


def _texts_of(block: BlockBase, name: str) -> Iterator[tuple[KeyPath, Text]]:
    value = getattr(block, name)
    if isinstance(value, list):
        yield from (((name, i), text) for i, text in enumerate(value))
    elif value is not None:
        yield (name,), value
