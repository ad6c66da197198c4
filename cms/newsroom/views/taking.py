"""A file is taken: its right is asked, its bytes are sent whole or in part."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from cms.newsroom.offers import offer, with_offers
from media_library import access
from media_library.files import serving
from media_library.models import Resource


@require_safe
def take(request: HttpRequest, public_id: str, key: str) -> HttpResponseBase:
    """The bytes of one offer. What is hidden, closed or missing answers alike (404); withdrawn 410."""
    at = timezone.now()
    resource = with_offers(Resource.objects.filter(public_id=public_id)).first()
    if resource is None:
        raise Http404
    if resource.withdrawn_at:
        return serving.gone(resource)
    if not access.is_public(resource, at) or not access.may_download(request.user, resource, at):
        raise Http404
    chosen = offer(resource, key)
    if chosen is None:
        raise Http404
    source = chosen.rendition or serving.Written(
        body=chosen.made or b"", media_type=chosen.media_type, sha256=chosen.sha256
    )
    return serving.send(request, source, cache=serving.PRIVATE_CACHE, save_as=chosen.file_name)
