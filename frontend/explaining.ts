// Beside the line that says why a score is what it is, the whole explanation: on hover, on focus and on a tap. It stays
// while the pointer is on it, and Escape closes it (WCAG 1.4.13). Without script the line leads to the person's page.
const LINE = "[data-explain]";
const OPENS_AFTER_MS = 150;
const CLOSES_AFTER_MS = 250;

const known = new Map<string, string>();
let shown: HTMLElement | null = null;
let wasShown = false;
let timer: number | undefined;

const box = Object.assign(document.createElement("div"), { id: "explained", className: "explained" });
box.setAttribute("role", "tooltip");

export function startExplaining(): void {
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse") return;
    const line = lineAt(event.target);
    if (line) after(OPENS_AFTER_MS, () => void explain(line));
    else if (isInside(event.target)) window.clearTimeout(timer);
  });
  document.addEventListener("pointerout", (event) => {
    if (event.pointerType !== "mouse" || !(lineAt(event.target) || isInside(event.target))) return;
    after(CLOSES_AFTER_MS, () => {
      if (document.activeElement !== shown) close();
    });
  });
  document.addEventListener("focusin", (event) => {
    const line = lineAt(event.target);
    if (line) void explain(line);
  });
  document.addEventListener("focusout", (event) => {
    if (lineAt(event.target)) close();
  });
  document.addEventListener("pointerdown", (event) => {
    wasShown = shown !== null && lineAt(event.target) === shown;
    if (shown && !lineAt(event.target) && !isInside(event.target)) close();
  });
  // A tap opens and closes; with a mouse the explanation is open already, and a click leads on.
  document.addEventListener("click", (event) => {
    const line = lineAt(event.target);
    if (!line || !(event instanceof PointerEvent) || event.pointerType === "mouse" || event.pointerType === "") return;
    event.preventDefault();
    if (wasShown) close();
    else void explain(line);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
}

/** Opens what explains the line, or closes it where it is open. */
export function toggleExplanation(line: HTMLElement | null): void {
  if (line && line !== shown) void explain(line);
  else close();
}

async function explain(line: HTMLElement): Promise<void> {
  window.clearTimeout(timer);
  if (line === shown) return;
  close();
  shown = line;
  const text = await textOf(line.dataset.explain ?? "");
  if (shown !== line || !line.isConnected) return;
  box.innerHTML = text;
  line.after(box);
  box.classList.toggle("is-above", box.getBoundingClientRect().bottom > window.innerHeight - 64);
  line.setAttribute("aria-describedby", box.id);
}

async function textOf(url: string): Promise<string> {
  const before = known.get(url);
  if (before) return before;
  try {
    const answer = await fetch(url, { headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const text = await answer.text();
    known.set(url, text);
    return text;
  } catch {
    return "The explanation could not be loaded.";
  }
}

function close(): void {
  window.clearTimeout(timer);
  shown?.removeAttribute("aria-describedby");
  shown = null;
  box.remove();
}

function after(milliseconds: number, act: () => void): void {
  window.clearTimeout(timer);
  timer = window.setTimeout(act, milliseconds);
}

function lineAt(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>(LINE) : null;
}

function isInside(target: EventTarget | null): boolean {
  return target instanceof Node && box.contains(target);
}
