// One request: where it stands, what was said, an answer to it, and what the person may do with it.
import { call } from "../api.js";
import { date, sameDay, time } from "../dates.js";
import { ask, el, fill, icon, prose } from "../dom.js";
import { frame, go, hint, known, said, sayState, toast } from "../frame.js";
import { canSpeak, pick } from "../media.js";
import { keep, kept, newId, stored } from "../store.js";
import { putOut, waiting } from "../outbox.js";
import { language, t } from "../words.js";
import { Agreements, awaited } from "./agreement.js";
import { Attachments, attachButton } from "./attachments.js";
import { rating } from "./rating.js";
import { sentFile, standing, steps, verdict, waitingRow } from "./parts.js";

const TYPING = 4000; // milliseconds between two notes that somebody writes
const SHOWN_TYPING = 6000;
const BAR = 64; // pixels that the bar on top covers

export async function request(number) {
  const screen = { number, view: await stored.get("requests", number), items: [], over: false, shown: false };
  const old = await stored.get("messages", number);
  if (old) screen.items = old.items;
  build(screen);
  screen.replies = (await kept("replies")) || {}; // half written when a new version came, or the telephone closed us
  screen.text.value = screen.replies[number] || "";
  if (screen.view) drawHead(screen);
  await drawTalk(screen);
  await screen.access.begin();
  await load(screen);
  return {
    hear: (event) => heard(screen, event),
    reached: () => { sayState(); drawWaiting(screen); screen.access.draw(); load(screen); },
    leave: () => { screen.over = true; screen.attachments.leave(); },
  };
}

function build(screen) {
  screen.stand = el("small", {});
  screen.head = el("section.head", {});
  screen.talk = el("ol.talk", { "aria-label": t("conversation") });
  screen.queue = el("div.cards", {});
  screen.writes = el("p.writes", { role: "status" });
  screen.acts = el("div.acts-row", {});
  screen.access = new Agreements(screen.number, () => load(screen));
  screen.text = el("textarea", { rows: "1", "aria-label": t("your_answer"), placeholder: t("your_answer"), oninput: () => typing(screen) });
  screen.attachments = new Attachments([], () => {});
  const send = el("button.round.strong", { "aria-label": t("send"), onclick: () => say(screen) }, icon("send", "l"));
  const attach = async () => screen.attachments.add(await pick({ accept: "image/*,video/*,application/pdf,text/*,.log,.zip", many: true }));
  const voice = (symbol, name, act) => el("button.round.voice", { "aria-label": t(name), onclick: act }, icon(symbol, "l"), el("span", {}, t(name)));
  screen.composer = el("div.composer", {}, attachButton(attach), screen.text, canSpeak() ? screen.attachments.speakButton(voice) : null, send);
  frame({ name: "request", title: screen.number, sub: screen.stand, back: "/mob/", says: "offline_goes_itself",
    main: [screen.head, screen.talk, screen.queue, screen.writes, screen.access.node, screen.acts], foot: [screen.attachments.node, screen.composer] });
  screen.talk.addEventListener("grown", () => screen.atEnd && toEnd());
}

async function load(screen, { access = true } = {}) {
  const granted = access ? screen.access.load() : null;
  try {
    screen.view = await call(`/requests/${encodeURIComponent(screen.number)}`);
    if (screen.over) return;
    drawHead(screen);
    await more(screen);
    screen.composer.hidden = screen.view.own === false; // a colleague's request is only read
    if (screen.view.own !== false) await stored.put("requests", screen.view);
    await granted;
    askedFor(screen);
  } catch (problem) {
    if (screen.over) return;
    if (problem.status === 404) return gone(screen);
    if (!screen.view) fill(screen.head, problem.offline ? hint("wifi-off", el("p", {}, t("offline_request"))) : el("p.problem", { role: "alert" }, said(problem)));
  }
}

// The question stands below the conversation: whoever opens the request, or follows its end, is brought to it once.
function askedFor(screen) {
  const first = !screen.seen;
  screen.seen = true;
  if (screen.over || screen.shown || !awaited(screen.access.items).length || !(first || screen.atEnd)) return;
  screen.shown = screen.atEnd = true;
  toEnd();
  const above = screen.access.node.getBoundingClientRect().top - BAR;
  if (above >= 0) return;
  screen.atEnd = false;
  scrollBy(0, above);
}

async function gone(screen) {
  await stored.drop("requests", screen.number);
  screen.composer.hidden = screen.access.node.hidden = true;
  fill(screen.head, hint("search", el("p", {}, t("no_such_request"))));
}

// What came after the last message that is shown; read receipts of older ones come with a full reading.
async function more(screen, whole = true) {
  let after = whole || !screen.items.length ? 0 : screen.items[screen.items.length - 1].id;
  const before = screen.items.length;
  if (whole) screen.items = [];
  for (let page = null; !page || page.next; after = Number(page.next)) {
    page = await call(`/requests/${encodeURIComponent(screen.number)}/messages?limit=100&after=${after}`);
    screen.items = screen.items.concat(page.items);
  }
  if (screen.over) return;
  await stored.put("messages", { number: screen.number, items: screen.items });
  await drawTalk(screen, screen.items.length > before);
  await markRead(screen);
}

async function markRead(screen) {
  const last = screen.items[screen.items.length - 1];
  if (!last || !screen.view || !screen.view.unread || document.hidden) return;
  await call(`/requests/${encodeURIComponent(screen.number)}/read`, { method: "POST", body: { up_to: last.id } }).catch(() => {});
  screen.view.unread = 0;
}

// ---------------------------------------------------------------- what is shown

function drawHead(screen) {
  const { view } = screen;
  const open = [...screen.head.querySelectorAll("details")].map((each) => each.open);
  screen.stand.textContent = standing(view);
  fill(screen.head, el("h2", {}, view.subject || t("no_subject")),
    view.linked_to ? el("button.link", { onclick: () => go(`/mob/r/${view.linked_to}`) }, t("goes_on_from", { number: view.linked_to })) : null,
    view.refusal ? el("div.card.refusal", {}, el("b", {}, view.refusal.text), prose(view.refusal.reasons), view.refusal.way_out ? el("p", {}, prose(view.refusal.way_out)) : null) : null,
    el("details.about", {}, el("summary", {}, el("span", {}, view.verdict.covered === false ? t("not_covered") : view.verdict.covered ? t("covered") : t("cover_unknown"))), verdict(view.verdict).slice(1)),
    view.steps.length ? steps(view.steps) : null);
  screen.head.querySelectorAll("details").forEach((each, index) => { each.open = Boolean(open[index]); });
  drawActs(screen);
}

function drawActs(screen) {
  const can = (act) => screen.view.can.includes(act);
  const answered = can("rate");
  fill(screen.acts,
    can("works") && answered ? el("button.quiet.good", { onclick: () => act(screen, "works", t("works_done")) }, icon("check"), t("works")) : null,
    can("reopen") ? el("button.quiet", { onclick: () => reopen(screen) }, icon("undo-2"), t("reopen")) : null,
    can("rate") && !can("works") ? rating(screen.view, (body) => act(screen, "rating", t("thanks"), body)) : null,
    can("withdraw") ? el("button.link.far", { onclick: () => withdraw(screen) }, t("withdraw")) : null);
}

async function drawTalk(screen, isNew = false) {
  const seen = screen.talk.childElementCount > 0;
  screen.atEnd = seen && (isNew || innerHeight + scrollY > document.documentElement.scrollHeight - 120);
  if (!seen && screen.view && screen.view.unread) screen.atEnd = true; // the answer first; else the beginning
  let day = "";
  const rows = [];
  for (const item of screen.items) {
    if (!day || !sameDay(day, item.at)) rows.push(el("li.day", {}, date(item.at, language)));
    day = item.at;
    rows.push(message(item));
  }
  fill(screen.talk, rows);
  await drawWaiting(screen);
  if (screen.atEnd && screen.items.length > 1) toEnd();
}

const toEnd = () => scrollTo(0, document.documentElement.scrollHeight);

async function drawWaiting(screen) {
  const rows = (await waiting()).filter((row) => row.number === screen.number);
  fill(screen.queue, rows.map(waitingRow));
}

// A long letter of ours says its gist; the page itself shows what else it counts up.
const LONG_LETTER = 500;
function words(item) {
  if (!item.text) return [];
  const parts = item.text.split(/\n\s*\n/).filter((part) => part.trim());
  if (item.author !== "system" || item.text.length < LONG_LETTER || parts.length < 3) return [el("p", {}, prose(item.text))];
  return [el("p", {}, prose(parts[1].trim())), el("details.letter", {}, el("summary", {}, t("whole_letter")), el("p", {}, prose(item.text)))];
}

function message(item) {
  const name = item.author === "me" ? t("you") : item.author === "system" ? t("support") : item.author_name || t("support");
  return el(`li.message.${item.author}`, { "data-message": String(item.id) },
    el("div.bubble", {},
      item.author === "me" ? el("span.hidden", {}, name) : el("b", {}, name),
      ...words(item),
      item.attachments.length ? el("ul", {}, item.attachments.map(sentFile)) : null,
      el("span.meta", {}, el("time", { datetime: item.at }, time(item.at)), item.read_by_desk_at ? ` · ${t("read")}` : "")));
}

// ---------------------------------------------------------------- what comes in

async function heard(screen, event) {
  screen.queue.querySelectorAll("[data-waiting]").forEach((row) => row.hear(event));
  if (event.kind === "outbox" && event.bytes === undefined) {
    if (event.sent && event.number && event.number !== screen.number && event.what !== "request") return go(`/mob/r/${event.number}`, { instead: true });
    await drawWaiting(screen);
    if (event.sent) await load(screen);
  }
  if (event.kind !== "live" || (event.number && event.number !== screen.number)) return undefined;
  if (event.name === "request.typing") return writes(screen);
  screen.writes.textContent = "";
  return load(screen, { access: event.name !== "request.read" });
}

function writes(screen) {
  screen.writes.textContent = t("writes");
  clearTimeout(screen.writesTimer);
  screen.writesTimer = setTimeout(() => { screen.writes.textContent = ""; }, SHOWN_TYPING);
}

// ---------------------------------------------------------------- what the person does

let lastTyping = 0;
function keepReply(screen) {
  screen.replies[screen.number] = screen.text.value || undefined;
  return keep("replies", screen.replies).catch(() => {}); // a full telephone keeps none
}

function typing(screen) {
  keepReply(screen);
  screen.text.style.height = "auto";
  screen.text.style.height = `${Math.min(screen.text.scrollHeight, 160)}px`;
  if (Date.now() - lastTyping < TYPING || !known.online) return;
  lastTyping = Date.now();
  call(`/requests/${encodeURIComponent(screen.number)}/typing`, { method: "POST", body: {} }).catch(() => {});
}

async function say(screen) {
  const text = screen.text.value.trim();
  const files = await screen.attachments.done();
  if (!text && !files.length) return screen.text.focus();
  if (!(await putOut({ kind: "message", number: screen.number, body: { text }, files }))) return toast(t("no_room"));
  screen.text.value = "";
  keepReply(screen);
  screen.text.style.height = "auto";
  screen.attachments.files = [];
  screen.attachments.draw();
  await drawWaiting(screen);
  toEnd();
  return dispatchEvent(new CustomEvent("okibi-send"));
}

async function act(screen, name, done, body = {}) {
  try {
    screen.view = await call(`/requests/${encodeURIComponent(screen.number)}/${name}`, { method: "POST", body, key: newId() });
    drawHead(screen);
    await stored.put("requests", screen.view);
    toast(done);
  } catch (problem) {
    toast(said(problem));
  }
}

async function withdraw(screen) {
  if (await ask(t("withdraw_sure"), t("withdraw"), t("keep"))) await act(screen, "withdraw", t("withdrawn"), { text: "" });
}

// What is said while a request is finished opens it again; the words are asked for in the place where words are written.
async function reopen(screen) {
  const text = screen.text.value.trim();
  if (!text) {
    screen.text.placeholder = t("reopen_why");
    screen.text.focus();
    return toast(t("reopen_why"));
  }
  if (!(await putOut({ kind: "reopen", number: screen.number, body: { text }, files: [] }))) return toast(t("no_room"));
  screen.text.value = "";
  keepReply(screen);
  await drawWaiting(screen);
  return dispatchEvent(new CustomEvent("okibi-send"));
}
