"""The command line: the only place that prints and that ends the program."""

from __future__ import annotations

import datetime as dt
import errno
import os
import sys
import time
from typing import TYPE_CHECKING

import click

import leafletry
from leafletry.cli.catalogs import catalogs_group
from leafletry.cli.contact_sheet import contact_sheet_command
from leafletry.cli.facts import facts_group
from leafletry.cli.naming import (
    asked_scope,
    format_option,
    known_clinics,
    leaflet_option,
    locale_option,
)
from leafletry.cli.proof import proof_command
from leafletry.cli.publisher import publisher_group, tell_unsigned
from leafletry.cli.schemas import schemas_command
from leafletry.cli.serve import serve_command
from leafletry.cli.signoff import signoff_group
from leafletry.cli.speaking import HELP_OPTIONS, ROOT, print_problems, reporter_for
from leafletry.cli.streams import is_text, lasting_streams
from leafletry.cli.verify import verify_command
from leafletry.cli.what_stays import what_stays
from leafletry.cli.withdraw import withdraw_command
from leafletry.reading.plain_file import links_in
from leafletry.reading.problems import Place, Problem, ProblemsFoundError, each_once

if TYPE_CHECKING:
    from leafletry.building.outcome import Outcome

MOST_LINKS_TOLD = 20
_A_LINK = (
    "is a link: nothing is read, written or removed behind it",
    "remove the link, and put the folder or file itself there if it is yours",
)


def main(arguments: list[str] | None = None) -> int:
    """Run one command; exit code 0 done, 1 problems found, 2 wrong usage."""
    with lasting_streams() as printed:
        code = _run(arguments) if is_text(ROOT) else _refuse_folder()
        sys.stdout.flush()
        lost = printed.fault
        # Who listened and left has heard enough; nobody else wanted to lose a word.
        if lost is not None and lost.errno not in (errno.EPIPE, errno.EINVAL):
            message = f"cannot be written: {lost.strerror}; the work itself was done"
            print_problems([Problem(Place("standard output"), message)])
            return code or 1
        return code


def _refuse_folder() -> int:
    message = (
        f"The path of this folder is not UTF-8 text: {os.fsencode(ROOT)!r}.\n"
        "Give it, and the folders around it, names in plain letters, and run this again."
    )
    click.echo(message, err=True)
    return 2


def _run(arguments: list[str] | None) -> int:
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not words or (words[0].startswith("-") and words[0] not in ("-h", "--help", "--version")):
        words.insert(0, "build")
    if links := links_in(ROOT):
        print_problems([Problem(Place(name), *_A_LINK) for name in links[:MOST_LINKS_TOLD]])
        return 1
    try:
        return int(commands.main(words, "build_leaflets.py", standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        return 130
    except ProblemsFoundError as error:
        print_problems(error.problems)
        return 1
    except OSError as error:
        from leafletry.reading.problems import shortened

        name = shortened(str(error.filename or "the disk"), 200)
        print_problems([Problem(Place(name), f"cannot be used: {error.strerror or error}")])
        return 1


@click.group(context_settings=HELP_OPTIONS)
@click.version_option(leafletry.__version__, prog_name="Leafletry")
def commands() -> None:
    """Make printable leaflets from leaflets/ and locales/ into output/.

    Without a command, `build` is meant. Two more commands belong to set-up:
    `test` runs all tests, `lock` renews the list of pinned packages.
    """


quiet_option = click.option("-q", "--quiet", is_flag=True, help="Print problems only.")
verbose_option = click.option("-v", "--verbose", is_flag=True, help="Say more.")


@commands.command("build")
@click.option(
    "--clinic",
    "clinics",
    multiple=True,
    metavar="FILE",
    help="A clinic's profile, or a folder of them: its leaflets are made with its own numbers, "
    "those of other clinics stay as they are. May be given several times.",
)
@leaflet_option
@locale_option
@format_option
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=None,
    help="How many processes (as many as processors).",
)
@click.option(
    "--release",
    is_flag=True,
    help="Say of each leaflet that is not released why; it is an error if none is.",
)
@quiet_option
@verbose_option
def build_command(
    clinics: tuple[str, ...],
    leaflets: tuple[str, ...],
    locales: tuple[str, ...],
    formats: tuple[str, ...],
    jobs: int | None,
    release: bool,  # noqa: FBT001 - click gives it so
    quiet: bool,  # noqa: FBT001
    verbose: bool,  # noqa: FBT001
) -> int:
    """Build every leaflet that is out of date.

    What may be given out to families is in output/public/, to put on a web host as it is.
    """
    from leafletry.building.building import build

    started = time.monotonic()
    profiles = known_clinics(ROOT, clinics)
    scope = asked_scope(ROOT, leaflets, locales, formats)
    reporter = reporter_for(quiet=quiet, verbose=verbose)
    outcome = build(ROOT, dt.date.today(), reporter, profiles, jobs or 0, scope)  # noqa: DTZ011 - the clinic's own day
    print_problems(outcome.problems.errors if quiet else outcome.problems.problems)
    for edition in sorted(outcome.held_back, key=lambda edition: edition.path) if release else ():
        click.echo(f"output/{edition.path}: not released")
        for reason in outcome.held_back[edition].reasons:
            click.echo(f"  {reason.words}")
    for line in what_stays(outcome) if outcome.problems.errors or not quiet else ():
        click.echo(line, err=bool(outcome.problems.errors))
    if not quiet:
        click.echo(_what_was_done(outcome, time.monotonic() - started, release=release))
        tell_unsigned(outcome.released if release else ())
    return 1 if outcome.problems.errors or (release and not outcome.released) else 0


def _what_was_done(outcome: Outcome, seconds: float, *, release: bool) -> str:
    """Give the last line of a build: how many editions became what, and where to look."""
    asked = len(outcome.failed) - outcome.failed_elsewhere
    parts = [
        f"{len(outcome.made)} made",
        f"{len(outcome.kept)} up to date",
        *([f"{asked} could not be made"] if asked else []),
        *([f"{len(outcome.left)} left as they are"] if outcome.left else []),
        *([f"{len(outcome.held_back)} not released"] if release else []),
    ]
    see = ["index.html"] if outcome.indexed else []
    see += ["public/index.html"] if outcome.released and outcome.indexed else []
    where = f" See {' and '.join(f'output/{name}' for name in see)}." if see else ""
    return f"{', '.join(parts)}, in {seconds:.1f} s.{where}"


@commands.command("check")
@leaflet_option
@locale_option
@format_option
@verbose_option
def check_command(
    leaflets: tuple[str, ...],
    locales: tuple[str, ...],
    formats: tuple[str, ...],
    verbose: bool,  # noqa: FBT001 - click gives it so
) -> int:
    """Check all texts, facts, translations and pages; make no files.

    Every leaflet is laid out in every language and format, as a build would do it; with --leaflet,
    --locale or --format only these are, and only what keeps these from being made is an error.
    """
    from leafletry.checking import check_project
    from leafletry.content.project import read_project
    from leafletry.editions.composition import Composition
    from leafletry.editions.edition import Edition
    from leafletry.editions.stopped import Stopped
    from leafletry.printing.fit import fit_problems

    project = read_project(ROOT)
    problems = {*project.problems, *check_project(project)}
    told = {problem for problem in problems if not problem.warning}
    reporter = reporter_for(quiet=not (verbose or sys.stdout.isatty()), verbose=verbose)
    scope = asked_scope(ROOT, leaflets, locales, formats)
    editions = [
        edition
        for leaflet in project.every_leaflet
        for locale in project.every_locale
        for page_format in project.formats_of(leaflet)
        if (edition := Edition(leaflet, locale, page_format)) in scope
    ]
    if leaflets or locales or formats:
        concerns = Stopped.by(problems, project).concerning(editions)
        problems = {problem for problem in problems if problem.warning or problem in concerns}
    pages = fit_problems(Composition.of(project), project.locales, told, reporter, scope)
    problems |= {problem for _, problem in pages}
    said = each_once(problems)
    print_problems(said)
    errors = sum(not problem.warning for problem in said)
    click.echo(f"{errors} errors, {len(said) - errors} warnings.")
    return 1 if errors else 0


commands.add_command(catalogs_group)
commands.add_command(contact_sheet_command)
commands.add_command(facts_group)
commands.add_command(proof_command)
commands.add_command(publisher_group)
commands.add_command(schemas_command)
commands.add_command(serve_command)
commands.add_command(signoff_group)
commands.add_command(verify_command)
commands.add_command(withdraw_command)
