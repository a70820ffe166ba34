"""Where there is ink on a page of a PDF, in millimetres from its upper left corner."""

from collections.abc import Iterable

from PIL import Image, ImageChops

DOTS_PER_INCH = 400
MILLIMETRES = 25.4


def dark(page) -> Image.Image:
    """The black of a pdfplumber page as a mask."""
    red, _green, _blue = _channels(page)
    return red.point(lambda value: 255 * (value < 110))


def red(page) -> Image.Image:
    """The red of a pdfplumber page as a mask."""
    red, green, _blue = _channels(page)
    much = red.point(lambda value: 255 * (value > 150))
    return ImageChops.multiply(much, green.point(lambda value: 255 * (value < 120)))


def _channels(page) -> tuple[Image.Image, ...]:
    return page.to_image(resolution=DOTS_PER_INCH).original.convert("RGB").split()


def cut(
    mask: Image.Image, *, left: float = 0, top: float = 0, right: float = 400, bottom: float = 400
) -> Image.Image:
    """The mask with all ink outside of the box wiped off."""
    box = tuple(round(edge / MILLIMETRES * DOTS_PER_INCH) for edge in (left, top, right, bottom))
    box = (*box[:2], min(box[2], mask.width), min(box[3], mask.height))
    kept = Image.new("L", mask.size)
    kept.paste(mask.crop(box), box[:2])
    return kept


def rows(mask: Image.Image) -> list[tuple[float, float]]:
    """Top and bottom of every band of ink, from the top."""
    return _bands(mask.getprojection()[1])


def columns(mask: Image.Image) -> list[tuple[float, float]]:
    """Left and right of every band of ink, from the left."""
    return _bands(mask.getprojection()[0])


def _bands(projection: Iterable[int]) -> list[tuple[float, float]]:
    bands: list[list[int]] = []
    for place, inked in enumerate(projection):
        if inked and bands and place == bands[-1][1]:
            bands[-1][1] = place + 1
        elif inked:
            bands.append([place, place + 1])
    return [(_measure(start), _measure(end)) for start, end in bands]


def _measure(dots: int) -> float:
    return dots / DOTS_PER_INCH * MILLIMETRES
