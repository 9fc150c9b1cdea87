"""What somebody signed today holds today, wherever on Earth it is signed and built."""

import datetime as dt
from pathlib import Path

import pytest
from small_release import CLINIC, DAY, LEAFLET, LOCALES, kept, released, root

from leafletry.content.clinic import read_clinic
from leafletry.content.project import read_project
from leafletry.content.signoffs import fault_of_dates
from leafletry.editions.composition import Composition
from leafletry.editions.edition import Edition
from leafletry.reading.problems import ProblemsFoundError
from leafletry.reading.sourcefile import is_still_to_come

__all__ = ["kept", "released", "root"]

EAST, WEST = dt.timezone(dt.timedelta(hours=14)), dt.timezone(dt.timedelta(hours=-11))
HOURS = [dt.datetime(2026, 11, 20, hour, 30, tzinfo=dt.UTC) for hour in range(24)]


@pytest.mark.parametrize("now", HOURS, ids=[f"{now.hour}h" for now in HOURS])
def test_today_is_never_to_come(now: dt.datetime) -> None:
    """At no hour is the date of one place on Earth taken for the future in another."""
    there, here = now.astimezone(EAST).date(), now.astimezone(WEST).date()
    assert not is_still_to_come(there, here)
    assert not is_still_to_come(here, there)
    assert fault_of_dates(there, there + dt.timedelta(days=300), here) == ""


def test_a_day_to_come_is_told() -> None:
    """A day that has not begun anywhere is still refused."""
    assert is_still_to_come(DAY + dt.timedelta(days=3), DAY)
    fault = fault_of_dates(DAY + dt.timedelta(days=3), DAY + dt.timedelta(days=300), DAY)
    assert "lies in the future" in fault


@pytest.mark.parametrize("days", [-2, -1, 0, 1, 190])
def test_release_stays_one(days: int, released: Path) -> None:
    """A leaflet signed today is a release on a computer whose clock is a day slow, or elsewhere."""
    today = DAY + dt.timedelta(days=days)
    composition = Composition.of(read_project(released), today)
    clinic = read_clinic(released / CLINIC, today)
    for locale in LOCALES:
        for profile in (None, clinic):
            edition = Edition(LEAFLET, locale, "a4", clinic=profile.id if profile else None)
            assert composition.job(edition, profile).approval.state == "release"


def test_clinic_called_next_week_is_refused(released: Path) -> None:
    """Nobody called a clinic's numbers next week; the day of this computer is told beside."""
    with pytest.raises(ProblemsFoundError, match="on this computer it is 2026-11-10"):
        read_clinic(released / CLINIC, DAY - dt.timedelta(days=10))
