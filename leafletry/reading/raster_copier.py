"""A program of its own that paints a picture anew, dot by dot: a PNG or JPEG in, a plain PNG out.

What may hide in a file of a picture (thousands of scans, other colours, dates and places, a second
picture) stays behind. Its answer is a PNG, or else why there is none. It imports nothing of the
engine, and is run by `arms_length`.
"""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageCms, ImageFile, ImageOps

MOST_DOTS = 4_000_000
LONGEST_SIDE = 1_200
"""In dots: of 40 mm of paper, more than any printer shows."""
_MOST_GREY = 65_535


class RefusedError(Exception):
    """A picture that is not copied; says why."""


def copy(content: bytes) -> bytes:
    """Give a picture's dots as a PNG in grey, RGB or RGBA, upright, in the colours of sRGB.

    Raises RefusedError.
    """
    try:
        picture = _opened(content)
    except RefusedError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise RefusedError("has far too many dots") from None
    except Exception as error:  # noqa: BLE001 - whatever a hostile picture makes a decoder say
        message = f"is not a picture that can be read ({type(error).__name__})"
        raise RefusedError(message) from None
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    # Made from nothing but the dots, so that no word of the file's comes along.
    plain = Image.frombytes(picture.mode, picture.size, picture.tobytes())
    target = io.BytesIO()
    plain.save(target, "PNG", compress_level=9)
    return target.getvalue()


def _opened(content: bytes) -> Image.Image:
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as given:
            if given.width * given.height > MOST_DOTS:
                raise RefusedError(f"has {given.width} x {given.height} dots, which is too many")
            given.load()
            upright = ImageOps.exif_transpose(given)
            return _without_needless_alpha(_in_colours_of_screens(upright))


def _in_colours_of_screens(picture: Image.Image) -> Image.Image:
    """Give a picture in grey, RGB or RGBA, as it looks by the profile of its colours."""
    if picture.mode in ("I;16", "I;16B", "I;16L", "I;16N", "I"):  # A PNG's grey, 0 to 65535.
        wide = picture.convert("F").point(lambda value: value * (255 / _MOST_GREY))
        return wide.convert("L")
    alpha = None
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        alpha = picture.getchannel("A")
        picture = picture.convert("RGB")
    elif picture.mode not in ("L", "RGB", "CMYK"):
        picture = picture.convert("L" if picture.mode == "1" else "RGB")
    profile = picture.info.get("icc_profile")
    if profile and picture.mode != "L":  # Grey stays grey.
        picture = _by_its_profile(picture, profile)
    if picture.mode == "CMYK":
        picture = picture.convert("RGB")
    if alpha is not None:
        picture = picture.convert("RGB")
        picture.putalpha(alpha)
    return picture


def _by_its_profile(picture: Image.Image, profile: bytes) -> Image.Image:
    """Give a picture in sRGB; as it is where its profile is broken, or one of other colours."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        screen = ImageCms.createProfile("sRGB")
        seen = ImageCms.profileToProfile(picture, source, screen, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture
    return picture if seen is None else seen


def _without_needless_alpha(picture: Image.Image) -> Image.Image:
    if picture.mode == "RGBA" and picture.getchannel("A").getextrema() == (255, 255):
        return picture.convert("RGB")
    return picture


def run() -> None:
    """Read standard input, and write what came of it to standard output."""
    with open(0, "rb", closefd=False) as given:
        content = given.read()
    try:
        answer = copy(content)
    except RefusedError as error:
        answer = str(error).encode()
    with open(1, "wb", closefd=False) as told:
        told.write(answer)


if __name__ == "__main__":
    run()
