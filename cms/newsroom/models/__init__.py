"""What the newsroom remembers."""

from cms.newsroom.models.use import TermsAcceptance, Use

__all__ = ["TermsAcceptance", "Use"]
