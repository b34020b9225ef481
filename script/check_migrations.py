"""Models and migrations say the same (``makemigrations --check``), asked on a database made for it."""

import os
import sys
import tempfile
from pathlib import Path

from okibi.ops.postgres import Server


def main() -> None:
    """Run the check in this process's place; its exit code is the answer."""
    from django.core.management import execute_from_command_line  # noqa: PLC0415  settings must be told first

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "okibi.config.settings")
    with tempfile.TemporaryDirectory(prefix="okibi-check-") as folder:
        Path(folder).chmod(0o711)
        with Server(Path(folder), durable=False).running() as address:
            os.environ["DATABASE_URL"] = address.as_url()
            execute_from_command_line([sys.argv[0], "makemigrations", "--check", "--dry-run", "-v", "1"])


if __name__ == "__main__":
    main()
