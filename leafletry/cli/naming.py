"""Which leaflet and which language people mean by what they typed."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from leafletry.project import Project


def known_locale(project: Project, given: str) -> str:
    """Give the locale that is meant; one that is not there is wrong usage, and told as such."""
    from babel import Locale  # noqa: PLC0415

    from leafletry.sourcefile import shortened  # noqa: PLC0415

    folder = project.root / "locales"
    there = {path.name for path in folder.iterdir() if path.is_dir()} if folder.is_dir() else set()
    known = sorted({*project.locales, *there})
    if given in known:
        return given
    names = {name.casefold(): name for name in known}
    for locale in project.locales:
        called = {Locale.parse(locale).get_display_name(reader) for reader in (locale, "en")}
        names |= {name.casefold(): locale for name in called if name}
    said = shortened(given)
    near = difflib.get_close_matches(said.casefold().replace("-", "_"), names, 1, 0.5)
    meant = f'Did you mean "{names[near[0]]}"? ' if near else ""
    message = f"{said!r} is no language of these leaflets. {meant}There are: {', '.join(known)}."
    raise click.UsageError(message)


def known_leaflet(project: Project, given: str) -> str:
    """Give the leaflet that is meant; one that is not there is wrong usage, and told as such."""
    from leafletry.project import leaflet_names  # noqa: PLC0415
    from leafletry.sourcefile import did_you_mean, shortened  # noqa: PLC0415

    there = leaflet_names(project.root)
    if given in there:
        return given
    hint = did_you_mean(given, there) or f"there are: {', '.join(there)}"
    if given in project.catalogs:
        hint = f"it is a language, which goes behind a leaflet; {hint}"
    message = f"there is no leaflet {shortened(given)!r}; {hint}"
    raise click.UsageError(message)
