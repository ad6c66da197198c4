"""What may be done with a resource, for machines: an ODRL 2.2 policy in JSON-LD.

https://www.w3.org/TR/odrl-model/. Kept simple: one rule for each purpose. A yes is a permission, with the duty
to attribute where credit is asked; a question is a permission with the duty to obtain consent; a no is a
prohibition. Purposes are named by addresses of this library (decision 0130).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from media_library import reuse
from media_library.models import Resource
from media_library.models.rights import Territory
from media_library.reuse import Answer, Reader, Rights

MEDIA_TYPE = "application/ld+json"
VIETNAM = "https://www.iso.org/obp/ui/#iso:code:3166:VN"


def absolute(path: str) -> str:
    return f"{settings.PUBLIC_BASE_URL.rstrip('/')}{path}"


def policy(resource: Resource, *, at: datetime) -> dict[str, Any]:
    """The policy for everyone at ``at``, of a public resource."""
    agency = resource.agency.current
    target = absolute(resource.get_absolute_url())
    assigner = {"@type": "Party", "name": agency.label_in(resource.language), "uid": agency.website or target}
    rules: dict[str, list[dict[str, Any]]] = {"permission": [], "prohibition": []}
    for each in reuse.all_rights(resource, reader=Reader.ANYONE, at=at):
        kind = "permission" if each.answer.allows or each.answer == Answer.ASK else "prohibition"
        rules[kind].append(_rule(each, resource, target=target, assigner=assigner["uid"]))
    return {
        "@context": ["http://www.w3.org/ns/odrl.jsonld", {"schema": "https://schema.org/"}],
        "@type": "Offer",
        "uid": absolute(reverse("taking:rights", args=[resource.public_id])),
        "target": target,
        "assigner": assigner,
        "schema:license": resource.licence_terms.url or resource.licence,
        "schema:creditText": [
            {"@language": lang, "@value": reuse.credit(resource, agency, lang=lang)} for lang in ("vi", "en")
        ],
        "schema:copyrightNotice": reuse.notice(resource, agency, lang=resource.language),
        "schema:usageInfo": resource.terms,
        **{kind: found for kind, found in rules.items() if found},
    }


def _rule(each: Rights, resource: Resource, *, target: str, assigner: str) -> dict[str, Any]:
    constraints = [_is("purpose", absolute(f"/ns/purpose#{each.purpose}"))]
    if each.answer.allows or each.answer == Answer.ASK:
        if resource.territory == Territory.VIETNAM:
            constraints.append(_is("spatial", VIETNAM))
        if resource.expire_at is not None:
            constraints.append({**_is("dateTime", resource.expire_at.isoformat()), "operator": "lt"})
    rule: dict[str, Any] = {"target": target, "action": "use", "constraint": constraints}
    if each.answer == Answer.YES_WITH_CREDIT:
        rule["duty"] = [{"action": "attribute", "attributedParty": assigner}]
    elif each.answer == Answer.ASK:
        rule["duty"] = [{"action": "obtainConsent", "consentingParty": assigner}]
    sentences = [{"@language": lang, "@value": each.sentence(lang)} for lang in ("vi", "en")]
    return {**rule, "schema:description": sentences}


def _is(operand: str, value: str) -> dict[str, str]:
    return {"leftOperand": operand, "operator": "eq", "rightOperand": value}
