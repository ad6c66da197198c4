"""A part of the demonstration that holds one of each case, loaded once for all tests of a module."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from cms.demonstration.load import load
from cms.demonstration.progress import Silent

PART = frozenset(
    {
        "ig-muc-tieu-ke-hoach-310",
        "ig-muc-tieu-ke-hoach-310-en",
        "bai-ke-hoach-310-cho-can-bo",
        "ig-5-ky-nang-so-co-ban",
        "pc-mat-khau-va-ban-chai",
        "vd-goi-lai-so-chinh-thuc",
        "bai-ve-sinh-an-toan-thong-tin",
        "bai-doi-mat-khau-moi-thang",
        "bai-thong-bao-lop-cuoi-tuan",
        "gh-banner-10-10",
        "gh-nen-binh-dan-hoc-vu-so",
        "gh-the-mang-xa-hoi-18-5",
        "nhap-gan-trung-gau-truc",
        "anh-cay-thong-mua-thu",
        "dc-bang-kiem-an-toan-thong-tin",
    }
)


class _Undone(Exception):
    """Ends the transaction of the module without keeping anything."""


def storages_in(folder: Any) -> dict[str, Any]:
    """The project's storages, those on disk moved into ``folder``."""
    moved = copy.deepcopy(settings.STORAGES)
    for name in ("default", "private", "feeds"):
        moved[name] = {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(folder / name)},
        }
    return moved


@pytest.fixture(scope="module")
def loaded_at(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[datetime]:
    """When the part was loaded."""
    at = timezone.now()
    folder = tmp_path_factory.mktemp("demonstration")
    changed = override_settings(DATA_DIR=folder, STORAGES=storages_in(folder), DEMONSTRATION=True)
    with django_db_blocker.unblock(), changed:
        try:
            with transaction.atomic():
                assert load(at=at, progress=Silent(), only=PART, workers=0) == len(PART)
                yield at
                raise _Undone
        except _Undone:
            pass
