"""`catalogs pseudo`: the leaflets in longer, accented words, judged and to look at."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from leafletry.cli.speaking import ROOT, print_problems, reporter_for

if TYPE_CHECKING:
    from leafletry.catalogs.pseudo import PseudoEdition


@click.command("pseudo")
def pseudo_command() -> int:
    """Build the leaflets in longer words, to find what cannot be translated.

    Boxes that cannot grow are named as well. The pages land in output/en-XA/, to look at; they
    are no edition, and nothing lists them.
    """
    from leafletry.catalogs.pseudo import LOCALE, pseudo_editions
    from leafletry.content.project import read_project
    from leafletry.reading.output import write_together

    project = read_project(ROOT)
    if project.problems.errors:
        print_problems(project.problems.errors)
        return 1
    reporter = reporter_for(quiet=not sys.stdout.isatty(), verbose=False)
    editions = pseudo_editions(project, reporter)
    output = ROOT / "output"
    files = {output / edition.path: edition.pdf for edition in editions if edition.pdf}
    write_together(files)
    for path in (output / LOCALE).glob("*.pdf"):
        if path not in files:
            path.unlink()  # A leaflet that is gone, or could not be made.
    problems = [problem for edition in editions for problem in edition.problems]
    print_problems(problems)
    for edition in editions:
        click.echo(_said(edition))
    errors = sum(not problem.warning for problem in problems)
    click.echo(f"{errors} errors, {len(problems) - errors} warnings.")
    return 1 if errors else 0


def _said(edition: PseudoEdition) -> str:
    """Say where an edition is, and how it would fit: to be over its pages is no fault here."""
    if not edition.pdf:
        return f"{edition.path}: could not be made"
    over = f"{edition.over:.0f} mm over its {edition.pages} pages, as longer words may be"
    return f"output/{edition.path}: {over if edition.over else 'fits its pages'}"
