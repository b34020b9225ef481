"""Jobs of the uploads."""

from procrastinate.contrib.django import app

from okibi.uploads.services import clean_expired


@app.periodic(cron="41 * * * *")
@app.task(queueing_lock="uploads.clean")
def clean_uploads(timestamp: int) -> int:  # noqa: ARG001  given by the queue
    """Every hour: forget uploads that nobody finished or used."""
    return clean_expired()
