"""Whether an edition may be given out, and if not, why: what the sign-offs of its words allow."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from leafletry.content.project import SOURCE_LOCALE
from leafletry.content.sources import open_sources

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from leafletry.content.clinic import ClinicProfile
    from leafletry.content.edition_code import EditionCode
    from leafletry.content.project import Project
    from leafletry.content.roles import Role
    from leafletry.content.signoffs import PrintedWords, SignOff

State = Literal["draft", "release"]
Hindrance = Literal["withdrawn", "incomplete", "unsigned", "unconfirmed", "expired", "unchecked"]
Notice = Literal["withdrawn", "unsigned", "unconfirmed", "expired", "unchecked"]
MOST_DAYS_SINCE_CALLED = 366
"""For how long a clinic's numbers hold after somebody called them: a year."""
_GRAVEST_FIRST: tuple[Notice, ...] = (
    "withdrawn",
    "unsigned",
    "unconfirmed",
    "expired",
    "unchecked",
)
WARNING_DAYS = 60
"""So many days before a review runs out people are warned."""


@dataclass(frozen=True)
class Reason:
    """One reason why an edition may not be given out, in words for people who work on it."""

    hindrance: Hindrance
    words: str


@dataclass(frozen=True)
class Approval:
    """What may be printed of an edition: a draft and why, or a release and who signed it.

    Days are what a released page says; `until` is the last one on which the reviews hold.
    """

    state: State
    reasons: tuple[Reason, ...] = ()
    reviewers: tuple[str, ...] = ()
    translators: tuple[str, ...] = ()
    reviewed_on: dt.date | str = ""
    next_review: dt.date | str = ""
    until: dt.date | None = None

    @property
    def notice(self) -> Notice | None:
        """Give what the notice on a draft says: the gravest reason; None on a release."""
        found = {reason.hindrance for reason in self.reasons}
        if "incomplete" in found:
            found.add("unsigned")
        return next((notice for notice in _GRAVEST_FIRST if notice in found), None)


UNSIGNED = Approval("draft", (Reason("unsigned", "nobody signed it"),))


def roles_needed(project: Project, leaflet: str, locale: str) -> list[Role]:
    """Give the roles in which a leaflet must be signed; the source language is no translation."""
    roles = project.leaflets[leaflet].needs_signoff
    return [role for role in roles if locale != SOURCE_LOCALE or role != "translation"]


def judge(
    project: Project,
    leaflet: str,
    locale: str,
    words: PrintedWords,
    code: EditionCode,
    clinic: ClinicProfile | None,
    today: dt.date,
) -> Approval:
    """Give whether an edition with these words may be given out on a day."""
    signed = newest_signoffs(project, leaflet, locale, words)
    reasons = [
        *_withdrawn(project, code),
        *_unsigned(project, leaflet, locale, words, signed),
        *_unconfirmed(project, leaflet),
        *(_expired(signoff) for signoff in signed if not signoff.holds_on(today)),
    ]
    if clinic is not None and numbers_hold_until(clinic) < today:
        called = clinic.clinic.verified_on
        said = f"the clinic's numbers were last called on {called}; call them again"
        reasons.append(Reason("unchecked", said))
    if reasons:
        return Approval("draft", tuple(reasons))
    return _release(signed)


def _release(signed: Sequence[SignOff]) -> Approval:
    until = min(signoff.next_review for signoff in signed)
    return Approval(
        "release",
        reviewers=_names(signed, "clinical", "lay-reader"),
        translators=_names(signed, "translation"),
        reviewed_on=min(signoff.signed_on for signoff in signed),
        next_review=until,
        until=until,
    )


def releases_ever(
    project: Project, leaflet: str, locale: str, words: PrintedWords
) -> list[Approval]:
    """Give all that releases of exactly these words ever said of who signed them and when."""
    roles = roles_needed(project, leaflet, locale)
    newest: dict[Role, SignOff] = {}
    said: dict[Approval, None] = {}
    for signoff in _signoffs_of(project, leaflet, locale, words):
        newest[signoff.role] = signoff
        if newest.keys() >= set(roles):
            said.setdefault(_release([newest[role] for role in roles]))
    return list(said)


def was_signed(project: Project, leaflet: str, locale: str) -> bool:
    """Tell whether a leaflet was ever signed in every role in a language, whatever came of it."""
    own = {one.role for one in project.signoffs.get(locale, []) if one.leaflet == leaflet}
    return own.issuperset(roles_needed(project, leaflet, locale))


def numbers_hold_until(clinic: ClinicProfile) -> dt.date:
    """Give the last day on which a clinic's numbers need not be called again."""
    return clinic.clinic.verified_on + dt.timedelta(days=MOST_DAYS_SINCE_CALLED)


def days_of_change(project: Project, clinics: Iterable[ClinicProfile]) -> Iterator[dt.date]:
    """Yield the days from which something else holds, or is said, though no file changed."""
    for signoffs in project.signoffs.values():
        for signoff in signoffs:
            yield signoff.next_review + dt.timedelta(days=1)
            yield signoff.next_review - dt.timedelta(days=WARNING_DAYS)
    for clinic in clinics:
        yield numbers_hold_until(clinic) + dt.timedelta(days=1)


def newest_signoffs(
    project: Project, leaflet: str, locale: str, words: PrintedWords
) -> list[SignOff]:
    """Give the newest sign-off of exactly these words in each role that the leaflet needs."""
    own = _signoffs_of(project, leaflet, locale, words)
    newest = {signoff.role: signoff for signoff in own}
    return [newest[role] for role in roles_needed(project, leaflet, locale) if role in newest]


def _signoffs_of(project: Project, leaflet: str, locale: str, words: PrintedWords) -> list[SignOff]:
    return [
        signoff
        for signoff in project.signoffs.get(locale, [])
        if signoff.leaflet == leaflet and signoff.words == words.digest
    ]


def _withdrawn(project: Project, code: EditionCode) -> Iterator[Reason]:
    for withdrawal in project.withdrawn:
        if withdrawal.covers(code):
            said = f"withdrawn on {withdrawal.withdrawn_on}: {withdrawal.reason}"
            yield Reason("withdrawn", said)


def _unsigned(
    project: Project, leaflet: str, locale: str, words: PrintedWords, signed: Sequence[SignOff]
) -> Iterator[Reason]:
    if words.untranslated:
        many = f"{words.untranslated} texts are" if words.untranslated > 1 else "one text is"
        yield Reason("incomplete", f"{many} not translated")
    present = {signoff.role for signoff in signed}
    for role in roles_needed(project, leaflet, locale):
        if role in present:
            continue
        voided = [
            signoff
            for signoff in project.signoffs.get(locale, [])
            if signoff.leaflet == leaflet and signoff.role == role
        ]
        if voided:
            last = voided[-1]
            said = f"the words changed since {last.name} signed ({role}, {last.signed_on})"
            yield Reason("unsigned", said)
        else:
            yield Reason("unsigned", f"nobody signed it ({role})")


def _unconfirmed(project: Project, leaflet: str) -> Iterator[Reason]:
    still_open = open_sources(project, leaflet)
    if never := [one.id for one in still_open if one.last is None]:
        said = "nobody opened the source" if len(never) == 1 else "nobody opened the sources"
        yield Reason("unconfirmed", f"{said} and confirmed what we say of it: {', '.join(never)}")
    for one in still_open:
        if one.last is not None:
            said = f"what we say of the source {one.id} changed since {one.last.name} confirmed it"
            yield Reason("unconfirmed", f"{said} ({one.last.confirmed_on})")


def _expired(signoff: SignOff) -> Reason:
    said = f"the review by {signoff.name} ({signoff.role}) ran out on {signoff.next_review}"
    return Reason("expired", said)


def _names(signed: Sequence[SignOff], *roles: Role) -> tuple[str, ...]:
    return tuple(dict.fromkeys(signoff.name for signoff in signed if signoff.role in roles))
