"""Pictures, encoded anew: upright, in sRGB, without EXIF, position, comments or thumbnails."""

import io
import warnings

from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps

from core.errors import RuleError
from core.uploads.kinds import Kind

MAX_PIXELS = 50_000_000
FORMATS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}
SAVING = {"jpg": {"quality": 88, "optimize": True}, "png": {}, "webp": {"quality": 85}}
BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError)


def clean_image(source: bytes, kind: Kind) -> bytes:
    """The picture alone. RuleError when it is broken or has more than 50 million pixels."""
    try:
        with warnings.catch_warnings():
            # Pillow warns of large pictures; our own bound is lower and refuses.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(source), formats=[FORMATS[kind]]) as image:
                _check_size(image)
                bare = _bare(ImageOps.exif_transpose(image), kind)
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except BROKEN as error:
        raise RuleError(_("图片已损坏，打不开；请重新导出或拍摄后再上传。")) from error
    stream = io.BytesIO()
    bare.save(stream, FORMATS[kind], **SAVING[kind])
    return stream.getvalue()


def _check_size(image: Image.Image) -> None:
    if image.width * image.height > MAX_PIXELS:
        raise _too_large()


def _too_large() -> RuleError:
    return RuleError(_("图片超过 %d 万像素，请缩小尺寸后再上传。") % (MAX_PIXELS // 10_000))


def _bare(image: Image.Image, kind: Kind) -> Image.Image:
    """The pixels in a plain mode, their colours in sRGB."""
    profile = image.info.get("icc_profile")
    clear = kind != "jpg" and image.has_transparency_data
    mode = "L" if image.mode in ("1", "L") and not clear else "RGBA" if clear else "RGB"
    if profile and image.mode in ("RGB", "RGBA", "CMYK") and mode != "L":
        image = _in_srgb(image, profile, mode)
    bare = image.convert(mode)
    bare.info = {}
    return bare


def _in_srgb(image: Image.Image, profile: bytes, mode: str) -> Image.Image:
    try:
        return ImageCms.profileToProfile(
            image,
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode=mode,
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        # A broken profile says nothing of the pixels.
        return image
