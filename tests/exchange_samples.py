"""What the contract of all channels asks of every exchange."""

import tempfile
from pathlib import Path
from typing import Any


def misconfigure(settings: Any) -> None:
    """An exchange with everything wrong."""
    path = Path(tempfile.mkdtemp()) / "telephone.toml"
    path.write_text('format = 1\n[[exchange]]\nkind = "mango"\nname = "Main"\nzone = "Mars"\napi_key = "k"\n')
    settings.OKIBI_TELEPHONE = str(path)
