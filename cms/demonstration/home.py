"""The editors' picks on the first page of each language."""

from __future__ import annotations

from django.db import transaction

from cms.demonstration.vocabularies import resource_keys
from cms.portal.models import HomePage, HomePick

PICKS = {
    "vi": [
        "vd-kho-57-la-gi",
        "ig-5-ky-nang-so-co-ban",
        "pc-chuyen-me-toi-hoc-chuyen-khoan",
        "ig-nhan-dien-lua-dao-truc-tuyen",
        "dc-cam-nang-ky-nang-so-gia-dinh",
    ],
    "en": [
        "ig-muc-tieu-ke-hoach-310-en",
        "pc-nha-khoa-hoc-ke-chuyen-en",
        "dc-slide-nghi-quyet-57-en",
        "ig-5-ky-nang-so-co-ban-en",
        "dc-to-gap-dich-vu-cong-en",
    ],
}


def load_picks() -> None:
    """Choose for every first page that has no picks yet."""
    for page in HomePage.objects.filter(picks__isnull=True).select_related("locale"):
        _pick(page, resource_keys(PICKS.get(page.locale.language_code, [])))


@transaction.atomic
def _pick(page: HomePage, keys: list[int]) -> None:
    if not keys:
        return
    page.picks = [HomePick(resource_id=key, sort_order=order) for order, key in enumerate(keys)]
    page.save_revision().publish()
