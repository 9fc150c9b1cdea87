"""`facts …`: what editors and clinicians read before they sign."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from leafletry.cli.naming import known_leaflet, known_locale
from leafletry.cli.speaking import HELP_OPTIONS, ROOT, print_problems

if TYPE_CHECKING:
    from leafletry.reading.problems import Problem


@click.group("facts", context_settings=HELP_OPTIONS)
def facts_group() -> None:
    """Read the facts that the leaflets rest on."""


@facts_group.command("report")
@click.argument("leaflet", required=False)
@click.argument("locale", required=False)
def report_command(leaflet: str | None, locale: str | None) -> int:
    """Put each fact beside every sentence that uses it, in all languages.

    With LEAFLET only the facts of that one; with LOCALE, such as es, only English and that
    language. It is written to output/facts.html.
    """
    from leafletry.content.project import read_project
    from leafletry.facts_report.report import facts_report
    from leafletry.facts_report.report_page import facts_page
    from leafletry.reading.output import write_together

    project = read_project(ROOT)
    problems = project.problems.errors
    name = known_leaflet(project, leaflet) if leaflet else None
    chosen = known_locale(project, locale) if locale else None
    concerned = [problem for problem in problems if _concerns(problem, chosen)]
    print_problems(concerned)
    # A report without what cannot be read would say of facts in use that nothing uses them.
    if not project.whole or (chosen and chosen not in project.catalogs):
        return 1
    report = facts_report(project, name, chosen)
    page = facts_page(project.root, report)
    write_together({ROOT / "output" / "facts.html": page.encode()})
    click.echo(
        f"{len(report.entries)} facts, {len(report.figures)} of them figures; "
        f"{len(report.waiting)} wait for a clinician, {len(report.unused)} unused."
    )
    if report.remarks:
        click.echo(f"Not printed as translated: {report.remarks} sentences, marked in the report.")
    click.echo("See output/facts.html.")
    return 1 if concerned else 0


def _concerns(problem: Problem, locale: str | None) -> bool:
    """Tell whether a problem is about what the report shows."""
    about = problem.affects.locales
    return locale is None or about is None or locale in about
