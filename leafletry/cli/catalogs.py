"""`catalogs …`: the commands of translators."""

from __future__ import annotations

import datetime as dt

import click

from leafletry.cli.catalog_fonts import fonts_command, shown
from leafletry.cli.catalog_status import status_command
from leafletry.cli.check_catalogs import check_catalogs_command
from leafletry.cli.pseudo_catalog import pseudo_command
from leafletry.cli.speaking import HELP_OPTIONS, ROOT, print_problems


@click.group("catalogs", context_settings=HELP_OPTIONS)
def catalogs_group() -> None:
    """Work with the translators' files."""


@catalogs_group.command("update")
def update_command() -> int:
    """Bring locales/messages.pot and every .po file up to the leaflets' texts."""
    from leafletry.catalogs.updating import update_catalogs
    from leafletry.content.project import read_project
    from leafletry.reading.problems import ProblemsFoundError

    project = read_project(ROOT)
    if project.problems.errors:
        print_problems(project.problems.errors)
        return 1
    try:
        updates = update_catalogs(project)
    except ProblemsFoundError as error:
        print_problems(error.problems)
        return 1
    for name, update in updates.items():
        click.echo(f"{name}: {update}")
    return 0


@catalogs_group.command("add")
@click.argument("tag", metavar="LOCALE")
def add_command(tag: str) -> int:
    """Begin a new language, such as de, pt-BR or zh-Hant.

    Makes its catalog, glossary, way of writing and style sheet, all of them or none, and says
    whether the fonts have its letters.
    """
    from leafletry.catalogs.new_language import add_language
    from leafletry.content.project import SOURCE_LOCALE, read_project
    from leafletry.reading.languages import UnknownLanguageError, locale_of, name_in
    from leafletry.reading.problems import ProblemsFoundError

    try:
        locale = locale_of(tag)
    except UnknownLanguageError as error:
        message = f"{error}. Nothing was changed.\n  hint: {error.hint}"
        raise click.BadParameter(message, param_hint="LOCALE") from None
    project = read_project(ROOT)
    if project.problems.errors:
        print_problems(project.problems.errors)
        return 1
    try:
        new = add_language(project, locale, dt.datetime.now(tz=dt.UTC))
    except ProblemsFoundError as error:
        print_problems(error.problems)
        return 1
    language = name_in(locale, SOURCE_LOCALE)
    click.echo(f"{language} ({locale}) is a language of the leaflets now. Made:")
    for name in new.files:
        click.echo(f"  {name}")
    if new.named:
        click.echo(f"Its style sheet names {', '.join(new.named)} of styles/fonts/.")
    if new.lacking:
        click.echo(
            f"FONTS: ours lack letters of {language}, which is written in {new.script} script: "
            f"{shown(new.lacking)}\n"
            f"  Before a translated text can be printed: catalogs fonts {locale}"
        )
    if new.parent:
        parent = f"{name_in(new.parent, SOURCE_LOCALE)} ({new.parent})"
        click.echo(f"It is a variant of {parent}: what its files leave empty is as there.")
        click.echo("Now write into its messages.po only what differs.")
        return 0
    click.echo("Now translate its messages.po; `build` prints what is missing in English, marked.")
    return 0


catalogs_group.add_command(fonts_command)
catalogs_group.add_command(check_catalogs_command)
catalogs_group.add_command(status_command)
catalogs_group.add_command(pseudo_command)
