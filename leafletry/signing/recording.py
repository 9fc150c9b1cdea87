"""Put a signature on record: only for what prints today, and only by what the signer has read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import ValidationError

from leafletry.checking import check_project
from leafletry.checking.words import more_than_words
from leafletry.composition import Composition
from leafletry.edition_code import read_code
from leafletry.output import folder_lock
from leafletry.problems import Place, Problem, ProblemsFoundError
from leafletry.project import read_project
from leafletry.signing.approval import roles_needed
from leafletry.signing.signoffs import SignOff, add_signoff, fault_of_dates

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator
    from pathlib import Path

    from leafletry.signing.roles import Role
    from leafletry.signing.signoffs import PrintedWords


@dataclass(frozen=True)
class Signature:
    """What a person signed: `code` is the edition code on the pages they read."""

    leaflet: str
    locale: str
    role: Role
    name: str
    code: str
    signed_on: dt.date
    next_review: dt.date


def record_signature(root: Path, signature: Signature, today: dt.date) -> list[str]:
    """Record a signature and the words it is about; give the names of the files written.

    Raises ProblemsFoundError where the pages have an error, the words are not the ones that were
    read or not all translated, or the signature itself cannot be true.
    """
    with folder_lock(root / ".cache"):
        project = read_project(root)
        signing = (signature.locale, signature.leaflet)
        errors = {*project.problems.errors, *check_project(project, today, signing)}
        refusals = [problem for problem in errors if not problem.warning]
        if refusals:
            raise ProblemsFoundError(refusals)
        composition = Composition.of(project, today)
        words = composition.words(signature.leaflet, signature.locale)
        code = composition.code(signature.leaflet, signature.locale, None)
        place = Place(f"locales/{signature.locale}/signoff.yaml")
        roles = roles_needed(project, signature.leaflet, signature.locale)
        if signature.role not in roles:
            said = f"{signature.leaflet} ({signature.locale}) needs no signature as "
            hint = f"it needs: {', '.join(roles)}"
            refusals.append(Problem(place, f"{said}{signature.role}", hint))
        read = read_code(signature.code)
        if read is None or read.for_all != code:
            said = f'"{read or signature.code}" is not what prints today: that is {code}'
            hint = "send the reviewer the present pages: signoff request"
            refusals.append(Problem(place, said, hint))
        refusals += _faults(signature, words, place, today)
        if refusals:
            raise ProblemsFoundError(refusals)
        return add_signoff(root, signature.locale, _signoff(signature, words, place), words.text)


def _faults(
    signature: Signature, words: PrintedWords, place: Place, today: dt.date
) -> Iterator[Problem]:
    if words.untranslated:
        said = f"{words.untranslated} texts are not translated; nobody can sign that"
        yield Problem(place, said, f"catalogs check {signature.locale} lists them")
    if fault := fault_of_dates(signature.signed_on, signature.next_review, today):
        yield Problem(place, fault, "give the day as 2026-01-31")
    for message, hint in more_than_words(signature.name):
        yield Problem(place, f"the name: {message}", hint)


def _signoff(signature: Signature, words: PrintedWords, place: Place) -> SignOff:
    try:
        return SignOff(
            leaflet=signature.leaflet,
            role=signature.role,
            name=signature.name,
            signed_on=signature.signed_on,
            next_review=signature.next_review,
            words=words.digest,
        )
    except ValidationError as error:
        said = "; ".join(f"{item['loc'][-1]}: {item['msg']}" for item in error.errors())
        raise ProblemsFoundError([Problem(place, said)]) from None
