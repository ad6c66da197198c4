"""Abbreviations and words that mean the same, expanded in questions (never in the index).

What editors add comes through :func:`add_source`: a source is a function that returns more entries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from search import text


@dataclass(frozen=True, slots=True)
class Entry:
    """Forms that mean the same. ``short`` forms are found in a question and stand for the ``full`` ones.

    ``not_before`` and ``not_after``: folded neighbours beside which a short form is an ordinary word.
    ``both_ways``: a full form in a question also finds the short ones.
    ``off``: says nothing itself; the built-in entries no longer answer to its short forms.
    """

    short: tuple[str, ...]
    full: tuple[str, ...]
    both_ways: bool = True
    not_before: frozenset[str] = frozenset()
    not_after: frozenset[str] = frozenset()
    off: bool = False


WHO = frozenset(
    [
        "la",
        "duoc",
        "cung",
        "co",
        "can",
        "phai",
        "nen",
        "se",
        "da",
        "bi",
        "ma",
        "do",
        "nay",
        "khong",
        "thi",
        "muon",
        "biet",
        "lam",
        "dung",
        "dang",
        "lo",
        "giup",
        "hoi",
        "tra",
        "chiu",
        "hieu",
        "hay",
        "ky",
        "quyet",
        "phu",
        "the",
        "vay",
    ]
)
AFTER_WHO = frozenset(["cua", "cho", "la", "voi", "bat", "nhung"])

ABBREVIATIONS: tuple[Entry, ...] = (
    Entry(("CĐS",), ("chuyển đổi số",)),
    Entry(("KHCN", "KH&CN", "KH-CN"), ("khoa học và công nghệ", "khoa học công nghệ")),
    Entry(("ĐMST",), ("đổi mới sáng tạo",)),
    Entry(("KNST", "KNĐMST"), ("khởi nghiệp sáng tạo",)),
    Entry(("DVC",), ("dịch vụ công",)),
    Entry(("DVCTT",), ("dịch vụ công trực tuyến",)),
    Entry(("TTHC",), ("thủ tục hành chính",)),
    Entry(("NQ",), ("nghị quyết",)),
    Entry(("NQ57", "57-NQ/TW", "NQ 57-NQ/TW"), ("nghị quyết 57",)),
    Entry(("QĐ",), ("quyết định",)),
    Entry(("NĐ",), ("nghị định",)),
    Entry(("KH",), ("kế hoạch",), both_ways=False, not_after=frozenset({"so"})),
    Entry(("AI",), ("trí tuệ nhân tạo",), not_before=WHO, not_after=AFTER_WHO),
    Entry(("TTNT",), ("trí tuệ nhân tạo",)),
    Entry(("CNTT",), ("công nghệ thông tin",)),
    Entry(("ATTT",), ("an toàn thông tin",)),
    Entry(("ANM",), ("an ninh mạng",)),
    Entry(("SHTT",), ("sở hữu trí tuệ",)),
    Entry(("NCKH",), ("nghiên cứu khoa học",)),
    Entry(("DLM",), ("dữ liệu mở",)),
    Entry(("DN",), ("doanh nghiệp",)),
    Entry(("DNNVV", "SME"), ("doanh nghiệp nhỏ và vừa",)),
    Entry(("HKD",), ("hộ kinh doanh",)),
    Entry(("GV",), ("giáo viên",)),
    Entry(("HS",), ("học sinh",), both_ways=False),
    Entry(("SV",), ("sinh viên",)),
    Entry(("HSSV",), ("học sinh sinh viên",)),
    Entry(("CBCC",), ("cán bộ công chức",)),
    Entry(("CCVC",), ("công chức viên chức",)),
    Entry(("UBND",), ("ủy ban nhân dân",)),
    Entry(("HĐND",), ("hội đồng nhân dân",)),
    Entry(("MTTQ",), ("mặt trận tổ quốc",)),
    Entry(("BCĐ",), ("ban chỉ đạo",)),
    Entry(("GDĐT", "GD&ĐT"), ("giáo dục và đào tạo",)),
    Entry(("VHTT", "VH&TT"), ("văn hóa và thể thao",)),
    Entry(("TTTT", "TT&TT"), ("thông tin và truyền thông", "thông tin truyền thông")),
    Entry(("BDHVS",), ("bình dân học vụ số",)),
    Entry(("CKS",), ("chữ ký số",)),
    Entry(("ĐDĐT", "VNeID"), ("định danh điện tử",)),
    Entry(("CCCD",), ("căn cước công dân",)),
    Entry(("CSDL",), ("cơ sở dữ liệu",)),
    Entry(("CPĐT",), ("chính phủ điện tử",)),
    Entry(("CQĐT",), ("chính quyền điện tử",)),
    Entry(("TMĐT",), ("thương mại điện tử",)),
    Entry(("MXH",), ("mạng xã hội",)),
    Entry(("TTCS",), ("truyền thanh cơ sở",)),
    Entry(("MVP",), ("sản phẩm thử", "sản phẩm khả dụng tối thiểu")),
    Entry(("IoT",), ("internet vạn vật",)),
    Entry(("OTP",), ("mã xác thực",)),
    Entry(("2FA",), ("xác thực hai lớp",)),
    Entry(("TP",), ("thành phố",), both_ways=False),
    Entry(("ĐH",), ("đại học",)),
    Entry(("CĐ",), ("cao đẳng",), both_ways=False),
    Entry(("THPT",), ("trung học phổ thông",)),
    Entry(("THCS",), ("trung học cơ sở",)),
)

SAME: tuple[Entry, ...] = (
    Entry(("prompt",), ("câu lệnh",)),
    Entry(("deepfake",), ("giả mạo khuôn mặt",)),
    Entry(("password",), ("mật khẩu",)),
    Entry(("startup",), ("khởi nghiệp",)),
    Entry(("QR code",), ("mã QR",)),
    Entry(("poster",), ("áp phích",)),
    Entry(("backup", "back up"), ("sao lưu",)),
    Entry(("file",), ("tệp",), both_ways=False),
    Entry(("scam", "online fraud", "online scam"), ("lừa đảo trực tuyến", "lừa đảo")),
    Entry(("digital transformation",), ("chuyển đổi số",)),
    Entry(("digital skills",), ("kỹ năng số",)),
    Entry(("digital signature",), ("chữ ký số",)),
    Entry(("artificial intelligence",), ("trí tuệ nhân tạo",)),
    Entry(("online public services", "public services"), ("dịch vụ công",)),
    Entry(("innovation",), ("đổi mới sáng tạo",)),
    Entry(("intellectual property",), ("sở hữu trí tuệ",)),
    Entry(("open data",), ("dữ liệu mở",)),
    Entry(("cybersecurity", "information security"), ("an toàn thông tin",)),
    Entry(("security",), ("an toàn", "bảo mật"), both_ways=False),
    Entry(("incident", "incidents"), ("sự cố",), both_ways=False),
    Entry(("patent",), ("sáng chế", "bằng sáng chế")),
    Entry(("trademark", "trade mark"), ("nhãn hiệu",)),
    Entry(("copyright",), ("quyền tác giả",)),
    Entry(("handbook",), ("sổ tay", "cẩm nang")),
    Entry(("leaflet",), ("tờ gấp",)),
    Entry(("checklist",), ("bảng kiểm",)),
    Entry(("library",), ("kho", "thư viện"), both_ways=False),
    Entry(("family",), ("gia đình",)),
    Entry(("children", "child", "kids"), ("trẻ em", "trẻ", "con"), both_ways=False),
    Entry(("health",), ("sức khỏe", "y tế"), both_ways=False),
    Entry(("record", "records"), ("hồ sơ", "sổ"), both_ways=False),
    Entry(("introduction",), ("giới thiệu",)),
    Entry(("shared",), ("dùng chung",), both_ways=False),
    Entry(("media",), ("truyền thông",), both_ways=False),
    Entry(("school", "schools"), ("trường học", "nhà trường"), both_ways=False),
    Entry(("business", "businesses", "company", "companies"), ("doanh nghiệp",), both_ways=False),
    Entry(("small business", "small businesses"), ("hộ kinh doanh", "doanh nghiệp nhỏ"), both_ways=False),
    Entry(("citizens", "people"), ("người dân",), both_ways=False),
    Entry(("officials", "civil servants"), ("cán bộ", "công chức"), both_ways=False),
    Entry(("researcher", "researchers", "scientist", "scientists"), ("nhà khoa học", "nhà nghiên cứu")),
    Entry(("research",), ("nghiên cứu",), both_ways=False),
    Entry(("science",), ("khoa học",), both_ways=False),
    Entry(("technology",), ("công nghệ",), both_ways=False),
    Entry(("data",), ("dữ liệu", "số liệu"), both_ways=False),
    Entry(("account", "accounts"), ("tài khoản",), both_ways=False),
    Entry(("phone",), ("điện thoại",), both_ways=False),
    Entry(("step", "steps"), ("bước",), both_ways=False),
    Entry(("guide", "instructions"), ("hướng dẫn",), both_ways=False),
    Entry(("skill", "skills"), ("kỹ năng",), both_ways=False),
    Entry(("application", "applications"), ("hồ sơ", "ứng dụng"), both_ways=False),
    Entry(("submit", "apply"), ("nộp",), both_ways=False),
    Entry(("online",), ("trực tuyến", "qua mạng"), both_ways=False),
    Entry(("idea", "ideas"), ("ý tưởng",), both_ways=False),
    Entry(("product", "products"), ("sản phẩm",), both_ways=False),
    Entry(("question", "questions"), ("câu hỏi",), both_ways=False),
    Entry(("photo", "photos", "picture", "pictures"), ("ảnh", "hình"), both_ways=False),
    Entry(("map",), ("bản đồ",), both_ways=False),
    Entry(("calendar",), ("lịch",), both_ways=False),
    Entry(("news",), ("tin tức", "bản tin"), both_ways=False),
    Entry(("free",), ("miễn phí",), both_ways=False),
    Entry(("safe", "safety"), ("an toàn",), both_ways=False),
    Entry(("share", "sharing"), ("chia sẻ",), both_ways=False),
    Entry(("personal data", "personal information"), ("dữ liệu cá nhân", "thông tin cá nhân")),
    Entry(("women", "girls"), ("phụ nữ", "bạn nữ"), both_ways=False),
    Entry(("elderly", "older people"), ("người cao tuổi", "người già"), both_ways=False),
    Entry(("disability", "disabilities", "disabled"), ("khuyết tật",), both_ways=False),
    Entry(("vaccination",), ("tiêm chủng",)),
    Entry(("teachers", "teacher"), ("giáo viên",)),
    Entry(("students", "student"), ("học sinh", "sinh viên")),
    Entry(("classroom",), ("lớp học",)),
    Entry(("report",), ("báo cáo", "báo"), both_ways=False),
    Entry(("plan",), ("kế hoạch",)),
    Entry(("learning",), ("học",), both_ways=False),
    Entry(("weeks", "week"), ("tuần",), both_ways=False),
    Entry(("resolution 57",), ("nghị quyết 57",)),
    Entry(("ward",), ("phường",), both_ways=False),
    Entry(("agency",), ("cơ quan",)),
)
"""Other names of the same thing; English words stand for Vietnamese ones."""

BUILT_IN = (*ABBREVIATIONS, *SAME)
Source = Callable[[], Iterable[Entry]]
_SOURCES: list[Source] = []


def add_source(source: Source) -> None:
    """Let ``source`` bring entries as well; it is asked at every :func:`current` and must be quick."""
    _SOURCES.append(source)


@dataclass(frozen=True, slots=True)
class Meaning:
    """Other wordings for a run of folded keys found in a question; ``exact``: single keys that call it."""

    wordings: tuple[str, ...]
    not_before: frozenset[str] = frozenset()
    not_after: frozenset[str] = frozenset()
    exact: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Vocabulary:
    """Entries by the folded keys that call them."""

    meanings: dict[tuple[str, ...], Meaning] = field(default_factory=dict)
    longest: int = 1

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Vocabulary:
        """Build from ``entries``; entries that share a form add up, the first one's neighbours hold."""
        meanings: dict[tuple[str, ...], Meaning] = {}
        for entry in entries:
            for form in entry.short:
                _add(meanings, form, entry.full, entry.not_before, entry.not_after)
            for form in entry.full if entry.both_ways else ():
                _add(meanings, form, entry.short)
        return cls(meanings, max(map(len, meanings), default=1))


def _add(
    meanings: dict[tuple[str, ...], Meaning],
    form: str,
    wordings: tuple[str, ...],
    not_before: frozenset[str] = frozenset(),
    not_after: frozenset[str] = frozenset(),
) -> None:
    written = text.tokens(text.canonical(form))
    keys = tuple(token.folded for token in written)
    known = meanings.get(keys, Meaning((), not_before, not_after))
    fresh = tuple(one for one in wordings if one not in known.wordings)
    exact = known.exact | ({written[0].exact} if len(written) == 1 else frozenset())
    meanings[keys] = Meaning(known.wordings + fresh, known.not_before, known.not_after, exact)


_Added = tuple[Entry, ...]
_LAST: list[tuple[_Added, Vocabulary]] = []


def current() -> Vocabulary:
    """The vocabulary as it stands now; rebuilt only when a source's entries changed."""
    added = tuple(entry for source in _SOURCES for entry in source())
    if not _LAST or _LAST[0][0] != added:
        _LAST[:] = [(added, Vocabulary.of([*built_in(added), *(one for one in added if not one.off)]))]
    return _LAST[0][1]


def built_in(added: Iterable[Entry]) -> Iterator[Entry]:
    """The built-in entries without the short forms that ``added`` ones switch off."""
    off = {tuple(text.words(form)) for entry in added if entry.off for form in entry.short}
    for entry in BUILT_IN:
        kept = (
            tuple(form for form in entry.short if tuple(text.words(form)) not in off) if off else entry.short
        )
        if kept:
            yield entry if kept == entry.short else replace(entry, short=kept)
