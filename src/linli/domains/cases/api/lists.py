"""What a program needs beside the cases: categories, what words suggest, and where a position belongs."""

from typing import Annotated, Literal

from ninja import Query, Router

from linli.domains.cases.api.keys import ApiRequest, ByKey, BySession
from linli.domains.cases.api.shapes import Suggestion
from linli.domains.cases.queries import categories, exchange, wording
from linli.domains.cases.queries.exchange import Spot
from linli.domains.cases.queries.services import Service, services
from linli.web.api import READ_PROBLEMS

router = Router(tags=["lists"], auth=[ByKey(), BySession()])


@router.get("/categories", response={200: list[Service], **READ_PROBLEMS}, url_name="categories")
def category_list(request: ApiRequest) -> list[Service]:
    """Every category that a report may be given, in the order of the national list."""
    return services()


@router.get("/categories/suggested", response={200: list[Suggestion], **READ_PROBLEMS}, url_name="suggested")
def suggested(request: ApiRequest, text: Annotated[str, Query(min_length=1, max_length=4000)]) -> list[Suggestion]:
    """The three likeliest categories for a text. A person decides."""
    return [Suggestion(code=code, name=wording.category(code)) for code in categories.suggested_for(text)]


@router.get("/areas/locate", response={200: Spot, **READ_PROBLEMS}, url_name="locate")
def locate(
    request: ApiRequest,
    lon: Annotated[float, Query(ge=-180, le=180, allow_inf_nan=False)],
    lat: Annotated[float, Query(ge=-90, le=90, allow_inf_nan=False)],
    crs: Literal["wgs84", "cgcs2000", "gcj02", "bd09"] = "wgs84",
) -> Spot:
    """The smallest grid around a position, and the units that answer there."""
    return exchange.spot(lon, lat, crs=crs)
