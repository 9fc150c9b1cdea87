"""A program of its own that makes one edition once more, in the tree of some commit.

`--rebuild` starts the one of the commit it tries, so each engine makes its own files. What it is
told and what it tells must therefore stay as they are: JSON in, JSON out, a file beside them.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leafletry.content.clinic import read_clinic
from leafletry.content.project import read_project
from leafletry.editions.approval import days_of_change
from leafletry.editions.composition import Composition
from leafletry.editions.edition import Edition
from leafletry.printing.printing import open_press, print_edition

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leafletry.content.clinic import ClinicProfile
    from leafletry.content.project import Project

ROOT = Path(__file__).resolve().parent.parent.parent


def again(told: dict[str, Any], target: Path) -> dict[str, Any]:
    """Write the edition to a file, if it is made from what the record says; tell whether it is.

    Whether it was a draft depended on the day: every day is tried on which that may have changed.
    """
    today = dt.date.today()  # noqa: DTZ011 - the day where one is
    project = read_project(ROOT)
    composition = Composition.of(project, today)
    clinic = read_clinic(Path(told["clinic_file"]), today) if told["clinic_file"] else None
    if clinic is not None:
        clinic = replace(clinic, id=told["clinic"])
    edition = Edition(told["leaflet"], told["locale"], told["page_format"], told["clinic"])
    for day in dict.fromkeys(_days(project, clinic, today)):
        job = replace(composition, today=day).job(edition, clinic)
        if job.digest == told["made_from"]:
            open_press(ROOT)
            target.write_bytes(print_edition(job).pdf)
            return {"made": True}
    return {"made": False}


def _days(project: Project, clinic: ClinicProfile | None, today: dt.date) -> Iterator[dt.date]:
    yield today
    for day in days_of_change(project, [clinic] if clinic else []):
        yield from (day - dt.timedelta(days=1), day)


def run() -> None:
    """Do what standard input says, and tell it on standard output."""
    with open(0, "rb", closefd=False) as given:
        told = json.load(given)
    found = again(told, Path(told["target"]))
    with open(1, "wb", closefd=False) as answer:
        answer.write(json.dumps(found).encode())


if __name__ == "__main__":
    run()
