// Every act has a key. An element declares its own: data-key="r", alternatives "o,Enter", sequences "g m". Pressing a key
// clicks the element, or puts the cursor into it when it is a field. Russian layout: the letter is taken from the key's place.
import { closeFolds } from "./shell.js";

const OFF = "okibi-keys-off";
const WAIT = 1200;
let sequence = "";
let timer;

export const keysOff = () => localStorage.getItem(OFF) === "yes";

/** What was pressed, as the table names it: "r", "A", ".", "Enter", "Ctrl+k". */
function pressed(event) {
  let key = event.key;
  if (key.length === 1 && key.charCodeAt(0) > 127) {
    const letter = /^Key([A-Z])$/.exec(event.code)?.[1];
    if (letter) key = event.shiftKey ? letter : letter.toLowerCase();
    else key = { Period: ".", Slash: "/", Comma: "," }[event.code] ?? key;
  }
  if (event.ctrlKey || event.metaKey) return `Ctrl+${key.length === 1 ? key.toLowerCase() : key}`;
  return key;
}

const alternatives = (element) => element.dataset.key.split(",").map((key) => key.trim());
const alive = (element) => !element.disabled && element.getAttribute("aria-disabled") !== "true" && !element.closest("[hidden], [inert]");

/** The element that a key belongs to; inside an open dialog only the dialog's own. */
function holder(key) {
  const root = document.querySelector("dialog[open]") ?? document;
  return [...root.querySelectorAll("[data-key]")].find((element) => alternatives(element).includes(key) && alive(element));
}

const starts = (prefix) => [...document.querySelectorAll("[data-key]")].some((element) => alternatives(element).some((key) => key.startsWith(`${prefix} `)));
const writing = (target) => target.matches?.("input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable=true]");

function act(element) {
  if (writing(element)) {
    element.focus();
    element.select?.();
  } else element.click();
}

/** j and k walk through the list; the row that has the focus is opened by o or Enter. */
function walk(step) {
  const rows = [...document.querySelectorAll("[data-list] [data-item]")];
  if (!rows.length) return false;
  const here = rows.includes(document.activeElement) ? document.activeElement : rows.find((row) => row.hasAttribute("aria-current"));
  const next = here ? rows[Math.min(Math.max(rows.indexOf(here) + step, 0), rows.length - 1)] : rows[0];
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function escape(event) {
  if (document.querySelector("dialog[open]")) return;
  if (writing(event.target)) {
    event.target.blur();
    return;
  }
  if (closeFolds()) return;
  document.querySelector("[data-back]")?.click();
}

const standing = {
  j: () => walk(1),
  k: () => walk(-1),
  o: () => {
    const row = document.activeElement.closest?.("[data-item]") ?? document.querySelector("[data-list] [data-item][aria-current]");
    row?.click();
    return Boolean(row);
  },
};

function sendFrom(target) {
  const form = target.closest?.("form[data-send]") ?? document.querySelector("form[data-send]");
  form?.requestSubmit(form.querySelector("[data-send-button]:not([disabled])") ?? undefined);
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.altKey || event.isComposing) return;
  const key = pressed(event);
  if (key === "Escape") return void escape(event);
  if (key === "Ctrl+Enter") {
    event.preventDefault();
    return void sendFrom(event.target);
  }
  if (key.startsWith("Ctrl+")) {
    const found = holder(key);
    if (!found) return;
    event.preventDefault();
    return void act(found);
  }
  if (keysOff() || writing(event.target)) return;
  if (event.key === "Enter" || event.key === " ") return; // the focused element's own
  clearTimeout(timer);
  const whole = sequence ? `${sequence} ${key}` : key;
  sequence = "";
  const found = holder(whole);
  if (found) {
    event.preventDefault();
    act(found);
  } else if (!document.querySelector("dialog[open]") && standing[whole]?.()) event.preventDefault();
  else if (starts(whole)) {
    sequence = whole;
    timer = setTimeout(() => (sequence = ""), WAIT);
  }
});

// --- the help: made from what the page declares at this moment ---

export function label(element) {
  const words = element.cloneNode(true);
  words.querySelectorAll("kbd").forEach((cap) => cap.remove());
  return element.dataset.keyLabel ?? element.getAttribute("aria-label") ?? words.textContent.trim().replace(/\s+/g, " ");
}

/** All declared keys of the page: [{group, keys, label, element}]; with `all`, also those that wait for their moment. */
export function declared(all = false) {
  const seen = new Set();
  const found = [];
  for (const element of document.querySelectorAll("[data-key]")) {
    if (seen.has(element.dataset.key) || !(all || alive(element))) continue;
    seen.add(element.dataset.key);
    found.push({ group: element.closest("[data-key-group]")?.dataset.keyGroup ?? "", keys: alternatives(element), label: label(element), element });
  }
  return found;
}

function fillHelp(dialog) {
  const place = dialog.querySelector("[data-keys]");
  const standingGroup = JSON.parse(place.dataset.keys).map(([key, text]) => ({ group: place.dataset.group, keys: [key], label: text }));
  const groups = Map.groupBy ? Map.groupBy([...standingGroup, ...declared(true)], (row) => row.group) : groupBy([...standingGroup, ...declared(true)]);
  place.replaceChildren(...[...groups].map(([name, rows]) => section(name, rows)));
  dialog.querySelector("[data-keys-off]").checked = !keysOff();
}

function groupBy(rows) {
  const groups = new Map();
  for (const row of rows) groups.set(row.group, [...(groups.get(row.group) ?? []), row]);
  return groups;
}

function section(name, rows) {
  const box = document.createElement("section");
  const title = document.createElement("h3");
  const list = document.createElement("dl");
  title.textContent = name;
  for (const row of rows) {
    const keys = document.createElement("dt");
    const words = document.createElement("dd");
    row.keys.forEach((key) => {
      const cap = document.createElement("kbd");
      cap.textContent = key.replace("Ctrl+k", "Ctrl K").replace("+", " ");
      keys.append(cap, " ");
    });
    words.textContent = row.label;
    list.append(keys, words);
  }
  box.append(...(name ? [title] : []), list);
  return box;
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-dialog-open=keys]")) fillHelp(document.getElementById("keys"));
}, true);
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-keys-off]")) return;
  if (event.target.checked) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "yes");
});
