"""The fact report of a leaflet in one language as a PDF: a part of what is signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jinja2

from leafletry.content.project import SOURCE_LOCALE
from leafletry.editions.composition import template_problem
from leafletry.facts_report.report import facts_report
from leafletry.facts_report.report_page import report_environment
from leafletry.printing.printing import PRESS, open_press, print_sheets
from leafletry.reading.languages import name_in
from leafletry.reading.problems import Place, shortened

if TYPE_CHECKING:
    from leafletry.content.project import Project

_TEMPLATE = "fact-sheets.html"
_SHEETS = ("layers.css", "tokens.css", "facts.css", "facts-sheets.css")
_LONGEST_TITLE = 60


def facts_report_pdf(project: Project, leaflet_id: str, locale: str) -> bytes:
    """Give A4 sheets with each fact a leaflet rests on, and its sentences in English and `locale`.

    They are PDF/A-2a and PDF/UA-1, as editions are; equal input gives equal bytes. Opens the press
    where none is open. Raises KeyError where there is no such leaflet or language, or it could not
    be read, ProblemsFoundError where something would not print right.
    """
    report = facts_report(project, leaflet_id, locale)
    open_press(project.root)
    press = PRESS["press"]
    title = shortened(project.leaflets[leaflet_id].title.text, _LONGEST_TITLE)
    try:
        html = (
            report_environment(project.root)
            .get_template(_TEMPLATE)
            .render(
                report=report,
                title=f"Facts of “{title}”, {name_in(locale, SOURCE_LOCALE)}",
                families=press.families,
            )
        )
    except jinja2.TemplateError as error:
        raise template_problem(error) from None
    return print_sheets(html, _SHEETS, Place(f"templates/{_TEMPLATE}"))
