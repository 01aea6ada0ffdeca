// The imports page: reads exports in the browser and sends only what kith needs of them.
import { gatherChosen, gatherDropped, type Gathered } from "./importing/gathering";
import type { Need } from "./importing/needed";
import { pack, type Packed, survey, UnreadableArchive } from "./importing/packing";
import { Panel } from "./importing/panel";
import { send } from "./importing/sending";
import { grouped, size } from "./text";

const NOTHING_FOUND = "There are no lists of people in this.";
const WHAT_TO_CHOOSE = "When you ask Instagram for the export, tick “Followers and following”. If it came in several parts, drop all of them at once.";

function main(): void {
  const form = document.querySelector<HTMLFormElement>("[data-import]");
  const root = document.querySelector<HTMLElement>("[data-import-state]");
  const drop = document.querySelector<HTMLElement>("[data-drop]");
  const input = form?.querySelector<HTMLInputElement>("input[type=file]");
  if (!form || !root || !drop || !input) return;
  const panel = new Panel(root);
  const asks = form.dataset.messages !== "left-out";
  const take = (gathered: Gathered | Promise<Gathered>) => void importing(form.action, panel, gathered, asks);

  for (const part of document.querySelectorAll<HTMLElement>("[data-with-script]")) part.hidden = false;
  for (const part of document.querySelectorAll<HTMLElement>("[data-without-script]")) part.hidden = true;
  // The button beside it says the same, and what was chosen is told below.
  input.classList.add("visually-hidden");
  input.addEventListener("change", () => {
    if (input.files?.length) take(gatherChosen(input.files));
  });
  offerFolders(form, take);
  acceptDrops(drop, take);
}

async function importing(url: string, panel: Panel, gathered: Gathered | Promise<Gathered>, asksForMessages: boolean): Promise<void> {
  const go = async (ready: Gathered, wanted: Set<Need>) => {
    panel.say("Reading …", "The file is opened here, in your browser.");
    panel.progress(null);
    const packed = await pack(ready, wanted);
    await upload(url, panel, packed, null);
  };
  await telling(panel, async () => {
    panel.say("Reading …", "The file is opened here, in your browser.");
    panel.progress(null);
    const ready = await gathered;
    const found = await survey(ready);
    const conversations = found.get("messages") ?? 0;
    if (!found.has("lists")) panel.fail(NOTHING_FOUND, WHAT_TO_CHOOSE);
    else if (conversations === 0 || !asksForMessages) await go(ready, new Set(["lists", "interactions"]));
    else
      panel.askForMessages(conversations, (isYes) => {
        const wanted: Need[] = isYes ? ["lists", "interactions", "messages"] : ["lists", "interactions"];
        void telling(panel, () => go(ready, new Set(wanted)));
      });
  });
}

async function telling(panel: Panel, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    panel.fail(error instanceof UnreadableArchive ? error.message : "This could not be read. Please try the ZIP as Instagram sent it.");
  }
}

async function upload(url: string, panel: Panel, packed: Packed, account: string | null): Promise<void> {
  panel.say(found(packed), "Sending them to your kith …");
  const answer = await send(url, packed.uploads, account, (share) => panel.progress(share));
  if (answer.kind === "accepted") location.assign(answer.url);
  else if (answer.choices) panel.ask(answer.error, answer.choices, (name) => void upload(url, panel, packed, name));
  else panel.fail(answer.error);
}

function found({ needed, total, uploads }: Packed): string {
  const bytes = size(uploads.reduce((sum, file) => sum + file.size, 0));
  const files = total === 1 ? "1 file is" : `${grouped(needed)} of ${grouped(total)} files ${needed === 1 ? "is" : "are"}`;
  return `${files} needed (${bytes})${needed < total ? "; the rest stays on your device" : ""}.`;
}

function offerFolders(form: HTMLFormElement, take: (gathered: Gathered) => void): void {
  const button = form.querySelector<HTMLButtonElement>("[data-choose-folder]");
  const input = Object.assign(document.createElement("input"), { type: "file", webkitdirectory: true });
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    if (input.files?.length) take(gatherChosen(input.files));
  });
}

function acceptDrops(drop: HTMLElement, take: (gathered: Promise<Gathered>) => void): void {
  for (const kind of ["dragenter", "dragover"]) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.add("drop-over");
    });
  }
  for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("drop-over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer) take(gatherDropped(event.dataTransfer.items));
  });
}

main();
