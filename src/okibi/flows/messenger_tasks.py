"""The messengers' own jobs: files that their messages name, templates that their owners approved."""

from procrastinate.contrib.django import app

from okibi.flows import messenger_files, messenger_templates


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="messenger_files")
def fetch_messenger_files(timestamp: int = 0) -> int:
    """Fetch what is due; gives how many files were tried."""
    del timestamp
    return messenger_files.fetch_due()


@app.periodic(cron="41 * * * *")
@app.task(queueing_lock="messenger_templates")
def fetch_message_templates(timestamp: int = 0) -> int:
    """Every hour, and when a vendor tells of one: fetch the lists of templates; gives how many accounts answered."""
    del timestamp
    return messenger_templates.fetch_all()
