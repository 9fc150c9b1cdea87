"""Rules about sign-offs: true days, and words that are still the ones that were signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leafletry.content.signoffs import (
    digest_of,
    fault_of_dates,
    read_signed_words,
    signed_words_path,
)
from leafletry.editions.approval import WARNING_DAYS
from leafletry.reading.problems import Affects, Place, Problem, ProblemsFoundError
from leafletry.reading.sourcefile import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leafletry.checking.survey import Survey
    from leafletry.content.signoffs import SignOff


def require_true_signoffs(survey: Survey) -> Iterator[Problem]:
    """Require that a sign-off is of a leaflet that exists, in the past, and before the next one."""
    for locale, i, signoff in _signoffs(survey):
        if signoff.leaflet not in survey.project.leaflets and not survey.unread:
            yield Problem(
                survey.signoff_place(locale, i, "leaflet"),
                f'there is no leaflet "{signoff.leaflet}"',
                did_you_mean(signoff.leaflet, survey.project.leaflets),
                warning=True,
            )
        fault = fault_of_dates(signoff.signed_on, signoff.next_review, survey.today)
        if fault:
            key = fault.partition(" ")[0]
            yield Problem(
                survey.signoff_place(locale, i, key),
                fault,
                f"give the day as it was; on this computer it is {survey.today}",
                affects=_rests_on(locale, signoff),
            )


def require_signed_words(survey: Survey) -> Iterator[Problem]:
    """Require that the words somebody signed lie beside the sign-off, unchanged."""
    for locale, i, signoff in _signoffs(survey):
        place = survey.signoff_place(locale, i, "words")
        name = signed_words_path(locale, signoff.leaflet, signoff.words)
        hint = "take the file back from a copy: nobody may change what was signed"
        try:
            words = read_signed_words(survey.project.root, locale, signoff)
        except ProblemsFoundError:
            said = f"the words that were signed are not in {name}"
            yield Problem(place, said, hint, affects=_rests_on(locale, signoff))
            continue
        if digest_of(words) != signoff.words:
            said = f"these are not the words that {signoff.name} signed"
            yield Problem(Place(name, 1, 1), said, hint, affects=_rests_on(locale, signoff))


def warn_of_coming_reviews(survey: Survey) -> Iterator[Problem]:
    """Warn of reviews that run out within sixty days, or did."""
    newest = {
        (locale, signoff.leaflet, signoff.role): (i, signoff)
        for locale, i, signoff in _signoffs(survey)
    }
    for (locale, leaflet, role), (i, signoff) in newest.items():
        days = (signoff.next_review - survey.today).days
        if days > WARNING_DAYS:
            continue
        when = f"runs out on {signoff.next_review}" if days >= 0 else "has run out"
        said = f"{leaflet} ({locale}): the review by {signoff.name} ({role}) {when}"
        hint = "ask for a new sign-off: signoff request"
        yield Problem(survey.signoff_place(locale, i, "next_review"), said, hint, warning=True)


def _rests_on(locale: str, signoff: SignOff) -> Affects:
    return Affects.only(leaflets=[signoff.leaflet], locales=[locale])


def _signoffs(survey: Survey) -> Iterator[tuple[str, int, SignOff]]:
    for locale, signoffs in survey.project.signoffs.items():
        for i, signoff in enumerate(signoffs):
            yield locale, i, signoff
