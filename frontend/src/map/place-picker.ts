/** `<linli-place-picker>`: where it happened, by GPS, by a tap on the map, or in words (the field inside).
 *
 * Hidden fields `lon`, `lat`, `accuracy`, `crs` (names: data-name-lon …). Nothing is converted here; the server does.
 * data-areas-url as in `<linli-map>`; data-lon data-lat data-zoom where the map begins; data-at="lon,lat" chosen before.
 * The map is loaded when it is asked for.
 */
import { button, make } from "../kit/dom";
import { t } from "../kit/words";

const GPS_WAIT = 15_000;
const DENIED = 1;

export interface Place {
  lon: number;
  lat: number;
  /** metres, or null when nobody measured it */
  accuracy: number | null;
  crs: string;
}

export class LinliPlacePicker extends HTMLElement {
  #fields: Record<"lon" | "lat" | "accuracy" | "crs", HTMLInputElement> = {
    lon: make("input", { type: "hidden" }),
    lat: make("input", { type: "hidden" }),
    accuracy: make("input", { type: "hidden" }),
    crs: make("input", { type: "hidden" }),
  };
  #words = make("p", { class: "hint mt-1", role: "status" });
  #gps = button(t("用当前位置"), "current-location", "btn btn-primary flex-fill");
  #onMap = button(t("在地图上选"), "map-pin", "btn flex-fill");
  #clear = button(t("清除位置"), "map-pin-off", "btn btn-ghost");
  #map: { show(place: Place): void } | null = null;
  #box = make("div", { hidden: true });

  connectedCallback(): void {
    const names = { lon: "Lon", lat: "Lat", accuracy: "Accuracy", crs: "Crs" } as const;
    for (const [key, field] of Object.entries(this.#fields) as [keyof typeof names, HTMLInputElement][]) {
      field.name = this.dataset[`name${names[key]}`] ?? key;
    }
    const ways = make("div", { class: "d-flex flex-wrap gap-2 mb-2" }, this.#onMap, this.#clear);
    if ("geolocation" in navigator && isSecureContext) ways.prepend(this.#gps);
    this.prepend(ways, this.#words, this.#box, ...Object.values(this.#fields));
    this.#clear.hidden = true;
    this.#gps.addEventListener("click", () => this.#locate());
    this.#onMap.addEventListener("click", () => void this.#openMap());
    this.#clear.addEventListener("click", () => this.#set(null, ""));
    const [lon, lat] = this.dataset.at?.split(",").map(Number) ?? [];
    if (lon !== undefined && lat !== undefined) this.#set({ lon, lat, accuracy: null, crs: "wgs84" }, t("已在地图上选定"));
  }

  #locate(): void {
    this.#words.textContent = t("正在定位…");
    this.#gps.disabled = true;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        this.#gps.disabled = false;
        const place = { lon: coords.longitude, lat: coords.latitude, accuracy: Math.round(coords.accuracy), crs: "wgs84" };
        this.#set(place, t("已定位，误差约 {m} 米", { m: Math.round(coords.accuracy) }));
        this.#map?.show(place);
      },
      ({ code }) => {
        this.#gps.disabled = false;
        this.#words.textContent =
          code === DENIED
            ? t("浏览器没有定位权限。可以在地图上选，或写下地址。")
            : t("定位不成功。可以在地图上选，或写下地址。");
      },
      { enableHighAccuracy: true, timeout: GPS_WAIT, maximumAge: 30_000 },
    );
  }

  async #openMap(): Promise<void> {
    this.#box.hidden = false;
    if (this.#map) return;
    this.#words.textContent = this.#place() ? t("位置已标在地图上，点一下别处可以改") : t("点一下地图，标出发生的位置");
    const { choosePlace } = await import("./choose-place");
    this.#map = choosePlace(this.#box, this.dataset, (place) => this.#set(place, t("已在地图上选定")));
    const now = this.#place();
    if (now) this.#map.show(now);
  }

  #place(): Place | null {
    const { lon, lat, accuracy, crs } = this.#fields;
    if (!lon.value) return null;
    return { lon: Number(lon.value), lat: Number(lat.value), accuracy: accuracy.value ? Number(accuracy.value) : null, crs: crs.value };
  }

  #set(place: Place | null, words: string): void {
    this.#fields.lon.value = place ? place.lon.toFixed(6) : "";
    this.#fields.lat.value = place ? place.lat.toFixed(6) : "";
    this.#fields.accuracy.value = place?.accuracy === null || !place ? "" : String(place.accuracy);
    this.#fields.crs.value = place?.crs ?? "";
    this.#words.textContent = words;
    this.#clear.hidden = place === null;
    this.dispatchEvent(new CustomEvent("linli:place", { bubbles: true, detail: place }));
  }
}

customElements.define("linli-place-picker", LinliPlacePicker);
