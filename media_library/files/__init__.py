"""Stored files: where their bytes lie, their public addresses, how they are served and collected."""

from media_library.files.addresses import original_address, public_address, staff_address
from media_library.files.storage import local_copy, open_range, private_storage, store

__all__ = [
    "local_copy",
    "open_range",
    "original_address",
    "private_storage",
    "public_address",
    "staff_address",
    "store",
]
