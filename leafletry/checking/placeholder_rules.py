"""Rules about what texts print in braces: figures of facts, and what a clinic gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leafletry.content.clinic import ClinicFields
from leafletry.reading.placeholders import names_in
from leafletry.reading.problems import Problem
from leafletry.reading.sourcefile import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leafletry.checking.survey import Passage, Survey

CLINIC_FIELDS = frozenset(ClinicFields.model_fields)


def require_known_placeholders(survey: Survey) -> Iterator[Problem]:
    """Require that texts print known figures or values of the clinic."""
    for passage in survey.passages:
        is_label = passage.file_id == "phrases" and passage.path[0] == "labels"
        layout = survey.project.phrases.placeholders if is_label else None
        for name in dict.fromkeys(names_in(passage.text.text)):
            if problem := _unknown_placeholder(survey, passage, name, layout):
                yield problem


def _unknown_placeholder(
    survey: Survey, passage: Passage, name: str, layout: dict[str, str] | None
) -> Problem | None:
    place = survey.place(passage.file_id, *passage.path)
    facts = survey.project.facts
    if layout is not None:
        known: Iterable[str] = layout
    elif name in CLINIC_FIELDS:
        if passage.text.needs == name:
            return None
        return Problem(
            place,
            f"{{{name}}} is not there without a clinic",
            f"add needs: {name}, and otherwise: with the words for no clinic",
            affects=passage.affects,
        )
    elif not facts:
        return None
    elif name in facts and facts[name].value is None:
        return Problem(
            place,
            f'the fact "{name}" has no figure to print',
            "give it value and kind, or cite it instead",
            affects=passage.affects,
        )
    else:
        known = [*(fact for fact in facts if facts[fact].value is not None), *CLINIC_FIELDS]
    if name in known:
        return None
    said, affects = f"unknown placeholder {{{name}}}", passage.affects
    return Problem(place, said, did_you_mean(name, known), affects=affects)


def require_sound_needs(survey: Survey) -> Iterator[Problem]:
    """Require that what a text needs is something a clinic can give."""
    for passage in survey.passages:
        needs = passage.text.needs
        place = survey.place(passage.file_id, *passage.path)
        if needs is not None and needs not in CLINIC_FIELDS:
            known = ", ".join(sorted(CLINIC_FIELDS))
            yield Problem(
                place,
                f'"{needs}" is nothing that a clinic gives',
                did_you_mean(needs, CLINIC_FIELDS) or f"known are: {known}",
                affects=passage.affects,
            )
        if passage.text.otherwise is not None and needs is None:
            yield Problem(
                place,
                "otherwise: would never be printed",
                "say what the text needs: ...",
                affects=passage.affects,
            )
