"""Programs that open what may mean harm: bytes in, bytes out, with little memory and time.

Imported, this hands bytes to such a program; run by itself, it is the process that sets its own
limits and then becomes the program, of which nothing but its answer comes back.
"""

from __future__ import annotations

import contextlib
import os
import runpy
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path
    from typing import IO


@dataclass(frozen=True)
class Limits:
    """What a program may take: bytes of addresses, seconds of work, bytes of its answer.

    The interpreter and its libraries take a good part of the memory before they begin.
    `patience` is how long, in seconds, it may keep us waiting on a busy machine.
    """

    memory: int
    seconds: int
    answer: int
    patience: float


class NoAnswerError(Exception):
    """A program that gave no answer within its limits; says why."""


def ask_at_arms_length(program: Path, given: bytes, limits: Limits) -> bytes:
    """Give what a program of ours answers about bytes, however hostile they are.

    Raises NoAnswerError.
    """
    import subprocess
    import threading

    numbers = map(str, (limits.memory, limits.seconds, limits.answer))
    with subprocess.Popen(  # noqa: S603 - our own program, by its name
        # -B: what it compiled would be cut short by its limits, and lie there for everybody.
        [sys.executable, "-IB", __file__, *numbers, str(program)],
        bufsize=0,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,  # The other side closes it: to open one here takes a file.
    ) as asked:
        assert asked.stdin is not None  # noqa: S101 - a pipe was asked for
        assert asked.stdout is not None  # noqa: S101 - as above
        ended = threading.Timer(limits.patience, asked.kill)
        asking = threading.Thread(target=_tell, args=(asked.stdin, given), daemon=True)
        ended.start()
        asking.start()
        try:
            answer = _listen(asked.stdout, limits.answer + 1)
            if len(answer) > limits.answer:
                asked.kill()
            code = asked.wait()
        finally:
            asked.kill()
            ended.cancel()
            asking.join()
    if len(answer) > limits.answer:
        raise NoAnswerError("is too much to read")
    if code:
        raise NoAnswerError("takes too much time or memory to read")
    return answer


def _tell(pipe: IO[bytes], given: bytes) -> None:
    left = memoryview(given)
    with contextlib.suppress(OSError), pipe:  # Nobody listens any more.
        while left:
            left = left[pipe.write(left) :]


def _listen(pipe: IO[bytes], most: int) -> bytes:
    answer = bytearray()
    while len(answer) < most and (part := pipe.read(most - len(answer))):
        answer += part
    return bytes(answer)


def _limit_this_process(memory: int, seconds: int, answer: int) -> None:
    """Let the system end this process when it takes too much; Windows has no such limits."""
    try:
        import resource
    except ImportError:
        return
    for name, most in (
        ("RLIMIT_AS", memory),
        ("RLIMIT_CPU", seconds),
        ("RLIMIT_FSIZE", answer),
        ("RLIMIT_CORE", 0),
    ):
        # macOS refuses some of them; those who wait for this process have a clock.
        with contextlib.suppress(OSError, ValueError, AttributeError):
            resource.setrlimit(getattr(resource, name), (most, most))


if __name__ == "__main__":
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    _limit_this_process(*map(int, sys.argv[1:4]))
    runpy.run_path(sys.argv[4], run_name="__main__")
