"""Credit, licence and address as bytes that other programs read: XMP, IPTC-IIM, ID3. Needs no Django.

Sources: XMP part 1 (ISO 16684-1), IPTC Photo Metadata Standard 2023.1 (photoshop:Credit, dc:rights,
xmpRights:WebStatement, plus:Licensor, which search engines show as "licensable"), Creative Commons' ccREL
for XMP (cc:license, cc:attributionName, cc:attributionURL), IPTC-IIM 4.2, ID3v2.4.0.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

PACKET_BEGIN = b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>'
PACKET_END = b'<?xpacket end="w"?>'
CARRYING = frozenset(
    {
        *("image/jpeg", "image/png", "image/webp", "image/avif", "application/pdf"),
        *("audio/mpeg", "audio/mp4", "audio/ogg", "video/mp4", "video/webm"),
    }
)
"""Media types that :mod:`media_library.processing.credit` can write into."""
RESERVED = 2048
"""Bytes that a format without a way to insert anything later keeps free for the packet."""


@dataclass(frozen=True)
class Credit:
    """What a public copy says: ``line`` names the source, ``terms`` the licence in words, ``licence_url`` is
    empty for terms of our own, ``address`` is the resource's page, ``year`` the year of the work.
    """

    line: str
    terms: str
    licence_url: str
    address: str
    year: int

    @property
    def notice(self) -> str:
        """The copyright notice in one line."""
        return f"{self.line} · {self.terms}"

    @property
    def public_domain(self) -> bool:
        return "/publicdomain/" in self.licence_url


_SPACES = {
    "cc": "http://creativecommons.org/ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
}


def xmp(credit: Credit) -> bytes:
    """The whole packet, without padding."""
    return _packet(credit, brief=False)


def xmp_of_length(credit: Credit, length: int) -> bytes:
    """A packet of exactly ``length`` bytes (at least :data:`RESERVED`): what does not fit is said once."""
    packet = _packet(credit, brief=False)
    if len(packet) > length:
        packet = _packet(credit, brief=True)
    return packet.removesuffix(PACKET_END) + b" " * (length - len(packet)) + PACKET_END


def empty_xmp() -> bytes:
    """Room of :data:`RESERVED` bytes for a packet to come."""
    return PACKET_BEGIN + b" " * (RESERVED - len(PACKET_BEGIN) - len(PACKET_END)) + PACKET_END


def _packet(credit: Credit, *, brief: bool) -> bytes:
    line, notice, terms = escape(credit.line), escape(credit.notice), escape(credit.terms)
    address = quoteattr(credit.address)
    parts = [
        f"<photoshop:Credit>{line}</photoshop:Credit>",
        f"<xmpRights:Marked>{'False' if credit.public_domain else 'True'}</xmpRights:Marked>",
        f"<xmpRights:WebStatement>{escape(credit.address)}</xmpRights:WebStatement>",
        f"<xmpRights:UsageTerms>{_default(terms)}</xmpRights:UsageTerms>",
    ]
    if credit.licence_url:
        parts.append(f"<cc:license rdf:resource={quoteattr(credit.licence_url)}/>")
    if not brief:
        parts += [
            f"<dc:creator><rdf:Seq><rdf:li>{line}</rdf:li></rdf:Seq></dc:creator>",
            f"<dc:rights>{_default(notice)}</dc:rights>",
            f"<dc:source>{escape(credit.address)}</dc:source>",
            f"<cc:attributionURL rdf:resource={address}/>",
            f"<plus:Licensor><rdf:Seq><rdf:li rdf:parseType='Resource'><plus:LicensorURL>"
            f"{escape(credit.address)}</plus:LicensorURL></rdf:li></rdf:Seq></plus:Licensor>",
        ]
    spaces = " ".join(f'xmlns:{short}="{full}"' for short, full in _SPACES.items())
    body = f'<rdf:RDF {spaces}><rdf:Description rdf:about="">{"".join(parts)}</rdf:Description></rdf:RDF>'
    meta = f'<x:xmpmeta xmlns:x="adobe:ns:meta/">{body}</x:xmpmeta>'
    return PACKET_BEGIN + b"\n" + meta.encode() + b"\n" + PACKET_END


def _default(text: str) -> str:
    return f'<rdf:Alt><rdf:li xml:lang="x-default">{text}</rdf:li></rdf:Alt>'


_IIM_FIELDS = ((80, 32, "line"), (110, 32, "line"), (115, 32, "line"), (116, 128, "notice"))
"""By-line, credit, source, copyright notice: dataset of record 2, longest value in bytes, what it says."""


def iim(credit: Credit) -> bytes:
    """Photoshop's resource 0x0404 with an IIM block in UTF-8; each value cut at the standard's length."""
    datasets = [_dataset(1, 90, b"\x1b%G"), _dataset(2, 0, b"\x00\x04")]
    for number, limit, name in _IIM_FIELDS:
        datasets.append(_dataset(2, number, _cut(getattr(credit, name), limit)))
    datasets.append(_dataset(2, 40, _cut(f"{credit.licence_url} {credit.address}".strip(), 256)))
    block = b"".join(datasets)
    padded = block + b"\x00" * (len(block) & 1)
    return b"8BIM" + struct.pack(">HHI", 0x0404, 0, len(block)) + padded


def _dataset(record: int, number: int, value: bytes) -> bytes:
    return struct.pack(">BBBH", 0x1C, record, number, len(value)) + value


def _cut(text: str, limit: int) -> bytes:
    """At most ``limit`` bytes of UTF-8, whole characters only."""
    return text.encode()[:limit].decode("utf-8", "ignore").encode()


def id3(credit: Credit) -> bytes:
    """An ID3v2.4 tag to stand before the sound."""
    frames = [
        _frame(b"TPE1", b"\x03" + credit.line.encode()),
        _frame(b"TCOP", b"\x03" + f"{credit.year} {credit.notice}".encode()),
        _frame(b"WCOP", (credit.licence_url or credit.address).encode("latin-1", "replace")),
        _frame(b"WOAF", credit.address.encode("latin-1", "replace")),
        _frame(b"COMM", b"\x03vie\x00" + f"{credit.terms} · {credit.address}".encode()),
    ]
    body = b"".join(frames)
    return b"ID3\x04\x00\x00" + _syncsafe(len(body)) + body


def without_id3(head: bytes) -> int:
    """How many bytes of a file that begins with ``head`` (10 bytes) are an ID3v2 tag."""
    if head[:3] != b"ID3" or len(head) < 10:
        return 0
    size = sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
    return 10 + size + (10 if head[5] & 0x10 else 0)


def _frame(name: bytes, body: bytes) -> bytes:
    return name + _syncsafe(len(body)) + b"\x00\x00" + body


def _syncsafe(number: int) -> bytes:
    return bytes((number >> shift) & 0x7F for shift in (21, 14, 7, 0))
