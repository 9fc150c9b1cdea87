"""`catalogs check`: what is wrong with the words of a language, and whether they fit."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import click

from leafletry.cli.naming import known_locale
from leafletry.cli.speaking import ROOT, print_problems, reporter_for
from leafletry.reading.problems import each_once

if TYPE_CHECKING:
    from collections.abc import Collection

    from leafletry.content.project import Project
    from leafletry.reading.problems import Problem


@click.command("check")
@click.argument("locale", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document, for programs.")
def check_catalogs_command(locale: str | None, as_json: bool) -> int:  # noqa: FBT001 - click gives it so
    """Check translations, and whether they fit their pages.

    Those of one LOCALE, such as nl; without it all of them, and the texts they rest on.
    """
    from leafletry.checking import check_project
    from leafletry.content.project import read_project
    from leafletry.editions.composition import Composition
    from leafletry.printing.fit import fit_problems

    project = read_project(ROOT)
    locales = [known_locale(project, locale)] if locale else project.locales
    found = {*project.problems, *check_project(project, dt.date.today())}  # noqa: DTZ011 - a translator's own day
    told = {problem for problem in found if not problem.warning}
    findings = {
        problem: _whose(project, problem)
        for problem in sorted(found)
        if locale is None or _concerns(problem, locales, project)
    }
    readable = [name for name in locales if name in project.catalogs]
    reporter = reporter_for(quiet=as_json or not sys.stdout.isatty(), verbose=False)
    for edition, problem in fit_problems(Composition.of(project), readable, told, reporter):
        findings.setdefault(problem, {"locale": edition.locale, "leaflet": edition.leaflet})
    findings = {problem: findings[problem] for problem in each_once(findings)}
    counts = {
        "errors": sum(not problem.warning for problem in findings),
        "warnings": sum(problem.warning for problem in findings),
        "editions": len(readable) * len(project.leaflets),
    }
    if as_json:
        said = [
            _as_json(problem) | whose for problem, whose in sorted(findings.items(), key=_first)
        ]
        click.echo(json.dumps({"findings": said, **counts}, ensure_ascii=False, indent=1))
    else:
        print_problems(list(findings))
        click.echo(
            "{errors} errors, {warnings} warnings; {editions} editions typeset.".format(**counts)
        )
    return 1 if counts["errors"] else 0


def _concerns(problem: Problem, locales: Collection[str], project: Project) -> bool:
    """Tell whether a problem is about files of some locales, or keeps anybody from reading."""
    # What is wrong for a variant only in words of its parent stands in the parent's file.
    if not set(problem.affects.locales or ()).isdisjoint(locales):
        return True
    whose = _whose(project, problem).get("locale")
    if whose is not None and not problem.place.file.startswith("leaflets/"):
        return whose in locales
    return whose in locales or problem in project.problems.errors


def _whose(project: Project, problem: Problem) -> dict[str, Any]:
    """Give the locale that a problem is about, and the leaflet where it is known."""
    from leafletry.content.project import SOURCE_LOCALE

    if (concerned := problem.affects.locales) and len(concerned) == 1:
        return {"locale": next(iter(concerned)), **_leaflet_of(problem, project)}
    folder, *rest = PurePosixPath(problem.place.file).parts
    if folder == "locales" and rest:
        return {"locale": rest[0]}
    if folder != "leaflets":
        return {"locale": None}
    return {"locale": SOURCE_LOCALE, **_leaflet_of(problem, project)}


def _leaflet_of(problem: Problem, project: Project) -> dict[str, str]:
    file = PurePosixPath(problem.place.file)
    known = file.parts[0] == "leaflets" and file.stem in project.leaflets
    return {"leaflet": file.stem} if known else {}


def _first(finding: tuple[Problem, dict[str, Any]]) -> Problem:
    return finding[0]


def _as_json(problem: Problem) -> dict[str, Any]:
    place = problem.place
    return {
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "level": "warning" if problem.warning else "error",
        "message": problem.message,
        "hint": problem.hint,
    }
