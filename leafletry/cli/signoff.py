"""`signoff`: ask for a review, record who signed, and see how every leaflet stands."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, get_args

import click

from leafletry.cli.naming import known_leaflet, known_locale
from leafletry.cli.speaking import HELP_OPTIONS, ROOT, print_problems
from leafletry.signing.roles import Role

if TYPE_CHECKING:
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
    from leafletry.project import read_project  # noqa: PLC0415 - `--help` needs none of it
    from leafletry.signing.pack import make_pack  # noqa: PLC0415

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
@click.argument("leaflet")
@click.argument("locale")
@click.option("--role", type=click.Choice(get_args(Role)), required=True, help="Who signs as what.")
@click.option("--name", required=True, help="The name as the person gave it; it is printed.")
@click.option("--code", required=True, help="The edition code on the pages that were read.")
@click.option("--next-review", type=_DAY, required=True, help="By when to read it again.")
@click.option("--date", "signed_on", type=_DAY, help="When it was signed; today.")
def record_command(
    leaflet: str,
    locale: str,
    role: Role,
    name: str,
    code: str,
    next_review: dt.datetime,
    signed_on: dt.datetime | None,
) -> int:
    """Record that a person read a leaflet and signed it.

    What is recorded is a digest of exactly the words that print now. One changed word voids it.
    """
    from leafletry.problems import ProblemsFoundError  # noqa: PLC0415 - as above
    from leafletry.project import read_project  # noqa: PLC0415
    from leafletry.signing.recording import Signature, record_signature  # noqa: PLC0415

    project = read_project(ROOT)
    chosen, locale = known_leaflet(project, leaflet), known_locale(project, locale)
    today = dt.date.today()  # noqa: DTZ011 - the day where one is
    day = signed_on.date() if signed_on else today
    signature = Signature(chosen, locale, role, name, code, day, next_review.date())
    try:
        files = record_signature(ROOT, signature, today)
    except ProblemsFoundError as error:
        print_problems(error.problems)
        return 1
    for path in files:
        click.echo(path)
    click.echo("Recorded. Commit both files, so that the signature stays with the words.")
    return 0


@signoff_group.command("status")
@click.argument("leaflet", required=False)
@click.argument("locale", required=False)
def status_command(leaflet: str | None, locale: str | None) -> int:
    """Say who signed what, what voided it, and what runs out soon."""
    from leafletry.composition import Composition  # noqa: PLC0415 - as above
    from leafletry.project import read_project  # noqa: PLC0415
    from leafletry.signing.standings import leaflet_standing  # noqa: PLC0415

    project = read_project(ROOT)
    print_problems([p for p in project.problems.errors if "signoff" in p.place.file])
    leaflets = [known_leaflet(project, leaflet)] if leaflet else list(project.leaflets)
    locales = [known_locale(project, locale)] if locale else project.locales
    composition = Composition.of(project, dt.date.today())  # noqa: DTZ011 - as above
    for name in leaflets:
        click.echo(name)
        for language in locales:
            _tell(leaflet_standing(composition, name, language))
    return 1 if project.problems.errors else 0


def _tell(standing: LeafletStanding) -> None:
    if standing.approval is None:
        click.echo(f"  {standing.locale}: cannot be printed; `check` says why")
        return
    click.echo(f"  {standing.locale}: {standing.approval.state}, {standing.code}")
    for reason in standing.approval.reasons:
        if reason.hindrance in ("withdrawn", "incomplete"):
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
