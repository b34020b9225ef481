"""Where the packaged program begins."""  # noqa: INP001 - a script for PyInstaller

import sys

from okibi_desktop.app import main

sys.exit(main())
