"""The application's icons, drawn from the product's mark: a rounded square with a slanted ring.

``python -m okibi.portal.mob.icons`` writes them into ``static/mob/icons``; a test holds the files to what is drawn.
Three kinds: ``icon`` (the mark as it is), ``maskable`` (the ground fills the square, the ring stays in the safe zone
of 80 %, W3C Manifest), ``badge`` (the ring alone, white on nothing: Android colours it).
"""

import struct
import zlib
from collections.abc import Callable, Iterator
from math import hypot, radians, tan
from pathlib import Path

from okibi.portal.mob.shell import FOLDER, colours

FINE = 4  # samples along each side of a pixel
SLANT = tan(radians(-8))
PICTURES = (("icon", 192), ("icon", 512), ("maskable", 192), ("maskable", 512), ("badge", 96))
Pixel = tuple[int, int, int, int]


def png(kind: str, size: int) -> bytes:
    """One picture, RGBA; ``size`` in pixels."""
    ground = _rgb(colours()["accent"].light)
    ring = _ring(1.0 if kind == "icon" else 0.86 if kind == "maskable" else 2.1)
    inside = {"icon": _rounded, "maskable": _everywhere, "badge": _nowhere}[kind]
    rows = b"".join(b"\0" + bytes(_row(y, size, ring, inside, ground)) for y in range(size))
    head = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(rows, 9)) + _chunk(b"IEND", b"")


def _row(
    y: int,
    size: int,
    ring: Callable[[float, float], bool],
    inside: Callable[[float, float], bool],
    ground: tuple[int, ...],
) -> Iterator[int]:
    """The bytes of one line, averaged over the samples of each pixel. Coordinates: the mark's 20 units."""
    ups = [(y + (step + 0.5) / FINE) * 20 / size for step in range(FINE)]
    for x in range(size):
        white = solid = 0
        for step in range(FINE):
            across = (x + (step + 0.5) / FINE) * 20 / size
            for up in ups:
                on_ring = ring(across, up)
                white += on_ring
                solid += on_ring or inside(across, up)
        for part in ground:
            yield (255 * white + part * (solid - white)) // solid if solid else 0
        yield 255 * solid // (FINE * FINE)


def _ring(scale: float) -> Callable[[float, float], bool]:
    def on(x: float, y: float) -> bool:
        x, y = 10 + (x - 10) / scale, 10 + (y - 10) / scale
        return 3.1 <= hypot(x - 1.4 - SLANT * y - 10, y - 10) <= 5.3

    return on


def _rounded(x: float, y: float) -> bool:
    from_left, from_top = min(x, 20 - x), min(y, 20 - y)
    return from_left >= 6 or from_top >= 6 or hypot(6 - from_left, 6 - from_top) <= 6


def _everywhere(_x: float, _y: float) -> bool:
    return True


def _nowhere(_x: float, _y: float) -> bool:
    return False


def _rgb(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour.strip().lstrip("#")))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def write(folder: Path) -> None:
    """All of them."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind, size in PICTURES:
        (folder / f"{kind}-{size}.png").write_bytes(png(kind, size))


if __name__ == "__main__":
    write(FOLDER / "icons")
