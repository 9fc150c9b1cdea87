"""How much of a long row of examples is tried: a part of it where people wait, all by `.ci/run`."""

import os
from collections.abc import Iterable

import pytest

WHOLE = os.environ.get("CI") == "true"
"""Whether this machine exists to run every test."""


def sample(whole: int) -> int:
    """Give how many of so many examples to try: a quarter, but 20 at least; all of them with CI."""
    return whole if WHOLE else max(20, whole // 4)


LONG = 3
"""How many cases of one test are tried in any case."""


def thinned(items: Iterable[pytest.Item]) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """Give the tests to try, and the others: of a table that is long, every third case is tried."""
    tables: dict[str, list[pytest.Item]] = {}
    for item in items:
        tables.setdefault(item.nodeid.partition("[")[0], []).append(item)
    left_out = {item for table in tables.values() if len(table) > LONG for item in left_of(table)}
    return [i for i in items if i not in left_out], [i for i in items if i in left_out]


def left_of(table: list[pytest.Item]) -> list[pytest.Item]:
    """Give the cases of a long table that are not tried."""
    return [item for number, item in enumerate(table) if number % 3]
