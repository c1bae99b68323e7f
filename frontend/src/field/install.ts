/** Putting the app on the home screen: the browser says when it can, we ask when the person wants. */
interface Prompt extends Event {
  prompt(): Promise<void>;
}

let prompt: Prompt | null = null;
const told = new Set<() => void>();

export function watchInstall(): void {
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    prompt = event as Prompt;
    told.forEach((tell) => tell());
  });
  addEventListener("appinstalled", () => {
    prompt = null;
    told.forEach((tell) => tell());
  });
}

export const canInstall = (): boolean => prompt !== null;

export function onInstallable(tell: () => void): void {
  told.clear();
  told.add(tell);
}

export async function install(): Promise<void> {
  await prompt?.prompt();
}
