"""`output/status.html`: how far every language is, to open from a disk."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from babel.dates import format_date

from leafletry.content.project import SOURCE_LOCALE
from leafletry.editions.index_page import page_style
from leafletry.editions.markup import template_environment

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from leafletry.catalogs.status import LanguageStatus
    from leafletry.content.project import Project

STYLES = ("tokens.css", "index.css", "report.css", "status.css")


def status_page(project: Project, languages: Sequence[LanguageStatus], today: dt.date) -> str:
    """Give the page, in English, whose table has a line for each leaflet in each language."""
    environment = template_environment(project.root / "templates")
    environment.filters["quoted"] = quote
    return environment.get_template("status.html").render(
        languages=languages,
        day=format_date(today, "long", locale=SOURCE_LOCALE),
        style=page_style(project.root / "styles", STYLES),
    )
