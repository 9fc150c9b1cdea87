"""Rules about confirmations of sources: true days, and words that are still those confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leafletry.content.confirmations import confirmed_words_path, read_confirmed_words
from leafletry.content.signoffs import digest_of
from leafletry.content.sources import sources_to_confirm
from leafletry.reading.problems import Affects, Place, Problem, ProblemsFoundError
from leafletry.reading.sourcefile import did_you_mean, is_still_to_come

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leafletry.checking.survey import Survey


def require_true_confirmations(survey: Survey) -> Iterator[Problem]:
    """Require that a confirmation is of a source that exists, and not of a day to come."""
    sources = survey.project.sources
    for i, confirmation in enumerate(survey.project.confirmed):
        if sources and confirmation.source not in sources:
            yield Problem(
                survey.confirmed_place(i, "source"),
                f'there is no source "{confirmation.source}"',
                did_you_mean(confirmation.source, sources),
                warning=True,
            )
        if is_still_to_come(confirmation.confirmed_on, survey.today):
            yield Problem(
                survey.confirmed_place(i, "confirmed_on"),
                f"confirmed_on {confirmation.confirmed_on} lies in the future",
                f"give the day as it was; on this computer it is {survey.today}",
                affects=_rest_on(survey, confirmation.source),
            )


def require_confirmed_words(survey: Survey) -> Iterator[Problem]:
    """Require that what somebody confirmed lies beside the record of it, unchanged."""
    for i, confirmation in enumerate(survey.project.confirmed):
        place = survey.confirmed_place(i, "words")
        name = confirmed_words_path(confirmation)
        hint = "take the file back from a copy: nobody may change what was confirmed"
        affects = _rest_on(survey, confirmation.source)
        try:
            words = read_confirmed_words(survey.project.root, confirmation)
        except ProblemsFoundError:
            yield Problem(place, f"what was confirmed is not in {name}", hint, affects=affects)
            continue
        if digest_of(words) != confirmation.words:
            said = f"this is not what {confirmation.name} confirmed"
            yield Problem(Place(name, 1, 1), said, hint, affects=affects)


def _rest_on(survey: Survey, source: str) -> Affects:
    """Give the leaflets that somebody has to confirm a source for."""
    project = survey.project
    return Affects.only(
        leaflets=[
            leaflet
            for leaflet in project.leaflets
            if source in (one.id for one in sources_to_confirm(project, leaflet))
        ]
    )
