"""The one icon in every form that a desktop asks for: ``python packaging/icons.py TARGET``.

Rendered by Qt, so that the SVG stays the only source. PNGs in 8 sizes and one ``.ico`` with
PNGs inside (as Windows reads it since Vista).
"""

import os
import struct
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

ICONS = Path(__file__).parent.parent / "resources" / "icons"
SIZES = (16, 24, 32, 48, 64, 128, 256, 512)
LARGEST_ICO = 256


def main() -> int:
    """Write ``NAME-SIZE.png`` and ``NAME.ico`` for each SVG."""
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    app = QGuiApplication([])
    for source in sorted(ICONS.glob("*.svg")):
        renderer = QSvgRenderer(str(source))
        pictures = {size: png(renderer, size) for size in SIZES}
        for size, data in pictures.items():
            (target / f"{source.stem}-{size}.png").write_bytes(data)
        small = {size: data for size, data in pictures.items() if size <= LARGEST_ICO}
        (target / f"{source.stem}.ico").write_bytes(ico(small))
    del app
    return 0


def png(renderer: QSvgRenderer, size: int) -> bytes:
    """Return the icon at one size."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


def ico(pictures: dict[int, bytes]) -> bytes:
    """Return an icon file that holds the pictures; 256 is written as 0 (ICONDIRENTRY)."""
    offset = 6 + 16 * len(pictures)
    head, body = struct.pack("<3H", 0, 1, len(pictures)), b""
    for size, data in pictures.items():
        side = size % LARGEST_ICO
        head += struct.pack("<4B2H2I", side, side, 0, 0, 1, 32, len(data), offset + len(body))
        body += data
    return head + body


if __name__ == "__main__":
    sys.exit(main())
