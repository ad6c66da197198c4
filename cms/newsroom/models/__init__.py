"""What the newsroom remembers, one module a subject."""

from cms.newsroom.models.accreditation import Accreditation, AccreditationDecision
from cms.newsroom.models.citation import Citation, Medium
from cms.newsroom.models.embargo import EmbargoAcceptance, EmbargoOpening
from cms.newsroom.models.enquiry import Enquiry, EnquiryMessage, EnquiryState, Grant, Wants
from cms.newsroom.models.following import Alert, Find, Follow, SavedSearch
from cms.newsroom.models.kit import Kit
from cms.newsroom.models.letter import Letter, LetterChoice, LetterState, Pace, Tiding
from cms.newsroom.models.lightbox import Lightbox, LightboxEntry, ShareLink
from cms.newsroom.models.occasion import Happening, Occasion
from cms.newsroom.models.official import LedgerDue, OfficialBytes
from cms.newsroom.models.press_kit import PressKit, PressKitEntry
from cms.newsroom.models.use import TermsAcceptance, Use

__all__ = [
    "Accreditation",
    "AccreditationDecision",
    "Alert",
    "Citation",
    "EmbargoAcceptance",
    "EmbargoOpening",
    "Enquiry",
    "EnquiryMessage",
    "EnquiryState",
    "Find",
    "Follow",
    "Grant",
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
    "PressKit",
    "PressKitEntry",
    "SavedSearch",
    "ShareLink",
    "TermsAcceptance",
    "Tiding",
    "Use",
    "Wants",
]
