// The ranked list by keyboard and with a selection that survives paging. Without script the same form posts.
import { csrfToken } from "./http";
import { onKeys } from "./keys";

let current = -1;
let lastPicked: HTMLInputElement | null = null;

const rows = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>("[data-row]")];
const boxes = (): HTMLInputElement[] => [...document.querySelectorAll<HTMLInputElement>("[data-pick]")];
const boxOf = (row: HTMLElement | undefined): HTMLInputElement | null =>
  row?.querySelector<HTMLInputElement>("[data-pick]") ?? null;

document.addEventListener("click", (event) => {
  const box = event.target;
  if (box instanceof HTMLInputElement && box.matches("[data-pick]")) pick(box, event.shiftKey);
});
document.addEventListener("change", (event) => {
  const box = event.target;
  if (box instanceof HTMLInputElement && box.matches("[data-pick-page]")) {
    for (const each of boxes()) each.checked = box.checked;
    void store();
  }
});
document.addEventListener("htmx:afterSwap", () => {
  current = -1;
  lastPicked = null;
  showPage();
});
showPage();

onKeys({
  j: () => move(1),
  k: () => move(-1),
  x: () => toggle(false),
  X: () => toggle(true),
  u: () => review(),
  w: () => keep(),
  e: () => explain(),
  "/": () => document.querySelector<HTMLInputElement>("#search")?.focus(),
  "?": () => document.querySelector<HTMLElement>("#keys-help")?.togglePopover(),
});

function move(step: number): void {
  const all = rows();
  if (all.length === 0) return;
  current = Math.min(all.length - 1, Math.max(0, current + step));
  all.forEach((row, place) => row.classList.toggle("is-current", place === current));
  const box = boxOf(all[current]);
  box?.focus({ preventScroll: true });
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
  void store();
}

/** Tells the server what is ticked of what is shown; the numbers come back from there. */
async function store(): Promise<void> {
  const form = document.querySelector<HTMLFormElement>("[data-ranked]");
  if (!form) return;
  const body = new FormData(form);
  body.set("action", "tick");
  showPage();
  try {
    // Not form.action: a button of that name hides it.
    const response = await fetch(form.getAttribute("action") ?? "", {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRFToken": csrfToken() },
      body,
    });
    if (!response.ok) throw new Error(String(response.status));
    const answer = (await response.json()) as { selected: number };
    show(answer.selected);
  } catch {
    say("The selection could not be saved; please load the page again.");
  }
}

function show(count: number): void {
  const bar = document.querySelector<HTMLElement>("[data-selection-bar]");
  if (bar) bar.dataset.count = String(count);
  say(String(count), true);
  showPage();
}

function say(text: string, isCount = false): void {
  const place = document.querySelector<HTMLElement>("[data-selected]");
  if (place) place.textContent = text;
  place?.parentElement?.classList.toggle("is-problem", !isCount);
}

function showPage(): void {
  const all = boxes();
  const picked = all.filter((box) => box.checked).length;
  const whole = document.querySelector<HTMLInputElement>("[data-pick-page]");
  if (whole) {
    whole.checked = all.length > 0 && picked === all.length;
    whole.indeterminate = picked > 0 && picked < all.length;
  }
  for (const box of all) box.closest("tr")?.classList.toggle("is-picked", box.checked);
}

/** `u`: the selected go to the review; with nobody selected, the person at hand. */
function review(): void {
  const count = Number(document.querySelector<HTMLElement>("[data-selection-bar]")?.dataset.count ?? "0");
  const box = boxOf(rows()[current]);
  if (count === 0 && box) box.checked = true;
  document.querySelector<HTMLButtonElement>("[data-review]")?.click();
}

/** `w`: the person at hand is kept; with somebody selected, all of them. */
function keep(): void {
  const count = Number(document.querySelector<HTMLElement>("[data-selection-bar]")?.dataset.count ?? "0");
  const box = boxOf(rows()[current]);
  if (count === 0 && box) box.checked = true;
  if (count > 0 || box) document.querySelector<HTMLButtonElement>("[data-keep]")?.click();
}

function explain(): void {
  const more = rows()[current]?.querySelector<HTMLDetailsElement>("details");
  if (more) more.open = !more.open;
}
