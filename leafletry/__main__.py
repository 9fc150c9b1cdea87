"""Run the command line: `python -m leafletry`."""

import sys

from leafletry.cli import main

if __name__ == "__main__":
    sys.exit(main())
