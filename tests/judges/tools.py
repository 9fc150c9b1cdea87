"""The outside programs that judges call."""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

# Debian's names, because a reader elsewhere can guess their own from them.
_PACKAGES = {
    "java": "openjdk-17-jdk-headless",
    "javac": "openjdk-17-jdk-headless",
    "msgattrib": "gettext",
    "msgcat": "gettext",
    "msgfmt": "gettext",
    "mutool": "mupdf-tools",
    "pdftoppm": "poppler-utils",
}


def has_tool(name: str) -> bool:
    """Say whether a program is there, for judges that have a second choice."""
    return shutil.which(name) is not None


def require_tool(name: str) -> Path:
    """Find a program; where it is missing the test is skipped, or fails if CI=true."""
    found = shutil.which(name)
    if found is None:
        do_without(f"{name} is not installed (Debian: {_PACKAGES.get(name, name)})")
    return Path(found)


def open_terminal() -> tuple[int, int]:
    """Give both ends of a terminal of the test's own; where none can be had it says so."""
    try:
        return os.openpty()
    except (AttributeError, OSError) as error:  # Windows; a container without /dev/pts
        do_without(f"this system lends no terminal (pty) to a program: {error}")


def do_without(reason: str) -> NoReturn:
    """Skip a test for want of something outside, or fail it if CI=true."""
    # A machine that exists to run every test must not call a test it left out a success.
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
