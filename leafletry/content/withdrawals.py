"""`leaflets/withdrawn.yaml`: editions that must not be used any more, and why."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from pydantic import field_validator

from leafletry.content.edition_code import EditionCode, read_code
from leafletry.reading.output import write_whole
from leafletry.reading.problems import FORBIDDEN_CHARACTERS
from leafletry.reading.sourcefile import LINK, Day, Strict, parse, read_yaml

if TYPE_CHECKING:
    from pathlib import Path

FILE = "leaflets/withdrawn.yaml"
LONGEST_REASON = 300

_HEAD = """\
# Editions that must not be used any more, and why. `python3 build_leaflets.py withdraw` adds to
# it; nothing is ever taken away. A code without a clinic's last four digits holds for all clinics.
withdrawn:
"""
_MARKUP = re.compile(r"[<>{}]|&#|&\w+;|\*\*")


def fault_of_reason(reason: str) -> str:
    """Say what is wrong with a reason; nothing where nothing is. People read it on a page."""
    if not reason.strip():
        return "is empty"
    if len(reason) > LONGEST_REASON:
        return f"is longer than {LONGEST_REASON} characters"
    if FORBIDDEN_CHARACTERS.search(reason) or reason != " ".join(reason.split()):
        return "must be one line, without blanks at its ends"
    if _MARKUP.search(reason) or LINK.search(reason):
        return "may hold no markup, braces or links"
    return ""


class Withdrawal(Strict):
    """An edition taken back; a code without a clinic's digits takes back every clinic's too."""

    code: str
    reason: str
    withdrawn_on: Day

    @field_validator("code")
    @classmethod
    def _is_a_code(cls, typed: str) -> str:
        code = read_code(typed)
        if code is None:
            message = "is no edition code, such as IL-P1 · es · v0.1 · 3fa92c"
            raise ValueError(message)
        return str(code)

    @field_validator("reason")
    @classmethod
    def _is_plain(cls, reason: str) -> str:
        if fault := fault_of_reason(reason):
            raise ValueError(fault)
        return reason

    def covers(self, code: EditionCode) -> bool:
        """Tell whether an edition is one of those taken back."""
        own = read_code(self.code)
        return own is not None and own.covers(code)


class WithdrawalList(Strict):
    """Everything that was ever taken back, the oldest first."""

    withdrawn: list[Withdrawal] = []


def add_withdrawal(root: Path, withdrawal: Withdrawal) -> None:
    """Write a withdrawal behind those that are there: the whole file, or nothing.

    Raises ProblemsFoundError where the present file is broken, and leaves it as it is.
    """
    path = root / FILE
    known = parse(WithdrawalList, read_yaml(path, FILE)).withdrawn if path.exists() else []
    write_whole(path, (_HEAD + "".join(map(_entry, [*known, withdrawal]))).encode())


def _entry(withdrawal: Withdrawal) -> str:
    return (
        f"  - code: {withdrawal.code}\n"
        f"    reason: {json.dumps(withdrawal.reason, ensure_ascii=False)}\n"
        f"    withdrawn_on: {withdrawal.withdrawn_on}\n"
    )
