// While somebody writes: "/" offers ready answers, "@" colleagues. <textarea data-suggest="/" data-suggest-url="…">; the answer is
// {"items": [{"title", "text"}]}, asked for once per page. Arrows choose, Enter or Tab puts the text in, Esc leaves it as typed.
const MOST = 8;
const known = new Map();
let area;
let begins = -1;
let shown = [];
let at = 0;

const list = () => document.getElementById("suggest");

async function items(url) {
  if (!known.has(url)) {
    const asked = fetch(url, { headers: { Accept: "application/json" } }).then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)));
    known.set(url, asked.then((found) => found.items));
    asked.catch(() => known.delete(url));
  }
  return known.get(url);
}

/** Where the word that is being written begins, when it begins with the sign at the start of a word. */
function sign(target) {
  const before = target.value.slice(0, target.selectionStart);
  const found = before.lastIndexOf(target.dataset.suggest);
  const free = found === 0 || /\s|\(/.test(before[found - 1] ?? "");
  return found >= 0 && free && before.length - found < 40 && !before.slice(found).includes("\n") ? found : -1;
}

async function offer(target) {
  const from = sign(target);
  if (from < 0) return close();
  const words = target.value.slice(from + 1, target.selectionStart).toLowerCase();
  let all;
  try {
    all = await items(target.dataset.suggestUrl);
  } catch {
    return close();
  }
  if (document.activeElement !== target || sign(target) !== from) return;
  const fits = all.filter((item) => item.title.toLowerCase().split(/\s+/).some((_, place, parts) => parts.slice(place).join(" ").startsWith(words)) || (words.length > 2 && item.title.toLowerCase().includes(words)));
  if (!fits.length && words) return close();
  [area, begins, shown, at] = [target, from, fits.slice(0, MOST), 0];
  draw();
}

function draw() {
  const place = list();
  place.replaceChildren(...(shown.length ? shown : [null]).map((item, index) => {
    const row = document.createElement("li");
    row.id = `suggest-${index}`;
    row.setAttribute("role", "option");
    row.setAttribute("aria-selected", String(Boolean(item) && index === at));
    if (!item) row.setAttribute("aria-disabled", "true");
    const title = document.createElement("b");
    title.textContent = item?.title ?? place.dataset.none;
    row.append(title);
    if (item && area.dataset.suggest === "/") {
      const text = document.createElement("small");
      text.textContent = item.text.replace(/\s+/g, " ").slice(0, 120);
      row.append(text);
    }
    row.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      if (item) put(item);
    });
    return row;
  }));
  place.hidden = false;
  area.setAttribute("aria-controls", "suggest");
  if (shown.length) area.setAttribute("aria-activedescendant", `suggest-${at}`);
  place.children[at]?.scrollIntoView({ block: "nearest" });
}

function close() {
  if (!list() || list().hidden) return;
  list().hidden = true;
  area?.removeAttribute("aria-activedescendant");
  begins = -1;
}

function put(item) {
  const target = area;
  target.setRangeText(item.text, begins, target.selectionStart, "end");
  close();
  target.focus();
  target.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("input", (event) => {
  if (event.target.matches?.("textarea[data-suggest]")) offer(event.target);
});
document.addEventListener("focusout", (event) => event.target === area && close());
document.addEventListener("keydown", (event) => {
  if (begins < 0 || event.target !== area || list()?.hidden !== false) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && shown.length) {
    at = (at + step + shown.length) % shown.length;
    draw();
  } else if ((event.key === "Enter" || event.key === "Tab") && shown.length && !event.ctrlKey && !event.metaKey) put(shown[at]);
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

// The button does what "/" does.
document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-suggest-open]")?.closest("form").querySelector(".compose-part:not([hidden]) textarea[data-suggest]");
  if (!target) return;
  const before = target.value.slice(0, target.selectionStart);
  target.focus();
  target.setRangeText(before && !/\s$/.test(before) ? ` ${target.dataset.suggest}` : target.dataset.suggest, target.selectionStart, target.selectionEnd, "end");
  target.dispatchEvent(new Event("input", { bubbles: true }));
});
document.addEventListener("htmx:after:swap", () => list()?.hidden !== false && (begins = -1));
