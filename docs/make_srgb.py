"""Make the sRGB profile that a PDF/A names as its output intent, by LittleCMS (MIT) through Pillow.

python docs/make_srgb.py
"""

from __future__ import annotations

from pathlib import Path

from PIL import ImageCms

OUT = Path(__file__).resolve().parents[1] / "ironquant" / "resources" / "srgb.icc"
VERSION = bytes.fromhex("04200000")
"""ICC.1:2004-10, the version that PDF/A-2 names; nothing newer is used."""
DATE = b"".join(number.to_bytes(2, "big") for number in (2026, 1, 1, 0, 0, 0))


def main() -> None:
    """Write the profile with a fixed date."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[8:12] = VERSION
    profile[24:36] = DATE
    OUT.write_bytes(profile)


if __name__ == "__main__":
    main()
