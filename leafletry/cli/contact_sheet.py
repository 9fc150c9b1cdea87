"""`contact-sheet`: all pages of a language and format in one picture."""

from __future__ import annotations

import shutil

import click

from leafletry.cli.naming import known_format, known_leaflet, known_locale
from leafletry.cli.speaking import ROOT


@click.command("contact-sheet")
@click.option("--leaflet", "leaflets", multiple=True, metavar="NAME", help="Only this leaflet.")
@click.option("--locale", "locales", multiple=True, metavar="NAME", help="Only this language.")
@click.option("--format", "formats", multiple=True, metavar="NAME", help="Only this format.")
def contact_sheet_command(
    leaflets: tuple[str, ...], locales: tuple[str, ...], formats: tuple[str, ...]
) -> int:
    """Put all pages of each language and format into one picture, to look at.

    They are the pages of the last build, a line for each leaflet; in output/contact-sheets/.
    """
    from leafletry.content.project import read_project
    from leafletry.editions.scope import Scope
    from leafletry.proof.contact_sheets import FOLDER, contact_sheets
    from leafletry.reading.output import folder_lock, write_together

    project = read_project(ROOT)
    scope = Scope(
        frozenset(known_leaflet(project, name) for name in leaflets) or None,
        frozenset(known_locale(project, name) for name in locales) or None,
        formats=frozenset(known_format(project, name) for name in formats) or None,
    )
    output = ROOT / "output"
    with folder_lock(ROOT / ".cache"):
        files = {output / name: content for name, content in contact_sheets(output, scope)}
        if not files:
            click.echo("There is nothing to look at: build first.", err=True)
            return 1
        shutil.rmtree(output / FOLDER, ignore_errors=True)
        write_together(files)
    for path in files:
        click.echo(f"output/{path.relative_to(output).as_posix()}")
    return 0
