"""A press that prints nothing: it writes a few bytes an edition, for tests of what a build keeps.

Everything else of a build is as it is. What says UNPRINTABLE cannot be made.
"""

import hashlib
from pathlib import Path

import pytest

from leafletry.editions.edition import EditionRecord
from leafletry.editions.job import Job
from leafletry.printing import printing, uptodate
from leafletry.reading.problems import Problem, ProblemsFoundError

UNPRINTABLE = "UNPRINTABLE"


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The editions that were tried since the test last looked, by their paths."""
    paths: list[str] = []

    def make(job: Job) -> EditionRecord | ProblemsFoundError:
        paths.append(str(job.edition.path))
        if UNPRINTABLE in job.html:
            said = f"{job.edition.leaflet} ({job.edition.locale}): 1.0 mm wider than its place"
            return ProblemsFoundError([Problem(job.place, said)])
        return printed(job)

    def open_press(root: Path) -> None:
        printing.PRESS["staging"] = root / "output" / uptodate.STAGING

    monkeypatch.setattr(printing, "make_edition", make)
    monkeypatch.setattr(printing, "open_press", open_press)
    return paths


def printed(job: Job) -> EditionRecord:
    """Stage an edition that says nothing but what it was made from."""
    edition = job.edition
    files = {
        str(path): f"%PDF-1.7 {kind} {job.digest}\n%%EOF\n".encode()
        for kind, path in (
            ("pdf", edition.path),
            ("picture", edition.picture_path),
            ("map", edition.map_path),
        )
    }
    for name, content in files.items():
        target = printing.PRESS["staging"] / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    sums = [hashlib.sha256(content).hexdigest() for content in files.values()]
    pdf, picture, map_ = files
    return EditionRecord(
        **vars(job.record),
        pages=1,
        left=30,
        path=pdf,
        size=len(files[pdf]),
        sha256=sums[0],
        picture=picture,
        picture_sha256=sums[1],
        map=map_,
        map_sha256=sums[2],
        digest=job.digest,
    )
