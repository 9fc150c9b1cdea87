"""The outside programs that judges call."""

import os
import shutil
from pathlib import Path

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
    if found is not None:
        return Path(found)
    reason = f"{name} is not installed (Debian: {_PACKAGES.get(name, name)})"
    # A machine that exists to run every test must not call a test it left out a success.
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
