import { expect, test } from "vitest";
import { areaOf, areaWords, askFor, boxOf, type Position } from "./places";
import { Ring } from "./ring";

const SQUARE: Position[] = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
];

test("a corner is added into the side it lies nearest to", () => {
  const ring = new Ring(SQUARE);

  expect(ring.add([0.5, -0.1])).toBe(1);
  expect(ring.corners[1]).toEqual([0.5, -0.1]);
});

test("the polygon is closed and runs counter-clockwise whichever way it was drawn", () => {
  const clockwise = new Ring([...SQUARE].reverse());

  const outer = (clockwise.polygon()?.coordinates as Position[][])[0] ?? [];

  expect(outer).toHaveLength(5);
  expect(outer[0]).toEqual(outer[4]);
  expect(outer[1]).toEqual([0, 0]);
});

test("two corners are not yet a polygon", () => {
  expect(new Ring([[0, 0], [1, 1]]).polygon()).toBeNull();
});

test("a whole drag is undone in one step", () => {
  const ring = new Ring(SQUARE);
  ring.move(0, [0.1, 0], true);
  ring.move(0, [0.2, 0], false);

  ring.undo();

  expect(ring.corners).toEqual(SQUARE);
  expect(ring.canUndo).toBe(false);
});

test("a removed corner comes back by undo", () => {
  const ring = new Ring(SQUARE);
  ring.remove(2);
  expect(ring.corners).toHaveLength(3);

  ring.undo();

  expect(ring.corners).toEqual(SQUARE);
});

test("a bow tie crosses itself and a square does not", () => {
  expect(new Ring(SQUARE).crosses()).toBe(false);
  expect(new Ring([[0, 0], [1, 1], [1, 0], [0, 1]]).crosses()).toBe(true);
});

test("a stored boundary is opened for editing without its closing corner", () => {
  const stored = { type: "Polygon", coordinates: [[...SQUARE, [0, 0]]] };

  expect(Ring.from(stored).corners).toEqual(SQUARE);
});

test("of a boundary in parts the largest part is edited", () => {
  const stored = { type: "MultiPolygon", coordinates: [[[[9, 9], [9, 8], [8, 8]]], [[...SQUARE, [0, 0]]]] };

  expect(Ring.from(stored).corners).toHaveLength(4);
});

const CLOSED: Position[] = [...SQUARE, [0, 0]];
const HOLE: Position[] = [[0.4, 0.4], [0.6, 0.4], [0.6, 0.6], [0.4, 0.4]];
const AWAY: Position[] = [[9, 9], [9.1, 9], [9.1, 9.1], [9, 9]];
const IN_PARTS = { type: "MultiPolygon", coordinates: [[AWAY], [CLOSED, HOLE]] };

test("a boundary opened and left alone is the same boundary, all parts and holes", () => {
  expect(Ring.from(IN_PARTS).polygon()).toEqual({ type: "MultiPolygon", coordinates: [[CLOSED, HOLE], [AWAY]] });
  expect(Ring.from({ type: "Polygon", coordinates: [CLOSED, HOLE] }).polygon()?.coordinates).toEqual([CLOSED, HOLE]);
});

test("moving a corner of one part leaves the others where they are", () => {
  const ring = Ring.from(IN_PARTS);
  ring.move(0, [-1, 0], true);

  const [edited, other] = ring.polygon()?.coordinates as Position[][][];

  expect(edited?.[0]?.[0]).toEqual([-1, 0]);
  expect(edited?.[1]).toEqual(HOLE);
  expect(other).toEqual([AWAY]);
});

test("the next part is edited in its turn, and undo goes back to the one before", () => {
  const ring = Ring.from(IN_PARTS);
  ring.next();
  expect(ring.corners).toEqual(AWAY.slice(0, -1));
  ring.add([9.05, 9.2]);
  expect((ring.polygon()?.coordinates as Position[][][])[1]).toEqual([CLOSED, HOLE]);

  ring.undo();
  ring.undo();

  expect(ring.corners).toEqual(SQUARE);
  expect(ring.parts).toBe(2);
});

test("clearing takes all parts away, and undo brings all of them back", () => {
  const ring = Ring.from(IN_PARTS);
  ring.clear();
  expect(ring.polygon()).toBeNull();

  ring.undo();

  expect(ring.polygon()).toEqual(Ring.from(IN_PARTS).polygon());
});

test("the area is that of all parts without their holes", () => {
  const whole = areaOf(CLOSED) - areaOf(HOLE) + areaOf(AWAY);

  expect(Ring.from(IN_PARTS).area()).toBeCloseTo(whole, 3);
});

test("areas come in metres and in words", () => {
  const side = 0.001;
  const grid: Position[] = [[121.4, 31.2], [121.4 + side, 31.2], [121.4 + side, 31.2 + side], [121.4, 31.2 + side]];

  expect(areaOf(grid)).toBeCloseTo(111.32 * 111.32 * Math.cos((31.2 * Math.PI) / 180), 0);
  expect(areaWords(850.4)).toBe("850 m²");
  expect(areaWords(1_234_567)).toBe("1.23 km²");
});

test("the box holds every position of every geometry", () => {
  const features = [
    { type: "Feature" as const, properties: {}, geometry: { type: "Point", coordinates: [5, 6] } },
    { type: "Feature" as const, properties: {}, geometry: { type: "Polygon", coordinates: [SQUARE] } },
  ];

  expect(boxOf({ type: "FeatureCollection", features })).toEqual([0, 0, 5, 6]);
  expect(boxOf({ type: "FeatureCollection", features: [] })).toBeNull();
});

test("a map asks with its box and zoom beside the filters already in the address", () => {
  const url = new URL(askFor("/cases.geojson?state=open", [1, 2, 3, 4], 12.345));

  expect(url.searchParams.get("state")).toBe("open");
  expect(url.searchParams.get("bbox")).toBe("1.00000,2.00000,3.00000,4.00000");
  expect(url.searchParams.get("zoom")).toBe("12.3");
});
