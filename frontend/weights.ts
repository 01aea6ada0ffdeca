// Four weights that always sum to 100: what one gains the others lose in proportion. Without script they are numbers.
const TOTAL = 100;

/** The weights after the one at `place` has become `value`: whole numbers that sum to 100. */
export function balanced(weights: number[], place: number, value: number): number[] {
  const wanted = Math.min(TOTAL, Math.max(0, Math.round(value)));
  const others = weights.reduce((sum, weight, at) => (at === place ? sum : sum + weight), 0);
  const rest = TOTAL - wanted;
  const shares = weights.map((weight, at) => {
    if (at === place) return wanted;
    return others === 0 ? rest / (weights.length - 1) : (weight / others) * rest;
  });
  const whole = shares.map(Math.floor);
  // What rounding down left over goes to those who lost most by it.
  const order = shares.map((share, at) => ({ at, lost: share - Math.floor(share) })).sort((a, b) => b.lost - a.lost);
  let left = TOTAL - whole.reduce((sum, weight) => sum + weight, 0);
  for (const { at } of order) {
    if (left <= 0) break;
    if (at === place) continue;
    whole[at] = (whole[at] ?? 0) + 1;
    left -= 1;
  }
  return whole;
}

function start(): void {
  const form = document.querySelector<HTMLFormElement>("[data-weights]");
  if (!form) return;
  const numbers = [...form.querySelectorAll<HTMLInputElement>("[data-weight]")];
  const sliders = numbers.map(slider);
  const show = (weights: number[]) => {
    weights.forEach((weight, at) => {
      const [number, range] = [numbers[at], sliders[at]];
      if (number) number.value = String(weight);
      if (range) range.value = String(weight);
    });
    preview(form, numbers);
  };
  const change = (place: number, value: number) => show(balanced(numbers.map((input) => Number(input.value)), place, value));
  let before = numbers.map((input) => Number(input.value));
  sliders.forEach((range, place) => range.addEventListener("input", () => {
    change(place, Number(range.value));
    before = numbers.map((input) => Number(input.value));
  }));
  // A number is typed digit by digit: the others give way when it is done.
  numbers.forEach((input, place) => input.addEventListener("change", () => {
    const typed = Number(input.value);
    show(balanced(before, place, Number.isFinite(typed) ? typed : (before[place] ?? 0)));
    before = numbers.map((each) => Number(each.value));
  }));
}

function slider(number: HTMLInputElement): HTMLInputElement {
  const range = Object.assign(document.createElement("input"), {
    type: "range", min: "0", max: String(TOTAL), step: "1", className: "weight-slider", value: number.value,
  });
  range.setAttribute("aria-label", number.labels?.[0]?.textContent ?? number.name);
  number.before(range);
  return range;
}

let waiting: number | undefined;
let asked: AbortController | undefined;

function preview(form: HTMLFormElement, numbers: HTMLInputElement[]): void {
  window.clearTimeout(waiting);
  waiting = window.setTimeout(() => void load(form, numbers), 200);
}

async function load(form: HTMLFormElement, numbers: HTMLInputElement[]): Promise<void> {
  const place = document.querySelector<HTMLElement>("[data-weights-preview]");
  const url = form.dataset.previewUrl;
  if (!place || !url) return;
  asked?.abort();
  asked = new AbortController();
  const query = new URLSearchParams(numbers.map((input) => [input.name, input.value]));
  try {
    const response = await fetch(`${url}?${query}`, { signal: asked.signal });
    const text = await response.text();
    if (response.ok || response.status === 422) place.innerHTML = text;
  } catch (error) {
    if (!(error instanceof DOMException && error.name === "AbortError")) place.textContent = "The preview could not be loaded.";
  }
}

start();
