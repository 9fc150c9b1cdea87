"""Notices what people save: changes below the folders they work in, within a moment."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from watchfiles import awatch

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

FOLDERS = ("leaflets", "locales", "styles", "templates")
# How long (ms) to wait for more: at most, and after the last one. Editors write a file in steps.
_GATHER, _QUIET = 50, 20
_LOOK_AROUND = 1_000
_NOT_OURS = (".tmp", "~", ".swp", ".swx", ".bak", ".pot", ".mo", ".pyc")


async def changes(root: Path, stop: asyncio.Event) -> AsyncGenerator[set[Path], None]:
    """Yield the files that changed, soon after each save, until `stop` is set.

    Folders may come and go meanwhile; where the system tells of no changes, it looks for them.
    """
    poll = False
    while not stop.is_set():
        watched = _folders(root)
        if not watched:
            await asyncio.sleep(_LOOK_AROUND / 1000)
            continue
        try:
            async with contextlib.aclosing(_below(watched, stop, poll=poll)) as found:
                async for files in found:
                    if files:
                        yield files
                    # A folder that was replaced by another is not watched any more.
                    if _folders(root) != watched:
                        yield {Path(folder) for folder in watched}
                        break
        except (OSError, RuntimeError):
            # The system watches only so many folders; or one of them went away just now.
            poll = poll or _folders(root) == watched
            await asyncio.sleep(_QUIET / 1000)


async def _below(
    folders: dict[str, int], stop: asyncio.Event, *, poll: bool
) -> AsyncGenerator[set[Path], None]:
    async for found in awatch(
        *folders,
        watch_filter=lambda _change, name: _is_ours(Path(name)),
        debounce=_GATHER,
        step=_QUIET,
        stop_event=stop,
        rust_timeout=_LOOK_AROUND,
        yield_on_timeout=True,
        force_polling=poll or None,
    ):
        yield {Path(name) for _, name in found}


def _folders(root: Path) -> dict[str, int]:
    """Give the folders that are there, each with what tells it from another of that name."""
    found = {}
    for name in FOLDERS:
        with contextlib.suppress(OSError):
            found[str(root / name)] = (root / name).stat().st_ino
    return found


def _is_ours(path: Path) -> bool:
    """Tell whether people mean a file: editors and tools leave others beside it."""
    return not path.name.startswith(".") and not path.name.endswith(_NOT_OURS)
