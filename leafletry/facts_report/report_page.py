"""`output/facts.html`: the fact report, to open from a disk and to print."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from markupsafe import Markup

from leafletry.content.numerals import format_day
from leafletry.content.project import SOURCE_LOCALE
from leafletry.editions.index_page import page_style
from leafletry.editions.markup import as_written, template_environment
from leafletry.facts_report.report import FIGURE_BEGINS, FIGURE_ENDS

if TYPE_CHECKING:
    from pathlib import Path

    import jinja2

    from leafletry.editions.localization import LocalText
    from leafletry.facts_report.report import Report

STYLES = ("tokens.css", "index.css", "report.css", "facts.css", "facts-page.css")
# A figure that is a word of another script may have been set apart from the text around it.
_FIGURE = re.compile(
    rf'{FIGURE_BEGINS}((?:[^<{FIGURE_ENDS}]|<span dir="ltr">[^<]*</span>)*){FIGURE_ENDS}'
)


def facts_page(root: Path, report: Report) -> str:
    """Give the page, in English, with a section for each fact."""
    style = page_style(root / "styles", STYLES)
    return report_environment(root).get_template("facts.html").render(report=report, style=style)


def report_environment(root: Path) -> jinja2.Environment:
    """Give the Jinja2 environment of the report's templates."""
    environment = template_environment(root / "templates")
    environment.filters["with_figure"] = with_figure
    environment.filters["day"] = partial(format_day, locale=SOURCE_LOCALE)
    return environment


def with_figure(text: LocalText) -> Markup:
    """Give a text with its fact's figure marked in it."""
    marked = _FIGURE.sub(r"<mark>\1</mark>", str(as_written(text)))
    # One that goes across a strong part cannot be marked.
    return Markup(re.sub(f"[{FIGURE_BEGINS}{FIGURE_ENDS}]", "", marked))  # noqa: S704 - escaped before
