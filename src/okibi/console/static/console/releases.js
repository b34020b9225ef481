// Packages go in pieces as soon as they are chosen or dropped; when all are there, the form goes by itself. Where one of
// them was refused, its reason stays on the page, and a press sends the others.
import { csrfToken } from "../okibi/js/requests.js";
import { piecesOf } from "../okibi/js/tus.js";

const PERCENT = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" });

class Packages {
  constructor(form) {
    this.form = form;
    this.says = form.dataset;
    this.input = form.querySelector("input[type=file]");
    this.list = form.querySelector("ul");
    this.going = 0;
    this.plain = form.querySelector("[data-plain]");
    this.plain.hidden = true;
    this.input.addEventListener("change", () => {
      const files = [...this.input.files];
      this.input.value = "";
      this.send(files);
    });
    form.addEventListener("dragover", (event) => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      form.classList.add("rel-over");
    });
    for (const name of ["dragleave", "drop"]) form.addEventListener(name, () => form.classList.remove("rel-over"));
    form.addEventListener("drop", (event) => {
      if (!event.dataTransfer.files.length) return;
      event.preventDefault();
      this.send([...event.dataTransfer.files]);
    });
    addEventListener("beforeunload", (event) => this.going && event.preventDefault());
  }

  async send(files) {
    for (const refused of this.list.querySelectorAll(".rel-failed")) refused.remove();
    this.plain.hidden = true;
    this.going += files.length;
    await Promise.all(files.map((file) => this.one(file)));
    if (this.going || !this.form.querySelector("input[name=uploads]")) return;
    if (this.list.querySelector(".rel-failed")) {
      this.plain.hidden = false;
      return;
    }
    for (const said of this.list.querySelectorAll("[data-said]")) said.textContent = this.says.saysReads;
    this.form.submit();
  }

  async one(file) {
    const row = this.form.querySelector("template").content.firstElementChild.cloneNode(true);
    const bar = row.querySelector("progress");
    const said = row.querySelector("[data-said]");
    row.querySelector("[data-name]").textContent = file.name;
    bar.setAttribute("aria-label", file.name);
    this.list.append(row);
    const told = (bytes, broken, out) => {
      bar.value = file.size ? bytes / file.size : 1;
      said.textContent = out ? this.says.saysOut : broken ? this.says.saysWaits : PERCENT.format(bar.value);
    };
    try {
      if (file.size > Number(this.says.largest)) throw new Error(this.says.saysLarge);
      told(0);
      const id = await piecesOf(file, this.says.packages, csrfToken, told, new AbortController().signal);
      const field = Object.assign(document.createElement("input"), { type: "hidden", name: "uploads", value: id });
      this.form.append(field);
    } catch (problem) {
      row.classList.add("rel-failed");
      bar.remove();
      said.textContent = problem.message || this.says.saysFailed;
      said.setAttribute("role", "alert");
    }
    this.going -= 1;
  }
}

for (const form of document.querySelectorAll("[data-packages]")) new Packages(form);
