"""Try one case: `.venv/bin/python tests/fuzz READER CASE`, a number or the name of a seed.

With `--bytes` it prints the bytes instead. `--batch` is how the tests call it.
"""

import json
import sys
import tempfile
from pathlib import Path

TESTS = Path(__file__).parent.parent
sys.path[:1] = [str(TESTS.parent), str(TESTS)]

from fuzz.cases import content  # noqa: E402 - found only now
from fuzz.trial import find_faults, try_batch  # noqa: E402


def main(arguments: list[str]) -> int:
    """Do what the arguments say; 1 where something did not hold."""
    if arguments[:1] == ["--batch"]:
        try_batch(Path(arguments[1]), json.load(sys.stdin))
        return 0
    *options, reader, case = arguments
    from fuzz.box import make_box

    with tempfile.TemporaryDirectory() as folder:
        box = Path(folder).resolve()
        project = make_box(box)
        if "--bytes" in options:
            sys.stdout.buffer.write(content(reader, case, project))
            return 0
        _, faults = find_faults(box, [(reader, case)])
    sys.stdout.write("\n\n".join(faults or ["All is well."]) + "\n")
    return bool(faults)


sys.exit(main(sys.argv[1:]))
