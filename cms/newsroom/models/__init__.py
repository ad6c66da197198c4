"""Tables of the newsroom, one module a subject."""

from cms.newsroom.models.kit import Kit
from cms.newsroom.models.lightbox import Lightbox, LightboxEntry, ShareLink

__all__ = ["Kit", "Lightbox", "LightboxEntry", "ShareLink"]
