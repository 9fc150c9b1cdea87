"""How every leaflet stands in every language: who signed, what voided it, until when it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from leafletry.content.differences import differences
from leafletry.content.signoffs import digest_of, read_signed_words
from leafletry.editions.approval import WARNING_DAYS, judge, roles_needed
from leafletry.reading.problems import ProblemsFoundError

if TYPE_CHECKING:
    import datetime as dt

    from leafletry.content.differences import Difference
    from leafletry.content.edition_code import EditionCode
    from leafletry.content.roles import Role
    from leafletry.content.signoffs import PrintedWords, SignOff
    from leafletry.editions.approval import Approval
    from leafletry.editions.composition import Composition


@dataclass(frozen=True)
class RoleStanding:
    """What became of a role's newest sign-off; `changes` voided it, None if they cannot be told.

    `signoff` is None where nobody ever signed; `days` are left until the review runs out.
    """

    role: Role
    signoff: SignOff | None
    holds: bool
    changes: list[Difference] | None
    days: int

    @property
    def soon(self) -> bool:
        """Tell whether a review that holds runs out soon."""
        return self.holds and self.days <= WARNING_DAYS


@dataclass(frozen=True)
class LeafletStanding:
    """One leaflet in one language; with no approval it cannot be printed at all."""

    leaflet: str
    locale: str
    code: EditionCode | None
    approval: Approval | None
    roles: list[RoleStanding]


def leaflet_standing(composition: Composition, leaflet: str, locale: str) -> LeafletStanding:
    """Give how one leaflet stands in one language."""
    project, today = composition.project, composition.today
    try:
        words = composition.words(leaflet, locale)
        code = composition.code(leaflet, locale, None)
    except ProblemsFoundError:
        return LeafletStanding(leaflet, locale, None, None, [])
    approval = judge(project, leaflet, locale, words, code, None, today)
    roles = [
        _role_standing(composition, locale, words, role, leaflet, today)
        for role in roles_needed(project, leaflet, locale)
    ]
    return LeafletStanding(leaflet, locale, code, approval, roles)


def _role_standing(
    composition: Composition,
    locale: str,
    words: PrintedWords,
    role: Role,
    leaflet: str,
    today: dt.date,
) -> RoleStanding:
    own = [
        signoff
        for signoff in composition.project.signoffs.get(locale, [])
        if (signoff.leaflet, signoff.role) == (leaflet, role)
    ]
    same = [signoff for signoff in own if signoff.words == words.digest]
    if not own:
        return RoleStanding(role, None, holds=False, changes=None, days=0)
    newest = (same or own)[-1]
    days = (newest.next_review - today).days
    changes = [] if same else _changes(composition, locale, newest, words)
    return RoleStanding(role, newest, bool(same) and newest.holds_on(today), changes, days)


def _changes(
    composition: Composition, locale: str, signoff: SignOff, words: PrintedWords
) -> list[Difference] | None:
    """Give what voided a sign-off; None where the words that were signed are not there."""
    try:
        signed = read_signed_words(composition.project.root, locale, signoff)
    except ProblemsFoundError:
        return None
    return differences(signed, words.text) if digest_of(signed) == signoff.words else None
