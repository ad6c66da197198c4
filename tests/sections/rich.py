"""A section with something of every kind and something withdrawn: what forms are checked on."""

from __future__ import annotations

from django.utils import timezone

from cms.sections import files
from cms.sections.forms import in_language
from cms.sections.models import Section
from media_library import publishing
from media_library.models import Agency, Campaign, Rendition, Resource, StoredFile
from media_library.models.resource_parts import Chapter
from tests import factories as make
from tests.sections.making import drain, make_section

TITLE = "Năm bước & <b>nộp hồ sơ</b> “trực tuyến”"


def sounding(agency: Agency) -> StoredFile:
    """A sound with its public copy."""
    file = make.make_stored_file(
        agency, content=b"tieng noi", media_type="audio/mpeg", name="tieng.mp3", duration=321.5
    )
    copy = make.make_rendition(file, name="128k.mp3", purpose="download")
    Rendition.objects.filter(pk=copy.pk).update(media_type="audio/mpeg", width=None, height=None)
    return file


def episode(**fields: object) -> Resource:
    """A published podcast that may be downloaded, with words and chapters."""
    agency = fields.pop("agency", None) or make.make_agency()
    assert isinstance(agency, Agency)
    row = make.make_resource("podcast", agency=agency, file=sounding(agency), licence="cc-by-4.0", **fields)
    row.chapters = [Chapter(start=0, title="Mở đầu"), Chapter(start=61.5, title="Hỏi & đáp")]
    for asset in row.words:
        copy = make.make_rendition(asset.file, name="loi.vtt", purpose="caption")
        Rendition.objects.filter(pk=copy.pk).update(media_type="text/vtt", width=None, height=None)
    row.save()
    row.save_revision()
    publishing.publish(resource=row, by=None, at=timezone.now())
    return Resource.objects.get(pk=row.pk)


def campaign(**fields: object) -> Campaign:
    given = {"title": "Ngày Chuyển đổi số, 10/10; toàn quốc", "recurs": "yearly", "day": "10-10"}
    given |= {"starts": "10-01", "ends": "10-31", "summary": "Cả tháng.", "code": "ngay-chuyen-doi-so"}
    return Campaign.objects.create(lead=make.make_agency(), **{**given, **fields})


def rich_section() -> tuple[Section, Resource]:
    """The section, rendered, and the resource that was withdrawn from it."""
    agency = make.make_agency("Sở Khoa học & Công nghệ", name_en="Department of Science & Technology")
    section = make_section(
        agency=agency, title="Chuyên mục <57> & bạn", title_en="Section & you", intro="Cho mọi người."
    )
    episode(title=TITLE, agency=agency, campaign=campaign(), summary="Một\x0b tóm tắt & ngắn.")
    make.make_published("video", title="Phim ngắn", agency=agency)
    make.make_published("photo", title="Ảnh", agency=agency, licence="press-only")
    make.make_published("document", title="Tài liệu", agency=agency)
    make.make_published("article", title="In English", language="en", agency=agency)
    gone = make.make_published("article", title="Bị thu hồi sau khi đã hiện", agency=agency)
    drain()
    publishing.withdraw(resource=gone, by=make.make_lead(), reason="Số liệu sai hẳn.", at=timezone.now())
    drain()
    return section, gone


def file_of(section: Section, name: str, language: str = "vi") -> bytes:
    content = files.read(f"feeds/{section.address}/{in_language(name, language)}")
    assert content is not None, f"no {name}"
    return content
