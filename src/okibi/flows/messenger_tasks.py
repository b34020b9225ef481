"""The messengers' own jobs: files that their messages name."""

from procrastinate.contrib.django import app

from okibi.flows import messenger_files


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="messenger_files")
def fetch_messenger_files(timestamp: int = 0) -> int:
    """Fetch what is due; gives how many files were tried."""
    del timestamp
    return messenger_files.fetch_due()
