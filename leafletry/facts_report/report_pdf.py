"""The fact report of a leaflet in one language as a PDF: a part of what is signed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import jinja2

from leafletry.composition import template_problem
from leafletry.facts_report.report import facts_report
from leafletry.facts_report.report_page import report_environment
from leafletry.languages import name_in
from leafletry.printing import PRESS, open_press
from leafletry.problems import Place, Problem, ProblemsFoundError
from leafletry.project import SOURCE_LOCALE
from leafletry.sourcefile import shortened

if TYPE_CHECKING:
    from leafletry.project import Project

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
    return _printed(html)


def _printed(html: str) -> bytes:
    from leafletry.pages.finishing import finish  # noqa: PLC0415 - Pango may load only now
    from leafletry.pages.typesetting import (  # noqa: PLC0415 - as above
        NOT_THE_WORDS,
        LoggedWarnings,
        Typeset,
    )

    place = Place(f"templates/{_TEMPLATE}")
    with LoggedWarnings() as log:
        try:
            document = PRESS["press"].lay_out(html, _SHEETS)
        except ET.ParseError as error:
            message = f"the template does not write well-formed pages ({error})"
            raise ProblemsFoundError([Problem(place, message)]) from None
    problems = [
        Problem(place, f"the page does not print right: {text}", NOT_THE_WORDS)
        for text in dict.fromkeys(log.texts)
    ]
    # A report has no messages to place and no pages to fit.
    sheets = Typeset(document, 0, [], [], 0.0, problems, [])
    pdf, flaws = finish(sheets, Place("leaflets/facts.yaml"))
    if problems or flaws:
        raise ProblemsFoundError([*problems, *flaws])
    return pdf
