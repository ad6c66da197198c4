"""What the newsroom remembers, one module a subject."""

from cms.newsroom.models.citation import Citation, CitationKind
from cms.newsroom.models.enquiry import Enquiry, EnquiryMessage, EnquiryState, Grant, Wants
from cms.newsroom.models.kit import Kit
from cms.newsroom.models.lightbox import Lightbox, LightboxEntry, ShareLink
from cms.newsroom.models.official import LedgerDue, OfficialBytes
from cms.newsroom.models.press_kit import PressKit, PressKitEntry
from cms.newsroom.models.use import TermsAcceptance, Use

__all__ = [
    "Citation",
    "CitationKind",
    "Enquiry",
    "EnquiryMessage",
    "EnquiryState",
    "Grant",
    "Kit",
    "LedgerDue",
    "Lightbox",
    "LightboxEntry",
    "OfficialBytes",
    "PressKit",
    "PressKitEntry",
    "ShareLink",
    "TermsAcceptance",
    "Use",
    "Wants",
]
