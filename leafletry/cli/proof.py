"""`proof`: a language's pages beside those of the source language, for a reviewer to write on."""

from __future__ import annotations

import click

from leafletry.cli.check_catalogs import known_locale
from leafletry.cli.speaking import ROOT, print_problems


@click.command("proof")
@click.argument("locale")
@click.argument("leaflet", required=False)
def proof_command(locale: str, leaflet: str | None) -> int:
    """Put each page beside the same page in English, with a numbered list of its messages.

    LOCALE is a language, such as es; without LEAFLET all leaflets are done. What is stale or
    missing is marked. A reviewer writes on the sheets, or names a number: "7: wrong word".
    """
    from leafletry.project import SOURCE_LOCALE, read_project  # noqa: PLC0415 - `--help` needs none
    from leafletry.proof.proof import leaflets_to_prove, make_proofs  # noqa: PLC0415
    from leafletry.sourcefile import did_you_mean, shortened  # noqa: PLC0415

    project = read_project(ROOT)
    chosen = known_locale(project, locale)
    if chosen == SOURCE_LOCALE:
        others = ", ".join(name for name in project.locales if name != SOURCE_LOCALE)
        message = f"{chosen} is what translations are compared with; choose one of: {others}"
        raise click.UsageError(message)
    leaflets = leaflets_to_prove(ROOT)
    if leaflet is not None and leaflet not in leaflets:
        hint = did_you_mean(leaflet, leaflets) or f"there are: {', '.join(leaflets)}"
        message = f"there is no leaflet {shortened(leaflet)!r}; {hint}"
        raise click.UsageError(message)
    outcome = make_proofs(ROOT, chosen, [leaflet] if leaflet else leaflets)
    print_problems([*outcome.problems, *(p for made in outcome.made for p in made.problems)])
    for made in outcome.made:
        pages = f"{made.pages} page{'s' * (made.pages != 1)}"
        stale, missing = made.states["fuzzy"], made.states["missing"]
        messages = f"{sum(made.states.values())} messages, {stale} stale, {missing} missing"
        click.echo(f"output/{made.path}: {pages}, {messages}")
    return 1 if outcome.problems else 0
