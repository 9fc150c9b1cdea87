"""What leaflets are printed on: `styles/formats/<name>.yaml`, with its style sheet beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import Field, model_validator

from leafletry.reading.languages import ancestors
from leafletry.reading.problems import Affects, Place, Problem, ProblemList, ProblemsFoundError
from leafletry.reading.sourcefile import SourceFile, Strict, parse, read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FOLDER = "styles/formats"
FormatName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$", max_length=20)]
"""What a format is called: the name of its two files, and a part of the names of PDFs."""
Points = Annotated[float, Field(ge=6, le=72)]
Millimetres = Annotated[float, Field(ge=0, le=1000)]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]


class SmallestType(Strict):
    """The smallest type of a format, in points.

    `text` is what a leaflet says, for some `readers` another; `label` says whom it is for, and
    `furniture` is the colophon, the sources and their numbers, and the foot. In a language in
    `less`, text may be smaller by so much: its letters are larger.
    """

    text: Points
    label: Points
    furniture: Points
    readers: dict[str, Points] = {}
    less: dict[str, Annotated[float, Field(ge=0, le=2)]] = {}

    def of_text(self, audience: str, locale: str) -> float:
        """Give how small the text of a leaflet may be."""
        lines = (locale, *ancestors(locale))
        less = next((self.less[name] for name in lines if name in self.less), 0.0)
        return self.readers.get(audience, self.text) - less


class Foot(Strict):
    """How much of the width below a page its code and its number take, in percent.

    Then that it is a draft is said above the page: between the two there would be no room.
    """

    code: Annotated[int, Field(ge=20, le=80)]
    page: Annotated[int, Field(ge=20, le=80)]


class Format(Strict):
    """A paper: `width` and `height` of a page, and how near to its `edge` words may come, in mm.

    `pages` tells whether a leaflet has exactly as many pages as it says, or at most as many, and
    these `in_steps_of` four where sheets are folded: pages to write on then stand before the last.
    The urgent box stands whole on `urgent_page`; where that is not the first one, that one says so.
    `sides` is how a printer turns the sheet; `scaling` tells whether it may shrink a page to what
    it can print, such as where other paper lies in its tray. Where there is a list of `countries`,
    a clinic in one of them gets this format in place of the one it is there `instead_of`, and no
    other clinic does.
    """

    kind: Literal["paper"]
    width: Annotated[float, Field(ge=50, le=1000)]
    height: Annotated[float, Field(ge=50, le=1000)]
    edge: Millimetres
    pages: Literal["exactly", "at-most"]
    in_steps_of: Literal[1, 4] = 1
    foot: Foot | None = None
    urgent_page: Literal[1, 2] = 1
    sides: Literal["one", "two-long-edge", "two-short-edge"]
    scaling: Literal["never", "to-fit"]
    smallest_type: SmallestType
    instead_of: FormatName | None = None
    countries: list[Country] = []

    def counts(self, pages: int) -> range:
        """Give the numbers of pages that a leaflet may have which says how many."""
        step = self.in_steps_of
        return range(pages if self.pages == "exactly" else step, pages + 1, step)

    @model_validator(mode="after")
    def _countries_take_another(self) -> Self:
        if bool(self.countries) != bool(self.instead_of):
            message = "`countries` and `instead_of` go together"
            raise ValueError(message)
        return self


class Formats(dict[str, Format]):
    """The formats of a project by name, in the order of their names."""

    def used_in(self, country: str, named: Iterable[str]) -> list[str]:
        """Give which of some formats a clinic in a country prints on.

        One that is used elsewhere is better than none.
        """
        names = list(named)
        known = {name: self[name] for name in names if name in self}
        replaced = {one.instead_of for one in known.values() if country in one.countries}
        foreign = {
            name
            for name, one in known.items()
            if one.countries and country not in one.countries and one.instead_of in known
        }
        return [name for name in names if name not in replaced | foreign]


def read_formats(
    root: Path, problems: ProblemList, files: dict[str, SourceFile], unread: set[str]
) -> Formats:
    """Read what there is to print on; what cannot be read keeps its own editions from being made.

    Each file is then in `files` as `format:a4`, or that name in `unread`.
    """
    found = Formats()
    folder = root / FOLDER
    for path in sorted(folder.glob("*.yaml")):
        name, label = path.stem, f"{FOLDER}/{path.name}"
        affects = Affects.only(formats=[name])
        try:
            files[f"format:{name}"] = read_yaml(path, label)
            read = parse(Format, files[f"format:{name}"])
            if not path.with_suffix(".css").is_file():
                said, hint = "there is no style sheet beside it", f"put {name}.css there"
                raise ProblemsFoundError([Problem(Place(label), said, hint)])  # noqa: TRY301 - one way out for all
            found[name] = read
        except ProblemsFoundError as error:
            unread.add(f"format:{name}")
            problems.take(error, affects)
    # The sheet for all comes last, and is the one that is named.
    paths = sorted(folder.glob("*.css"), key=lambda path: (-len(path.name), path.name))
    sheets = {path.stem.partition(".")[0]: path.name for path in paths}
    for name, sheet in sheets.items():
        if name not in found and f"format:{name}" not in unread:
            place, affects = Place(f"{FOLDER}/{sheet}"), Affects.only(formats=[name])
            hint = f"put {name}.yaml beside it, or delete it"
            problems.add(place, "no format is called so", hint, affects=affects)
    return found
