"""`serve`: the translator's desk."""

from __future__ import annotations

import importlib.util

import click

from leafletry.cli.speaking import ROOT

PORT = 8321


@click.command("serve")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=PORT,
    show_default=True,
    help="Where the browser finds it; 0 takes any that is free.",
)
def serve_command(port: int) -> int:
    """Show the pages in a browser, made again with every save."""
    if importlib.util.find_spec("uvicorn") is None:
        message = "The desk has to be set up first: run `python3 build_leaflets.py serve`."
        raise click.UsageError(message)
    from leafletry.desk.server import address_of, open_socket, serve

    try:
        listening = open_socket(port)
    except OSError as error:
        message = f"The desk cannot open at port {port}: {error.strerror}."
        hint = "Is another desk open there? Else choose another port with --port."
        raise click.UsageError(f"{message}\n{hint}") from None
    click.echo(f"The desk is open at {address_of(listening)} (Ctrl-C closes it).")
    try:
        serve(ROOT, listening)
    except KeyboardInterrupt:
        click.echo("The desk is closed.")
    return 0
