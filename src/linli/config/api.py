"""The REST interface as a whole: one description for all domains, errors as problems, no page that loads from afar."""

from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser
from ninja.renderers import BaseRenderer

from linli.domains.cases.api import keys, problems
from linli.domains.cases.api import v1 as cases
from linli.domains.lists.api import v1 as lists


class QuickParser(Parser):
    """Reads JSON several times as fast as the standard library, and refuses NaN and Infinity."""

    def parse_body(self, request: HttpRequest) -> Any:
        return orjson.loads(request.body)


class QuickRenderer(BaseRenderer):
    """Writes JSON; times carry their zone."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> Any:
        return orjson.dumps(data)


class Api(NinjaAPI):
    """``description`` says which errors come as problems; built once, it does not change while the server runs."""

    _described: OpenAPISchema | None = None

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        if self._described is None:
            self._described = _with_problems(super().get_openapi_schema(**options))
        return self._described


def _with_problems(schema: OpenAPISchema) -> OpenAPISchema:
    """Every error answer under its own media type with an example and its headers; what needs no key says so."""
    for operations in schema["paths"].values():
        for operation in operations.values():
            operation.setdefault("security", [])
            for status, response in operation["responses"].items():
                if int(status) >= 400 and "application/json" in response.get("content", {}):
                    told = response["content"].pop("application/json")
                    response["content"] = {problems.CONTENT_TYPE: {**told, "example": problems.example(int(status))}}
                    response["headers"] = problems.HEADERS.get(int(status), {})
    return schema


def make_api() -> Api:
    made = Api(
        title="Linli 邻里",
        version="1",
        description=(
            "Reports in, cases out; published lists to read. Times are ISO 8601 with a zone, positions WGS84 degrees"
            " unless said."
        ),
        urls_namespace="api",
        docs_url=None,
        parser=QuickParser(),
        renderer=QuickRenderer(),
    )
    problems.connect(made)
    keys.share_among(settings.WEB_WORKERS)
    for router in (*cases.ROUTERS, *lists.ROUTERS):
        made.add_router("", router)
    return made


api = make_api()
