"""Whether the data folder and the database's cluster of a running product are still those that it started on.

Without them nothing can go on: a part restarted there, or a cluster made anew, would be an empty product that looks
like the old one (a volume that was unmounted leaves an empty folder behind).
"""

from dataclasses import dataclass
from pathlib import Path

from okibi.kernel.errors import ConfigurationError
from okibi.kernel.sentence import Sentence
from okibi.ops.postgres import Server


class PlaceGoneError(ConfigurationError):
    """The data folder or the cluster vanished, or another one stands there."""

    code = "place_gone"


@dataclass(frozen=True, slots=True)
class Place:
    """The two folders as they were found; ``server`` None: the database is somebody else's."""

    data: Path
    identity: tuple[int, int]
    server: Server | None

    @classmethod
    def of(cls, data: Path, server: Server | None) -> "Place":
        """Take note of a place that stands. Raises FileNotFoundError."""
        status = data.stat()
        return cls(data, (status.st_dev, status.st_ino), server)

    def require(self) -> None:
        """Raises PlaceGoneError. A folder that can't be read for the moment (a network's disk) is not gone."""
        try:
            status = self.data.stat()
        except (FileNotFoundError, NotADirectoryError):
            raise _gone(self.data) from None
        except OSError:
            return
        if (status.st_dev, status.st_ino) != self.identity:
            raise _gone(self.data)
        if self.server is not None and not _stands(self.server.cluster):
            raise _gone(self.server.cluster)


def _stands(cluster: Path) -> bool:
    try:
        (cluster / "PG_VERSION").stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def _gone(folder: Path) -> PlaceGoneError:
    return PlaceGoneError(
        Sentence(
            ru=f"папки {folder} больше нет, или на её месте другая, и продукт остановлен; верните её и запустите снова"
            " (не отключён ли том?)",
            en=f"the folder {folder} is gone, or another one stands in its place, and the product has stopped;"
            " bring it back and start again (is a volume unmounted?)",
        )
    )
