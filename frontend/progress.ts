// Keeps a job on the page up to date: asks for its status every second, loads the page anew at its end.
import { get } from "./http";
import { grouped } from "./text";

const EVERY_SECOND = 1_000;
const WHILE_WAITING = 15_000; // A spent hourly budget does not come back within a second.
const AFTER_SILENCE = 5_000;

export interface JobStatus {
  jobId: string | number | null;
  status: string;
  stage: string | null;
  message: string | null;
  progress: { percent: number | null; processed: number | null; total: number | null } | null;
  resumeAt: string | null;
  error: string | null;
}

const WORDS: Record<string, string> = {
  pending: "Waiting for its turn",
  in_progress: "Under way",
  waiting: "Paused",
};

export function followJobs(root: ParentNode = document): void {
  for (const job of root.querySelectorAll<HTMLElement>("[data-job]")) void follow(job);
}

async function follow(job: HTMLElement): Promise<void> {
  const url = job.dataset["statusUrl"];
  while (url && job.isConnected) {
    await pause(await step(job, url));
  }
}

/** One look at the job; returns how long to wait until the next. */
async function step(job: HTMLElement, url: string): Promise<number> {
  let status: JobStatus;
  try {
    const response = await get(url);
    if (response.status === 401 || response.status === 404) {
      location.reload();
      return WHILE_WAITING;
    }
    if (!response.ok) throw new Error(`status ${response.status}`);
    status = (await response.json()) as JobStatus;
  } catch {
    text(job, "message", "kith does not answer at the moment; trying again.");
    return AFTER_SILENCE;
  }
  if (!(status.status in WORDS)) {
    location.reload();
    return WHILE_WAITING;
  }
  show(job, status);
  return status.status === "waiting" ? WHILE_WAITING : EVERY_SECOND;
}

function show(job: HTMLElement, status: JobStatus): void {
  const word = job.querySelector<HTMLElement>(".job-word");
  const label = WORDS[status.status] ?? "";
  if (word && word.textContent !== label) word.textContent = label;
  text(job, "message", status.message ?? status.stage ?? "");
  const { percent = null, processed = null, total = null } = status.progress ?? {};
  const bar = job.querySelector<HTMLProgressElement>("[data-job-bar]");
  // Before anything is known to be done, a moving bar says more than an empty one.
  if (!percent) bar?.removeAttribute("value");
  else if (bar) bar.value = percent;
  text(job, "percent", percent ? `${percent} %` : "");
  const of = total && processed ? `${grouped(processed)} of ` : "";
  const most = total || processed;
  text(job, "count", processed && most ? `${of}${grouped(most)} ${most === 1 ? "person" : "people"}` : "");
}

/** Writes only what differs: a live region is read aloud each time it is written. */
function text(job: HTMLElement, part: string, value: string): void {
  const element = job.querySelector<HTMLElement>(`[data-job-${part}]`);
  if (element && element.textContent !== value) element.textContent = value;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
