// Native dialogs: [data-dialog-open=id] opens, [data-dialog-close] or a click outside closes; focus returns by itself.
// The first field has the cursor, not the button that closes: who opened it by a key goes on typing.
export function open(id) {
  const dialog = document.getElementById(id);
  if (!dialog || dialog.open) return dialog;
  dialog.showModal();
  if (!dialog.querySelector("[autofocus]")) dialog.querySelector("form :is(textarea, select, input:not([type=hidden]))")?.focus();
  return dialog;
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog-open]");
  if (opener) {
    event.preventDefault();
    opener.closest("details[open]")?.removeAttribute("open");
    open(opener.dataset.dialogOpen);
    return;
  }
  const dialog = event.target.closest("dialog");
  if (!dialog) return;
  if (event.target.closest("[data-dialog-close]")) dialog.close();
  if (event.target === dialog && dialog.id !== "confirm") dialog.close();
});

// A swap that brings <dialog data-open-now> opens it; an act that is done closes the dialog it was done in.
document.addEventListener("htmx:after:swap", () => {
  for (const dialog of document.querySelectorAll("dialog[data-open-now]:not([open])")) dialog.showModal();
});
document.addEventListener("close-dialog", () => {
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
});

/** Asks a yes-or-no question; resolves to true when the reader goes on. */
export function ask(question) {
  const dialog = document.getElementById("confirm");
  if (!dialog) return Promise.resolve(window.confirm(question));
  dialog.querySelector("[data-confirm-text]").textContent = question;
  return new Promise((resolve) => {
    let answer = false;
    const click = (event) => {
      if (event.target.closest("[data-confirm-yes]")) answer = true;
      else if (!event.target.closest("[data-confirm-no]")) return;
      dialog.close();
    };
    dialog.addEventListener("click", click);
    dialog.addEventListener("close", () => {
      dialog.removeEventListener("click", click);
      resolve(answer);
    }, { once: true });
    dialog.showModal();
  });
}

// Plain forms and links ask too: <form data-confirm="…">.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  const question = event.submitter?.dataset.confirm ?? form.dataset.confirm;
  if (!question || form.dataset.confirmed) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!(await ask(question))) return;
  form.dataset.confirmed = "yes";
  form.requestSubmit(event.submitter);
  delete form.dataset.confirmed;
}, true);
