// htmx 4: the CSRF header, questions before an act in a dialog of ours, and errors as sentences.
import { toast } from "./toast.js";
import { ask } from "./dialog.js";

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

export function csrfToken() {
  return document.querySelector("meta[name=csrf-token]")?.content ?? "";
}

document.addEventListener("htmx:config:request", (event) => {
  const { request } = event.detail.ctx;
  if (!SAFE.has(request.method.toUpperCase())) request.headers["X-CSRFToken"] = csrfToken();
});

document.addEventListener("htmx:confirm", async (event) => {
  event.preventDefault();
  const { ctx, issueRequest, dropRequest } = event.detail;
  if (await ask(ctx.confirm)) issueRequest();
  else dropRequest();
});

// A failed request leaves the page as it is; a form with errors (422) is swapped in like any answer.
document.addEventListener("htmx:before:swap", (event) => {
  const status = event.detail.ctx?.response?.raw?.status ?? event.detail.ctx?.response?.status ?? 200;
  if (status >= 400 && status !== 422 && status !== 409) event.preventDefault();
});

document.addEventListener("htmx:response:error", (event) => {
  const status = event.detail.ctx?.response?.raw?.status ?? event.detail.ctx?.response?.status;
  if (status === 422 || status === 409) return;
  toast({ 401: "expired", 403: "expired", 502: "away", 503: "away" }[status] ?? "failed");
});

document.addEventListener("htmx:error", () => toast("error"));

// After a form came back with errors, the reader stands at them.
document.addEventListener("htmx:after:swap", () => {
  document.querySelector("[data-focus-here]")?.focus();
});
