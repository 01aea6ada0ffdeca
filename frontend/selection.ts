// Whom the user has picked: kept by the server, so that it survives paging. What is ticked is told one call at a time,
// the whole page at once: calls that overtake each other would bring back an older state.
import { csrfToken } from "./http";
import { grouped } from "./text";

let running: Promise<void> | null = null;
// As it was when something was ticked: by the time of its call the page may be another.
const waiting = new Map<HTMLFormElement, FormData>();

export const form = (): HTMLFormElement | null => document.querySelector<HTMLFormElement>("[data-ranked]");
export const boxes = (): HTMLInputElement[] => [...document.querySelectorAll<HTMLInputElement>("[data-pick]")];
const bar = (): HTMLElement | null => document.querySelector<HTMLElement>("[data-selection-bar]");

export function selectedCount(): number {
  return Number(bar()?.dataset.count ?? "0");
}

/** Tells the server what is ticked of what is shown; how many are selected comes back from there. */
export function storeTicks(): Promise<void> {
  showTicks();
  const place = form();
  if (place) waiting.set(place, filled(place, "tick"));
  running ??= storeWaiting().finally(() => (running = null));
  return running;
}

/** Whether something is on its way to the server. */
export const isStoring = (): boolean => running !== null;

/** Nothing is on its way to the server any more. */
export async function isStored(): Promise<void> {
  while (running) await running;
}

async function storeWaiting(): Promise<void> {
  for (const [place, body] of waiting) {
    waiting.delete(place);
    await send(place, body);
  }
}

// Whoever leaves the page waits for no answer.
window.addEventListener("pagehide", storeRest);

function storeRest(): void {
  for (const [place, body] of waiting) void send(place, body);
  waiting.clear();
}

/** Posts the form with an action; null when that failed, which is said then. */
export async function tell(action: string): Promise<Record<string, unknown> | null> {
  const place = form();
  return place ? send(place, filled(place, action)) : null;
}

function filled(place: HTMLFormElement, action: string): FormData {
  const body = new FormData(place);
  body.set("action", action);
  return body;
}

async function send(place: HTMLFormElement, body: FormData): Promise<Record<string, unknown> | null> {
  try {
    // Not `form.action`: the buttons are named so.
    const url = place.getAttribute("action") ?? "";
    const headers = { Accept: "application/json", "X-CSRFToken": csrfToken() };
    const answer = await fetch(url, { method: "POST", headers, body, keepalive: true });
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
  if (text) text.textContent = grouped(count);
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
