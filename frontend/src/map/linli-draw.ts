/** `<linli-draw data-name="boundary">`: draws or edits one polygon and puts it as GeoJSON into a hidden field.
 *
 * data-geometry   id of a JSON script with the boundary to begin with
 * data-areas-url  neighbours to draw beside, as in `<linli-map>`
 * A boundary in several parts is edited part by part; what is not edited stays as it is.
 * Corners: tap adds, drag moves, Tab and arrow keys move a chosen one, Delete removes it, Ctrl+Z undoes.
 */
import { Marker, NavigationControl, type GeoJSONSource, type Map as MapLibreMap } from "maplibre-gl";
import { button, fetched, jsonOf, later, make } from "../kit/dom";
import { t } from "../kit/words";
import { addLayers, fill } from "./layers";
import { areaWords, askFor, boxOf, EMPTY, type Collection, type Position } from "./places";
import { Ring, type Geometry } from "./ring";
import { boxShown, open, startOf, token } from "./view";

const NUDGE_PX = 4;
const ARROWS: Readonly<Record<string, [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export class LinliDraw extends HTMLElement {
  #map: MapLibreMap | null = null;
  #ring = new Ring();
  #markers: Marker[] = [];
  #field = make("input", { type: "hidden" });
  #words = make("p", { class: "hint mt-1", role: "status" });
  #undo = button(t("撤销"), "arrow-back-up", "btn btn-sm");
  #clear = button(t("清除"), "trash", "btn btn-sm");
  #next = button(t("改另一块"), "switch-horizontal", "btn btn-sm");

  connectedCallback(): void {
    const geometry = jsonOf<Geometry>(this.dataset.geometry ?? "");
    this.#ring = Ring.from(geometry);
    this.#field.name = this.dataset.name ?? "boundary";
    this.#field.value = geometry ? JSON.stringify(geometry) : "";
    const box = make("div", { class: "ll-map-box" });
    const tools = make("div", { class: "ll-map-tools" }, this.#undo, this.#clear, this.#next);
    this.replaceChildren(make("p", { class: "hint" }, t("点地图加顶点；拖动顶点移动；选中顶点后按 Delete 删除。")), box, this.#words, this.#field);
    const ring = this.#ring.polygon();
    const bounds = ring && boxOf({ type: "FeatureCollection", features: [{ type: "Feature", properties: {}, geometry: ring }] });
    this.#map = open(box, { ...startOf(this.dataset), ...(bounds && { bounds }) });
    box.append(tools);
    this.#furnish(this.#map);
  }

  disconnectedCallback(): void {
    this.#map?.remove();
    this.#map = null;
  }

  #furnish(map: MapLibreMap): void {
    map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    map.doubleClickZoom.disable();
    map.on("load", () => {
      addLayers(map);
      map.addSource("drawn", { type: "geojson", data: EMPTY });
      map.addLayer({ id: "drawn-fill", type: "fill", source: "drawn", paint: { "fill-color": token("--ll-brand"), "fill-opacity": 0.15 } });
      map.addLayer({ id: "drawn-line", type: "line", source: "drawn", paint: { "line-color": token("--ll-brand"), "line-width": 2.5 } });
      this.#redraw();
      void this.#neighbours();
    });
    map.on("moveend", later(200, () => void this.#neighbours()));
    map.on("click", (event) => this.#change(() => this.#ring.add([event.lngLat.lng, event.lngLat.lat])));
    this.#undo.addEventListener("click", () => this.#change(() => this.#ring.undo()));
    this.#clear.addEventListener("click", () => this.#change(() => this.#ring.clear()));
    this.#next.addEventListener("click", () => this.#change(() => this.#ring.next()));
    this.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key === "z") {
        event.preventDefault();
        this.#change(() => this.#ring.undo());
      }
    });
  }

  #change(act: () => void): void {
    act();
    this.#redraw();
  }

  #redraw(): void {
    this.#markers.forEach((marker) => marker.remove());
    this.#markers = this.#ring.corners.map((corner, at) => this.#corner(corner, at));
    this.#outline();
  }

  /** The outline and what is sent, without touching the corners (a drag may be going on). */
  #outline(): void {
    const polygon = this.#ring.polygon();
    const line = { type: "LineString", coordinates: this.#ring.corners };
    const geometry = polygon ?? line;
    const features = this.#ring.corners.length > 1 ? [{ type: "Feature", properties: {}, geometry }] : [];
    this.#map?.getSource<GeoJSONSource>("drawn")?.setData({ type: "FeatureCollection", features } as GeoJSON.FeatureCollection);
    this.#field.value = polygon ? JSON.stringify(polygon) : "";
    this.#undo.disabled = !this.#ring.canUndo;
    this.#next.hidden = this.#ring.parts === 1;
    this.#clear.disabled = this.#ring.corners.length === 0;
    const crossed = this.#ring.crosses();
    this.#words.textContent = crossed
      ? t("图形自相交，请调整顶点")
      : t("{n} 个顶点，约 {area}", { n: this.#ring.corners.length, area: areaWords(this.#ring.area()) });
    this.#words.classList.toggle("text-danger", crossed);
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }

  #corner(corner: Position, at: number): Marker {
    const handle = make("button", { type: "button", class: "ll-corner", "aria-label": t("顶点 {n}", { n: at + 1 }) });
    const marker = new Marker({ element: handle, draggable: true }).setLngLat(corner);
    let isNew = true;
    marker.on("dragstart", () => (isNew = true));
    marker.on("drag", () => {
      const { lng, lat } = marker.getLngLat();
      this.#ring.move(at, [lng, lat], isNew);
      isNew = false;
      this.#outline();
    });
    handle.addEventListener("click", (event) => event.stopPropagation());
    handle.addEventListener("keydown", (event) => this.#keyOn(event, marker, at));
    if (this.#map) marker.addTo(this.#map);
    return marker;
  }

  #keyOn(event: KeyboardEvent, marker: Marker, at: number): void {
    if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      this.#change(() => this.#ring.remove(at));
      this.querySelectorAll<HTMLElement>(".ll-corner")[Math.max(0, at - 1)]?.focus();
    }
    const arrow = ARROWS[event.key];
    if (!arrow || !this.#map) return;
    event.preventDefault();
    event.stopPropagation();
    const seen = this.#map.project(marker.getLngLat());
    const { lng, lat } = this.#map.unproject([seen.x + arrow[0] * NUDGE_PX, seen.y + arrow[1] * NUDGE_PX]);
    marker.setLngLat([lng, lat]);
    this.#ring.move(at, [lng, lat], !event.repeat);
    this.#outline();
  }

  async #neighbours(): Promise<void> {
    const url = this.dataset.areasUrl;
    if (!url || !this.#map) return;
    const areas = await fetched<Collection>(askFor(url, boxShown(this.#map), this.#map.getZoom()));
    if (areas && this.#map) fill(this.#map, "areas", areas);
  }
}

customElements.define("linli-draw", LinliDraw);
