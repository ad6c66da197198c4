"""What the newsroom remembers, one module a subject."""

from cms.newsroom.models.accreditation import Accreditation, AccreditationDecision
from cms.newsroom.models.embargo import EmbargoAcceptance, EmbargoOpening
from cms.newsroom.models.kit import Kit
from cms.newsroom.models.lightbox import Lightbox, LightboxEntry, ShareLink
from cms.newsroom.models.official import LedgerDue, OfficialBytes
from cms.newsroom.models.use import TermsAcceptance, Use

__all__ = [
    "Accreditation",
    "AccreditationDecision",
    "EmbargoAcceptance",
    "EmbargoOpening",
    "Kit",
    "LedgerDue",
    "Lightbox",
    "LightboxEntry",
    "OfficialBytes",
    "ShareLink",
    "TermsAcceptance",
    "Use",
]
