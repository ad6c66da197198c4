"""Content security policies (CSP level 3): one for the public pages, one for Wagtail's admin.

Public pages carry no inline script and no inline style, so none is allowed, not even by nonce. The page of a film
with a ladder adds ``blob:`` to where media come from (:func:`cms.portal.views.resource.resource`).
"""

from __future__ import annotations

from typing import Any

_NONE = ["'none'"]
_SELF = ["'self'"]

PUBLIC: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": _NONE,
        "script-src": _SELF,
        "style-src": _SELF,
        "img-src": ["'self'", "data:"],
        "font-src": _SELF,
        "media-src": _SELF,
        "connect-src": _SELF,
        "frame-src": _SELF,
        "worker-src": _SELF,
        "manifest-src": _SELF,
        "object-src": _NONE,
        "base-uri": _NONE,
        "form-action": _SELF,
        "frame-ancestors": _NONE,
    }
}

# Wagtail 8 writes style attributes and a few inline scripts of its own into its pages; it is behind a login.
ADMIN: dict[str, list[str]] = {
    **PUBLIC["DIRECTIVES"],
    "script-src": ["'self'", "'unsafe-inline'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:", "blob:"],
    "media-src": ["'self'", "blob:"],
    "frame-ancestors": _SELF,
}
