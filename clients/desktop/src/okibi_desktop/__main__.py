"""``python -m okibi_desktop``."""

import sys

from okibi_desktop.app import main

sys.exit(main())
