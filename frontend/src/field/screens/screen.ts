/** What a screen is, and by which address it is found. */
import type { App } from "../app";

export interface Screen {
  title: string;
  body: HTMLElement;
  /** which tab of the bar at the bottom it belongs to */
  tab?: string;
  /** called after each change of queue, network or data, while the screen is shown */
  refresh?: () => void;
  /** called when the screen is left */
  leave?: () => void;
}

export type Open = (app: App, args: string[]) => Promise<Screen> | Screen;

export const link = (...parts: string[]): string => `#/${parts.map(encodeURIComponent).join("/")}`;

export function go(...parts: string[]): void {
  location.hash = link(...parts).slice(1);
}

/** Back to where one came from, or home when the app was opened here. */
export function back(): void {
  if (history.length > 1) history.back();
  else go("home");
}
