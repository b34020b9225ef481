// A newer version of the installed application: asked of the desk, said by a line, put off by whoever reads it.
import { call } from "./api.js";
import { el, icon, prose } from "./dom.js";
import { keep, kept } from "./store.js";
import { t } from "./words.js";

// What a package around this page says of itself in the user agent ("OkibiMob/4.3.1"); "" in a plain browser.
export const shellVersion = (agent) => (/\bOkibiMob\/(\d[\w.+-]{0,39})/.exec(agent) || [])[1] || "";

// The version that is offered and was not put off; null for none. What must be installed is not put off.
export async function newerVersion() {
  if (!(await kept("token"))) return null;
  const { update } = await call("/device/update");
  return update && (update.forced || (await kept("later")) !== update.version) ? update : null;
}

export function newerLine(update, hide) {
  const later = async () => { await keep("later", update.version); hide(); };
  return el(update.forced ? "section.newer.forced" : "section.newer", { "aria-label": t("newer_there", { version: update.version }) },
    el("div.line", { role: "status" },
      el("span", {}, t(update.forced ? "newer_needed" : "newer_there", { version: update.version })),
      el("a.link", { href: update.page, target: "_blank", rel: "noopener" }, t("newer_get")),
      update.forced ? null : el("button.round", { "aria-label": t("newer_later"), onclick: later }, icon("x"))),
    update.notes ? el("details", {}, el("summary", {}, t("newer_notes")), el("p", {}, prose(update.notes))) : null);
}
