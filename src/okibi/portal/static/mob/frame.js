// What every screen shares: the bar on top, the lines below it, the place for the screen itself; and what all know.
import { el, fill, icon } from "./dom.js";
import { newerLine, shellVersion } from "./newer.js";
import { t } from "./words.js";

export const known = {
  online: navigator.onLine, // a guess until a call succeeded or failed
  version: shellVersion(navigator.userAgent) || document.documentElement.dataset.version,
  registration: null,
  update: null, // a newer worker that waits
  newer: null, // a newer version of the application that the desk offers
};

const root = document.getElementById("app");
let right = null;
let offlineSays = "offline";

export const go = (path, { instead = false } = {}) => {
  history[instead ? "replaceState" : "pushState"]({ inside: true }, "", path);
  hush();
  dispatchEvent(new CustomEvent("okibi-go"));
};

// Builds the screen: title, back (a path) or nothing, actions in the bar, the main part, the foot that stays in sight.
export function frame({ title, sub = null, back, actions = [], main, foot = null, says = "offline", name }) {
  offlineSays = says;
  right = el("span.state", { role: "status" });
  const bar = el("header.bar", {},
    back ? el("button.round", { "aria-label": t("back"), onclick: () => goBack(back) }, icon("chevron-left")) : null,
    el("h1", { tabIndex: -1 }, title, sub), right, actions);
  document.title = title === t("name") ? title : `${title} · ${t("name")}`;
  fill(root, el("div.lines"), el("div.screen", { "data-screen": name }, bar, el("main", {}, main), foot ? el("footer.foot", {}, foot) : null));
  lines();
  sayState();
  scrollTo(0, 0);
}

function goBack(path) {
  if (history.state && history.state.inside) history.back();
  else go(path, { instead: true });
}

export function sayState() {
  if (right) right.textContent = known.online ? "" : t(offlineSays);
}

// "There is a new version": nothing changes under the person's hands.
export function lines() {
  const place = root.querySelector(".lines");
  if (!place) return;
  fill(place, known.update ? el("div.line", { role: "status" }, t("update_there"),
    el("button.link", { onclick: () => known.update.postMessage({ kind: "take over" }) }, t("update_now"))) : null,
    known.newer ? newerLine(known.newer, () => { known.newer = null; lines(); }) : null);
}

// A short word at the bottom; the last one stays for some seconds.
let toastTimer = 0;
function hush() {
  const place = document.querySelector(".toast");
  if (place) place.classList.remove("on");
}

export function toast(text) {
  let place = document.querySelector(".toast");
  if (!place) document.body.append((place = el("div.toast", { role: "status" })));
  place.textContent = text;
  place.classList.add("on");
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => place.classList.remove("on"), 4000);
}

// What went wrong, as help: the server's own sentence, or that there is no connection; the input stays.
export function said(problem) {
  if (problem.offline) return t("no_connection");
  return (problem.errors && problem.errors.length && problem.errors[0].detail) || problem.detail || t("failed");
}

export const hint = (symbol, ...words) => el("div.empty", {}, icon(symbol), ...words);
