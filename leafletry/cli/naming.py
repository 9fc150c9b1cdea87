"""Which leaflet, language, format or clinic people mean by what they typed."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leafletry.content.project import Project
    from leafletry.editions.scope import Scope


leaflet_option = click.option(
    "--leaflet",
    "leaflets",
    multiple=True,
    metavar="NAME",
    help="Only this leaflet; others stay as they are. May be given several times.",
)
locale_option = click.option(
    "--locale",
    "locales",
    multiple=True,
    metavar="NAME",
    help="Only this language, such as es; others stay as they are. May be given several times.",
)


format_option = click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="NAME",
    help="Only this format, such as large-print; others stay as they are. May be given several "
    "times.",
)


def asked_scope(
    root: Path, leaflets: tuple[str, ...], locales: tuple[str, ...], formats: tuple[str, ...]
) -> Scope:
    """Give what is asked for; what is not there is wrong usage."""
    from leafletry.editions.scope import Scope

    if not leaflets and not locales and not formats:
        return Scope()
    from leafletry.content.project import read_project

    project = read_project(root)
    return Scope(
        frozenset(known_leaflet(project, name) for name in leaflets) or None,
        frozenset(known_locale(project, name) for name in locales) or None,
        formats=frozenset(known_format(project, name) for name in formats) or None,
    )


def known_locale(project: Project, given: str) -> str:
    """Give the locale that is meant; one that is not there is wrong usage, and told as such."""
    from leafletry.reading.languages import name_in
    from leafletry.reading.problems import shortened

    folder = project.root / "locales"
    there = {path.name for path in folder.iterdir() if path.is_dir()} if folder.is_dir() else set()
    known = sorted({*project.locales, *there})
    if given in known:
        return given
    names = {name.casefold(): name for name in known}
    for locale in project.locales:
        names |= {name_in(locale, reader).casefold(): locale for reader in (locale, "en")}
    said = shortened(given)
    near = difflib.get_close_matches(said.casefold().replace("-", "_"), names, 1, 0.5)
    meant = f'Did you mean "{names[near[0]]}"? ' if near else ""
    message = f"{said!r} is no language of these leaflets. {meant}There are: {', '.join(known)}."
    raise click.UsageError(message)


def known_leaflet(project: Project, given: str) -> str:
    """Give the leaflet that is meant; one that is not there is wrong usage, and told as such."""
    from leafletry.content.project import leaflet_names
    from leafletry.reading.problems import shortened
    from leafletry.reading.sourcefile import did_you_mean

    there = leaflet_names(project.root)
    if given in there:
        return given
    hint = did_you_mean(given, there) or f"there are: {', '.join(there)}"
    if given in project.catalogs:
        hint = f"it is a language, which goes behind a leaflet; {hint}"
    message = f"there is no leaflet {shortened(given)!r}; {hint}"
    raise click.UsageError(message)


def known_format(project: Project, given: str) -> str:
    """Give the format that is meant; one that is not there is wrong usage, and told as such."""
    from leafletry.reading.problems import shortened
    from leafletry.reading.sourcefile import did_you_mean

    unread = (name.removeprefix("format:") for name in project.unread if name[:7] == "format:")
    there = sorted({*project.formats, *unread})
    if given in there:
        return given
    hint = did_you_mean(given, there) or f"there are: {', '.join(there)}"
    message = f"there is no format {shortened(given)!r}; {hint}"
    raise click.UsageError(message)


def known_clinics(root: Path, given: Iterable[str]) -> list[Path]:
    """Give the profiles that are meant, all those of a folder; what is not there is wrong usage."""
    found: dict[Path, None] = {}
    for name in given:
        path = Path(name)
        if path.is_dir():
            profiles = [file for file in sorted(path.iterdir()) if _is_profile(file)]
            if not profiles:
                message = f"there is no clinic's profile (.yaml) in {name!r}"
                raise click.UsageError(message)
            found |= dict.fromkeys(profiles)
        elif path.exists():
            found[path] = None
        else:
            raise _no_clinic(root, name)
    return list(found)


def _is_profile(path: Path) -> bool:
    return path.suffix in (".yaml", ".yml") and not path.name.startswith(".") and path.is_file()


def _no_clinic(root: Path, name: str) -> click.UsageError:
    from leafletry.reading.problems import shortened
    from leafletry.reading.sourcefile import did_you_mean

    folders = {Path(name).parent, root / "clinics"}
    there = {file for folder in folders if folder.is_dir() for file in folder.iterdir()}
    profiles = {file.stem: file for file in there if _is_profile(file)}
    near = difflib.get_close_matches(Path(name).stem, sorted(profiles), 1)
    hint = did_you_mean(_said(profiles[near[0]]), [_said(profiles[near[0]])]) if near else ""
    message = f"there is no file {shortened(name)!r}"
    return click.UsageError(f"{message}; {hint}" if hint else message)


def _said(path: Path) -> str:
    """Give a file as people can type it where they are."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_absolute() and path.is_relative_to(here) else path)
