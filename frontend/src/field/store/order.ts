/** What is sent next. Order is kept for things that hang together; the rest may pass a photo that does not get through. */
import type { Command } from "../contract";

export const AT_ONCE = 50;

/** What a command belongs to: nothing about the same thing may overtake it. */
function thread(command: Command): string {
  const patrol = command.fields.patrol;
  return command.about || (typeof patrol === "string" ? patrol : "") || command.id;
}

/** The next commands in order, at most 50. `isReady`: all files of the command have arrived. */
export function batch(waiting: readonly Command[], isReady: (command: Command) => boolean): Command[] {
  const held = new Set<string>();
  const chosen: Command[] = [];
  for (const command of [...waiting].sort((one, other) => one.no - other.no)) {
    const hangs = held.has(thread(command)) || (command.after !== null && held.has(command.after));
    if (hangs || !isReady(command)) {
      held.add(command.id);
      held.add(thread(command));
    } else if (chosen.length < AT_ONCE) chosen.push(command);
    else break;
  }
  return chosen;
}

/** Pause before the next try after `failures` in a row: 30 s, growing to 10 min. */
export function pause(failures: number): number {
  return Math.min(30_000 * 2 ** Math.max(0, failures - 1), 600_000);
}
