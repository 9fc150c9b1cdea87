"""Tests that look at the clock hold in the small hours, before midnight, and in any time zone."""

import datetime as dt
import os
import subprocess
import sys

import pytest
from conftest import ROOT
from judges.tools import require_tool
from patience import PATIENCE

BY_THE_CLOCK = [
    "tests/catalogs/test_outside_tools.py",
    "tests/verifying/test_withdraw.py",
    "tests/editions/test_time_zones.py",
    "tests/catalogs/test_languages.py::test_the_catalog_is_one_that_gettext_takes",
    "tests/signing/test_signing.py::test_a_signature_is_recorded_with_the_words_it_is_about",
    "tests/signing/test_signing.py::test_nothing_to_release_is_no_success",
]
MOMENTS = [
    ("03:00:00", "UTC"),
    ("23:59:40", "UTC"),
    ("00:00:30", "Pacific/Kiritimati"),
    ("23:30:00", "Pacific/Pago_Pago"),
]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="needs a clock that can be set for one program")
@pytest.mark.parametrize(("hour", "zone"), MOMENTS)
def test_tests_hold_at_any_hour(hour: str, zone: str) -> None:
    """What goes by the clock passes at an hour when few people try it, wherever that is."""
    # Not of today: in its small hours, what was written since lies in the future, and in Kiritimati
    # also in those of tomorrow.
    day = dt.datetime.now(tz=dt.UTC).date() + dt.timedelta(days=2)
    command = [
        *(str(require_tool("faketime")), "-f", f"@{day} {hour}"),
        *(sys.executable, "-m", "pytest", "-n", "0", "-q", "-p", "no:cacheprovider"),
        *BY_THE_CLOCK,
    ]
    done = subprocess.run(
        command,
        cwd=ROOT,
        # What the tests start goes on from the time it is here, and not from the hour again.
        env=os.environ | {"TZ": zone, "FAKETIME_DONT_RESET": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
