// Pictures open in place: <a data-zoom href="picture">. Arrows walk through the pictures of the conversation, Esc closes,
// the magnifier shows a picture in its own size. Without script the link opens it.
import { open } from "./dialog.js";

let shown = null;
const pictures = () => [...document.querySelectorAll("a[data-zoom]")];

function show(link) {
  const dialog = document.getElementById("zoom");
  const image = dialog.querySelector("img");
  const all = pictures();
  const place = all.indexOf(link);
  shown = link;
  image.src = link.href;
  image.alt = link.querySelector("span")?.textContent ?? "";
  image.classList.remove("whole");
  dialog.querySelector("[data-zoom-size]").setAttribute("aria-pressed", "false");
  dialog.querySelector("h2").textContent = all.length > 1 ? `${image.alt} · ${place + 1}/${all.length}` : image.alt;
  dialog.querySelector("[data-zoom-save]").href = link.href;
  for (const button of dialog.querySelectorAll("[data-zoom-step]")) button.hidden = all.length < 2;
}

function step(by) {
  const all = pictures();
  const place = all.indexOf(shown);
  if (all.length > 1) show(all[(place + by + all.length) % all.length]);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-zoom]");
  if (!link || !document.getElementById("zoom") || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  show(link);
  open("zoom");
});

document.addEventListener("click", (event) => {
  const turn = event.target.closest("[data-zoom-step]");
  if (turn) step(Number(turn.dataset.zoomStep));
  const button = event.target.closest("[data-zoom-size]");
  if (!button) return;
  const image = button.closest("dialog").querySelector("img");
  button.setAttribute("aria-pressed", String(image.classList.toggle("whole")));
});

document.addEventListener("keydown", (event) => {
  const dialog = event.target.closest?.("dialog#zoom[open]");
  if (!dialog || !["ArrowLeft", "ArrowRight"].includes(event.key)) return;
  if (dialog.querySelector("img.whole")) return; // a large picture is scrolled by them
  event.preventDefault();
  step(event.key === "ArrowLeft" ? -1 : 1);
});
