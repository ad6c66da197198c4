"""Abbreviations and words that mean the same, expanded in questions (never in the index).

What editors add later comes through :func:`sources`: a source is a function that returns more entries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from search import bilingual, text


@dataclass(frozen=True, slots=True)
class Entry:
    """Forms that mean the same. ``short`` forms are found in a question and stand for the ``full`` ones.

    ``not_before`` and ``not_after``: folded neighbours beside which a short form is an ordinary word.
    ``both_ways``: a full form in a question also finds the short ones.
    """

    short: tuple[str, ...]
    full: tuple[str, ...]
    both_ways: bool = True
    not_before: frozenset[str] = frozenset()
    not_after: frozenset[str] = frozenset()


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

SAME: tuple[Entry, ...] = (Entry(("deepfake",), ("giả mạo khuôn mặt",)),)
"""Other names of the same thing."""


def _pairs(table: str) -> Iterator[Entry]:
    """Entries of lines such as ``trade mark, trademark = nhãn hiệu``."""
    for line in table.strip().splitlines():
        english, vietnamese = (tuple(word.strip() for word in side.split(",")) for side in line.split("="))
        yield Entry(english, vietnamese, both_ways=False)


BILINGUAL = tuple(_pairs(bilingual.PAIRS))

Source = Callable[[], Iterable[Entry]]
_SOURCES: list[Source] = [lambda: ABBREVIATIONS, lambda: SAME, lambda: BILINGUAL]


def add_source(source: Source) -> None:
    """Let ``source`` bring entries as well; it is asked at every :func:`current` and must be quick."""
    _SOURCES.append(source)


@dataclass(frozen=True, slots=True)
class Meaning:
    """Other wordings, as folded-and-exact tokens, for a run of folded keys found in a question."""

    wordings: tuple[str, ...]
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
    keys = tuple(text.words(form))
    known = meanings.get(keys, Meaning((), not_before, not_after))
    fresh = tuple(one for one in wordings if one not in known.wordings)
    meanings[keys] = Meaning(known.wordings + fresh, known.not_before, known.not_after)


_FIXED: dict[int, Vocabulary] = {}


def current() -> Vocabulary:
    """The vocabulary as it stands now; rebuilt only when a source's entries changed."""
    entries = tuple(entry for source in _SOURCES for entry in source())
    known = _FIXED.get(hash(entries))
    if known is None:
        _FIXED.clear()
        known = _FIXED[hash(entries)] = Vocabulary.of(entries)
    return known
