// Runs before the first paint, so that a chosen theme never flashes. "system" is simply no attribute.
{
  let chosen: string | null = null;
  try {
    chosen = localStorage.getItem("kith-theme");
  } catch {
    // Storage is switched off: the system's theme it is.
  }
  if (chosen === "light" || chosen === "dark") {
    document.documentElement.setAttribute("data-theme", chosen);
  }
}
