"""What is really painted on the screen, and not only present in the document."""

from __future__ import annotations

import base64

from playwright.sync_api import Locator

Colour = tuple[int, int, int]


def colours_of(drawing: Locator) -> dict[Colour, int]:
    """Return the colours of a drawing as it is on screen, each with its number of pixels."""
    shot = drawing.screenshot()
    encoded = "data:image/png;base64," + base64.b64encode(shot).decode("ascii")
    counts = drawing.page.evaluate(
        """async (source) => {
            const image = new Image(); image.src = source; await image.decode();
            const canvas = new OffscreenCanvas(image.width, image.height);
            const context = canvas.getContext('2d'); context.drawImage(image, 0, 0);
            const data = context.getImageData(0, 0, image.width, image.height).data;
            const counts = {};
            for (let i = 0; i < data.length; i += 4) {
                const key = [data[i], data[i + 1], data[i + 2]].join(',');
                counts[key] = (counts[key] || 0) + 1;
            }
            return counts;
        }""",
        encoded,
    )
    return {tuple(map(int, key.split(","))): count for key, count in counts.items()}  # type: ignore[misc]


def painted(drawing: Locator, colour: str) -> int:
    """Return the number of pixels of a colour written ``#rrggbb``."""
    wanted = tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return sum(count for found, count in colours_of(drawing).items() if found == wanted)


def greys(drawing: Locator) -> int:
    """Return the number of pixels of a middle grey: the thin lines of a pattern, softened by the screen."""
    return sum(
        count
        for found, count in colours_of(drawing).items()
        if max(found) - min(found) <= 16 and min(found) >= 100 and max(found) <= 225
    )
