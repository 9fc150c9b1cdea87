"""What an outside tool says is wrong with a catalog."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True, slots=True)
class Finding:
    """A rule of a tool that a catalog breaks, and what with: a msgid, or the tool's own words."""

    tool: str
    rule: str
    about: str

    def __str__(self) -> str:
        """Say it in one line."""
        return f"{self.tool} {self.rule}: {self.about}"


class JudgeError(Exception):
    """A tool that gave no verdict: it could not read the catalog, or said what nobody expected."""
