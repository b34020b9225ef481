// Files go in pieces (tus.io 1.0) while the words are still being written: what arrived before the line broke is not
// sent again, and a file that is chosen once more after a reload goes on from where it stood. The form waits for them.
import { csrfToken } from "./requests.js";
import { piecesOf } from "./tus.js";

const PERCENT = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" });
const SIZES = ["byte", "kilobyte", "megabyte", "gigabyte"];

function size(bytes) {
  let unit = 0;
  for (; bytes >= 1024 && unit < SIZES.length - 1; unit += 1) bytes /= 1024;
  return new Intl.NumberFormat(document.documentElement.lang, {
    style: "unit", unit: SIZES[unit], unitDisplay: "short", maximumFractionDigits: bytes < 10 && unit ? 1 : 0,
  }).format(bytes);
}

class Files {
  constructor(place) {
    this.place = place;
    this.says = place.dataset;
    this.form = place.closest("form");
    this.input = place.querySelector("input[type=file]");
    this.list = place.querySelector(".up-list");
    this.wait = place.querySelector(".up-wait");
    this.pending = null; // the button that waits for the files
    place.classList.add("up-on");
    place.querySelector(".field-help").textContent = this.says.help;
    this.input.addEventListener("change", () => {
      for (const file of this.input.files) this.add(file);
      this.input.value = "";
    });
    this.list.addEventListener("click", (event) => event.target.closest("button") && this.remove(event.target.closest("li")));
    this.form.addEventListener("submit", (event) => this.hold(event));
    this.form.addEventListener("paste", (event) => this.paste(event));
    this.form.addEventListener("dragover", (event) => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      place.classList.add("up-over");
    });
    for (const name of ["dragleave", "drop"]) this.form.addEventListener(name, () => place.classList.remove("up-over"));
    this.form.addEventListener("drop", (event) => {
      if (!event.dataTransfer.files.length) return;
      event.preventDefault();
      for (const file of event.dataTransfer.files) this.add(file);
    });
  }

  paste(event) {
    if (event.clipboardData.types.includes("text/plain")) return; // a table of a spreadsheet is a picture, too
    for (const file of event.clipboardData.files) this.add(file);
  }

  rows(state) {
    return [...this.list.children].filter((row) => (row.dataset.state ?? "arrived") === state);
  }

  add(file) {
    if (this.list.children.length >= Number(this.says.most)) {
      this.wait.textContent = this.says.saysMany;
      return;
    }
    const row = this.place.querySelector("template").content.firstElementChild.cloneNode(true);
    const bar = row.querySelector("progress");
    row.querySelector(".up-name").textContent = file.name;
    bar.setAttribute("aria-label", file.name);
    const button = row.querySelector("button");
    const label = `${button.getAttribute("aria-label") ?? button.title} ${file.name}`;
    button.setAttribute("aria-label", label);
    button.title = label;
    this.list.append(row);
    if (file.size > Number(this.says.largest)) this.fail(row, this.says.saysLarge);
    else this.send(file, row, bar);
  }

  async send(file, row, bar) {
    row.dataset.state = "going";
    row.stop = new AbortController();
    const told = (bytes, broken, out) => {
      bar.value = file.size ? bytes / file.size : 1;
      const words = out ? this.says.saysOut : broken ? this.says.saysWaits : "";
      row.querySelector("[data-said]").textContent = words || `${PERCENT.format(bar.value)} · ${size(file.size)}`;
      row.classList.toggle("up-waits", Boolean(words));
    };
    told(0);
    try {
      const upload = await piecesOf(file, this.says.uploads, csrfToken, told, row.stop.signal);
      row.insertAdjacentHTML("beforeend", '<input type="hidden" name="uploads">');
      row.lastElementChild.value = upload;
      row.dataset.state = "arrived";
      bar.remove();
      row.querySelector("[data-said]").textContent = `${this.says.saysArrived} · ${size(file.size)}`;
    } catch (problem) {
      if (!row.stop.signal.aborted) this.fail(row, problem.message || this.says.saysFailed);
    }
    this.settle();
  }

  fail(row, words) {
    row.dataset.state = "failed";
    row.classList.remove("up-waits");
    row.querySelector("progress")?.remove();
    row.querySelector("[data-said]").textContent = words;
    row.querySelector("[data-said]").setAttribute("role", "alert");
  }

  remove(row) {
    row.stop?.abort();
    row.remove();
    this.wait.textContent = "";
    this.input.focus();
    this.settle();
  }

  hold(event) {
    if (this.rows("going").length) {
      event.preventDefault();
      this.pending = event.submitter ?? true;
      this.wait.textContent = this.says.saysLater;
    } else if (this.rows("failed").length) {
      event.preventDefault();
      this.wait.textContent = this.says.saysMend;
    }
  }

  settle() {
    if (!this.pending || this.rows("going").length) return;
    const button = this.pending;
    this.pending = null;
    this.wait.textContent = this.rows("failed").length ? this.says.saysMend : "";
    if (!this.rows("failed").length) this.form.requestSubmit(button === true ? null : button);
  }
}

const all = [...document.querySelectorAll("[data-uploads]")].map((place) => new Files(place));

addEventListener("beforeunload", (event) => {
  if (all.some((files) => files.rows("going").length)) event.preventDefault();
});
