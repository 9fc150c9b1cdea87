"""The review pack: all that a person needs to read before they sign, and a sheet to sign on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import jinja2

from leafletry.checking import check_project
from leafletry.content.project import SOURCE_LOCALE, read_project
from leafletry.content.sources import open_sources
from leafletry.editions.approval import roles_needed
from leafletry.editions.composition import Composition, template_problem
from leafletry.editions.edition import editions_of
from leafletry.editions.localization import Localizer, consensus_facts
from leafletry.facts_report.report_pdf import facts_report_pdf
from leafletry.printing.printing import PRESS, close_press, open_press, print_edition, print_sheets
from leafletry.proof.proof import make_proof
from leafletry.proof.proof_list import MessageList
from leafletry.reading.languages import direction, language_tag
from leafletry.reading.output import folder_lock, write_together
from leafletry.reading.problems import Place, Problem, ProblemsFoundError

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from leafletry.editions.job import Job
    from leafletry.editions.localization import LocalText
    from leafletry.printing.printing import Printed

_TEMPLATE = "checklist.html"
_SHEETS = ("layers.css", "tokens.css", "checklist.css")
_JUDGED = {
    "clinical": ("true", "figures", "signs", "action", "balance"),
    "translation": ("same", "warnings", "native", "terms"),
    "lay-reader": ("clear", "action", "kind"),
}
"""What only a person can judge, by role: the ends of the names of phrases."""


@dataclass
class Pack:
    """The files of a pack, from the project's folder on, and the code of what is to be read.

    There are no files where a problem is in the way.
    """

    files: list[str] = field(default_factory=list)
    code: str = ""
    problems: list[Problem] = field(default_factory=list)


def make_pack(root: Path, leaflet: str, locale: str, today: dt.date) -> Pack:
    """Make the review pack of a leaflet in a language, whole or not at all."""
    with folder_lock(root / ".cache"):
        project = read_project(root)
        found = sorted({*project.problems, *check_project(project, today)})
        errors = [problem for problem in found if not problem.warning]
        if errors:
            return Pack(problems=errors)
        close_press()  # What this process printed before wore other style sheets.
        open_press(root)
        try:
            code, contents = _contents(Composition.of(project, today), leaflet, locale, found)
        except ProblemsFoundError as error:
            return Pack(problems=error.problems)
        folder = f"output/signoff/{locale}/{leaflet}"
        write_together({root / folder / name: content for name, content in contents.items()})
        return Pack([f"{folder}/{name}" for name in contents], code)


def _contents(
    composition: Composition, leaflet: str, locale: str, found: list[Problem]
) -> tuple[str, dict[str, bytes]]:
    project = composition.project
    edition, *others = editions_of(project, leaflet, locale)
    words = composition.words(leaflet, locale)
    job = composition.job(edition, None)
    if words.untranslated:
        said = f"{leaflet} ({locale}): {words.untranslated} texts are not translated"
        hint = f"nobody can sign that; catalogs check {locale} lists them"
        raise ProblemsFoundError([Problem(job.place, said, hint)])
    printed = _printed(job)
    contents = {"1-leaflet.pdf": printed.pdf}
    for other in others:
        contents[f"1-leaflet-{other.page_format}.pdf"] = _printed(composition.job(other, None)).pdf
    if locale != SOURCE_LOCALE:
        messages = MessageList(project, locale, found)
        contents["2-proof.pdf"] = make_proof(composition, messages, edition)[1]
    contents["3-facts.pdf"] = facts_report_pdf(project, leaflet, locale)
    contents["4-checklist.pdf"] = _checklist(composition, job)
    contents["words.txt"] = words.text.encode()
    return str(job.code), contents


def _printed(job: Job) -> Printed:
    printed = print_edition(job)
    if errors := [problem for problem in printed.problems if not problem.warning]:
        raise ProblemsFoundError(errors)
    return printed


def _checklist(composition: Composition, job: Job) -> bytes:
    """Give the sheets to sign on, one a role, in the language of those who sign."""
    project, (name, locale) = composition.project, (job.edition.leaflet, job.edition.locale)
    localizer = Localizer(project, locale, None)
    title = job.record.title

    def say(phrase: str) -> LocalText:
        return localizer.label(f"signoff_{phrase.replace('-', '_')}", leaflet_title=title)

    roles = [
        (say(f"role_{role}"), [say(f"{_SHORT.get(role, role)}_{end}") for end in _JUDGED[role]])
        for role in roles_needed(project, name, locale)
    ]
    try:
        html = composition.environment.get_template(_TEMPLATE).render(
            lang=language_tag(locale),
            direction=direction(locale),
            families=PRESS["press"].families,
            code=str(job.code),
            say=say,
            translated=locale != SOURCE_LOCALE,
            roles=roles,
            statements=[project.facts[fact].statement for fact in consensus_facts(project, name)],
            sources=open_sources(project, name),
            populations=project.populations,
        )
    except jinja2.TemplateError as error:
        raise template_problem(error) from None
    return print_sheets(html, _SHEETS, Place(f"templates/{_TEMPLATE}"))


_SHORT = {"lay-reader": "lay"}
