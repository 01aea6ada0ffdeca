// Single keys as shortcuts. They rest while somebody types, and while a modifier says that the browser is meant.
export type Keys = Record<string, (event: KeyboardEvent) => void>;

export function onKeys(keys: Keys): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(event.target)) return;
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act(event);
  });
}

/** Presses the button or link that names the key in `data-key`. */
export function pressByKey(): void {
  const keys: Keys = {};
  for (const control of document.querySelectorAll<HTMLElement>("[data-key]")) {
    const key = control.dataset.key;
    if (key) keys[key] = () => control.click();
  }
  onKeys(keys);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !["checkbox", "radio", "button", "submit"].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable;
}
