"""What the engine reaches for while it runs: notes whatever leaves its own folders.

Stands by itself, so that a process can install it before it loads anything else.
"""

import os
import sys
from pathlib import Path
from typing import Any

REACHING_OUT = (
    "socket.connect",
    "socket.bind",
    "socket.getaddrinfo",
    "socket.gethostby",
    "socket.sendto",
    "urllib.Request",
    "http.client",
    "ftplib",
    "smtplib",
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.spawn",
    "os.startfile",
    "pty.spawn",
)
"""Beginnings of the names of events that no build has a use for."""
CHANGING = {
    "os.mkdir": (0,),
    "os.rename": (0, 1),
    "os.remove": (0,),
    "os.rmdir": (0,),
    "os.symlink": (1,),
    "os.link": (1,),
    "os.truncate": (0,),
    "os.chmod": (0,),
    "os.chown": (0,),
    "os.utime": (0,),
}
"""Events that change the disk, and which of their arguments is the name of what is changed."""
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def is_at_arms_length(event: str, arguments: tuple[Any, ...]) -> bool:
    """Tell whether our own program is started that opens what people gave, with little of all."""
    command = arguments[1] if event == "subprocess.Popen" else None
    if not isinstance(command, list) or command[:1] != [sys.executable]:
        return False
    isolated, program = command[1], Path(command[2])
    return isolated.startswith("-I") and program.parts[-2:] == ("reading", "arms_length.py")


def watch(root: Path, log: Path) -> None:
    """From now on note in `log`, a line each, what is written outside `output/` and `.cache/`."""
    note = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    own = [(root / name).resolve() for name in ("output", ".cache")]

    def is_own(name: Any, folder: int) -> bool:
        if isinstance(name, int):
            return True
        path = Path(os.fsdecode(name))
        if folder >= 0:
            path = Path(f"/proc/self/fd/{folder}").readlink() / path
        whole = path.parent.resolve() / path.name
        return whole == Path(os.devnull) or any(whole.is_relative_to(one) for one in own)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            left = bool(arguments[2] & WRITING) and not is_own(arguments[0], -1)
        elif event in CHANGING:
            folders = [one for one in arguments[1:] if isinstance(one, int)][-1:] or [-1]
            left = not all(is_own(arguments[i], folders[0]) for i in CHANGING[event])
        else:
            left = event.startswith(REACHING_OUT) and not is_at_arms_length(event, arguments)
        if left:
            os.write(note, f"{event} {arguments}\n".encode())

    sys.addaudithook(hook)
