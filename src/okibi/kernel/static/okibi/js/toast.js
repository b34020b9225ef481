// Short notices at the foot of the page. Their standing sentences are written by the server on [data-toasts].
const SECONDS = 8;

export function toast(words, kind = "bad") {
  const place = document.querySelector("[data-toasts]");
  if (!place) return;
  const known = { error: place.dataset.error, failed: place.dataset.failed, away: place.dataset.away, expired: place.dataset.expired };
  const text = known[words] ?? words;
  for (const shown of place.children) if (shown.firstElementChild?.textContent === text) return;
  const box = document.createElement("div");
  box.className = kind === "bad" ? "toast toast-bad" : "toast";
  box.dataset.toast = "";
  const span = document.createElement("span");
  span.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn";
  close.dataset.toastClose = "";
  close.textContent = place.dataset.close;
  box.append(span, close);
  place.append(box);
  if (kind !== "bad") fade(box);
}

function fade(box) {
  setTimeout(() => {
    if (box.matches(":hover, :focus-within")) fade(box);
    else box.remove();
  }, SECONDS * 1000);
}

document.addEventListener("click", (event) => {
  event.target.closest("[data-toast-close]")?.closest("[data-toast]")?.remove();
});

// The server may send one with the response header HX-Trigger: {"toast": {"text": "…", "kind": "good"}}.
document.addEventListener("toast", (event) => toast(event.detail.text, event.detail.kind ?? "good"));

for (const box of document.querySelectorAll("[data-toast]:not(.toast-bad)")) fade(box);
