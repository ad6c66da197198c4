"""The columns of an import: what each means, by which headings it is known, what may stand in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise, lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from media_library import speech
from media_library.text import clean_line, fold


@dataclass(frozen=True)
class Column:
    """One column. ``headings``: Vietnamese first, then English; the first of each stands in the template."""

    code: str
    headings: tuple[str, ...]
    english: tuple[str, ...]
    about: str | Promise
    example: str = ""
    long: bool = False
    """Keeps its line breaks."""


COLUMNS = (
    Column(
        "identifier",
        ("Định danh", "Mã định danh"),
        ("Identifier",),
        _(
            "What your own system calls it, as scheme:value. Running the table again then changes this very"
            " resource instead of making another."
        ),
        "cms:2026-0157",
    ),
    Column("id", ("Mã", "Mã số", "STT hồ sơ"), ("ID",), _("The same without a scheme."), ""),
    Column(
        "kind",
        ("Loại", "Loại tài nguyên"),
        ("Kind", "Type"),
        _("Infographic, video, podcast, article, photo or document. May be left out where there is a file."),
        "Tài liệu",
    ),
    Column(
        "title",
        ("Tiêu đề", "Tên", "Nhan đề"),
        ("Title",),
        _("At most 200 characters. May be left out where there is a file: its name is then taken."),
        "Cẩm nang an toàn thông tin cho người cao tuổi",
    ),
    Column(
        "summary",
        ("Tóm tắt", "Mô tả"),
        ("Summary", "Description"),
        _("One or two sentences, at most 300 characters."),
        "Mười lời khuyên dễ làm để không bị lừa trên mạng.",
    ),
    Column(
        "audiences",
        ("Đối tượng",),
        ("Audiences", "Audience"),
        _("Names or codes of audiences, several divided by “;”."),
        "Người dân; Cán bộ",
    ),
    Column(
        "topics",
        ("Chủ đề",),
        ("Topics", "Topic"),
        _("Names or codes of topics, several divided by “;”."),
        "Chuyển đổi số",
    ),
    Column(
        "keywords",
        ("Từ khóa", "Từ khoá"),
        ("Keywords", "Tags"),
        _("Free words, several divided by “;”."),
        "lừa đảo; mật khẩu",
    ),
    Column("campaign", ("Chiến dịch", "Đợt tuyên truyền"), ("Campaign",), _("Name or code of a campaign.")),
    Column(
        "licence",
        ("Giấy phép", "Điều kiện sử dụng"),
        ("Licence", "License"),
        _("Code or name of the terms of use; without it CC BY 4.0."),
        "cc-by-4.0",
    ),
    Column(
        "credit",
        ("Ghi nguồn", "Nguồn"),
        ("Credit", "Credit line"),
        _("How the source is to be named."),
        "Sở Khoa học và Công nghệ / Kho 57",
    ),
    Column("language", ("Ngôn ngữ",), ("Language",), _("vi or en; without it Vietnamese."), "vi"),
    Column(
        "spoken",
        ("Ngôn ngữ nói", "Tiếng nói"),
        ("Spoken languages", "Spoken language"),
        format_lazy(
            _(
                "Heard in a video or podcast, several divided by “;”; without it that of the row. Known are: {}."
            ),
            lazy(speech.all_names, str)(),
        ),
    ),
    Column(
        "file",
        ("Tệp", "Tệp chính"),
        ("File",),
        _("Name of a file in the ZIP, with its folder if it lies in one, or an address (https://…)."),
        "cam-nang.pdf",
    ),
    Column(
        "alt", ("Văn bản thay thế ngắn", "Alt"), ("Alt text", "Alt"), _("What is to be seen, for pictures.")
    ),
    Column(
        "text_alternative",
        ("Nội dung thay thế", "Nội dung dạng chữ"),
        ("Text alternative",),
        _("All words and figures in an infographic, in reading order."),
        long=True,
    ),
    Column(
        "captions",
        ("Phụ đề", "Tệp phụ đề"),
        ("Captions", "Caption file"),
        _("WebVTT or SRT file of a video or podcast: name in the ZIP, or an address."),
    ),
    Column(
        "transcript",
        ("Bản gỡ lời", "Lời thoại"),
        ("Transcript", "Transcript file"),
        _("The same for a transcript, also as plain text (.txt) or .docx."),
    ),
    Column(
        "agency",
        ("Cơ quan", "Đơn vị"),
        ("Agency",),
        _("Code or name of one of your agencies; without it the one chosen for the import."),
    ),
    Column(
        "embargo",
        ("Cấm công bố đến", "Cấm đăng đến"),
        ("Embargo until", "Embargo"),
        _("Day or time, as 31/12/2026 08:00 or 2026-12-31 08:00."),
    ),
    Column("expires", ("Hết hạn", "Ngày hết hạn"), ("Expires", "Expiry"), _("Day or time, likewise.")),
)
BY_CODE = {column.code: column for column in COLUMNS}
FILES = {"file": "original", "captions": "caption", "transcript": "transcript"}
"""Columns that name a file, and its role."""


def key(text: str) -> str:
    """For comparison: without accents, capitals, signs between words."""
    return " ".join(fold(clean_line(text)).replace("_", " ").replace("-", " ").rstrip(":*").split())


_KNOWN = {
    key(heading): column.code
    for column in COLUMNS
    for heading in (column.code, *column.headings, *column.english)
}


def recognised(headings: Iterable[str]) -> list[str]:
    """For each heading the code of its column; empty where it is none, or one that stood before."""
    found: list[str] = []
    for heading in headings:
        code = _KNOWN.get(key(heading), "")
        found.append("" if code in found else code)
    return found
