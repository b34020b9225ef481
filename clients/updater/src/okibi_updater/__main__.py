"""``python -m okibi_updater``."""

import sys

from okibi_updater.cli.main import main

sys.exit(main())
