"""What the newsroom remembers, one module a subject."""

from cms.newsroom.models.accreditation import Accreditation, AccreditationDecision
from cms.newsroom.models.citation import Citation, Medium
from cms.newsroom.models.embargo import EmbargoAcceptance, EmbargoOpening
from cms.newsroom.models.following import Alert, Find, Follow, SavedSearch
from cms.newsroom.models.kit import Kit
from cms.newsroom.models.letter import Letter, LetterChoice, LetterState, Pace, Tiding
from cms.newsroom.models.lightbox import Lightbox, LightboxEntry, ShareLink
from cms.newsroom.models.occasion import Happening, Occasion
from cms.newsroom.models.official import LedgerDue, OfficialBytes
from cms.newsroom.models.use import TermsAcceptance, Use

__all__ = [
    "Accreditation",
    "AccreditationDecision",
    "Alert",
    "Citation",
    "EmbargoAcceptance",
    "EmbargoOpening",
    "Find",
    "Follow",
    "Happening",
    "Kit",
    "LedgerDue",
    "Letter",
    "LetterChoice",
    "LetterState",
    "Lightbox",
    "LightboxEntry",
    "Medium",
    "Occasion",
    "OfficialBytes",
    "Pace",
    "SavedSearch",
    "ShareLink",
    "TermsAcceptance",
    "Tiding",
    "Use",
]
