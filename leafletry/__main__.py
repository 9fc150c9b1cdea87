"""Run the command line: `python -m leafletry`."""

import gc
import sys

# Looking for garbage while all is being read and imported, which stays, is a tenth of that time.
gc.set_threshold(1_000_000)

from leafletry.cli import main  # noqa: E402 - see above

if __name__ == "__main__":
    code = main()
    gc.freeze()  # The end frees everything anyway; to look for garbage in it takes 0.1 s.
    sys.exit(code)
