// What somebody writes is kept on this machine until it is sent: <textarea data-draft="reply-26-001042">.
const KEY = "okibi-draft:";
const DAYS = 30;

function fill(area) {
  if (area.dataset.draftReady) return;
  area.dataset.draftReady = "yes";
  const kept = read(area.dataset.draft);
  if (kept && !area.value) {
    area.value = kept;
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(KEY + name))?.text ?? "";
  } catch {
    return "";
  }
}

export function forget(name) {
  localStorage.removeItem(KEY + name);
}

function fillAll() {
  document.querySelectorAll("textarea[data-draft]").forEach(fill);
}

document.addEventListener("input", (event) => {
  const name = event.target.dataset?.draft;
  if (!name) return;
  if (event.target.value.trim()) {
    localStorage.setItem(KEY + name, JSON.stringify({ text: event.target.value, at: Date.now() }));
  } else forget(name);
});

// The server says that it was kept: HX-Trigger: {"draft-sent": {"name": "reply-26-001042"}}.
// It may come after the new form was filled from the draft: then that is taken back.
document.addEventListener("draft-sent", (event) => {
  const { name } = event.detail;
  const kept = read(name);
  for (const area of document.querySelectorAll(`textarea[data-draft="${CSS.escape(name)}"]`)) {
    if (area.value !== kept) continue;
    area.value = "";
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  forget(name);
});
document.addEventListener("htmx:after:swap", fillAll);
fillAll();

for (const key of Object.keys(localStorage).filter((key) => key.startsWith(KEY))) {
  try {
    if (Date.now() - JSON.parse(localStorage.getItem(key)).at > DAYS * 86400000) localStorage.removeItem(key);
  } catch {
    localStorage.removeItem(key);
  }
}
