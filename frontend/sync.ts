// "Sync now" without leaving the page. Without script the same form posts and the page loads anew.
import { post } from "./http";
import { followJobs } from "./progress";

export function startSyncForms(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("[data-sync]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void sync(form);
    });
  }
}

async function sync(form: HTMLFormElement): Promise<void> {
  const button = form.querySelector("button");
  if (button) button.disabled = true;
  const error = await queue(form.action);
  if (error === null) {
    showNewJob();
  } else {
    say(error);
    if (button) button.disabled = false;
  }
}

/** Null when a job is under way, be it new or an older one; otherwise what went wrong. */
async function queue(url: string): Promise<string | null> {
  try {
    const response = await post(url);
    if (response.ok || response.status === 409) return null;
    const answer = (await response.json()) as { error?: string };
    return answer.error ?? "The sync could not be started. Please load the page again.";
  } catch {
    return "kith does not answer at the moment. Please try again.";
  }
}

function showNewJob(): void {
  const place = document.querySelector<HTMLElement>("[data-job-place]");
  const template = document.querySelector<HTMLTemplateElement>("#new-job");
  if (!place || !template) return location.reload();
  place.replaceChildren(template.content.cloneNode(true));
  say("");
  followJobs(place);
}

function say(text: string): void {
  const place = document.querySelector<HTMLElement>("[data-sync-error]");
  if (!place) return;
  place.textContent = text;
  place.hidden = text === "";
}
