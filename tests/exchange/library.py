"""A small library with something behind every answer."""

from __future__ import annotations

from media_library.models import Campaign, StoredFile
from tests import factories
from tests.portal.library import index, publish_each_kind


def build() -> None:
    agency = factories.make_agency("Sở Khoa học và Công nghệ", code="H57.31", short_name="Sở KHCN")
    campaign = Campaign.objects.create(code="ngay-so", title="Ngày số", recurs="continuous", lead=agency)
    publish_each_kind(agency=agency, campaign=campaign, keywords=["dịch vụ công"])
    spoken = factories.make_published("podcast", title="Cách nộp hồ sơ dịch vụ công", agency=agency)
    words = {"cues": [{"start": 83.0, "end": 85.0, "text": "Chữ ký số được cấp miễn phí"}]}
    StoredFile.objects.filter(assets__resource=spoken, assets__role="caption").update(extracted=words)
    factories.make_published("article", title="Open data for students", language="en", agency=agency)
    factories.make_withdrawn(public_id="k57-aaaa-0001")
    factories.make_embargoed(public_id="k57-aaaa-0002", embargo_announced=True)
    factories.make_published("photo", public_id="k57-aaaa-0003")
    factories.make_resource(title="Bản nháp kín")
    index()
