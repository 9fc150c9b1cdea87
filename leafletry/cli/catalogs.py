"""`catalogs …`: the commands of translators."""

from __future__ import annotations

import click

from leafletry.cli.speaking import HELP_OPTIONS, ROOT, print_problems


@click.group("catalogs", context_settings=HELP_OPTIONS)
def catalogs_group() -> None:
    """Work with the translators' files."""


@catalogs_group.command("update")
def update_command() -> int:
    """Bring locales/messages.pot and every .po file up to the leaflets' texts."""
    from leafletry.extraction import update_catalogs  # noqa: PLC0415
    from leafletry.project import read_project  # noqa: PLC0415

    project = read_project(ROOT)
    if project.problems.errors:
        print_problems(project.problems.errors)
        return 1
    for name, changed in update_catalogs(project).items():
        click.echo(f"{name}: {'updated' if changed else 'unchanged'}")
    return 0
