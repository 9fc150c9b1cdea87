"""Put on record what people signed or confirmed: only what is there today, and what they read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import ValidationError

from leafletry.checking import check_project
from leafletry.checking.words import more_than_words
from leafletry.content.confirmations import FILE, Confirmation, add_confirmations
from leafletry.content.edition_code import read_code
from leafletry.content.project import read_project
from leafletry.content.signoffs import SignOff, add_signoff, fault_of_dates
from leafletry.content.sources import source_to_confirm
from leafletry.editions.approval import roles_needed
from leafletry.editions.composition import Composition
from leafletry.reading.output import folder_lock
from leafletry.reading.problems import Place, Problem, ProblemsFoundError, shortened
from leafletry.reading.sourcefile import did_you_mean, is_still_to_come

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from leafletry.content.project import Project
    from leafletry.content.roles import Role
    from leafletry.content.signoffs import PrintedWords
    from leafletry.content.sources import SourceToConfirm


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
        project = _sound_project(root, today, (signature.locale, signature.leaflet))
        refusals: list[Problem] = []
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


def record_confirmations(
    root: Path, codes: Sequence[str], name: str, confirmed_on: dt.date, today: dt.date
) -> list[str]:
    """Record that a person opened sources, and found there what rests on them; give the files.

    Sources are named as on the checklist. Raises ProblemsFoundError where one is not as it was
    then, has nothing to be confirmed, or the word itself cannot be true.
    """
    with folder_lock(root / ".cache"):
        project = _sound_project(root, today)
        place = Place(FILE)
        refusals = list(_faults_of_name(name, place))
        if is_still_to_come(confirmed_on, today):
            refusals.append(Problem(place, f"confirmed_on {confirmed_on} lies in the future"))
        given: dict[str, Confirmation] = {}
        for code in codes:
            try:
                source = _source_of(project, code, place)
                given[source.words] = _confirmation(source, name, confirmed_on, place)
            except ProblemsFoundError as error:
                refusals += error.problems
        if refusals:
            raise ProblemsFoundError(sorted(set(refusals)))
        return add_confirmations(root, given)


def _source_of(project: Project, code: str, place: Place) -> SourceToConfirm:
    """Give the source that a code of the checklist is of, as it is today."""
    typed = code.strip().lower()
    name = typed if typed in project.sources else typed.rpartition("-")[0]
    if name not in project.sources:
        hint = did_you_mean(name or typed, project.sources)
        raise ProblemsFoundError([Problem(place, f'there is no source "{shortened(code)}"', hint)])
    source = source_to_confirm(project, name)
    if source is None:
        said = f"{name} has nothing to be confirmed"
        hint = "only what says confirm: true in leaflets/sources.yaml has"
        raise ProblemsFoundError([Problem(place, said, hint)])
    if typed != source.code:
        said = f'"{shortened(code)}" is not what has to be confirmed today: that is {source.code}'
        hint = "send the present checklist: signoff request"
        raise ProblemsFoundError([Problem(place, said, hint)])
    return source


def _confirmation(source: SourceToConfirm, name: str, day: dt.date, place: Place) -> Confirmation:
    try:
        return Confirmation(source=source.id, name=name, confirmed_on=day, words=source.digest)
    except ValidationError as error:
        raise _not_valid(error, place) from None


def _sound_project(root: Path, today: dt.date, signing: tuple[str, str] | None = None) -> Project:
    project = read_project(root)
    errors = {*project.problems.errors, *check_project(project, today, signing)}
    if refusals := [problem for problem in errors if not problem.warning]:
        raise ProblemsFoundError(refusals)
    return project


def _faults(
    signature: Signature, words: PrintedWords, place: Place, today: dt.date
) -> Iterator[Problem]:
    if words.untranslated:
        said = f"{words.untranslated} texts are not translated; nobody can sign that"
        yield Problem(place, said, f"catalogs check {signature.locale} lists them")
    if fault := fault_of_dates(signature.signed_on, signature.next_review, today):
        yield Problem(place, fault, "give the day as 2026-01-31")
    yield from _faults_of_name(signature.name, place)


def _faults_of_name(name: str, place: Place) -> Iterator[Problem]:
    for message, hint in more_than_words(name):
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
        raise _not_valid(error, place) from None


def _not_valid(error: ValidationError, place: Place) -> ProblemsFoundError:
    said = "; ".join(f"{item['loc'][-1]}: {item['msg']}" for item in error.errors())
    return ProblemsFoundError([Problem(place, said)])
