"""All that a command may need, loaded once: `commands_given` forks each command from here."""

import contextlib
import gc
import importlib
import pkgutil
import warnings
from pathlib import Path

import leafletry
from leafletry.content.project import SOURCE_LOCALE, read_project
from leafletry.editions.composition import Composition
from leafletry.editions.edition import Edition
from leafletry.printing import printing
from leafletry.reading.problems import ProblemsFoundError

# As `python -m leafletry` has it.
gc.set_threshold(1_000_000)

with warnings.catch_warnings():
    # On a machine without any font WeasyPrint warns when it is loaded; the leaflets need none.
    warnings.simplefilter("ignore", UserWarning)
    import weasyprint  # noqa: F401

for _module in pkgutil.walk_packages(leafletry.__path__, "leafletry."):
    # The desk's libraries are there for tests, but commands do without; `__main__` is no module.
    if not _module.name.startswith(("leafletry.desk", "leafletry.__main__")):
        importlib.import_module(_module.name)

# Fonts are read and cut once a process, and a page that was laid out leaves them ready.
with contextlib.suppress(ProblemsFoundError):
    _root = Path(leafletry.__file__).parent.parent
    _project = read_project(_root)
    _edition = Edition(min(_project.leaflets), SOURCE_LOCALE, "a4")
    printing.open_press(_root)
    printing.print_edition(Composition.of(_project).job(_edition, None))
printing.close_press()
gc.freeze()
