"""Two real districts with schematic grids, invented people and three months of invented cases, to try everything on."""
