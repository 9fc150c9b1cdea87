"""What somebody has to find in a source that nobody opened live, and whether anybody has."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from leafletry.content.signoffs import digest_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leafletry.content.confirmations import Confirmation
    from leafletry.content.facts import Fact, Source
    from leafletry.content.project import Project

_DIGITS = 6


@dataclass(frozen=True)
class SourceToConfirm:
    """A source to be opened, the facts that rest on it, and who last found them there.

    `last` may be of other words than these: then what was confirmed has changed since.
    """

    id: str
    source: Source
    facts: tuple[Fact, ...]
    words: str
    last: Confirmation | None

    @cached_property
    def digest(self) -> str:
        """The digest that a confirmation of it has."""
        return digest_of(self.words)

    @property
    def code(self) -> str:
        """What stands on the checklist: the source, and the digits of what has to be there."""
        return f"{self.id}-{self.digest[:_DIGITS]}"

    @property
    def open(self) -> bool:
        """Tell whether it still has to be confirmed as it is now."""
        return self.last is None or self.last.words != self.digest


def source_to_confirm(project: Project, name: str) -> SourceToConfirm | None:
    """Give what has to be confirmed of a source; None where nothing has."""
    source = project.sources.get(name)
    if source is None or not source.confirm:
        return None
    facts = [fact for fact in project.facts.values() if fact.source == name and not fact.banned]
    # In an order of their own: to move a fact in its file changes nothing of what is confirmed.
    said = sorted("\n".join(_lines_of_fact(fact)) for fact in facts)
    words = "\n".join([*_lines_of_source(source), *said]) + "\n"
    own = [confirmation for confirmation in project.confirmed if confirmation.source == name]
    same = [confirmation for confirmation in own if confirmation.words == digest_of(words)]
    last = (same or own)[-1] if own else None
    return SourceToConfirm(name, source, tuple(facts), words, last)


def sources_to_confirm(project: Project, leaflet_id: str) -> list[SourceToConfirm]:
    """Give the sources of a leaflet that somebody has to open, in the order of the page."""
    rests_on = dict.fromkeys(_sources_of(project, leaflet_id))
    found = (source_to_confirm(project, name) for name in rests_on)
    return [one for one in found if one is not None]


def open_sources(project: Project, leaflet_id: str) -> list[SourceToConfirm]:
    """Give the sources of a leaflet that nobody confirmed as they are now."""
    return [one for one in sources_to_confirm(project, leaflet_id) if one.open]


def _sources_of(project: Project, leaflet_id: str) -> Iterator[str]:
    """Yield the sources that a leaflet rests on, also by a figure computed from another."""
    names = list(project.cited_facts[leaflet_id])
    for name in names:  # Which grows: a figure rests on those that it is computed from.
        if (fact := project.facts.get(name)) is None:
            continue
        if fact.source:
            yield fact.source
        parts = re.findall(r"[a-z]\w*", fact.formula or "")
        names += [part for part in parts if part not in names]


def _lines_of_source(source: Source) -> Iterator[str]:
    yield f"{source.authors}. {source.title}" if source.authors else source.title
    yield f"in: {source.in_}"
    if source.year:
        yield f"year: {source.year}"
    if source.updated:
        yield f"updated: {source.updated}"
    yield f"link: {source.link}"


def _lines_of_fact(fact: Fact) -> Iterator[str]:
    yield f"fact: {fact.statement}"
    yield f"  of whom: {fact.population}"
    if fact.place:
        yield f"  place: {fact.place}"
    if fact.where:
        yield f"  where: {fact.where}"
    if fact.value is not None:
        yield f"  figure: {' '.join(filter(None, [fact.qualifier, str(fact.value), fact.kind]))}"
    if fact.items:
        yield f"  listed there: {'; '.join(fact.items)}"
