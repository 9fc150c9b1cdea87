"""`contact-sheet`: all pages of a language and format in one picture."""

from __future__ import annotations

import shutil

import click

from leafletry.cli.naming import asked_scope, format_option, leaflet_option, locale_option
from leafletry.cli.speaking import ROOT


@click.command("contact-sheet")
@leaflet_option
@locale_option
@format_option
def contact_sheet_command(
    leaflets: tuple[str, ...], locales: tuple[str, ...], formats: tuple[str, ...]
) -> int:
    """Put all pages of each language and format into one picture, to look at.

    They are the pages of the last build, a line for each leaflet; in output/contact-sheets/.
    """
    from leafletry.proof.contact_sheets import FOLDER, contact_sheets
    from leafletry.reading.output import folder_lock, write_together

    scope = asked_scope(ROOT, leaflets, locales, formats)
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
