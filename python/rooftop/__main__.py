"""`python -m rooftop` is the command `rooftop`."""

import sys

from rooftop.cli import main

if __name__ == "__main__":
    sys.exit(main())
