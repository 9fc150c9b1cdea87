"""`catalogs status`: how far every language is, as a table, a page or data."""

from __future__ import annotations

import datetime as dt
import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import click
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from leafletry.cli.speaking import ROOT, print_problems, reporter_for

if TYPE_CHECKING:
    from leafletry.catalogs.status import Counts, EditionStatus, LanguageStatus

HEADS = (
    "in",
    "leaflet",
    "trans-\nlated",
    "fuzzy",
    "miss-\ning",
    "unre-\nviewed",
    "fits",
    "signed",
)
_ROOM_FOR_NAMES = 31
"""How wide names of leaflets may be in 80 columns before they part."""
_USUAL_WIDTH = 80
_ALERT = {"over": "bold red", "no": "bold red", "tight": "yellow"}


@click.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document, for programs.")
def status_command(as_json: bool) -> int:  # noqa: FBT001 - click gives it so
    """Say how far each leaflet is in each language.

    The same is written to output/status.html.
    """
    from leafletry.catalogs.status import language_statuses  # noqa: PLC0415
    from leafletry.catalogs.status_page import status_page  # noqa: PLC0415
    from leafletry.composition import Composition  # noqa: PLC0415 - `--help` needs none of it
    from leafletry.output import write_together  # noqa: PLC0415
    from leafletry.project import read_project  # noqa: PLC0415

    project = read_project(ROOT)
    reporter = reporter_for(quiet=as_json or not sys.stdout.isatty(), verbose=False)
    languages = language_statuses(Composition.of(project), reporter)
    page = status_page(project, languages, dt.date.today())  # noqa: DTZ011 - the day where one is
    write_together({ROOT / "output" / "status.html": page.encode()})
    if as_json:
        content = {"languages": [asdict(language) for language in languages]}
        click.echo(json.dumps(content, ensure_ascii=False, indent=1))
    else:
        console = Console()
        console.print(_table(languages, console.width))
        click.echo("See output/status.html.")
    print_problems(project.problems.errors)
    return 1 if project.problems.errors else 0


def _table(languages: list[LanguageStatus], width: int) -> Table:
    """Give the table people read: a line an edition, and one for the whole catalog."""
    table = Table(box=box.SIMPLE_HEAD, padding=0, pad_edge=False, show_edge=False)
    names = (edition.leaflet for language in languages for edition in language.editions)
    widest = min(max(map(len, names), default=0), _ROOM_FOR_NAMES)
    for head in HEADS:
        number = head in HEADS[2:6]
        table.add_column(
            head,
            justify="right" if number else "left",
            no_wrap=number,
            overflow="fold",
            width=widest if head == "leaflet" and width >= _USUAL_WIDTH else None,
            max_width=len("over by") if head == "fits" else None,
        )
    for language in languages:
        for edition in language.editions:
            table.add_row(language.locale, *_cells(edition))
        if language.counts:
            table.add_row(language.locale, "all messages", *_numbers(language.counts), "", "", "")
        table.add_section()
    return table


def _cells(edition: EditionStatus) -> list[Text | str]:
    unreviewed = "-" if edition.unreviewed is None else str(edition.unreviewed)
    fits = Text(edition.fits_in_words, style=_ALERT.get(edition.fits, ""))
    return [
        edition.leaflet,
        *_numbers(edition.counts),
        unreviewed,
        fits,
        Text(edition.signed or "no"),
    ]


def _numbers(counts: Counts | None) -> list[Text | str]:
    """Give the three counts; what is still to be done stands out, where there is colour."""
    if counts is None:
        return ["-", "-", "-"]
    todo = [Text(str(n), style="bold yellow" if n else "") for n in (counts.fuzzy, counts.missing)]
    return [str(counts.translated), *todo]
