"""One resource as the API tells it, and what is told where it is not public."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse

from cms.exchange.addresses import absolute, resource_url
from cms.exchange.answers import (
    Agency,
    Announced,
    Copy,
    Identifier,
    Picture,
    ResourceAnswer,
    Rights,
    Term,
    Translation,
    Use,
    Withdrawn,
)
from media_library import access, reuse
from media_library.files import public_address
from media_library.kinds import Role
from media_library.models import Asset, Purpose, Rendition, Resource
from media_library.speech import codes_of

_SPOKEN = (Role.CAPTION, Role.TRANSCRIPT)


def public_resource(public_id: str, at: datetime) -> Resource | None:
    """The resource with everything that :func:`described` reads, if it is public at ``at``."""
    return (
        Resource.objects.public(at)
        .with_cards()
        .prefetch_related("identifiers", "audience_uses__tag", "topic_uses__tag", "keyword_uses__tag")
        .identified_by(public_id)
    )


def described(resource: Resource, *, lang: str, at: datetime) -> ResourceAnswer:
    """``resource`` (:func:`public_resource`) with labels in ``lang``."""
    published = resource.published_at or resource.created_at
    campaign = resource.campaign
    return ResourceAnswer(
        id=resource.public_id,
        identifiers=[Identifier(scheme=one.scheme, value=one.value) for one in resource.identifiers.all()],
        kind=resource.kind,
        form=resource.form,
        title=resource.title,
        summary=resource.summary,
        url=_url(resource),
        language=resource.language,
        agency=_agency(resource, lang),
        audiences=_terms(resource.audience_uses.all(), lang),
        topics=_terms(resource.topic_uses.all(), lang),
        keywords=[use.tag.name for use in resource.keyword_uses.all()],
        campaign=Term(code=campaign.code, name=campaign.label_in(lang)) if campaign else None,
        published=published,
        modified=max(published, resource.last_published_at or published),
        expires=resource.expire_at,
        rights=_rights(resource, lang=lang, at=at),
        translations=_translations(resource, at),
        **_media(resource),
    )


def withdrawn(resource: Resource, at: datetime) -> Withdrawn:
    """When and why, and what to use instead if that is public."""
    instead = resource.replaced_by
    if instead is not None and not access.is_public(instead, at):
        instead = None
    assert resource.withdrawn_at is not None  # access.tells_withdrawal asks it
    return Withdrawn(
        reason=resource.withdrawn_reason,
        at=resource.withdrawn_at,
        replaced_by=instead.public_id if instead else None,
    )


def announced(resource: Resource, *, lang: str) -> Announced:
    """Title, kind, agency and time of an announced embargo, and nothing more."""
    assert resource.embargo_until is not None  # access.tells_embargo asks it
    agency, until = _agency(resource, lang), resource.embargo_until
    return Announced(title=resource.title, kind=resource.kind, agency=agency, until=until)


def _url(resource: Resource) -> str:
    return resource_url(public_id=resource.public_id, slug=resource.slug, language=resource.language)


def _agency(resource: Resource, lang: str) -> Agency:
    current = resource.agency.current
    return Agency(code=current.code, name=current.label_in(lang))


def _terms(uses: Iterable[Any], lang: str) -> list[Term]:
    tags = sorted((use.tag for use in uses), key=lambda tag: (tag.sort_order, tag.slug))
    return [Term(code=tag.slug, name=tag.label_in(lang)) for tag in tags]


def _rights(resource: Resource, *, lang: str, at: datetime) -> Rights:
    licence, agency = resource.licence_terms, resource.agency.current
    asked = reuse.all_rights(resource, reader=reuse.Reader.ANYONE, at=at)
    return Rights(
        licence=licence.code,
        name=str(licence.name),
        url=licence.url,
        commercial=licence.commercial,
        credit=resource.credit_line,
        terms=resource.terms,
        credits={code: reuse.credit(resource, agency, lang=code) for code in ("vi", "en")},
        uses=[Use(purpose=each.purpose, answer=each.answer, sentence=each.sentence(lang)) for each in asked],
        policy=absolute(reverse("taking:rights", args=[resource.public_id])),
    )


def _media(resource: Resource) -> dict[str, Any]:
    original, picture = resource.original, resource.picture
    return {
        "duration": original.file.duration if original else None,
        "pages": original.file.pages if original else None,
        "captions": sorted({asset.language or resource.language for asset in resource.words}),
        "spoken_languages": list(codes_of(resource)),
        "alt": picture.alt if picture else "",
        "pictures": [_picture(resource, one) for one in resource.picture_renditions()],
        "files": _copies(resource) if resource.licence_terms.open_download else [],
    }


def _picture(resource: Resource, rendition: Rendition) -> Picture:
    return Picture(
        url=absolute(public_address(resource, rendition)),
        media_type=rendition.media_type,
        width=rendition.width,
        height=rendition.height,
    )


def _copies(resource: Resource) -> list[Copy]:
    """Full copies of main file and attachments, and the words."""
    return [
        _copy(resource, asset, rendition)
        for asset in resource.assets.all()
        for rendition in asset.file.renditions.all()
        if rendition.purpose == (Purpose.CAPTION if asset.role in _SPOKEN else Purpose.DOWNLOAD)
        and asset.role != Role.COVER
    ]


def _copy(resource: Resource, asset: Asset, rendition: Rendition) -> Copy:
    return Copy(
        role=asset.role,
        language=asset.language,
        url=absolute(public_address(resource, rendition)),
        media_type=rendition.media_type,
        size=rendition.size,
        width=rendition.width,
        height=rendition.height,
    )


def _translations(resource: Resource, at: datetime) -> list[Translation]:
    family = Resource.objects.public(at).filter(translation_key=resource.translation_key)
    others = family.exclude(pk=resource.pk).select_related("locale").defer("body").order_by("pk")
    return [Translation(id=one.public_id, language=one.language, url=_url(one)) for one in others]
