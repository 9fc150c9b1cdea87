"""`catalogs status`: how far every language is, as a table, a page or data."""

from __future__ import annotations

import datetime as dt
import json
import sys
from dataclasses import asdict

import click

from leafletry.cli.speaking import ROOT, print_problems, reporter_for


@click.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document, for programs.")
def status_command(as_json: bool) -> int:  # noqa: FBT001 - click gives it so
    """Say how far each leaflet is in each language.

    The same is written to output/status.html.
    """
    from leafletry.catalogs.status import language_statuses
    from leafletry.catalogs.status_page import status_page
    from leafletry.cli.status_table import print_table
    from leafletry.content.project import read_project
    from leafletry.editions.composition import Composition
    from leafletry.reading.output import write_together

    project = read_project(ROOT)
    reporter = reporter_for(quiet=as_json or not sys.stdout.isatty(), verbose=False)
    languages = language_statuses(Composition.of(project), reporter)
    page = status_page(project, languages, dt.date.today())  # noqa: DTZ011 - the day where one is
    write_together({ROOT / "output" / "status.html": page.encode()})
    if as_json:
        content = {"languages": [asdict(language) for language in languages]}
        click.echo(json.dumps(content, ensure_ascii=False, indent=1))
    else:
        print_table(languages)
        click.echo("See output/status.html.")
    print_problems(project.problems.errors)
    return 1 if project.problems.errors else 0
