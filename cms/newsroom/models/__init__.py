"""Tables of the newsroom, one module a subject."""

from cms.newsroom.models.official import LedgerDue, OfficialBytes

__all__ = ["LedgerDue", "OfficialBytes"]
