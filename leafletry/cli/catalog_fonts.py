"""`catalogs fonts`: give a language the fonts that ours lack."""

from __future__ import annotations

from pathlib import Path

import click

from leafletry.cli.naming import known_locale
from leafletry.cli.speaking import ROOT, print_problems

_MOST_LETTERS = 12


@click.command("fonts")
@click.argument("locale")
@click.option(
    "--from",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Take them from the fonts in this folder, instead of those installed here.",
)
def fonts_command(locale: str, folder: Path | None) -> int:
    """Find, cut and name the fonts that a language needs, such as hi.

    Looks which letters our own fonts lack, takes them from the Noto fonts that are installed, lays
    them into styles/fonts/ with a note of their licence, and has the language's style sheet name
    them.
    """
    from leafletry.catalogs.language_fonts import NoFontError, bring_fonts
    from leafletry.content.project import SOURCE_LOCALE, read_project
    from leafletry.reading.languages import name_in
    from leafletry.reading.problems import ProblemsFoundError

    project = read_project(ROOT)
    locale = known_locale(project, locale)
    language = name_in(locale, SOURCE_LOCALE)
    try:
        fonts = bring_fonts(project, locale, folder)
    except ProblemsFoundError as error:
        print_problems(error.problems)
        return 1
    except NoFontError as error:
        click.echo(
            f"No font was found for {language}, which is written in {error.script} script: "
            f"{shown(error.lacking)}\n"
            f"  looked in: {', '.join(map(str, error.folders)) or 'no folder, as there is none'}\n"
            f"  hint: on Debian and Ubuntu, `sudo apt install {error.package}`; elsewhere, get Noto"
            " Sans for\n"
            "  this script from fonts.google.com/noto. Then run this again, or with --from FOLDER.",
            err=True,
        )
        return 2
    if not fonts.files:
        whose = f"{fonts.family}, which its style sheet names," if fonts.family else "Our own font"
        click.echo(f"{whose} has all letters of {language}: there is nothing to add.")
        return 0
    where = f", from {fonts.source}" if fonts.source else ", which lies in styles/fonts/"
    click.echo(f"{language} is written in {fonts.script} script. It gets {fonts.family}{where}:")
    for name in fonts.files:
        click.echo(f"  {name}")
    if not fonts.has_bold:
        click.echo("It has no bold weight: headings look like text. Better is a font that has one.")
    if fonts.lacking:
        click.echo(f"No font has these letters of its texts: {shown(fonts.lacking)}")
    click.echo("Now build, and look at a page: the style sheet can give lines more room.")
    return 0


def shown(letters: str) -> str:
    """Give some letters to look at, and whether there are more."""
    more = " …" if len(letters) > _MOST_LETTERS else ""
    return f"{' '.join(letters[:_MOST_LETTERS])}{more}"
