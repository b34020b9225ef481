// Access for automatic updates: what is granted, line by line, and the person's yes, no or stop.
// Consent is of the moment: it never waits in the outbox, so without a connection the buttons say that one is needed.
import { call } from "../api.js";
import { when } from "../dates.js";
import { ask, el, fill, icon, prose } from "../dom.js";
import { known, said, toast } from "../frame.js";
import { keep, kept, newId } from "../store.js";
import { language, t } from "../words.js";

export const remembered = async () => (await kept("agreements")) || [];
export const awaited = (items) => items.filter((each) => each.can.includes("confirm"));

// Everything that this person may see, newest first; kept for the time without a connection.
export async function fetched() {
  const { items } = await call("/agreements");
  await keep("agreements", items);
  return items;
}

// Of one request: the newest, and any older one with which something can still be done.
export function ofRequest(items, number) {
  return items.filter((each) => each.request === number).filter((each, index) => index === 0 || each.can.length);
}

// The part of a request's page; ``answered``: what to do once something was said.
export class Agreements {
  constructor(number, answered) {
    Object.assign(this, { number, answered, items: [], drawn: "", turn: 0, node: el("div.cards.accesses", {}) });
  }

  async begin() {
    this.items = ofRequest(await remembered(), this.number);
    this.draw();
  }

  async load() {
    const mine = (this.turn += 1);
    try {
      const items = await fetched();
      if (mine === this.turn) this.items = ofRequest(items, this.number);
    } catch (problem) { /* what was last seen stays */ }
    this.draw();
  }

  draw() {
    const looks = JSON.stringify([this.items, known.online, language]);
    if (looks === this.drawn) return; // nothing changes under anybody's finger without need
    this.drawn = looks;
    const open = [...this.node.querySelectorAll("details[open]")].map((each) => each.dataset.of);
    fill(this.node, this.items.map((row) => card(row, (what) => this.act(row, what))));
    this.node.querySelectorAll("details").forEach((each) => { each.open = open.includes(each.dataset.of); });
  }

  async act(row, what) {
    if (!known.online) {
      toast(t("access_needs_why"));
      return this.load(); // perhaps there is one again
    }
    if (what === "withdraw" && !(await ask(t("access_withdraw_sure"), t("access_withdraw"), t("keep")))) return undefined;
    this.node.querySelectorAll("button").forEach((each) => { each.disabled = true; });
    this.turn += 1; // what was asked for before the answer is old news
    const [path, body] = what === "withdraw" ? ["withdraw", { reason: "" }] : ["answer", { yes: what === "confirm" }];
    try {
      await this.took(await call(`/agreements/${row.id}/${path}`, { method: "POST", body, key: newId() }));
      toast(t(`access_${what}_done`));
    } catch (problem) {
      toast(problem.offline ? t("access_needs_why") : said(problem));
      this.drawn = "";
    }
    await this.answered();
    return this.draw();
  }

  async took(fresh) {
    const anew = (items) => items.map((each) => (each.id === fresh.id ? fresh : each));
    this.items = anew(this.items);
    this.draw();
    await keep("agreements", anew(await remembered()));
    this.node.querySelector(`[data-agreement="${fresh.id}"] h2`).focus({ preventScroll: true });
  }
}

// act("confirm" | "decline" | "withdraw")
export function card(row, act) {
  const waits = row.state === "proposed";
  const lines = el("ul.grants", {}, row.text.map((line) => el("li", {}, line)));
  const can = (what) => row.can.includes(what);
  const button = (kind, what) => el(`button.${known.online || kind === "link.far" ? kind : "quiet"}`, { "data-act": what, onclick: () => act(what) },
    t(`access_${what}`), known.online ? null : el("small", {}, t("access_needs")));
  return el(`div.card.access.${row.state}`, { "data-agreement": String(row.id) },
    el("h2", { tabIndex: -1 }, icon("shield-check", "l"), t("access")),
    el("p", {}, t(`access_${row.state}`)),
    waits && row.note ? el("p", {}, prose(row.note)) : null,
    waits ? lines : el("details", { "data-of": String(row.id) }, el("summary", {}, t("access_terms")), lines),
    word(row),
    can("confirm") ? button("main", "confirm") : null,
    can("decline") ? button("quiet", "decline") : null,
    can("withdraw") ? button("link.far", "withdraw") : null,
    waits && !row.can.length ? el("small", {}, t("access_others")) : null);
}

// Who said it and when.
function word(row) {
  const [name, at] = row.state === "withdrawn" ? [row.withdrawn_by, row.withdrawn_at] : [row.answered_by, row.answered_at];
  return at && row.state !== "expired" ? el("small", {}, name ? `${name}, ` : "", el("time", { datetime: at }, when(at, language))) : null;
}
