/** htmx as this project runs it: same origin, no eval, no injected styles, the CSRF token on every unsafe request. */
import htmx from "htmx.org";

declare global {
  interface Window {
    htmx: unknown;
  }
}

export function csrfToken(): string {
  const field = document.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]");
  return field?.value ?? document.querySelector<HTMLMetaElement>("meta[name=csrf-token]")?.content ?? "";
}

document.addEventListener("htmx:config:request", (event) => {
  const detail = (event as CustomEvent<{ ctx: { request: { method: string; headers: Record<string, string> } } }>).detail;
  if (!/^(GET|HEAD|OPTIONS)$/i.test(detail.ctx.request.method)) {
    detail.ctx.request.headers["X-CSRFToken"] = csrfToken();
  }
});

window.htmx = htmx;
export { htmx };
