/** `<linli-map>`: areas and cases of the part that is shown, linked with the rows of the page by `data-id`.
 *
 * data-areas-url, data-cases-url  answer GeoJSON for `?bbox=w,s,e,n&zoom=`; filters already in the address are kept
 * data-areas, data-cases          ids of JSON scripts, instead of addresses
 * data-lon data-lat data-zoom, data-bounds, data-tall, data-here (a single position, marked)
 * data-quiet                      does not say how many cases are in view: the dots are something else
 * data-list-url, data-list-target htmx loads the list of the same view into the target after each move
 */
import { Marker, NavigationControl, Popup, ScaleControl, type Map as MapLibreMap, type MapLayerMouseEvent } from "maplibre-gl";
import { fetched, jsonOf, later, make } from "../kit/dom";
import { t } from "../kit/words";
import { addLayers, fill } from "./layers";
import { cardOf, countOf, hasCells, listOf } from "./listing";
import { askFor, boxOf, EMPTY, type CaseProperties, type Collection } from "./places";
import { boxShown, open, startOf, token } from "./view";

type Kind = "areas" | "cases";
const CLICKABLE = ["cases-mark", "cells"];

export class LinliMap extends HTMLElement {
  #map: MapLibreMap | null = null;
  #content: Record<Kind, Collection> = { areas: EMPTY, cases: EMPTY };
  #asking: Partial<Record<Kind, AbortController>> = {};
  #lit: Record<"lit" | "chosen", string | null> = { lit: null, chosen: null };
  #popup: Popup | null = null;
  #note = make("div", { class: "ll-map-note", role: "status" });
  #list = make("div", { class: "visually-hidden-focusable" });
  #off = new AbortController();

  connectedCallback(): void {
    const box = make("div", { class: "ll-map-box", role: "region", "aria-label": t("地图") });
    this.replaceChildren(box, this.#list);
    this.#readScripts();
    const bounds = boxOf(this.#content.cases) ?? boxOf(this.#content.areas);
    try {
      this.#map = open(box, { ...(bounds && { bounds }), ...startOf(this.dataset) });
    } catch {
      this.#withoutMap(box);
      return;
    }
    box.append(this.#note);
    this.#furnish(this.#map);
    this.#listen(this.#map);
  }

  disconnectedCallback(): void {
    this.#off.abort();
    this.#map?.remove();
    this.#map = null;
  }

  /** Asks the server again, e.g. after a step or a live event. */
  refresh(): void {
    void this.#load("areas");
    void this.#load("cases");
  }

  #readScripts(): void {
    this.#content.areas = jsonOf<Collection>(this.dataset.areas ?? "") ?? EMPTY;
    this.#content.cases = jsonOf<Collection>(this.dataset.cases ?? "") ?? EMPTY;
  }

  #withoutMap(box: HTMLElement): void {
    box.replaceWith(make("p", { class: "alert is-warn" }, t("地图打不开，下面是同样内容的列表。")));
    this.#list.className = "";
    void this.#load("cases");
    this.#list.replaceChildren(listOf(this.#content.cases));
  }

  #furnish(map: MapLibreMap): void {
    map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    map.addControl(new ScaleControl({ maxWidth: 90 }), "bottom-right");
    const here = this.dataset.here?.split(",").map(Number);
    if (here?.length === 2) new Marker({ color: token("--ll-accent") }).setLngLat(here as [number, number]).addTo(map);
  }

  #listen(map: MapLibreMap): void {
    const signal = this.#off.signal;
    const drawn = (): void => {
      addLayers(map);
      this.#show();
      this.refresh();
    };
    map.on("load", drawn);
    map.on("moveend", later(200, () => this.refresh()));
    map.on("mousemove", CLICKABLE, (event) => this.#point(event));
    map.on("mouseleave", CLICKABLE, () => this.#point(null));
    map.on("click", CLICKABLE, (event) => this.#press(event));
    document.addEventListener("linli:hover", (event) => this.#follow("lit", event), { signal });
    document.addEventListener("linli:select", (event) => this.#follow("chosen", event), { signal });
    document.body.addEventListener("linli:matter", () => this.refresh(), { signal });
    const theme = new MutationObserver(() => this.#repaint(map));
    theme.observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
    signal.addEventListener("abort", () => theme.disconnect());
  }

  #repaint(map: MapLibreMap): void {
    const [center, zoom] = [map.getCenter(), map.getZoom()];
    Object.assign(this.dataset, { lon: String(center.lng), lat: String(center.lat), zoom: String(zoom) });
    this.disconnectedCallback();
    this.#off = new AbortController();
    this.connectedCallback();
  }

  async #load(kind: Kind): Promise<void> {
    const url = kind === "areas" ? this.dataset.areasUrl : this.dataset.casesUrl;
    if (!url) return;
    this.#asking[kind]?.abort();
    const asking = (this.#asking[kind] = new AbortController());
    const address = this.#map ? askFor(url, boxShown(this.#map), this.#map.getZoom()) : url;
    const content = await fetched<Collection>(address, asking.signal);
    if (!content) return;
    this.#content[kind] = content;
    this.#show();
    if (kind === "cases") this.#loadRows();
  }

  #loadRows(): void {
    const { listUrl, listTarget } = this.dataset;
    if (!listUrl || !listTarget || !this.#map) return;
    const htmx = window.htmx as { ajax(method: string, url: string, to: object): void } | undefined;
    htmx?.ajax("GET", askFor(listUrl, boxShown(this.#map), this.#map.getZoom()), { target: listTarget, swap: "innerHTML" });
  }

  #show(): void {
    const { areas, cases } = this.#content;
    this.#list.replaceChildren(listOf(cases));
    this.#note.hidden = "quiet" in this.dataset || (!this.dataset.cases && !this.dataset.casesUrl);
    const count = t("本视野内 {n} 件", { n: countOf(cases) });
    this.#note.textContent = hasCells(cases) ? `${count} · ${t("放大后可见单个案件")}` : count;
    if (!this.#map?.getSource("cases")) return;
    fill(this.#map, "areas", areas);
    fill(this.#map, "cases", cases);
  }

  #follow(state: "lit" | "chosen", event: Event): void {
    const { id, from } = (event as CustomEvent<{ id: string | null; from: string }>).detail;
    this.#mark(state, id);
    if (state === "chosen" && from === "list" && id) this.#goTo(id);
  }

  #mark(state: "lit" | "chosen", id: string | null): void {
    const map = this.#map;
    const before = this.#lit[state];
    if (!map?.getSource("cases") || before === id) return;
    if (before) map.setFeatureState({ source: "cases", id: before }, { [state]: false });
    if (id) map.setFeatureState({ source: "cases", id }, { [state]: true });
    this.#lit[state] = id;
  }

  #goTo(id: string): void {
    const found = this.#content.cases.features.find((one) => one.properties.id === id);
    const at = found?.geometry.type === "Point" ? (found.geometry.coordinates as [number, number]) : null;
    if (at && this.#map && !this.#map.getBounds().contains(at)) this.#map.panTo(at);
  }

  #point(event: MapLayerMouseEvent | null): void {
    const id = (event?.features?.[0]?.properties.id as string | undefined) ?? null;
    if (this.#map) this.#map.getCanvas().classList.toggle("is-pointing", event !== null);
    if (id === this.#lit.lit) return;
    document.dispatchEvent(new CustomEvent("linli:hover", { detail: { id, from: "map" } }));
  }

  #press(event: MapLayerMouseEvent): void {
    const feature = event.features?.[0];
    const map = this.#map;
    if (!feature || !map || feature.geometry.type !== "Point") return;
    const at = feature.geometry.coordinates as [number, number];
    if (feature.properties.count !== undefined) {
      map.easeTo({ center: at, zoom: Math.min(map.getZoom() + 2, 18) });
      return;
    }
    const found = feature.properties as CaseProperties;
    document.dispatchEvent(new CustomEvent("linli:select", { detail: { id: found.id, from: "map" } }));
    this.#popup?.remove();
    this.#popup = new Popup({ offset: 12, maxWidth: "18rem" }).setLngLat(at).setDOMContent(cardOf(found)).addTo(map);
  }
}

customElements.define("linli-map", LinliMap);
