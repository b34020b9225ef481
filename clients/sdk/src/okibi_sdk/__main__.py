"""``python -m okibi_sdk``: the command line."""

import sys

from okibi_sdk.cli import main

sys.exit(main())
