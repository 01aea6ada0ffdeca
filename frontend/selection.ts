// Whom the user has picked: kept by the server, so that it survives paging. What is ticked is told one call at a time,
// the whole page at once: calls that overtake each other would bring back an older state.
import { csrfToken } from "./http";

let running: Promise<void> | null = null;
let again = false;

export const form = (): HTMLFormElement | null => document.querySelector<HTMLFormElement>("[data-ranked]");
export const boxes = (): HTMLInputElement[] => [...document.querySelectorAll<HTMLInputElement>("[data-pick]")];
const bar = (): HTMLElement | null => document.querySelector<HTMLElement>("[data-selection-bar]");

export function selectedCount(): number {
  return Number(bar()?.dataset.count ?? "0");
}

/** Tells the server what is ticked of what is shown; how many are selected comes back from there. */
export function storeTicks(): Promise<void> {
  showTicks();
  if (running) {
    again = true;
    return running;
  }
  running = storeUntilTold().finally(() => (running = null));
  return running;
}

/** Nothing is on its way to the server any more. */
export async function isStored(): Promise<void> {
  while (running) await running;
}

async function storeUntilTold(): Promise<void> {
  do {
    again = false;
    await tell("tick");
  } while (again);
}

/** Posts the form with an action; null when that failed, which is said then. */
export async function tell(action: string): Promise<Record<string, unknown> | null> {
  const place = form();
  if (!place) return null;
  const body = new FormData(place);
  body.set("action", action);
  try {
    // Not `form.action`: the buttons are named so.
    const url = place.getAttribute("action") ?? "";
    const answer = await fetch(url, { method: "POST", headers: { Accept: "application/json", "X-CSRFToken": csrfToken() }, body });
    if (!answer.ok) throw new Error(String(answer.status));
    const told = (await answer.json()) as Record<string, unknown>;
    show(Number(told.selected));
    return told;
  } catch {
    const text = document.querySelector<HTMLElement>("[data-selected]")?.parentElement;
    if (text) text.textContent = "Not saved. Please load the page again.";
    text?.classList.add("is-problem");
    return null;
  }
}

function show(count: number): void {
  const place = bar();
  if (place) place.dataset.count = String(count);
  const text = document.querySelector<HTMLElement>("[data-selected]");
  if (text) text.textContent = count.toLocaleString("en").replaceAll(",", "\u202f");
  showTicks();
}

/** Makes the page agree with its boxes: the rows, the box of the whole page, and what needs somebody selected. */
export function showTicks(): void {
  const all = boxes();
  const picked = all.filter((box) => box.checked).length;
  const whole = document.querySelector<HTMLInputElement>("[data-pick-page]");
  if (whole) {
    whole.checked = all.length > 0 && picked === all.length;
    whole.indeterminate = picked > 0 && picked < all.length;
  }
  for (const box of all) box.closest("tr")?.classList.toggle("is-picked", box.checked);
  const isEmpty = selectedCount() === 0 && picked === 0;
  for (const control of document.querySelectorAll<HTMLElement>("[data-needs-selection]")) control.hidden = isEmpty;
}
