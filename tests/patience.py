"""How long a test waits for what comes by itself: until it is there, however busy the machine is.

Nothing is measured by it. Who wants to know how long something takes asks `benchmarks/`.
"""

import time
from collections.abc import Callable

PATIENCE = 900
"""Seconds after which something hangs, on the slowest of machines."""


def wait_until(holds: Callable[[], object], what: str) -> None:
    """Wait until something holds that comes by itself."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)
