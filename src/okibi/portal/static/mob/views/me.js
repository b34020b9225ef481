// This telephone: whose it is, whether answers ring, SMS, language, colours, leaving.
import { call } from "../api.js";
import { ask, el, fill, icon } from "../dom.js";
import { frame, go, known, said, toast } from "../frame.js";
import { canInstall, install, theme } from "../install.js";
import { pushState, subscribe, unsubscribe, badge } from "../push.js";
import { keep, kept, stored, tellAll } from "../store.js";
import { waiting } from "../outbox.js";
import { LANGUAGES, language, t } from "../words.js";
import { Numbers } from "./numbers.js";
import { chooseLanguage } from "./parts.js";

export async function me() {
  const who = el("section.card.rows", {}), rings = el("section.card.rows", { hidden: true }), app = el("section.card.rows", {});
  const numbers = new Numbers();
  frame({ name: "me", title: t("settings"), back: "/mob/", main: [who, rings, numbers.node, app, el("p.hint.centre", {}, `${t("name")} ${known.version}`)] });
  drawApp(app);
  drawWho(who, await kept("device"));
  const device = await call("/device").catch(() => null);
  if (device) { await keep("device", device); drawWho(who, device); }
  if (device && device.person) numbers.load().catch(() => {});
  await drawRings(rings).catch(() => {});
  return { reached: () => drawRings(rings).catch(() => {}), hear: (event) => event.kind === "install" && drawApp(app) };
}

function drawWho(place, device) {
  const person = device && device.person, organisation = device && device.organisation;
  fill(place,
    el("div.who", {}, icon("smartphone", "l"), el("div", {},
      el("b", {}, person ? person.name : t("nobody_proved")),
      el("small", {}, [organisation && organisation.name, device && device.licence].filter(Boolean).join(" · ") || t(person ? "no_organisation" : "nobody_more")),
      device && device.name ? el("small", {}, device.name) : null)),
    person ? null : el("button.quiet", { onclick: () => go("/mob/enrol") }, t("say_who")),
    el("button.link.bad", { onclick: leave }, t("sign_out")));
}

async function drawRings(place) {
  const state = await pushState();
  place.hidden = state === "off";
  if (state === "off") return;
  const turn = async (act) => {
    try { await act(); } catch (problem) { toast(said(problem)); }
    drawRings(place);
  };
  fill(place, el("div.who", {}, icon("bell", "l"), el("div", {}, el("b", {}, t("rings")), el("small", {}, t(`rings_${state}`)))),
    state === "no" ? el("button.quiet", { onclick: () => turn(subscribe) }, t("ring_on")) : null,
    state === "yes" ? el("button.quiet", { onclick: () => turn(unsubscribe) }, t("ring_off")) : null);
}

function drawApp(place) {
  fill(place,
    canInstall() ? el("button.quiet", { onclick: async () => { await install(); drawApp(place); } }, icon("download"), t("install")) : null,
    chooser("language", LANGUAGES.map((each) => [each, each === "ru" ? "Русский" : "English", each]), language, chooseLanguage),
    chooser("colours", ["system", "light", "dark"].map((each) => [each, t(`colours_${each}`)]), theme(), (each) => { theme(each); drawApp(place); }));
}

function chooser(name, options, chosen, choose) {
  return el("div.field", {}, el("span.label", { id: `l-${name}` }, t(name)),
    el("div.seg", { role: "radiogroup", "aria-labelledby": `l-${name}` }, options.map(([value, text, lang]) =>
      el("button", { role: "radio", lang, "aria-checked": String(value === chosen), "data-value": value, onclick: () => choose(value) }, text))));
}

async function leave() {
  const left = (await waiting()).length;
  if (!(await ask(left ? t("sign_out_waiting", { n: left }) : t("sign_out_sure"), t("sign_out"), t("stay")))) return;
  try {
    await unsubscribe().catch(() => {});
    await call("/device", { method: "DELETE" });
  } catch (problem) {
    if (problem.status !== 401) { toast(said(problem)); return; }
  }
  for (const store of ["outbox", "requests", "messages"]) await stored.empty(store);
  for (const name of ["token", "device", "unproved", "draft", "replies", "verdict", "enrolment", "enrolling", "agreements"]) await keep(name, undefined);
  badge(0);
  tellAll({ kind: "session" });
}
