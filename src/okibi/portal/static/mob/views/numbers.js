// One's own telephone numbers: whether SMS tell of requests, and the code that proves a number.
import { call } from "../api.js";
import { el, fill, icon } from "../dom.js";
import { known, said, toast } from "../frame.js";
import { newId } from "../store.js";
import { t } from "../words.js";

// The part of the settings; it stands there only where some number can be told by SMS.
export class Numbers {
  constructor() {
    Object.assign(this, { items: [], asked: 0, node: el("section.card.rows", { id: "numbers", hidden: true }) });
  }

  async load() {
    const { items } = await call("/numbers");
    this.items = items.filter((each) => each.sms);
    this.draw();
  }

  draw() {
    this.node.hidden = !this.items.length;
    fill(this.node, el("div.who", {}, icon("smartphone", "l"), el("div", {}, el("b", {}, t("sms")), el("small", {}, t("sms_more")))),
      this.items.map((row) => this.row(row)));
  }

  row(row) {
    const shown = spaced(row.number);
    if (row.sms.stopped) return el("div.number", {}, el("b", {}, shown), el("small", {}, t("sms_stopped")));
    const box = el("input", { type: "checkbox", checked: row.sms.on, onchange: () => this.wish(row, box) });
    const asked = this.asked === row.id;
    return el("div.number", { "data-number": String(row.id) },
      el("label", {}, box, el("span", {}, shown)),
      row.verified ? el("small", {}, t("sms_verified")) : row.sms.on && !asked ? el("small", {}, t("sms_unverified")) : null,
      row.verified ? null : asked ? this.code(row) : el("button.link", { onclick: () => this.send(row) }, t("sms_prove")));
  }

  code(row) {
    const input = el("input.code", { name: "number-code", inputmode: "numeric", autocomplete: "one-time-code", maxlength: "6", "aria-label": t("sms_code") });
    const form = el("form.rows", { onsubmit: (event) => { event.preventDefault(); this.confirm(row, input); } },
      el("small", {}, t("sms_sent")), input, el("button.quiet", { type: "submit" }, t("confirm")),
      el("button.link", { onclick: () => this.send(row) }, t("sms_again")));
    return form;
  }

  async wish(row, box) {
    const fresh = await this.tried(() => call(`/numbers/${row.id}/sms`, { method: "PUT", body: { on: box.checked }, key: newId() }));
    if (!fresh) { box.checked = row.sms.on; return; }
    this.took(fresh);
    toast(t(fresh.sms.on ? "sms_on" : "sms_off"));
  }

  async send(row) {
    const went = await this.tried(() => call(`/numbers/${row.id}/code`, { method: "POST", key: newId(), raw: true }));
    if (!went) return;
    this.asked = row.id;
    this.draw();
    this.node.querySelector("input.code").focus();
  }

  async confirm(row, input) {
    const fresh = await this.tried(() => call(`/numbers/${row.id}/confirm`, { method: "POST", body: { code: input.value.trim() || "-" }, key: newId() }));
    if (!fresh) { input.select(); return; }
    this.asked = 0;
    this.took(fresh);
    toast(t("sms_proved"));
  }

  // What is asked of the desk now; it never waits in the outbox. null, and a word why, where it did not go.
  async tried(act) {
    try {
      return await act();
    } catch (problem) {
      toast(problem.offline || !known.online ? t("sms_needs") : said(problem));
      return null;
    }
  }

  took(fresh) {
    this.items = this.items.map((each) => (each.id === fresh.id ? fresh : each));
    const held = document.activeElement && document.activeElement.type === "checkbox";
    this.draw();
    if (held) this.node.querySelector(`[data-number="${fresh.id}"] input`).focus();
  }
}

// +7 900 000-00-17
export const spaced = (number) => number.replace(/^\+7(\d{3})(\d{3})(\d\d)(\d\d)$/, "+7 $1 $2-$3-$4");
