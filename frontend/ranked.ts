// The ranked list by keyboard, with a selection that survives paging. Without script the same form posts.
import { startExplaining, toggleExplanation } from "./explaining";
import { onKeys } from "./keys";
import { boxes, form, isStored, isStoring, selectedCount, showTicks, storeTicks, tell } from "./selection";

declare global {
  interface Window {
    htmx: { ajax(verb: string, url: string, context: { target: string }): Promise<void> };
  }
}

let current = -1;
let lastPicked: HTMLInputElement | null = null;

const rows = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>("[data-row]")];
const within = <T extends HTMLElement>(row: HTMLElement | undefined, selector: string): T | null =>
  row?.querySelector<T>(selector) ?? null;
const boxOf = (row: HTMLElement | undefined): HTMLInputElement | null => within<HTMLInputElement>(row, "[data-pick]");

startExplaining();
showTicks();

document.addEventListener("click", (event) => {
  const box = event.target;
  if (box instanceof HTMLInputElement && box.matches("[data-pick]")) pick(box, event.shiftKey);
});
document.addEventListener("change", (event) => {
  const whole = event.target;
  if (!(whole instanceof HTMLInputElement && whole.matches("[data-pick-page]"))) return;
  for (const box of boxes()) box.checked = whole.checked;
  void storeTicks();
});
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (event.target !== form() || !(button instanceof HTMLButtonElement)) return;
  event.preventDefault();
  void act(button);
});

// What comes back shows who is ticked: it is asked for when all ticks are told.
document.addEventListener("htmx:confirm", (event) => {
  if (!isStoring()) return;
  event.preventDefault();
  const { issueRequest } = (event as CustomEvent<{ issueRequest: (isConfirmed: boolean) => void }>).detail;
  void isStored().then(() => issueRequest(true));
});

// Fields that are empty need not stand in the address.
document.addEventListener("htmx:configRequest", (event) => {
  const parameters = (event as CustomEvent<{ parameters: FormData }>).detail.parameters;
  for (const [name, value] of [...parameters.entries()]) {
    if (value === "" || (name === "sort" && value === "score")) parameters.delete(name);
  }
});
document.addEventListener("htmx:afterSettle", () => {
  current = -1;
  lastPicked = null;
  showTicks();
  const count = document.querySelector<HTMLElement>("[data-count-text]")?.textContent ?? "";
  announce(count);
  // What had the focus is gone, as the links to the next page are: it goes to the results.
  if (document.activeElement === document.body) document.querySelector<HTMLElement>("#results")?.focus({ preventScroll: true });
});

onKeys({
  j: () => move(1),
  k: () => move(-1),
  x: () => toggle(false),
  X: () => toggle(true),
  u: () => withSomebody("[data-review]"),
  w: () => withSomebody("[data-keep]"),
  e: () => toggleExplanation(within(rows()[current], "[data-explain]")),
  "/": () => document.querySelector<HTMLInputElement>("#search")?.focus(),
  "?": () => document.querySelector<HTMLElement>("#keys-help")?.togglePopover(),
});

/** Selecting and keeping need no new page; reviewing is one. */
async function act(button: HTMLButtonElement): Promise<void> {
  await isStored();
  if (button.value === "review") {
    const place = form();
    place?.insertAdjacentHTML("beforeend", '<input type="hidden" name="action" value="review">');
    place?.submit();
    return;
  }
  const told = await tell(button.value);
  if (!told) return;
  if (button.value === "keep") {
    await reload();
    say(String(told.message), String(told.url));
    return;
  }
  for (const box of boxes()) box.checked = button.value === "all";
  showTicks();
  boxOf(rows()[current])?.focus({ preventScroll: true });
}

/** The list as it is now, with the row at hand where it was. */
async function reload(): Promise<void> {
  const place = current;
  await window.htmx.ajax("GET", location.href, { target: "#results" });
  current = Math.min(place, rows().length) - 1;
  if (place >= 0) move(1);
}

function say(text: string, url: string): void {
  const place = document.querySelector<HTMLElement>("[data-said]");
  const link = place?.querySelector<HTMLAnchorElement>("a");
  const words = place?.querySelector<HTMLElement>("span");
  if (!place || !link || !words) return;
  words.textContent = text;
  link.href = url;
  place.hidden = false;
  announce(text);
}

function announce(text: string): void {
  const place = document.querySelector<HTMLElement>("[data-announced]");
  if (place && text) place.textContent = text.trim();
}

function move(step: number): void {
  const all = rows();
  if (all.length === 0) return;
  current = Math.min(all.length - 1, Math.max(0, current + step));
  all.forEach((row, place) => row.classList.toggle("is-current", place === current));
  boxOf(all[current])?.focus({ preventScroll: true });
  all[current]?.scrollIntoView({ block: "nearest" });
}

function toggle(isRange: boolean): void {
  const box = boxOf(rows()[current]);
  if (!box) return;
  box.checked = !box.checked;
  pick(box, isRange);
}

/** With shift, everybody between the last picked box and this one gets its state. */
function pick(box: HTMLInputElement, isRange: boolean): void {
  const all = boxes();
  if (isRange && lastPicked && all.includes(lastPicked)) {
    const [from, to] = [all.indexOf(lastPicked), all.indexOf(box)].sort((a, b) => a - b);
    for (const each of all.slice(from, (to ?? 0) + 1)) each.checked = box.checked;
  }
  lastPicked = box;
  current = rows().findIndex((row) => row.contains(box));
  void storeTicks();
}

/** Presses the button for the selected; with nobody selected, for the person at hand. */
function withSomebody(button: string): void {
  const box = boxOf(rows()[current]);
  if (selectedCount() === 0 && box) box.checked = true;
  showTicks();
  document.querySelector<HTMLButtonElement>(`${button}:not([hidden])`)?.click();
}
