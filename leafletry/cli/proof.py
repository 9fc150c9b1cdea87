"""`proof`: a language's pages beside those of the source language, for a reviewer to write on."""

from __future__ import annotations

import click

from leafletry.cli.naming import known_leaflet, known_locale
from leafletry.cli.speaking import ROOT, print_problems


@click.command("proof")
@click.argument("locale")
@click.argument("leaflet", required=False)
def proof_command(locale: str, leaflet: str | None) -> int:
    """Put each page beside the same page in English, with a numbered list of its messages.

    LOCALE is a language, such as es; without LEAFLET all leaflets are done. What is stale or
    missing is marked. A reviewer writes on the sheets, or names a number: "7: wrong word".
    """
    from leafletry.content.project import (
        SOURCE_LOCALE,
        leaflet_names,
        read_project,
    )
    from leafletry.proof.proof import make_proofs

    project = read_project(ROOT)
    chosen = known_locale(project, locale)
    if chosen == SOURCE_LOCALE:
        others = ", ".join(name for name in project.locales if name != SOURCE_LOCALE)
        message = f"{chosen} is what translations are compared with; choose one of: {others}"
        raise click.UsageError(message)
    leaflets = [known_leaflet(project, leaflet)] if leaflet else leaflet_names(ROOT)
    outcome = make_proofs(ROOT, chosen, leaflets)
    print_problems([*outcome.problems, *(p for made in outcome.made for p in made.problems)])
    for made in outcome.made:
        pages = f"{made.sheets} sheets for {made.pages} page{'s' * (made.pages != 1)}"
        stale, missing = made.own["fuzzy"], made.own["missing"]
        own, listed = sum(made.own.values()), sum(made.states.values())
        messages = f"{own} messages, {stale} stale, {missing} missing"
        more = f"; {listed - own} more for clinics or other leaflets" if listed > own else ""
        click.echo(f"output/{made.path}: {pages}, {messages}{more}")
    return 1 if outcome.problems else 0
