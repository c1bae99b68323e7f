/** A signature by finger; goes along as a picture. */
import type { NewFile } from "../store/queue";
import { big, make } from "./pieces";
import { t } from "./say";

const WIDTH = 600;
const HEIGHT = 220;

export function signField(label: string): { node: HTMLElement; file: () => Promise<NewFile | null> } {
  const canvas = make("canvas", { width: WIDTH, height: HEIGHT, class: "f-sign" });
  const pen = canvas.getContext("2d");
  let isDrawn = false;
  let isDown = false;
  const at = (event: PointerEvent): [number, number] => {
    const frame = canvas.getBoundingClientRect();
    return [((event.clientX - frame.left) * WIDTH) / frame.width, ((event.clientY - frame.top) * HEIGHT) / frame.height];
  };
  const clear = (): void => {
    if (!pen) return;
    isDrawn = false;
    pen.fillStyle = "#ffffff";
    pen.fillRect(0, 0, WIDTH, HEIGHT);
    Object.assign(pen, { strokeStyle: "#10282c", lineWidth: 4, lineCap: "round", lineJoin: "round" });
  };
  canvas.addEventListener("pointerdown", (event) => {
    isDown = true;
    canvas.setPointerCapture(event.pointerId);
    pen?.beginPath();
    pen?.moveTo(...at(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!isDown || !pen) return;
    isDrawn = true;
    pen.lineTo(...at(event));
    pen.stroke();
  });
  canvas.addEventListener("pointerup", () => (isDown = false));
  clear();
  const node = make("div", { class: "f-field" }, make("div", { class: "f-label" }, label), canvas, big(t("重签"), "eraser", clear, "quiet"));
  const file = async (): Promise<NewFile | null> => {
    const blob = isDrawn ? await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png")) : null;
    if (!blob) return null;
    return { id: crypto.randomUUID(), kind: "signature", name: "signature.png", type: "image/png", bytes: await blob.arrayBuffer() };
  };
  return { node, file };
}
