"""Which messages are an edition's own: those of its leaflet, and the shared ones it prints."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markupsafe import escape

from leafletry.content.leaflet import walk_texts
from leafletry.editions.markup import css_string

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leafletry.content.leaflet import Leaflet, Phrases, Text
    from leafletry.content.po_entries import Key
    from leafletry.content.project import Project
    from leafletry.editions.job import Job


def messages_of(models: Iterable[Leaflet | Phrases]) -> dict[Key, Text]:
    """Give the messages of some leaflets, also those that are printed for some clinics only."""
    return {(text.context, text.text): text for model in models for _, text in walk_texts(model)}


def own_messages(project: Project, leaflet: str, job: Job | None) -> dict[Key, Text]:
    """Give the messages of an edition; without a job, which there may be none of, the leaflet's."""
    own = messages_of([project.leaflets[leaflet]])
    return own | (_shared_words(project, job) if job else {})


def _shared_words(project: Project, job: Job) -> dict[Key, Text]:
    """Give the messages of the shared phrases that an edition prints.

    On a line, at the foot of its pages, or as the description of a link.
    """
    marked = {int(number) for number in re.findall(r'data-message="(\d+)"', job.html)}
    shared = messages_of([project.phrases])
    return {
        key: shared[key]
        for message in job.messages
        if (key := (message.context, message.msgid)) in shared
        and (
            message.number in marked
            or f'"{escape(message.text)}"' in job.html
            or str(css_string(message.text)) in job.html
        )
    }
