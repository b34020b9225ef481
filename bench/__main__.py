"""All yardsticks on a private, durable database of their own: ``script/bench [--tickets 20000] [--tickets 1000000]``.

Prints the figures; ``bench/README.md`` keeps the last ones with the day and the machine.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from okibi.ops.postgres import Server

HERE = Path(__file__).parent


def run(*command: str, url: str = "") -> None:
    print(f"\n## {' '.join(command)}", flush=True)
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "okibi.config.settings", "OKIBI_LOG_LEVEL": "ERROR"}
    if url:
        environment["DATABASE_URL"] = url
    subprocess.run([sys.executable, *command], check=True, env=environment, cwd=HERE.parent)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, action="append", help="fill to this many and measure the pages")
    parser.add_argument("--mails", type=int, default=2000)
    given = parser.parse_args()
    run(str(HERE / "due_moments.py"))
    with tempfile.TemporaryDirectory(prefix="okibi-bench-") as folder:
        Path(folder).chmod(0o711)
        os.environ["OKIBI_DATA"] = folder
        server = Server(Path(folder))
        server.start_child()
        try:
            url = server.address().as_url()
            run("-m", "django", "migrate", "-v0", url=url)
            run("-m", "django", "createcachetable", url=url)
            run("-m", "django", "collectstatic", "--noinput", "-v0", url=url)
            run(str(HERE / "intake.py"), str(given.mails), "2", url=url)
            for count in sorted(given.tickets or [20_000]):
                run(str(HERE / "fill.py"), str(count), url=url)
                run(str(HERE / "pages.py"), url=url)
            run(str(HERE / "webhooks_in.py"), url=url)
            run(str(HERE / "sms.py"), url=url)
        finally:
            server.stop()
    run(str(HERE / "memory.py"), str(given.mails), "500")
    run(str(HERE / "api.py"))
    run(str(HERE / "updates.py"))


if __name__ == "__main__":
    main()
