"""Headers that Django's own middleware does not send: content security and permissions."""

from __future__ import annotations

from csp.middleware import CSPMiddleware, PolicyParts
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from cms.settings import content_security

ADMIN = "/admin/"
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


class SecurityHeaders(CSPMiddleware):
    """django-csp's middleware with two policies; a view that set its own policy keeps it."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
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
