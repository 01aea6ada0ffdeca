// Sends packed files and reads the answer. XMLHttpRequest, because fetch does not tell how much was sent.
import { csrfToken } from "../http";

export type Answer =
  | { kind: "accepted"; url: string }
  | { kind: "refused"; error: string; choices: string[] | null };

export function send(url: string, files: File[], account: string | null, onProgress: (share: number) => void): Promise<Answer> {
  const form = new FormData();
  for (const file of files) form.append("files", file, file.name);
  if (account !== null) form.append("account", account);
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.responseType = "text";
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", csrfToken());
    request.upload.addEventListener("progress", (event) => onProgress(event.total ? event.loaded / event.total : 1));
    request.addEventListener("load", () => resolve(answerOf(request.status, request.responseText)));
    request.addEventListener("error", () => resolve(refused("kith cannot be reached at the moment. Please try again.")));
    request.send(form);
  });
}

export function answerOf(status: number, body: string): Answer {
  let answer: { url?: string; error?: string; choices?: string[] | null };
  try {
    answer = JSON.parse(body) as typeof answer;
  } catch {
    answer = {};
  }
  if (status === 202 && answer.url) return { kind: "accepted", url: answer.url };
  if (answer.error) return { kind: "refused", error: answer.error, choices: answer.choices ?? null };
  if (status === 401) return refused("You are no longer signed in. Please load the page again.");
  if (status === 413) return refused("This is larger than this kith accepts.");
  return refused("kith could not take the files. Please load the page again and repeat it.");
}

function refused(error: string): Answer {
  return { kind: "refused", error, choices: null };
}
