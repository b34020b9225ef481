// Who is it? By licence or invitation, proved by a code sent to the e-mail; or without saying.
import { call } from "../api.js";
import { el } from "../dom.js";
import { aboutDevice } from "../environment.js";
import { frame, go, known, said } from "../frame.js";
import { keep, kept, tellAll } from "../store.js";
import { language, t } from "../words.js";
import { languageSwitch } from "./parts.js";

export async function enrol() {
  const pending = await kept("enrolment");
  if (pending && new Date(pending.expires_at) > new Date() && (await pendingScreen(pending))) return {};
  const start = await kept("enrolling") || {};
  const note = el("p.problem", { role: "alert", hidden: true });
  const email = field("email", { type: "email", autocomplete: "email", inputmode: "email", value: start.email || "" });
  const name = field("your_name", { type: "text", autocomplete: "name", value: start.name || "" });
  const ground = field("ground", { type: "text", autocomplete: "off", autocapitalize: "characters", value: start.ground || "" }, t("ground_hint"));
  const send = el("button.main", { type: "submit" }, t("get_code"));
  const form = el("form.stack", { novalidate: true, onsubmit: (event) => begin(event, { email, name, ground, note, send }) },
    email.row, name.row, ground.row, note, send);
  const token = await kept("token");
  frame({
    name: "enrol", title: token ? t("who_are_you") : t("name"), back: token ? "/mob/me" : null, actions: token ? [] : [languageSwitch()],
    main: [
      token ? null : el("div.welcome", {}, el("h2", {}, t("welcome")), el("p", {}, t("welcome_more"))),
      form,
      token ? null : el("div.or", {},
        el("button.quiet", { onclick: (event) => without(event.currentTarget, note) }, t("without")),
        el("p.hint", {}, t("without_more"))),
    ],
  });
  return {};
}

function field(name, given, hint = "") {
  const id = `f-${name}`;
  const input = el("input", { id, name, ...given });
  return { input, row: el("div.field", {}, el("label", { for: id }, t(name)), input, hint ? el("small", {}, hint) : null) };
}

// A licence "Л-2026-0418", a trial "П-…", or an invitation code: whichever the desk knows.
export function groundsOf(text) {
  const said = text.trim();
  if (!said) return [{}];
  return [{ licence: said }, { invitation: said }, { trial: said }];
}

async function begin(event, { email, name, ground, note, send }) {
  event.preventDefault();
  const wish = { email: email.input.value.trim(), name: name.input.value.trim(), ground: ground.input.value.trim() };
  note.hidden = true;
  if (!wish.email && !wish.ground) return complain(note, t("email_or_ground"), email.input);
  send.disabled = true;
  await keep("enrolling", wish);
  const device = await aboutDevice("mobile", known.version);
  await keep("about", device);
  let last = null;
  for (const each of groundsOf(wish.ground)) {
    try {
      const begun = await call("/enrolments", { method: "POST", anonymous: true, body: { ...each, email: wish.email, name: wish.name, language, device } });
      return await confirmed({ ...begun, email: wish.email });
    } catch (problem) {
      if (!last) last = problem;
      if (!["unknown_licence", "unknown_trial", "unknown_invitation"].includes(problem.code)) { last = problem; break; }
    }
  }
  send.disabled = false;
  return complain(note, said(last), (last.errors || []).some((each) => each.field === "email") ? email.input : ground.input);
}

function complain(note, text, input) {
  note.textContent = text;
  note.hidden = false;
  if (input) input.focus();
}

async function confirmed(begun) {
  if (!begun.token) {
    await keep("enrolment", begun);
    return pendingScreen(begun);
  }
  for (const name of ["enrolment", "enrolling", "unproved"]) await keep(name, undefined);
  await keep("token", begun.token);
  tellAll({ kind: "session" });
  return go("/mob/", { instead: true });
}

async function pendingScreen(pending) {
  const note = el("p.problem", { role: "alert", hidden: true });
  const code = el("input.code", { id: "f-code", name: "code", type: "text", inputmode: "numeric", autocomplete: "one-time-code", maxlength: "6", "aria-describedby": "code-hint" });
  const send = el("button.main", { type: "submit" }, t("confirm"));
  const submit = async (event) => {
    if (event) event.preventDefault();
    if (send.disabled || !/^\d{6}$/.test(code.value.trim())) return complain(note, t("six_digits"), code);
    send.disabled = true;
    note.hidden = true;
    try {
      return await confirmed(await call(`/enrolments/${pending.id}/confirmation`, {
        method: "POST", body: { code: code.value.trim() }, anonymous: true, headers: { Authorization: `Enrolment ${pending.secret}` } }));
    } catch (problem) {
      send.disabled = false;
      code.value = "";
      if (problem.code === "enrolment_over") await keep("enrolment", undefined);
      return complain(note, said(problem), code);
    }
  };
  code.addEventListener("input", () => /^\d{6}$/.test(code.value.trim()) && submit());
  frame({
    name: "code", title: t("code_title"),
    main: [
      el("form.stack", { novalidate: true, onsubmit: submit },
        el("p", { id: "code-hint" }, t("code_sent", { email: pending.email })),
        el("div.field", {}, el("label", { for: "f-code" }, t("code")), code), note, send),
      el("div.or", {}, el("button.quiet", { onclick: again }, t("other_email"))),
    ],
  });
  code.focus();
  return true;
}

async function again() {
  await keep("enrolment", undefined);
  await enrol();
}

// Writing is possible at once; the verdict then says that nobody is proved, and why that may matter.
async function without(button, note) {
  button.disabled = true;
  const device = await aboutDevice("mobile", known.version);
  await keep("about", device);
  try {
    const begun = await call("/enrolments", { method: "POST", anonymous: true, body: { language, device } });
    await confirmed(begun);
  } catch (problem) {
    button.disabled = false;
    if (!problem.offline) return complain(note, said(problem));
    await keep("unproved", true);
    go("/mob/new", { instead: true });
  }
  return undefined;
}
