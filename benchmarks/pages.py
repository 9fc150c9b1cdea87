# ruff: noqa: INP001 - a program to run
"""Write down the pages of a project as plain files that the `weasyprint` command can print.

    python benchmarks/pages.py PROJECT FOLDER

Prints one line a page: leaflet, language and file name, with tabs between.
"""

from __future__ import annotations

import itertools
import shutil
import sys
from pathlib import Path

from leafletry.content.project import read_project
from leafletry.editions.composition import Composition
from leafletry.editions.edition import Edition
from leafletry.editions.fonts import OUR_FONTS, cut_ours, font_face_rules

_USUAL = frozenset(
    code
    for code in range(0x20, 0x10000)
    if not 0xD800 <= code < 0xE000 and chr(code).encode("cp932", "ignore")  # noqa: PLR2004 - surrogates
)
"""What the command's fonts hold, which know no page: the usual characters of Japanese."""


def main(root: Path, folder: Path) -> None:
    """Write every page as the build prints it."""
    folder.mkdir(parents=True)
    shutil.copytree(root / "templates" / "figures", folder / "figures")
    shutil.copytree(root / "styles", folder / "styles")
    for font in OUR_FONTS:
        (folder / font.name).write_bytes(cut_ours(font, _USUAL, frozenset()))
    (folder / "fonts.css").write_text(font_face_rules(OUR_FONTS).replace("font:", ""), "utf-8")
    composition = Composition.of(read_project(root))
    project = composition.project
    for leaflet, locale in itertools.product(project.leaflets, project.locales):
        job = composition.job(Edition(leaflet, locale, "a4"), None)
        page = folder / f"{job.edition.leaflet}-{job.edition.locale}.html"
        page.write_text(job.html.replace("figure:", "figures/"), "utf-8")
        sheets = ["fonts.css", *(f"styles/{name}" for name in job.sheets)]
        page.with_suffix(".sheets").write_text("\n".join(sheets), "utf-8")
        sys.stdout.write(f"{job.edition.leaflet}\t{job.edition.locale}\t{page.name}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
