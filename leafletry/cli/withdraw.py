"""`withdraw`: take an edition back, for everybody who looks its code up."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import click

from leafletry.cli.speaking import ROOT, print_problems

if TYPE_CHECKING:
    from leafletry.content.edition_code import EditionCode
    from leafletry.verifying.known_codes import KnownCodes


@click.command("withdraw")
@click.argument("typed", nargs=-1, required=True, metavar="CODE")
@click.option("--reason", required=True, help="Why, in one plain sentence; people will read it.")
def withdraw_command(typed: tuple[str, ...], reason: str) -> int:
    """Say that an edition must not be used any more, and why.

    CODE is what stands at the foot of its pages. Without a clinic's last four digits, the
    editions of all clinics are withdrawn too. Nothing takes a withdrawal back: change the words
    and release a new edition.
    """
    from leafletry.content.edition_code import read_code
    from leafletry.content.withdrawals import (
        FILE,
        Withdrawal,
        add_withdrawal,
        fault_of_reason,
    )
    from leafletry.reading.output import folder_lock
    from leafletry.reading.problems import ProblemsFoundError, shortened
    from leafletry.verifying.known_codes import KnownCodes

    code = read_code(" ".join(typed))
    if code is None:
        said = shortened(" ".join(typed), 80)
        message = f'"{said}" is no edition code, such as IL-P1 · es · v0.1 · 3fa92c'
        raise click.UsageError(message)
    if fault := fault_of_reason(reason):
        message = f"the reason {fault}. Nothing was changed."
        raise click.UsageError(message)
    today = dt.date.today()  # noqa: DTZ011 - the day where one is
    with folder_lock(ROOT / ".cache"):
        if refusal := _refusal(KnownCodes.of(ROOT, today), code):
            click.echo(f"{refusal}\nNothing was changed.", err=True)
            return 1
        try:
            add_withdrawal(ROOT, Withdrawal(code=str(code), reason=reason, withdrawn_on=today))
        except ProblemsFoundError as error:
            print_problems(error.problems)
            return 1
    click.echo(f"{code} is withdrawn; {FILE} says so.")
    if code.clinic is None:
        click.echo("This covers the editions of all clinics with these words.")
    else:
        click.echo(f"This covers that clinic's edition only; {code.for_all} stays as it is.")
    click.echo("Build again, so that pages and files say it too.")
    return 0


def _refusal(known: KnownCodes, code: EditionCode) -> str:
    """Say why a code cannot be withdrawn; nothing where it can."""
    from leafletry.verifying.known_codes import NotJudgeableError

    if before := known.withdrawal(code):
        return f"{code} is already withdrawn, since {before.withdrawn_on}: {before.reason}"
    try:
        # The words count: a clinic's numbers may be known elsewhere only.
        if known.worth(code.for_all).standing != "unknown":
            return ""
        near = " or ".join(known.near(code.for_all))
    except NotJudgeableError as error:
        return str(error)
    return f"{code} is no edition known here." + (f"\n  hint: did you mean {near}?" if near else "")
