// ОКИБИ Моб: which screen is shown, what is sent and heard in the background.
import { call } from "./api.js";
import { el } from "./dom.js";
import { aboutDevice } from "./environment.js";
import { frame, go, hint, known, lines, sayState, toast } from "./frame.js";
import { theme } from "./install.js";
import { Live } from "./live.js";
import { newerVersion } from "./newer.js";
import { SYNC, sendOut, waiting } from "./outbox.js";
import { badge } from "./push.js";
import { keep, kept } from "./store.js";
import { speak, t } from "./words.js";
import { compose } from "./views/compose.js";
import { enrol } from "./views/enrol.js";
import { list } from "./views/list.js";
import { me } from "./views/me.js";
import { request } from "./views/request.js";

const AGAIN = 15000; // milliseconds between tries while something waits and somebody looks
const BADGE_PAUSE = 1500;
let screen = {};
let turn = 0;

const live = new Live((event) => hear({ kind: "live", ...event }));

function viewOf(path) {
  const number = /^\/mob\/r\/([^/]+)$/.exec(path);
  if (number) return () => request(decodeURIComponent(number[1]));
  return { "/mob/new": compose, "/mob/me": me, "/mob/enrol": enrol }[path] || list;
}

async function show() {
  const mine = (turn += 1);
  if (screen.leave) screen.leave();
  screen = {};
  const inside = (await kept("token")) || (await kept("unproved"));
  const { online } = known;
  const made = await (inside ? viewOf(location.pathname) : enrol)();
  if (mine !== turn) {
    if (made.leave) made.leave();
    return;
  }
  screen = made;
  if (known.online !== online && made.reached) made.reached(); // the line came or went while it was being made
}

async function hear(event) {
  if (event.kind === "session") { introduce(); listen(); await show(); }
  if (event.kind === "open") go(new URL(event.url, location).pathname);
  if (event.kind === "outbox" && event.sent && event.what === "request") {
    toast(t("placed", { number: event.number }));
  }
  if (screen.hear) screen.hear(event);
  if (event.kind === "live") countUnread();
}

let badgeTimer = 0;
function countUnread() {
  clearTimeout(badgeTimer);
  badgeTimer = setTimeout(async () => {
    const page = await call("/requests?limit=30").catch(() => null);
    if (page) badge(page.items.reduce((sum, item) => sum + item.unread, 0));
  }, BADGE_PAUSE);
}

// ---------------------------------------------------------------- in the background

async function listen() {
  if (document.hidden || !(await kept("token"))) live.stop();
  else live.start();
}

// Who the desk takes this telephone for, and what it is: told again only where that has changed.
async function introduce() {
  if (!(await kept("token"))) return;
  const about = await aboutDevice("mobile", known.version);
  await keep("about", about);
  const { product, version, environment } = about;
  const report = JSON.stringify({ product, version, environment, token: await kept("token") });
  try {
    if ((await kept("reported")) !== report) {
      await call("/device/environment", { method: "PUT", body: { product, version, environment } });
      await keep("reported", report);
    }
    await keep("device", await call("/device"));
    known.newer = await newerVersion();
    lines();
  } catch (problem) { /* next time */ }
}

async function send(now = false) {
  const registration = known.registration;
  if (registration && registration.sync) await registration.sync.register(SYNC).catch(() => {});
  await sendOut({ now });
}

function reached(online) {
  if (known.online === online) return;
  known.online = online;
  sayState();
  if (screen.reached) screen.reached();
  if (online) { listen(); send(true); }
}

async function watch() {
  addEventListener("okibi-go", show);
  addEventListener("popstate", show);
  addEventListener("okibi-send", () => send(true));
  addEventListener("okibi-event", (event) => hear(event.detail));
  addEventListener("okibi-reach", (event) => reached(event.detail));
  addEventListener("online", () => { send(true); if (screen.reached) screen.reached(); });
  addEventListener("offline", () => reached(false));
  document.addEventListener("visibilitychange", () => {
    listen();
    if (document.hidden) return;
    send();
    if (screen.reached) screen.reached();
  });
  setInterval(async () => { if (!document.hidden && (await waiting()).some((row) => row.state === "waiting")) sendOut({ now: !known.online }); }, AGAIN);
  if (typeof BroadcastChannel !== "undefined") new BroadcastChannel("okibi-mob").onmessage = (event) => hear(event.data);
}

// ---------------------------------------------------------------- the service worker and its next version

async function serve() {
  if (!("serviceWorker" in navigator)) return;
  const container = navigator.serviceWorker;
  const had = Boolean(container.controller);
  container.addEventListener("message", (event) => hear(event.data));
  container.addEventListener("controllerchange", () => { if (had || known.update) location.reload(); });
  const registration = await container.register("/mob/sw.js", { scope: "/mob/" });
  known.registration = registration;
  const offer = (worker) => { if (worker && container.controller) { known.update = worker; lines(); } };
  offer(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const worker = registration.installing;
    worker.addEventListener("statechange", () => worker.state === "installed" && offer(worker));
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden && known.online) registration.update().catch(() => {}); });
}

async function begin() {
  theme();
  let language;
  try {
    language = (await kept("language")) || preferred();
    await keep("language", language);
  } catch (error) {
    return forgetful();
  }
  await speak(language);
  watch();
  await show();
  introduce();
  listen();
  serve().catch(() => {}); // without it everything works but starting without a connection
  send();
}

const preferred = () => ((navigator.languages || [navigator.language]).some((each) => /^(ru|be|uk|kk)/.test(each)) ? "ru" : "en");

// A browser that keeps nothing (some private windows, storage forbidden): nothing could wait or stay signed in.
async function forgetful() {
  await speak(preferred());
  frame({ name: "forgetful", title: t("name"), main: hint("eye-off", el("b", {}, t("keeps_nothing")), el("p", {}, t("keeps_nothing_more"))),
    foot: el("a.main", { href: "/request/" }, t("on_the_site")) });
}

begin();
