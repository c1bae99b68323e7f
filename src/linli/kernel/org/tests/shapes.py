"""Shapes the tests draw."""


def rectangle(west=121.50, south=31.30, east=121.51, north=31.31):
    """GeoJSON of an upright rectangle, degrees; about a square kilometre by default."""
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


BOW_TIE = {
    "type": "Polygon",
    "coordinates": [[[121.5, 31.3], [121.51, 31.31], [121.51, 31.3], [121.5, 31.31], [121.5, 31.3]]],
}
