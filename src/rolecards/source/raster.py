"""Raster pictures: what is wrong with them, and how paper prints them. Pillow decodes them."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from PIL import Image, ImageOps

from rolecards.problems import UnplacedProblem
from rolecards.source.drawing import plain_drawing

LARGEST = 40_000_000  # pixels; Pillow needs up to four bytes for each
SHARP = 150  # the fewest pixels per inch on paper
SMALLEST = 120  # pixels of the longer side: 20 mm on paper
_MOST_ON_PAPER = 2_100  # pixels of the longer side: 300 per inch over the width of a page
_GPS = 0x8825  # the tag of the position in EXIF metadata


@contextmanager
def _opened(data: bytes, noun: str) -> Iterator[Image.Image]:
    """The picture, read by the reader of its own format only."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(BytesIO(data), formats=[noun.upper()]) as image:
            yield image


def raster_faults(path: str, data: bytes, noun: str) -> Iterator[UnplacedProblem]:
    """What is wrong with a picture whose content starts like a file of this format."""
    try:
        with _opened(data, noun) as image:
            size, moves = image.size, getattr(image, "is_animated", False)
            if size[0] * size[1] > LARGEST:
                raise Image.DecompressionBombError  # noqa: TRY301 - the same as what Pillow finds
            tells_place = bool(image.getexif().get_ifd(_GPS))
            image.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        yield "RC183", f"`{path}` has more than {LARGEST // 10**6} megapixels", "make it smaller"
        return
    except Exception as error:  # noqa: BLE001 - damaged pictures raise errors of many classes
        yield "RC182", f"`{path}` cannot be read as {noun}: {error}", "export it again"
        return
    if tells_place:
        yield "RC185", f"`{path}` contains the position where it was taken", "remove its metadata"
    if moves:
        yield "RC188", f"`{path}` is animated; paper prints its first frame only", ""
    if max(size) < SMALLEST:
        message = f"`{path}` has only {max(size)} pixels on its longer side; paper prints it small"
        yield "RC189", message, "use a larger one"


def on_paper(data: bytes, noun: str) -> bytes:
    """A faultless picture for paper: a plain drawing, or a PNG or JPEG with 150 pixels per inch, upright and opaque."""
    if noun == "SVG":
        return plain_drawing(data)
    with _opened(data, noun) as image:
        small = _scalable(image)
        small.thumbnail((_MOST_ON_PAPER, _MOST_ON_PAPER))
        flat = _opaque(ImageOps.exif_transpose(small))
    file = BytesIO()
    if noun in ("JPEG", "WebP"):
        flat.save(file, "JPEG", quality=90, subsampling=0, dpi=(SHARP, SHARP))
    else:
        flat.save(file, "PNG", dpi=(SHARP, SHARP))
    return file.getvalue()


def _scalable(image: Image.Image) -> Image.Image:
    """The picture in a mode that Pillow scales well; a copy only where it must be, because copies of it are large."""
    if image.mode.startswith(("I", "F")):  # 16 bits for each pixel
        return image.convert("I").point(lambda value: value / 256).convert("L")
    mode = "RGBA" if image.has_transparency_data else {"1": "L", "P": "RGB"}.get(image.mode, image.mode)
    return image if mode == image.mode else image.convert(mode)


def _opaque(image: Image.Image) -> Image.Image:
    """The picture on white, in grey or in colour."""
    if image.has_transparency_data:
        ground = Image.new("RGBA", image.size, "white")
        ground.alpha_composite(image.convert("RGBA"))
        return ground.convert("RGB")
    return image.convert("L" if image.mode == "L" else "RGB")
