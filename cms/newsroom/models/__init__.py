"""What the newsroom remembers, one module a subject."""

from cms.newsroom.models.citation import Citation, Medium
from cms.newsroom.models.kit import Kit
from cms.newsroom.models.lightbox import Lightbox, LightboxEntry, ShareLink
from cms.newsroom.models.official import LedgerDue, OfficialBytes
from cms.newsroom.models.use import TermsAcceptance, Use

__all__ = [
    "Citation",
    "Kit",
    "LedgerDue",
    "Lightbox",
    "LightboxEntry",
    "Medium",
    "OfficialBytes",
    "ShareLink",
    "TermsAcceptance",
    "Use",
]
