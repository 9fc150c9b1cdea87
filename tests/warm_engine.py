"""All that a command may need, loaded once: `commands_given` forks each command from here."""

import gc
import importlib
import pkgutil
import warnings

import leafletry

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
gc.freeze()
