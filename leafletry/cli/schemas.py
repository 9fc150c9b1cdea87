"""`schemas`: what editors need to complete and check the YAML as it is typed."""

from __future__ import annotations

import click

from leafletry.cli.speaking import ROOT


@click.command("schemas")
def schemas_command() -> int:
    """Write schemas/, by which editors check the YAML files while one types.

    Each file names its schema in its first line. VS Code needs the extension YAML for it.
    """
    from leafletry.content.schemas import schemas
    from leafletry.reading.output import write_together

    files = {ROOT / name: content.encode() for name, content in schemas().items()}
    (ROOT / "schemas").mkdir(exist_ok=True)
    write_together(files)
    for path in files:
        click.echo(path.relative_to(ROOT).as_posix())
    return 0
