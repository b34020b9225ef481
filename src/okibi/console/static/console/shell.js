// What folds: the sections (a drawer), the aside (a sheet), and on a phone the list or the ticket, one at a time.
const shell = document.querySelector("[data-shell]");
const narrow = window.matchMedia("(max-width: 760px)");

function fold(name, open) {
  const part = document.getElementById(name);
  if (!part) return;
  part.toggleAttribute("data-open", open);
  for (const button of document.querySelectorAll(`[data-fold="${name}"]`)) button.setAttribute("aria-expanded", String(open));
  const veil = document.querySelector("[data-veil]");
  if (veil) veil.hidden = !open;
  if (open) {
    part.dataset.from = document.activeElement?.id ?? "";
    (part.querySelector("[data-fold-close]") ?? part).focus();
  } else if (part.contains(document.activeElement)) {
    [...document.querySelectorAll(`[data-fold="${name}"]`)].find((button) => button.offsetParent)?.focus();
  }
}

export function closeFolds() {
  const open = [...document.querySelectorAll("[data-foldable][data-open]")];
  open.forEach((part) => fold(part.id, false));
  return open.length > 0;
}

export function show(view) {
  if (shell) shell.dataset.view = view;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fold]");
  if (button) {
    const part = document.getElementById(button.dataset.fold);
    fold(button.dataset.fold, !part?.hasAttribute("data-open"));
  } else if (event.target.closest("[data-fold-close], [data-veil]")) closeFolds();
  else if (event.target.closest("[data-foldable][data-open] a")) closeFolds();
  if (event.target.closest("[data-show-list]") && narrow.matches && document.querySelector("[data-list] [data-item]")) {
    event.preventDefault();
    show("list");
    document.querySelector("[data-list] [aria-current]")?.focus();
  }
});

document.addEventListener("htmx:after:swap", (event) => {
  const target = event.detail?.ctx?.target;
  if (target?.id !== "ticket") return;
  if (event.detail.ctx.sourceElement?.matches?.("[data-item]")) {
    show("ticket");
    mark(event.detail.ctx.sourceElement);
    if (narrow.matches) {
      window.scrollTo(0, 0);
      target.focus({ preventScroll: true });
    }
  }
});

/** Marks the row whose ticket is open. */
function mark(row) {
  for (const other of document.querySelectorAll("[data-list] [aria-current]")) other.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
  row.classList.remove("row-unread");
}
