// The switch for light, dark and automatic colours; theme.ts applies the stored choice on the next page.
const KEY = "kith-theme";

function stored(): string {
  try {
    return localStorage.getItem(KEY) ?? "system";
  } catch {
    return "system";
  }
}

function store(choice: string): void {
  try {
    localStorage.setItem(KEY, choice);
  } catch {
    // Without storage the choice holds for this page alone.
  }
}

function show(choice: string, buttons: NodeListOf<HTMLButtonElement>): void {
  const root = document.documentElement;
  if (choice === "system") root.removeAttribute("data-theme");
  else root.setAttribute("data-theme", choice);
  for (const button of buttons) {
    button.setAttribute("aria-pressed", String(button.dataset["themeChoice"] === choice));
  }
  document.dispatchEvent(new Event("kith:theme"));
}

export function startThemeSwitch(): void {
  const group = document.querySelector<HTMLElement>("[data-themes]");
  if (!group) return;
  const buttons = group.querySelectorAll<HTMLButtonElement>("[data-theme-choice]");
  group.hidden = false;
  show(stored(), buttons);
  for (const button of buttons) {
    button.addEventListener("click", () => {
      const choice = button.dataset["themeChoice"] ?? "system";
      store(choice);
      show(choice, buttons);
    });
  }
}
