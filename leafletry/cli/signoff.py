"""`signoff`: ask for a review, record who signed or confirmed, and see how all stands."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, get_args

import click

from leafletry.cli.naming import known_leaflet, known_locale
from leafletry.cli.speaking import HELP_OPTIONS, ROOT, print_problems
from leafletry.content.roles import Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leafletry.reading.problems import Place
    from leafletry.signing.recording import Signature
    from leafletry.signing.standings import LeafletStanding, RoleStanding

_DAY = click.DateTime(["%Y-%m-%d"])
_MOST_CHANGES = 12


@click.group("signoff", context_settings=HELP_OPTIONS)
def signoff_group() -> None:
    """No leaflet is released before somebody signed exactly its words."""


@signoff_group.command("request")
@click.argument("leaflet")
@click.argument("locale")
def request_command(leaflet: str, locale: str) -> int:
    """Make the review pack of a leaflet, for those who should sign it.

    The exact PDF, the bilingual proof, the facts behind each sentence, and a checklist of what
    only a person can judge, with room for a signature.
    """
    from leafletry.content.project import read_project
    from leafletry.signing.pack import make_pack

    project = read_project(ROOT)
    chosen, locale = known_leaflet(project, leaflet), known_locale(project, locale)
    pack = make_pack(ROOT, chosen, locale, dt.date.today())  # noqa: DTZ011 - the day where one is
    print_problems(pack.problems)
    for path in pack.files:
        click.echo(path)
    if pack.files:
        click.echo(f"Send these to the reviewers. What they sign is {pack.code}.")
    return 0 if pack.files else 1


@signoff_group.command("record")
@click.argument("leaflet", required=False)
@click.argument("locale", required=False)
@click.option("--role", type=click.Choice(get_args(Role)), help="Who signs as what.")
@click.option("--name", required=True, help="The name as the person gave it; it is printed.")
@click.option("--code", help="The edition code on the pages that were read.")
@click.option("--next-review", type=_DAY, help="By when to read it again.")
@click.option("--date", "on", type=_DAY, help="When it was signed or confirmed; today.")
@click.option(
    "--confirmed",
    metavar="SOURCE",
    multiple=True,
    help="In place of a leaflet: a source that was opened, as the checklist names it.",
)
def record_command(
    leaflet: str | None,
    locale: str | None,
    role: Role | None,
    name: str,
    code: str | None,
    next_review: dt.datetime | None,
    on: dt.datetime | None,
    confirmed: tuple[str, ...],
) -> int:
    """Record who read a leaflet and signed it, or confirmed a source.

    What is recorded is a digest of exactly the words that print now, or of the facts that rest on
    the source. One changed word or fact voids it.
    """
    from leafletry.reading.problems import ProblemsFoundError
    from leafletry.signing.recording import record_confirmations, record_signature

    today = dt.date.today()  # noqa: DTZ011 - the day where one is
    day = on.date() if on else today
    signed = {
        "LEAFLET": leaflet,
        "LOCALE": locale,
        "--role": role,
        "--code": code,
        "--next-review": next_review,
    }
    try:
        if confirmed:
            _refuse_signature_too(signed)
            files = record_confirmations(ROOT, confirmed, name, day, today)
        else:
            files = record_signature(ROOT, _signature(signed, name, day), today)
    except ProblemsFoundError as error:
        print_problems(error.problems)
        return 1
    for path in files:
        click.echo(path)
    stays = "what was confirmed stays with who did" if confirmed else _STAYS
    click.echo(f"Recorded. Commit these files together, so that {stays}.")
    return 0


_STAYS = "the signature stays with the words"


def _refuse_signature_too(signed: Mapping[str, object]) -> None:
    if given := [what for what, value in signed.items() if value is not None]:
        said = f"--confirmed records a source, and {given[0]} belongs to a signature"
        raise click.UsageError(f"{said}: record each by itself.")


def _signature(signed: Mapping[str, Any], name: str, day: dt.date) -> Signature:
    """Give what was signed; what is left out is wrong usage."""
    from leafletry.content.project import read_project
    from leafletry.signing.recording import Signature

    if missing := [what for what, value in signed.items() if value is None]:
        raise click.UsageError(f"Missing: {', '.join(missing)}.")
    leaflet, locale, role, code, next_review = signed.values()
    project = read_project(ROOT)
    chosen, locale = known_leaflet(project, leaflet), known_locale(project, locale)
    return Signature(chosen, locale, role, name, code, day, next_review.date())


@signoff_group.command("status")
@click.argument("leaflet", required=False)
@click.argument("locale", required=False)
def status_command(leaflet: str | None, locale: str | None) -> int:
    """Say who signed what, what voided it, and what runs out soon."""
    from leafletry.content.project import read_project
    from leafletry.editions.composition import Composition
    from leafletry.signing.standings import leaflet_standing

    project = read_project(ROOT)
    print_problems([p for p in project.problems.errors if _is_record(p.place)])
    leaflets = [known_leaflet(project, leaflet)] if leaflet else list(project.leaflets)
    locales = [known_locale(project, locale)] if locale else project.locales
    composition = Composition.of(project, dt.date.today())  # noqa: DTZ011 - as above
    for name in leaflets:
        click.echo(name)
        for language in locales:
            _tell(leaflet_standing(composition, name, language))
    return 1 if project.problems.errors else 0


def _is_record(place: Place) -> bool:
    return any(word in place.file for word in ("signoff", "confirmed"))


def _tell(standing: LeafletStanding) -> None:
    if standing.approval is None:
        click.echo(f"  {standing.locale}: cannot be printed; `check` says why")
        return
    click.echo(f"  {standing.locale}: {standing.approval.state}, {standing.code}")
    for reason in standing.approval.reasons:
        if reason.hindrance in ("withdrawn", "incomplete", "unconfirmed"):
            click.echo(f"    {reason.words}")
    for role in standing.roles:
        _tell_role(role)


def _tell_role(role: RoleStanding) -> None:
    signoff = role.signoff
    if signoff is None:
        click.echo(f"    {role.role}: nobody signed")
        return
    who = f"    {role.role}: {signoff.name}, {signoff.signed_on}"
    if role.holds:
        soon = f", in {role.days} days: ask for a new review" if role.soon else ""
        click.echo(f"{who}; next review by {signoff.next_review}{soon}")
        return
    if role.changes == []:
        click.echo(f"{who}; the review ran out on {signoff.next_review}")
        return
    click.echo(f"{who}; void: the words changed since")
    if role.changes is None:
        click.echo("      the words that were signed are not there any more")
        return
    for change in role.changes[:_MOST_CHANGES]:
        click.echo(
            f"      was: {change.was or '(nothing)'}\n      now: {change.now or '(nothing)'}"
        )
    if len(role.changes) > _MOST_CHANGES:
        click.echo(f"      and {len(role.changes) - _MOST_CHANGES} lines more")
