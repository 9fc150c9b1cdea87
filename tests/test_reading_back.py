"""Each edition is read back from its bytes: what is lost, hidden, moved or added is told.

`ways.yaml` beside this file lists ways to spoil a page, each with the reason for which it has to be
refused, and changes of the look that do no harm.
"""

from pathlib import Path

import pytest
import yaml
from one_edition import one_leaflet, one_leaflet_kept, print_one

__all__ = ["one_leaflet", "one_leaflet_kept"]

WAYS = yaml.safe_load((Path(__file__).parent / "reading_back/ways.yaml").read_text("utf-8"))
CLINIC = "clinics/example.yaml"


def changed(root: Path, way: dict[str, str]) -> None:
    """Make the change of a way to a project: a rule for its style sheets, or words of a file."""
    if "css" in way:
        sheet = root / "styles" / "blocks.css"
        sheet.write_text(f"{sheet.read_text('utf-8')}\n{way['css']}\n", "utf-8")
    if "file" in way:
        path = root / way["file"]
        text = path.read_text("utf-8")
        assert way["was"] in text, f"{way['file']} has no such words any more"
        path.write_text(text.replace(way["was"], way.get("now", "")), "utf-8")


@pytest.mark.parametrize("name", WAYS["refused"])
def test_a_spoiled_page_is_refused_for_its_own_reason(name: str, one_leaflet: Path) -> None:
    """Whatever loses, hides, shrinks, moves, covers or adds something stops its edition."""
    way = WAYS["refused"][name]
    changed(one_leaflet, way)
    tried = print_one(one_leaflet, clinic=CLINIC if way.get("clinic") else "")
    assert way["says"] in tried.said
    assert tried.record is None


@pytest.mark.parametrize("name", WAYS["harmless"])
def test_a_page_may_look_otherwise(name: str, one_leaflet: Path) -> None:
    """A change of the look that takes nothing from a reader is printed."""
    changed(one_leaflet, WAYS["harmless"][name])
    assert print_one(one_leaflet, clinic=CLINIC).said == ""
