// The panel below the drop zone: what was found, how far the upload is, what went wrong, which account is meant.
import { grouped } from "../text";

export class Panel {
  readonly #root: HTMLElement;

  constructor(root: HTMLElement) {
    this.#root = root;
  }

  say(title: string, detail = ""): void {
    this.#root.hidden = false;
    this.#root.classList.remove("notice-danger");
    this.#part("title").textContent = title;
    this.#part("detail").textContent = detail;
    this.#part("bar").hidden = true;
    this.#part("choices").hidden = true;
    this.#part("messages").hidden = true;
  }

  fail(sentence: string, detail = ""): void {
    this.say(sentence, detail);
    this.#root.classList.add("notice-danger");
  }

  /** Shows a share between 0 and 1; null for work whose length is not known. */
  progress(share: number | null): void {
    const bar = this.#part("bar") as HTMLProgressElement;
    bar.hidden = false;
    if (share === null) bar.removeAttribute("value");
    else bar.value = Math.round(share * 100);
  }

  /** Asks which account is meant: one of some, or, if none is known, by its name. */
  ask(sentence: string, usernames: string[], onChoice: (username: string) => void): void {
    this.say(sentence);
    const form = this.#part("choices") as HTMLFormElement;
    this.#part("names").replaceChildren(...(usernames.length > 0 ? usernames.map(choice) : [typed()]));
    form.hidden = false;
    form.onsubmit = (event) => {
      event.preventDefault();
      onChoice(String(new FormData(form).get("account")));
    };
    form.querySelector("input")?.focus();
  }

  /** Asks whether messages may be counted. Nothing is sent before the answer. */
  askForMessages(files: number, onAnswer: (isYes: boolean) => void): void {
    this.say(files === 1 ? "There is a conversation in this." : `There are ${grouped(files)} files of conversations in this.`);
    const question = this.#part("messages");
    question.hidden = false;
    for (const button of question.querySelectorAll<HTMLButtonElement>("button")) {
      button.onclick = () => onAnswer(button.value === "yes");
    }
    question.querySelector("button")?.focus();
  }

  #part(name: string): HTMLElement {
    const part = this.#root.querySelector<HTMLElement>(`[data-import-${name}]`);
    if (!part) throw new Error(`the panel has no ${name}`);
    return part;
  }
}

function typed(): HTMLElement {
  const line = document.createElement("div");
  line.className = "field";
  const input = Object.assign(document.createElement("input"), {
    type: "text", name: "account", required: true, id: "account-name", maxLength: 31, autocapitalize: "none", spellcheck: false,
  });
  const label = Object.assign(document.createElement("label"), { htmlFor: input.id, textContent: "Name of the account" });
  line.append(label, input);
  return line;
}

function choice(username: string, index: number): HTMLElement {
  const line = document.createElement("div");
  line.className = "field-choice";
  const input = Object.assign(document.createElement("input"), {
    type: "radio", name: "account", value: username, required: true, id: `choice-${index}`,
  });
  const label = Object.assign(document.createElement("label"), { htmlFor: input.id, textContent: username });
  line.append(input, label);
  return line;
}
