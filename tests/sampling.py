"""How much of a long row of examples is tried: a part of it where people wait, all by `.ci/run`."""

import os

WHOLE = os.environ.get("CI") == "true"
"""Whether this machine exists to run every test."""


def sample(whole: int) -> int:
    """Give how many of so many examples to try: a quarter, but 20 at least; all of them with CI."""
    return whole if WHOLE else max(20, whole // 4)
