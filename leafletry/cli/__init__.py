"""The command line: the only place that prints and that ends the program."""

from __future__ import annotations

import datetime as dt
import errno
import os
import sys
import time
from pathlib import Path

import click

import leafletry
from leafletry.cli.catalogs import catalogs_group
from leafletry.cli.facts import facts_group
from leafletry.cli.proof import proof_command
from leafletry.cli.serve import serve_command
from leafletry.cli.signoff import signoff_group
from leafletry.cli.speaking import HELP_OPTIONS, ROOT, print_problems, reporter_for
from leafletry.cli.streams import is_text, lasting_streams
from leafletry.cli.verify import verify_command
from leafletry.cli.withdraw import withdraw_command
from leafletry.plain_file import links_in
from leafletry.problems import Place, Problem, ProblemsFoundError, each_once

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
        from leafletry.sourcefile import shortened  # noqa: PLC0415 - `--help` needs none of it

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
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A clinic's profile: its leaflets are made as well, with its own numbers.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=None,
    help="How many processes (as many as processors).",
)
@click.option(
    "--release",
    is_flag=True,
    help="Only what is complete, signed and not run out; say why each other one is missing.",
)
@quiet_option
@verbose_option
def build_command(
    clinic: Path | None,
    jobs: int | None,
    release: bool,  # noqa: FBT001 - click gives it so
    quiet: bool,  # noqa: FBT001
    verbose: bool,  # noqa: FBT001
) -> int:
    """Build every leaflet that is out of date."""
    from leafletry.building import build  # noqa: PLC0415 - `--help` needs none of it

    started = time.monotonic()
    reporter = reporter_for(quiet=quiet, verbose=verbose)
    outcome = build(ROOT, dt.date.today(), reporter, clinic, jobs or 0, release=release)  # noqa: DTZ011 - the clinic's own day
    print_problems(outcome.problems.errors if quiet else outcome.problems.problems)
    for edition in sorted(outcome.held_back, key=lambda edition: edition.path):
        click.echo(f"output/{edition.path}: not released")
        for reason in outcome.held_back[edition].reasons:
            click.echo(f"  {reason.words}")
    if not quiet:
        made, kept, failed = len(outcome.made), len(outcome.kept), len(outcome.failed)
        took = time.monotonic() - started
        parts = [
            f"{made} made",
            f"{kept} up to date",
            *([f"{failed} could not be made"] if failed else []),
            *([f"{len(outcome.held_back)} not released"] if release else []),
        ]
        see = " See output/index.html." if outcome.indexed else ""
        click.echo(f"{', '.join(parts)}, in {took:.1f} s.{see}")
    nothing_to_give = release and not outcome.made and not outcome.kept
    return 1 if outcome.problems.errors or nothing_to_give else 0


@commands.command("check")
@verbose_option
def check_command(verbose: bool) -> int:  # noqa: FBT001
    """Check all texts, facts, translations and pages; make no files.

    Every leaflet is laid out in every language, as a build would do it.
    """
    from leafletry.checking import check_project  # noqa: PLC0415
    from leafletry.composition import Composition  # noqa: PLC0415
    from leafletry.fit import fit_problems  # noqa: PLC0415
    from leafletry.project import read_project  # noqa: PLC0415

    project = read_project(ROOT)
    problems = {*project.problems, *check_project(project)}
    told = {problem for problem in problems if not problem.warning}
    reporter = reporter_for(quiet=not (verbose or sys.stdout.isatty()), verbose=verbose)
    pages = fit_problems(Composition.of(project), project.locales, told, reporter)
    problems |= {problem for _, problem in pages}
    said = each_once(problems)
    print_problems(said)
    errors = sum(not problem.warning for problem in said)
    click.echo(f"{errors} errors, {len(said) - errors} warnings.")
    return 1 if errors else 0


commands.add_command(catalogs_group)
commands.add_command(facts_group)
commands.add_command(proof_command)
commands.add_command(serve_command)
commands.add_command(signoff_group)
commands.add_command(verify_command)
commands.add_command(withdraw_command)
