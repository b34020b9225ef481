// Putting the application on the home screen, and its colours.
let asked = null;

addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  asked = event;
  dispatchEvent(new CustomEvent("okibi-event", { detail: { kind: "install" } }));
});

export const canInstall = () => Boolean(asked);

export async function install() {
  asked.prompt();
  const { outcome } = await asked.userChoice;
  if (outcome === "accepted") asked = null;
}

// "system", "light" or "dark"; kept where it can be read before the first paint.
export function theme(chosen) {
  if (chosen !== undefined) localStorage.setItem("okibi-theme", chosen);
  let now = "system";
  try { now = localStorage.getItem("okibi-theme") || "system"; } catch (error) { /* forbidden: the system's */ }
  document.documentElement.dataset.theme = now;
  return now;
}
