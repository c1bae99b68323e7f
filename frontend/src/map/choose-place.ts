/** The map on which a place is tapped. */
import "maplibre-gl/dist/maplibre-gl.css";
import "../styles/map.css";
import { Marker, NavigationControl } from "maplibre-gl";
import { fetched, later, make } from "../kit/dom";
import { t } from "../kit/words";
import { addLayers, fill } from "./layers";
import type { Place } from "./place-picker";
import { askFor, type Collection } from "./places";
import { baseMap, boxShown, open, startOf } from "./view";

const NEAR = 17;

/** Opens a map in `host` and calls `chosen` for each tap; `show` puts the pin where it is told. */
export function choosePlace(host: HTMLElement, dataset: DOMStringMap, chosen: (place: Place) => void): { show(place: Place): void } {
  const box = make("div", { class: "ll-map-box", role: "application", "aria-label": t("点一下地图，标出发生的位置") });
  host.replaceChildren(box);
  const map = open(box, startOf(dataset));
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  const pin = new Marker({ element: make("div", { class: "ll-pin-holder" }, make("div", { class: "ll-pin" })), anchor: "bottom" });
  const crs = baseMap().crs ?? "wgs84";
  map.on("click", ({ lngLat }) => {
    pin.setLngLat(lngLat).addTo(map);
    chosen({ lon: lngLat.lng, lat: lngLat.lat, accuracy: null, crs });
  });
  const areas = async (): Promise<void> => {
    if (!dataset.areasUrl) return;
    const content = await fetched<Collection>(askFor(dataset.areasUrl, boxShown(map), map.getZoom()));
    if (content) fill(map, "areas", content);
  };
  map.on("load", () => {
    addLayers(map);
    void areas();
  });
  map.on("moveend", later(250, () => void areas()));
  return {
    show: ({ lon, lat }) => {
      pin.setLngLat([lon, lat]).addTo(map);
      map.jumpTo({ center: [lon, lat], zoom: Math.max(map.getZoom(), NEAR) });
    },
  };
}
