"""What the press finds in the demonstration: a journalist with an accreditation, and a press kit."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from cms.demonstration.vocabularies import resource_keys
from cms.newsroom.models import Accreditation, PressKit, PressKitEntry
from media_library.models import Agency, User

FOR = timedelta(days=365)
_OWNER = "SO-02"
_IN_THE_KIT = [
    "ig-muc-tieu-ke-hoach-310",
    "vd-kho-57-la-gi",
    "bai-ke-hoach-310-cho-can-bo",
    "ig-5-ky-nang-so-co-ban",
    "ig-nhan-dien-lua-dao-truc-tuyen",
]
_COVER = (
    "<h2>Ba điểm để đưa tin</h2>"
    "<ul><li>Mỗi cơ quan, địa phương của thành phố có một chuyên mục về Nghị quyết 57.</li>"
    "<li>Tư liệu được đưa vào kho một lần, mọi chuyên mục cùng hiện và cùng được cập nhật.</li>"
    "<li>Báo chí, truyền thanh cơ sở dùng lại được ngay, có dòng ghi nguồn sẵn.</li></ul>"
    "<p>Cần phỏng vấn hoặc hình ảnh chất lượng cao hơn, xin gửi yêu cầu ở trang của từng tài nguyên.</p>"
)
_COVER_EN = (
    "<h2>Three points</h2>"
    "<ul><li>Every agency and locality of the city keeps a section on Resolution 57.</li>"
    "<li>What is put into the library once shows in all of them, and stays current in all of them.</li>"
    "<li>Press and local radio may reuse it at once, with the credit line at hand.</li></ul>"
    "<p>For interviews or larger pictures, send a request from the page of the resource.</p>"
)


def load_press(*, journalist: User, at: datetime) -> None:
    """Both, unless somebody has been here before."""
    if not Accreditation.objects.filter(user=journalist).exists():
        Accreditation.objects.create(
            user=journalist,
            state=Accreditation.State.GRANTED,
            language="vi",
            name=journalist.get_full_name(),
            outlet="Báo thử nghiệm Sông Hương",
            email=journalist.email,
            asked_at=at,
            until=at + FOR,
        )
    if not PressKit.objects.exists():
        _add_kit()


def _add_kit() -> None:
    keys = resource_keys(_IN_THE_KIT)
    agency = Agency.objects.filter(code=_OWNER).first()
    if agency is None or not keys:
        return
    with transaction.atomic():
        kit = PressKit.objects.create(
            agency=agency,
            title="Kế hoạch 310: thành phố truyền thông về Nghị quyết 57",
            title_en="Plan 310: how the city tells of Resolution 57",
            cover=_COVER,
            cover_en=_COVER_EN,
            contact_name="Bộ phận truyền thông (tài khoản thử)",
            contact_email="bao-chi@kho57.example",
            live=True,
        )
        PressKitEntry.objects.bulk_create(
            PressKitEntry(kit=kit, resource_id=key, sort_order=place) for place, key in enumerate(keys)
        )
