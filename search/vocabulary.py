"""Abbreviations and words that mean the same, expanded in questions (never in the index).

What editors add comes through :func:`add_source`: a source is a function that returns more entries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from search import bilingual, text


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
AFTER_WHO = frozenset(["cua", "cho", "la", "voi", "bat", "nhung", "co", "khong", "cu"])

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
    Entry(("THPT", "cấp 3", "cấp ba"), ("trung học phổ thông",)),
    Entry(("THCS", "cấp 2", "cấp hai"), ("trung học cơ sở",)),
    Entry(("cấp 1", "cấp một"), ("tiểu học",)),
    Entry(("CLB",), ("câu lạc bộ",)),
    Entry(("HTX",), ("hợp tác xã",)),
    Entry(("THT",), ("tổ hợp tác",)),
    Entry(("BHYT",), ("bảo hiểm y tế",)),
    Entry(("BHXH",), ("bảo hiểm xã hội",)),
    Entry(("TDP",), ("tổ dân phố",)),
    Entry(("TCNSCĐ", "TCCNSCĐ"), ("tổ công nghệ số cộng đồng",)),
    Entry(("HCC", "TTHCC"), ("hành chính công", "bộ phận một cửa"), both_ways=False),
    Entry(("TNV",), ("tình nguyện viên",)),
    Entry(("PHHS",), ("phụ huynh",), both_ways=False),
    Entry(("NSNN",), ("ngân sách nhà nước",)),
    Entry(("QLNN",), ("quản lý nhà nước",)),
    Entry(("KTS",), ("kinh tế số",)),
    Entry(("NTM",), ("nông thôn mới",)),
    Entry(("VB",), ("văn bản",), both_ways=False),
    Entry(("CV",), ("công văn",), both_ways=False),
    Entry(("PM",), ("phần mềm",), both_ways=False),
    Entry(("TK",), ("tài khoản",), both_ways=False),
    Entry(("MK",), ("mật khẩu",), both_ways=False),
    Entry(("CK",), ("chuyển khoản",), both_ways=False),
    Entry(("ĐT", "SĐT"), ("điện thoại",), both_ways=False),
    Entry(("KD",), ("kinh doanh",), both_ways=False),
)

AUDIENCES: tuple[Entry, ...] = (
    Entry(("thầy cô", "thầy giáo", "cô giáo", "nhà giáo"), ("giáo viên",), both_ways=False),
    Entry(("phụ huynh", "cha mẹ", "bố mẹ", "ba mẹ"), ("gia đình", "cả nhà"), both_ways=False),
    Entry(("người cao tuổi", "người già", "cao niên"), ("người lớn tuổi", "ông bà"), both_ways=False),
    Entry(("người lớn tuổi",), ("người cao tuổi", "ông bà"), both_ways=False),
    Entry(("tiểu thương", "người buôn bán"), ("hộ kinh doanh", "người bán hàng"), both_ways=False),
    Entry(("bà con",), ("người dân",), both_ways=False),
    Entry(("học trò",), ("học sinh",), both_ways=False),
    Entry(("nông dân", "nhà nông"), ("nông nghiệp",), both_ways=False),
    Entry(("phóng viên",), ("nhà báo",)),
    Entry(("nhà nghiên cứu",), ("nhà khoa học",)),
    Entry(("năm nhất", "năm thứ nhất", "năm cuối"), ("sinh viên",), both_ways=False),
    *(Entry((f"lớp {n}",), ("học sinh", "tiểu học"), both_ways=False) for n in range(1, 6)),
    *(Entry((f"lớp {n}",), ("học sinh", "trung học cơ sở"), both_ways=False) for n in range(6, 10)),
    *(Entry((f"lớp {n}",), ("học sinh", "trung học phổ thông"), both_ways=False) for n in range(10, 13)),
)
"""What people call those for whom something is, and the words that the library has for them."""

SAME: tuple[Entry, ...] = (
    Entry(("deepfake",), ("giả mạo khuôn mặt",)),
    Entry(("qua mạng", "trên mạng", "online"), ("trực tuyến",), both_ways=False),
    Entry(("hack", "virus"), ("sự cố", "mã độc"), both_ways=False),
    Entry(("thương hiệu",), ("nhãn hiệu",)),
    Entry(("bản quyền",), ("quyền tác giả",)),
    Entry(("slide", "slides", "bài thuyết trình"), ("trình chiếu",)),
    Entry(("tờ rơi",), ("tờ gấp",)),
    Entry(("biểu mẫu",), ("tờ khai",)),
    Entry(("smartphone", "điện thoại thông minh"), ("điện thoại",), both_ways=False),
)
"""Other names of the same thing."""


def _pairs(table: str) -> Iterator[Entry]:
    """Entries of lines such as ``trade mark, trademark = nhãn hiệu``."""
    for line in table.strip().splitlines():
        english, vietnamese = (tuple(word.strip() for word in side.split(",")) for side in line.split("="))
        yield Entry(english, vietnamese, both_ways=False)


BILINGUAL = tuple(_pairs(bilingual.PAIRS))

BUILT_IN = (*ABBREVIATIONS, *AUDIENCES, *SAME, *BILINGUAL)
Source = Callable[[], Iterable[Entry]]
_SOURCES: list[Source] = []


def add_source(source: Source) -> None:
    """Let ``source`` bring entries as well; it is asked at every :func:`current` and must be quick."""
    _SOURCES.append(source)


@dataclass(frozen=True, slots=True)
class Meaning:
    """Other wordings for a run of folded keys found in a question. ``written``: exact keys of that run."""

    wordings: tuple[str, ...]
    written: frozenset[tuple[str, ...]] = frozenset()
    not_before: frozenset[str] = frozenset()
    not_after: frozenset[str] = frozenset()


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
    known = meanings.get(keys, Meaning((), not_before=not_before, not_after=not_after))
    meanings[keys] = replace(
        known,
        wordings=known.wordings + tuple(one for one in wordings if one not in known.wordings),
        written=known.written | {tuple(token.exact for token in written)},
    )


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
