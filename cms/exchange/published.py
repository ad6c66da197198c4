"""The description of the API, as it is answered and as it is committed."""

from __future__ import annotations

import json
from typing import Any

from django.utils import translation
from ninja import NinjaAPI

PLACE = "docs/schemas/openapi.json"
PREFIX = "api/v1/"


def description(api: NinjaAPI) -> dict[str, Any]:
    """OpenAPI 3.1 of ``api``, the same for the same code."""
    with translation.override("en"):
        told: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix=PREFIX)))
    del told["servers"]
    for path in told["paths"].values():
        for parameter in path["get"]["parameters"]:
            # Beside a schema, examples are a map (OpenAPI 3.1, 4.8.12); those of the schema are enough.
            parameter.pop("examples", None)
    for name in [name for name in told["components"]["schemas"] if name.endswith("Parameters")]:
        del told["components"]["schemas"][name]  # they stand with the operations, one by one
    return told


def written(api: NinjaAPI) -> str:
    """:func:`description` as the text of the committed file."""
    return json.dumps(description(api), ensure_ascii=False, indent=1) + "\n"
