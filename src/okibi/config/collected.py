"""Where the files of pages are collected for whitenoise."""

from datetime import datetime

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Collected(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    """Takes every file anew. Which of two is newer its date does not say: what an installer or an image brings may be
    dated before what an older version collected, and the old one would stay under the new version's names.
    """

    def get_modified_time(self, name: str) -> datetime:
        """Raises NotImplementedError, by which collecting knows that dates are not to be compared."""
        raise NotImplementedError(name)
