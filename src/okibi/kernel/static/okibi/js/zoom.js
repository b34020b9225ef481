// Pictures open in place: <a data-zoom href="picture">. A second click shows the picture in its own size. Without script the link opens it.
import { open } from "./dialog.js";

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-zoom]");
  const dialog = document.getElementById("zoom");
  if (!link || !dialog || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const image = dialog.querySelector("img");
  image.src = link.href;
  image.alt = link.querySelector("span")?.textContent ?? "";
  image.classList.remove("whole");
  dialog.querySelector("h2").textContent = image.alt;
  dialog.querySelector("[data-zoom-save]").href = link.href;
  open("zoom");
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-zoom-size]");
  if (!button) return;
  const image = button.closest("dialog").querySelector("img");
  button.setAttribute("aria-pressed", String(image.classList.toggle("whole")));
});
