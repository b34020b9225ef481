// Ctrl K: finds anything and runs any command. Commands are the keys that the page declares; the rest comes from the server
// as a fragment of <li role="option"><a href="…">…</a></li> (and <li role="presentation" class="palette-group">…</li>).
import { declared } from "./keyboard.js";

const PAUSE = 140;
const dialog = document.getElementById("palette");
const input = dialog?.querySelector("input");
const found = dialog?.querySelector("[role=listbox]");
let timer;
let asked;

const options = () => [...found.querySelectorAll("[role=option]")];
const chosen = () => found.querySelector("[aria-selected=true]");

function choose(option) {
  chosen()?.setAttribute("aria-selected", "false");
  if (!option) return input.removeAttribute("aria-activedescendant");
  option.setAttribute("aria-selected", "true");
  option.scrollIntoView({ block: "nearest" });
  input.setAttribute("aria-activedescendant", option.id);
}

function number() {
  options().forEach((option, index) => (option.id = `found-${index}`));
  choose(options()[0]);
}

/** The page's own commands whose words hold what was typed. */
function commands(words) {
  const wanted = words.toLowerCase();
  const rows = declared().filter((row) => !row.element.matches("[data-palette-open], [data-dialog-close]") && row.label.toLowerCase().includes(wanted));
  return rows.slice(0, words ? 6 : 40).map((row) => {
    const option = document.createElement("li");
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    const text = document.createElement("span");
    text.textContent = row.label;
    const cap = document.createElement("kbd");
    cap.textContent = row.keys[0].replace("+", " ");
    option.append(text, cap);
    option.addEventListener("click", () => {
      dialog.close();
      if (row.element.matches("input, textarea, select")) row.element.focus();
      else row.element.click();
    });
    return option;
  });
}

async function ask() {
  const words = input.value.trim();
  asked?.abort();
  asked = new AbortController();
  found.replaceChildren(...commands(words));
  number();
  if (!words) return;
  try {
    const answer = await fetch(`${dialog.dataset.url}?q=${encodeURIComponent(words)}`, { signal: asked.signal, headers: { "HX-Request": "true" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const part = new DOMParser().parseFromString(`<ul>${await answer.text()}</ul>`, "text/html");
    const rows = [...part.querySelectorAll("ul > li")];
    for (const row of rows) row.setAttribute("aria-selected", "false");
    // A command whose name is being typed stays first: Enter does the same before the server answers and after.
    const named = declared().some((row) => row.label.toLowerCase().startsWith(words.toLowerCase())) && options().length;
    found[named ? "append" : "prepend"](...rows);
    if (!options().length) say(dialog.dataset.empty);
    number();
  } catch (error) {
    if (error.name !== "AbortError") say(dialog.dataset.error);
  }
}

function say(text) {
  const row = document.createElement("li");
  row.className = "palette-group";
  row.setAttribute("role", "presentation");
  row.textContent = text;
  found.append(row);
}

function go(option, elsewhere) {
  const link = option?.querySelector("a");
  if (!link) return option?.click();
  if (elsewhere) window.open(link.href, "_blank", "noopener");
  else location.assign(link.href);
}

function start() {
  if (!dialog.open) dialog.showModal();
  input.select();
  ask();
}

if (dialog) {
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-palette-open]")) return;
    event.preventDefault();
    start();
  });
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    const rows = options();
    const at = rows.indexOf(chosen());
    if (event.key === "ArrowDown") choose(rows[(at + 1) % rows.length]);
    else if (event.key === "ArrowUp") choose(rows[(at - 1 + rows.length) % rows.length]);
    else if (event.key === "Enter") go(chosen(), event.ctrlKey || event.metaKey);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  found.addEventListener("mousemove", (event) => {
    const option = event.target.closest("[role=option]");
    if (option && option !== chosen()) choose(option);
  });
  found.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option?.querySelector("a") && !event.target.closest("a")) go(option, event.ctrlKey);
  });
}
