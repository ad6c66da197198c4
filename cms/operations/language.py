"""The language of an answer is the one in its address, so that an address always shows the same page."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation


class AddressLanguage(LocaleMiddleware):
    """``/vi/…`` and ``/en/…`` by their address; everything else Vietnamese, whatever the browser prefers.

    The browser's own list is not asked: most phones in the city are set to English when they are bought,
    and a shared cache would keep whichever language came first. The admin follows the account's language.
    """

    def process_request(self, request: HttpRequest) -> None:
        language = translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = language

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
        return response
