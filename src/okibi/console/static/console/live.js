// News as it happens, from one EventSource. The server names each event; nothing on the page moves by itself:
// - "ticket" {number, by?}   something in a ticket changed: the body gets "ticket-changed" when that ticket is open
// - "arrived" {number}       the queue has something to show: the thin line counts it, "." (body event "show-new") brings it
// - "counts"                 the numbers beside the queues changed: the body gets "counts-changed"
// - "call"                   the telephone rings, was taken or is silent again: the body gets "call-changed"
// - "presence" {number, text} who else looks at the ticket that is open
// - "typing" {number}        the requester of the ticket that is open writes: said for a few seconds
// Every event's id is kept, so that a page that slept or lost the net asks for what it missed.
const source = document.querySelector("meta[name=okibi-events]");
const AWAY = 60000;
const PATIENCE = 10000;
const WRITES = 6000; // a requester who stopped is not said to write for longer
let last = source?.dataset.lastId ?? "";
let stream;
let retry = 1000;
let away;
let lost;
let writes;
const fresh = new Set();

const tell = (name, detail) => document.body.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
const openTicket = () => document.querySelector("[data-ticket]")?.dataset.ticket;

function heard(event) {
  if (event.lastEventId) last = event.lastEventId;
  try {
    return JSON.parse(event.data || "{}");
  } catch {
    return {};
  }
}

function connect() {
  const url = new URL(source.content, location.href);
  if (last) url.searchParams.set("last_event_id", last);
  stream = new EventSource(url);
  stream.addEventListener("open", () => {
    retry = 1000;
    state(true);
  });
  stream.addEventListener("error", () => {
    state(false);
    if (stream.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
    setTimeout(() => document.hidden || connect(), retry);
    retry = Math.min(retry * 2, 30000);
  });
  stream.addEventListener("ticket", (event) => {
    const news = heard(event);
    if (news.number && news.number === openTicket()) tell("ticket-changed", news);
  });
  stream.addEventListener("arrived", (event) => {
    const news = heard(event);
    fresh.add(news.number ?? event.lastEventId);
    count();
  });
  stream.addEventListener("counts", (event) => tell("counts-changed", heard(event)));
  stream.addEventListener("call", (event) => tell("call-changed", heard(event)));
  stream.addEventListener("typing", (event) => {
    const said = document.querySelector("[data-typing] > span");
    if (!said || heard(event).number !== openTicket()) return;
    said.hidden = false;
    clearTimeout(writes);
    writes = setTimeout(() => (said.hidden = true), WRITES);
  });
  stream.addEventListener("presence", (event) => {
    const news = heard(event);
    if (news.number !== openTicket()) return;
    for (const place of document.querySelectorAll("[data-presence]")) place.textContent = news.text ?? "";
  });
}

/** A break is told only when it lasts: browsers reconnect by themselves within seconds. */
function state(well) {
  clearTimeout(lost);
  const show = () => document.querySelectorAll("[data-live-lost]").forEach((place) => (place.hidden = well));
  if (well) show();
  else lost = setTimeout(show, PATIENCE);
}

/** "2 новые": the words for each plural form are written by the server on the line itself. */
function count() {
  for (const line of document.querySelectorAll("[data-new-line]")) {
    const form = new Intl.PluralRules(document.documentElement.lang).select(fresh.size);
    const words = line.dataset[form] ?? line.dataset.other;
    line.querySelector("[data-new-count]").textContent = words.replace("{n}", fresh.size);
    line.hidden = fresh.size === 0;
  }
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-show-new]")) return;
  fresh.clear();
  count();
  tell("show-new");
});
document.addEventListener("htmx:after:swap", count);

if (source) {
  connect();
  document.addEventListener("visibilitychange", () => {
    clearTimeout(away);
    if (document.hidden) away = setTimeout(() => stream.close(), AWAY);
    else if (stream.readyState === EventSource.CLOSED) connect();
  });
  window.addEventListener("pagehide", () => stream.close());
  window.addEventListener("pageshow", (event) => event.persisted && connect());
}
