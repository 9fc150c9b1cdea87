"""The table of `catalogs status`, as wide as the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

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


def print_table(languages: list[LanguageStatus]) -> None:
    """Print a line an edition, and one for each whole catalog."""
    console = Console()
    console.print(_table(languages, console.width))


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
