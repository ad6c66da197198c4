"""Headers that Django's own middleware does not send: content security, permissions, keys for a CDN."""

from __future__ import annotations

import re

from csp.middleware import CSPMiddleware, PolicyParts
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from cms.settings import content_security

ADMIN = "/admin/"
_PUBLIC_ID = re.compile(r"[A-Za-z0-9-]{1,40}")
POLICY = "Content-Security-Policy"
_NO_FRAME = "frame-ancestors 'none'"
_UNUSED = (
    "accelerometer",
    "browsing-topics",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "usb",
)
PERMISSIONS = ", ".join(f"{feature}=()" for feature in _UNUSED)


def _name_resource(request: HttpRequest, response: HttpResponseBase) -> None:
    """Let a CDN forget by key all that stands under a resource's addresses, whatever it answers there."""
    match = request.resolver_match
    public_id = match.kwargs.get("public_id") if match else None
    if public_id and _PUBLIC_ID.fullmatch(public_id):
        response.headers.setdefault("Surrogate-Key", f"resource/{public_id.lower()}")


class SecurityHeaders(CSPMiddleware):
    """django-csp's middleware with two policies; a view that set its own policy keeps it."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        _name_resource(request, response)
        if request.path_info.startswith(ADMIN) and response.headers.get("X-Frame-Options") == "DENY":
            # The admin shows previews in a frame of its own site.
            response["X-Frame-Options"] = "SAMEORIGIN"
        response = super().process_response(request, response)
        policy = response.headers.get(POLICY, "")
        if request.path_info.startswith(ADMIN) and _NO_FRAME in policy:
            # A preview is rendered as a public page: its policy was written for that address.
            response[POLICY] = policy.replace(_NO_FRAME, "frame-ancestors 'self'")
        return response

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request=request, response=response, report_only=report_only)
        if not report_only and parts.config is None and request.path_info.startswith(ADMIN):
            parts.config = dict(content_security.ADMIN)
        return parts
