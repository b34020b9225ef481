"""``python -m okibi.ops``: the ``okibi`` command, for the processes that it starts itself."""

import sys

from okibi.ops.cli import main

if __name__ == "__main__":
    sys.exit(main())
