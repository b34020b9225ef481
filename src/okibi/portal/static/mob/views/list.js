// My requests: what waits to be sent, what is being worked on, what has ended.
import { call } from "../api.js";
import { when } from "../dates.js";
import { el, fill, icon } from "../dom.js";
import { frame, go, hint, known, said } from "../frame.js";
import { waiting } from "../outbox.js";
import { badge } from "../push.js";
import { kept, stored } from "../store.js";
import { language, t } from "../words.js";
import { awaited, fetched, remembered } from "./agreement.js";
import { openRequest, standing, waitingRow } from "./parts.js";

const ENDED = ["solved", "refused", "closed"];
const SEARCH_FROM = 8; // requests; fewer are seen at a glance
const QUIET = ["request.typing", "request.read"]; // nothing is asked by them

export async function list() {
  const out = el("section.cards", { "aria-label": t("outbox"), hidden: true });
  const body = el("div.stack", { "aria-live": "off" });
  const more = el("div", {});
  const find = el("input.find", { type: "search", "aria-label": t("find"), placeholder: t("find"), hidden: true });
  frame({
    name: "list", title: t("my_requests"), says: "offline",
    actions: [el("button.round", { "aria-label": t("settings"), onclick: () => go("/mob/me") }, icon("settings"))],
    main: [out, find, body, more],
    foot: [el("button.main", { onclick: () => go("/mob/new") }, t("new_request"))],
  });
  const screen = { out, body, more, find, rows: [], next: null, q: "", asked: awaited(await remembered()) };
  let timer = 0;
  find.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => { screen.q = find.value.trim(); load(screen); }, 350); });
  screen.rows = (await stored.all("requests")).sort((one, other) => (one.number < other.number ? 1 : -1));
  if (screen.rows.length) draw(screen);
  await showWaiting(out);
  load(screen);
  lookForQuestions(screen);
  return {
    hear: (event) => {
      if (event.kind === "outbox" && event.bytes === undefined) showWaiting(out);
      out.querySelectorAll("[data-waiting]").forEach((row) => row.hear(event));
      if (event.kind === "live" || event.sent || event.kind === "requests") load(screen);
      if (event.kind === "requests" || (event.kind === "live" && !QUIET.includes(event.name))) lookForQuestions(screen);
    },
    reached: () => { showWaiting(out); load(screen); lookForQuestions(screen); },
  };
}

async function showWaiting(out) {
  const rows = await waiting();
  out.hidden = !rows.length;
  fill(out, rows.length ? el("h2.small", {}, t("outbox")) : null, rows.map(waitingRow));
}

async function load(screen, cursor = "") {
  const q = screen.q;
  try {
    const page = await call(`/requests?limit=30${q ? `&q=${encodeURIComponent(q)}` : ""}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);
    if (q !== screen.q) return;
    screen.rows = cursor ? screen.rows.concat(page.items) : page.items;
    screen.next = page.next;
    screen.loaded = true;
    draw(screen);
    if (!q && !cursor) await remember(page.items);
  } catch (problem) {
    if (!screen.rows.length) fill(screen.body, problem.offline ? hint("wifi-off", el("p", {}, t("offline_list"))) : el("p.problem", { role: "alert" }, said(problem)));
  }
}

// Accesses for automatic updates that wait for this person's word.
async function lookForQuestions(screen) {
  const before = JSON.stringify(screen.asked);
  screen.asked = awaited(await fetched().catch(() => screen.asked));
  if (JSON.stringify(screen.asked) !== before && (screen.rows.length || screen.loaded)) draw(screen);
}

async function remember(items) {
  await stored.empty("requests");
  for (const item of items) await stored.put("requests", item);
  badge(items.reduce((sum, item) => sum + item.unread, 0));
}

function draw(screen) {
  const { rows, body, more, find, q } = screen;
  const asked = screen.asked.map((each) => each.request);
  const elsewhere = q ? [] : screen.asked.filter((each) => each.request && !rows.some((row) => row.number === each.request));
  find.hidden = !screen.q && rows.length < SEARCH_FROM && !screen.next;
  const going = rows.filter((row) => !ENDED.includes(row.state)), ended = rows.filter((row) => ENDED.includes(row.state));
  fill(body,
    elsewhere.length ? el("section.cards", {}, elsewhere.map(question)) : null,
    rows.length || elsewhere.length ? null : q ? hint("search", el("p", {}, t("nothing_found"))) : hint("inbox", el("p", {}, t("empty_list")), el("small", {}, t("empty_list_more"))),
    group(going, ended.length ? t("going") : "", asked), group(ended, t("ended"), asked));
  fill(more, screen.next ? el("button.quiet", { onclick: (event) => { event.currentTarget.disabled = true; load(screen, screen.next); } }, t("show_more")) : null);
}

const group = (rows, title, asked) => (rows.length ? el("section.cards", {}, title ? el("h2.small", {}, title) : null, rows.map((row) => card(row, asked.includes(row.number)))) : null);

function card(row, asked) {
  const unread = row.unread ? el("span.unread", {}, String(row.unread), el("span.hidden", {}, ` ${t("unread", { n: row.unread })}`)) : null;
  return el(`button.card.request.${row.state}`, { "data-number": row.number, onclick: () => openRequest(row.number) },
    el("span.top", {}, el("b.cut", {}, row.subject || t("no_subject")), unread),
    asked && row.state === "waiting" ? null : el("span.stand", {}, standing(row)), // the question says it better
    asked ? el("span.asked-for", {}, icon("shield-check"), t("access_awaited")) : null,
    el("span.meta", {}, row.number, " · ", el("time", { datetime: row.last_message_at }, when(row.last_message_at, language))));
}

// The question on a request that is not in this list: a colleague's, which the administrator may answer.
function question(row) {
  return el("button.card.request", { "data-number": row.request, onclick: () => openRequest(row.request) },
    el("span.top", {}, el("b.cut", {}, t("access"))),
    el("span.asked-for", {}, icon("shield-check"), t("state_waiting")),
    el("span.meta", {}, [row.request, row.organisation].filter(Boolean).join(" · ")));
}
