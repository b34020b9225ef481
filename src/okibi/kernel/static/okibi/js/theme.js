// The reader's colours: system, light or dark. Kept in a cookie so that the server writes <html data-theme> itself.
const YEAR = 31536000;

function choose(theme) {
  document.documentElement.dataset.theme = theme;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `okibi_theme=${theme}; Path=/; Max-Age=${YEAR}; SameSite=Lax${secure}`;
}

document.addEventListener("change", (event) => {
  if (event.target.closest("[data-theme-switch]")) choose(event.target.value);
});
