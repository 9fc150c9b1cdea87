"""`publisher`: make the key of whoever gives leaflets out, and sign what may be given out."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leafletry.cli.speaking import HELP_OPTIONS, ROOT, print_problems

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from leafletry.editions.edition import EditionRecord

_KEY_FILE = Path(click.get_app_dir("leafletry"), "publisher.key")
key_option = click.option(
    "--key",
    type=click.Path(dir_okay=False, path_type=Path),
    default=_KEY_FILE,
    metavar="FILE",
    help="The file with your private key; by default in your own folder of settings.",
)


@click.group("publisher", context_settings=HELP_OPTIONS)
def publisher_group() -> None:
    """Sign what is given out, so that everybody can check who gave it out."""


@publisher_group.command("new")
@click.option("--name", required=True, help="Who publishes, as people know you.")
@key_option
@click.option("--password", is_flag=True, help="Ask for a password that the key opens with.")
def new_command(name: str, key: Path, password: bool) -> int:  # noqa: FBT001 - click gives it so
    """Make your key, once; its public half goes into publishers.yaml.

    The private half is for you alone, and never lies in the project.
    """
    from leafletry.content.publishers import (
        FILE,
        Publisher,
        add_publisher,
        fault_of_name,
        key_text,
        read_publishers,
    )
    from leafletry.reading.problems import ProblemsFoundError
    from leafletry.verifying.private_key import KeyRefusedError, new_key
    from leafletry.verifying.signatures import number_of, told_number

    if fault := fault_of_name(name):
        message = f"the name {fault}. Nothing was made."
        raise click.UsageError(message)
    try:
        read_publishers(ROOT)  # A broken list is told before there is a key that nobody knows.
        public = new_key(key, ROOT, _new_password() if password else "")
    except ProblemsFoundError as error:
        print_problems(error.problems)
        return 1
    except KeyRefusedError as error:
        click.echo(f"{error}.\nNothing was made.", err=True)
        return 1
    number = number_of(public)
    today = dt.date.today()  # noqa: DTZ011 - the day where one is
    add_publisher(ROOT, Publisher(name=name, key=key_text(number, public), since=today))
    click.echo(f"{key}: your private key. Keep it, and a copy, where nobody else can read it:")
    click.echo("  who has it can publish in your name. Never put it into the project.")
    click.echo(f"{FILE}: your name and your public key {told_number(number)}. Commit this file.")
    return 0


@publisher_group.command("sign")
@key_option
def sign_command(key: Path) -> int:
    """Sign each release in output/ that is proved to be ours.

    It is made once more, and only the same bytes are signed. A signature lies beside its file;
    without Leafletry it is checked by `minisign -Vm FILE -P` and the key in publishers.yaml.
    """
    from leafletry.content.publishers import FILE
    from leafletry.editions.edition import SIGNATURE
    from leafletry.reading.output import folder_lock
    from leafletry.reading.problems import ProblemsFoundError
    from leafletry.verifying.known_codes import KnownCodes
    from leafletry.verifying.private_key import KeyRefusedError
    from leafletry.verifying.publishing import publisher_of, sign_releases

    try:
        private = _opened(key)
        publisher = publisher_of(ROOT, private)
    except KeyRefusedError as error:
        click.echo(f"{error}.\nNothing was signed.", err=True)
        return 1
    except ProblemsFoundError as error:
        print_problems(error.problems)
        return 1
    if publisher is None:
        click.echo(f"{key} is the key of nobody in {FILE}.\nNothing was signed.", err=True)
        return 1
    now = dt.datetime.now(dt.UTC)
    done = refused = 0
    with folder_lock(ROOT / ".cache"):
        known = KnownCodes.of(ROOT, dt.date.today())  # noqa: DTZ011 - the day where one is
        for signed in sign_releases(known, private, publisher, now):
            refused += signed.outcome == "not signed"
            done += signed.outcome != "not signed"
            why = f": {signed.why}" if signed.why else ""
            click.echo(f"{signed.path}: {signed.outcome}{why}", err=bool(why))
    if not done and not refused:
        click.echo("Nothing is released in output/: `build --release` says why.", err=True)
    if done:
        click.echo(f"Give each file out with the one beside it that ends in {SIGNATURE}.")
    return 0 if done and not refused else 1


def tell_unsigned(released: Iterable[EditionRecord]) -> None:
    """Say which releases have no signature yet, where somebody publishes."""
    from leafletry.content.publishers import FILE
    from leafletry.editions.edition import SIGNATURE

    if not (ROOT / FILE).is_file():
        return
    names = [f"output/{record.path}" for record in released]
    unsigned = [name for name in names if not (ROOT / f"{name}{SIGNATURE}").is_file()]
    for name in unsigned:
        click.echo(f"{name}: not signed")
    if unsigned:
        click.echo("`publisher sign` signs what is released.")


def _opened(path: Path) -> Ed25519PrivateKey:
    """Give the key in a file; where it has a password, ask for it."""
    from leafletry.verifying.private_key import (
        KeyRefusedError,
        PasswordNeededError,
        read_key,
    )

    try:
        return read_key(path)
    except PasswordNeededError:
        password: str = click.prompt("Password of the key", hide_input=True, err=True)
    try:
        return read_key(path, password)
    except PasswordNeededError:
        raise KeyRefusedError("that is not the password of the key") from None


def _new_password() -> str:
    password: str = click.prompt(
        "Password for the new key", hide_input=True, confirmation_prompt=True, err=True
    )
    return password
