"""Reading a file that is stored already."""

import tempfile
from pathlib import Path

from okibi.kernel import blobs
from okibi.kernel.models import Blob
from okibi.releases.reading.box import read_path
from okibi.releases.reading.facts import Facts


def read_blob(blob: Blob) -> Facts:
    """The facts of a stored file. Raises FileNotFoundError where the files folder lost it."""
    if blob.data is None:
        return read_path(blobs.path_of(blob.sha256))
    with tempfile.NamedTemporaryFile() as file:
        file.write(bytes(blob.data))
        file.flush()
        return read_path(Path(file.name))
