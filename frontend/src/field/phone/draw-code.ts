/** Draws a code on the screen; a chunk apart. */
import encodeQR from "qr";

const NAMESPACE = "http://www.w3.org/2000/svg";

/** A square SVG of `text`, dark on white in both themes: cameras want it so. */
export function codeSvg(text: string): SVGElement {
  const cells = encodeQR(text, "raw", { ecc: "medium", border: 2 });
  const svg = document.createElementNS(NAMESPACE, "svg");
  svg.setAttribute("viewBox", `0 0 ${cells.length} ${cells.length}`);
  svg.setAttribute("class", "f-code");
  const path = document.createElementNS(NAMESPACE, "path");
  const dots = cells.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : "")));
  path.setAttribute("d", dots.join(""));
  svg.append(path);
  return svg;
}
