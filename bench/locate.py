"""How long it takes to find the smallest area around a position: 1,300 and 50,000 grids with the areas above them.

    python bench/locate.py [--points 20000]

The grids are Voronoi cells over a made-up city of 80 × 80 km, gathered into committees, streets and districts, so
each position lies in four polygons, as in a real city. Prints one JSON object: CPU-microseconds per position (medians),
the 99th percentile by the clock on the wall, and a calibration figure of the same run: the CPU-milliseconds this
machine takes for a fixed loop.
"""

import argparse
import hashlib
import json
import os
import resource
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings")
os.environ.setdefault("LINLI_TESTING", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

import django

django.setup()

import numpy as np
import shapely

from linli.kernel.org.geometry import area_m2
from linli.kernel.org.locating import Located, Locator, Piece
from linli.kernel.org.tree import Node, Tree

WEST, SOUTH, SIZE = 121.0, 30.8, 0.8
GRID_UNIT = 3


def calibration_ms() -> float:
    """CPU-milliseconds for hashing 64 bytes 200,000 times, one after the other."""
    start, block = time.process_time(), b"\x00" * 32
    for _ in range(200_000):
        block = hashlib.sha256(block + block).digest()
    return (time.process_time() - start) * 1000


def city(grids: int, *, seed: int = 7) -> list[Piece]:
    """``grids`` cells, and the areas that about 9, 120 and 1,500 of them make up."""
    random = np.random.default_rng(seed)
    seeds = shapely.multipoints(random.uniform((WEST, SOUTH), (WEST + SIZE, SOUTH + SIZE), (grids, 2)))
    box = shapely.box(WEST, SOUTH, WEST + SIZE, SOUTH + SIZE)
    cells = shapely.intersection(shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=box)), box)
    layers = [("governance_grid", cells)]
    centres = shapely.get_coordinates(shapely.centroid(cells))
    for kind, share in (("committee", 9), ("street", 120), ("district", 1_500)):
        across = max(1, round((grids / share) ** 0.5))
        column, row = np.clip(((centres - (WEST, SOUTH)) / SIZE * across).astype(int), 0, across - 1).T
        groups = row * across + column
        layers.append((kind, np.array([shapely.union_all(cells[groups == n]) for n in np.unique(groups)])))
    shapes = [(kind, shape) for kind, layer in layers for shape in layer]
    return [
        Piece(id=n, version=1, unit_id=GRID_UNIT, kind=kind, area_m2=area_m2(shape), boundary=shape)
        for n, (kind, shape) in enumerate(shapes, start=1)
    ]


def units() -> Tree:
    """A district, a street and a grid, which all areas share: the units are not what is measured."""
    kinds = (("1.", "district", None), ("1.2.", "street", 1), ("1.2.3.", "grid", 2))
    rows = [
        Node(n, parent, path, kind, kind, kind, "", "territorial", None, None, None, min(n, 2))
        for n, (path, kind, parent) in enumerate(kinds, start=1)
    ]
    return Tree(rows)


def one_by_one(
    locator: Locator, lons: Sequence[float], lats: Sequence[float]
) -> tuple[list[Located], list[float], list[float]]:
    """The answers, and for each the microseconds on the CPU and on the wall."""
    found, cpu, wall = [], [], []
    for lon, lat in zip(lons, lats, strict=True):
        at, on_cpu = time.perf_counter(), time.process_time()
        found.append(locator.locate(lon, lat))
        cpu.append((time.process_time() - on_cpu) * 1e6)
        wall.append((time.perf_counter() - at) * 1e6)
    return found, cpu, wall


def measured(grids: int, points: int) -> dict[str, object]:
    """Figures for one city; the two ways must agree on every position."""
    start = time.perf_counter()
    pieces = city(grids)
    made_s = time.perf_counter() - start
    start = time.process_time()
    locator = Locator(pieces, units())
    build_s = time.process_time() - start
    random = np.random.default_rng(11)
    lons, lats = random.uniform((WEST, SOUTH), (WEST + SIZE, SOUTH + SIZE), (points, 2)).T.copy()
    locator.locate_many(lons, lats)
    singly, cpu, wall = one_by_one(locator, lons.tolist(), lats.tolist())
    rounds = []
    for _ in range(5):
        on_cpu = time.process_time()
        together = locator.locate_many(lons, lats)
        rounds.append((time.process_time() - on_cpu) / points * 1e6)
    if singly != together:
        raise SystemExit("one by one and in bulk disagree")
    return {
        "grids": grids,
        "polygons": len(pieces),
        "points": points,
        "hits": sum(not answer.outside for answer in together),
        "made_s": round(made_s, 1),
        "index_cpu_s": round(build_s, 2),
        "single_cpu_us": round(statistics.median(cpu), 1),
        "single_wall_p99_us": round(float(np.percentile(wall, 99)), 1),
        "bulk_cpu_us": round(statistics.median(rounds), 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--points", type=int, default=20_000)
    points = parser.parse_args().points
    result = {
        "calibration_cpu_ms": round(calibration_ms(), 1),
        "runs": [measured(grids, points) for grids in (1_300, 50_000)],
        "to_reach": {"single_cpu_us": 120, "bulk_cpu_us": 6},
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    sys.stdout.write(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
