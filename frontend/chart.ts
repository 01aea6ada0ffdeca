// The two growth curves of the dashboard. Each has its own scale: one axis for both would flatten them to lines.
import { Chart, LinearScale, LineController, LineElement, PointElement, Tooltip } from "chart.js";
import type { ChartOptions, TooltipItem } from "chart.js";
import { grouped } from "./text";

Chart.register(LineController, LineElement, PointElement, LinearScale, Tooltip);

interface Moment {
  at: string;
  followers: number | null;
  following: number | null;
}

type ScaleOptions = NonNullable<ChartOptions<"line">["scales"]>;
type Curve = "followers" | "following";

const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const TIME = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const EXACT = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });
const TWO_DAYS = 2 * 86_400_000;

function main(): void {
  const source = document.querySelector("#growth-data")?.textContent;
  if (!source) return;
  const moments = JSON.parse(source) as Moment[];
  const charts: { figure: HTMLElement; chart: Chart<"line"> }[] = [];
  for (const figure of document.querySelectorAll<HTMLElement>("[data-curve]")) {
    const chart = draw(figure, moments, figure.dataset["curve"] as Curve);
    if (chart) charts.push({ figure, chart });
  }
  fillTable(moments);
  const repaint = () => charts.forEach(({ figure, chart }) => paint(figure, chart));
  document.addEventListener("kith:theme", repaint);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
}

function draw(figure: HTMLElement, moments: Moment[], curve: Curve): Chart<"line"> | null {
  const canvas = figure.querySelector("canvas");
  const points = moments.flatMap((moment) => {
    const y = moment[curve];
    return y === null ? [] : [{ x: Date.parse(moment.at), y }];
  });
  const first = points[0];
  const last = points.at(-1);
  if (!canvas || !first || !last) return null;
  const summary = `${grouped(first.y)} → ${grouped(last.y)}`;
  canvas.setAttribute("aria-label", `${curve} from ${EXACT.format(first.x)} to ${EXACT.format(last.x)}: ${summary}`);
  const span = figure.querySelector("[data-curve-span]");
  if (span) span.textContent = summary;
  const chart = new Chart(canvas, {
    type: "line",
    data: { datasets: [{ data: points, borderWidth: 1.75, pointRadius: points.length > 40 ? 0 : 2, pointHitRadius: 16, clip: 4 }] },
    options: {
      animation: false,
      maintainAspectRatio: false,
      interaction: { mode: "nearest", axis: "x", intersect: false },
      scales: scales(first.x, last.x),
      plugins: { tooltip: { displayColors: false, callbacks: TOOLTIP } },
    },
  });
  paint(figure, chart);
  return chart;
}

const TOOLTIP = {
  title: (items: TooltipItem<"line">[]) => EXACT.format(items[0]?.parsed.x ?? 0),
  label: (item: TooltipItem<"line">) => grouped(item.parsed.y ?? 0),
};

function scales(begin: number, end: number): ScaleOptions {
  const format = end - begin < TWO_DAYS ? TIME : DAY;
  const border = { display: false };
  return {
    x: {
      type: "linear",
      min: begin,
      max: end,
      border,
      grid: { display: false },
      ticks: { maxTicksLimit: 4, maxRotation: 0, align: "inner", callback: (value) => format.format(Number(value)) },
    },
    y: { grace: "12%", border, ticks: { maxTicksLimit: 4, precision: 0, callback: (value) => grouped(Number(value)) } },
  };
}

/** Takes the colours from the page, so that the curves follow the theme. */
function paint(figure: HTMLElement, chart: Chart<"line">): void {
  const colour = (selector: string) => getComputedStyle(figure.querySelector(selector) ?? figure).color;
  const line = chart.data.datasets[0];
  if (line) line.borderColor = line.pointBackgroundColor = line.pointBorderColor = colour(".curve-canvas");
  for (const scale of Object.values(chart.options.scales ?? {})) {
    if (scale?.ticks) scale.ticks.color = colour(".curve-text");
    if (scale) scale.grid = { ...scale.grid, color: colour(".curve-grid") };
  }
  chart.options.font = { family: getComputedStyle(document.body).fontFamily, size: 12 };
  chart.update("none");
}

function fillTable(moments: Moment[]): void {
  const place = document.querySelector("[data-growth-table]");
  if (!place) return;
  const table = document.createElement("table");
  table.className = "data";
  const head = table.createTHead().insertRow();
  for (const title of ["Snapshot", "Followers", "Following"]) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = title;
    head.append(cell);
  }
  const body = table.createTBody();
  for (const moment of [...moments].reverse()) {
    const row = body.insertRow();
    row.insertCell().textContent = EXACT.format(Date.parse(moment.at));
    for (const count of [moment.followers, moment.following]) {
      row.insertCell().textContent = count === null ? "–" : grouped(count);
    }
  }
  place.replaceChildren(table);
}

main();
