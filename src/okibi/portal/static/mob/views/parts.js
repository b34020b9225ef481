// Parts that several screens show.
import { date, term } from "../dates.js";
import { el, fill, icon, size } from "../dom.js";
import { call } from "../api.js";
import { go, known, said, toast } from "../frame.js";
import { clock, isPicture, isVoice } from "../media.js";
import { sendOut, takeBack, tryAgain } from "../outbox.js";
import { keep } from "../store.js";
import { language, speak, t } from "../words.js";

const MARKS = { met: "circle-check", unmet: "circle-x", unknown: "circle-question-mark" };

export const bytes = (count) => size(count, [t("b"), t("kb"), t("mb")]);

// Changes the language at once and tells the desk, whose sentences come in it.
export async function chooseLanguage(code) {
  await keep("language", code);
  await speak(code);
  dispatchEvent(new CustomEvent("okibi-go"));
  call("/device", { method: "PATCH", body: { language: code } }).catch(() => {}); // without a connection: the next call says it
}

export function languageSwitch() {
  const other = language === "ru" ? "en" : "ru";
  return el("button.link", { lang: other, onclick: () => chooseLanguage(other) }, other === "ru" ? "Русский" : "English");
}

// The verdict as in the drawing: a heading, then a line for each thing that is known.
// ``brief``: what is well is said in few words, as long as it is this telephone's; the server's own sentence stands elsewhere.
export function verdict(given, brief = null) {
  const lines = given.lines.filter((line) => line.status !== "unknown" || line.about === "entitlement" || line.detail);
  const heading = given.covered === true ? t("covered") : given.covered === false ? t("not_covered") : t("cover_unknown");
  return [el("h2", {}, heading), lines.map((line) => {
    const [text, detail] = (brief && line.status === "met" && inShort(line, brief)) || [line.text, line.detail];
    return el(`div.fact.${line.status}`, {}, icon(MARKS[line.status], "l"), el("div", {}, text, detail ? el("small", {}, detail) : null));
  })];
}

function inShort(line, { organisation, mobile }) {
  const { until, number, seen } = line.evidence;
  if (line.about === "os" && seen && mobile) return [t("os_fits", { seen }), ""];
  if (line.about !== "entitlement" || !["licence", "trial"].includes(line.ground) || !number) return null;
  const text = until ? t(`${line.ground}_until`, { date: date(until, language) }) : line.ground === "licence" ? t("licence_met") : null;
  return text && [text, [organisation, number].filter(Boolean).join(" · ")];
}

export function steps(given) {
  return el("details.steps", {}, el("summary", {}, t("how_counted")),
    el("ol", {}, given.map((step) => el("li", {}, el("time", { datetime: step.at }, term(step.at, language)), el("span", {}, step.text), el("small", {}, step.rule)))));
}

// One line that says where a request stands and until when something will happen.
export function standing(request) {
  const answered = request.can.includes("rate");
  const due = request.due_at && term(request.due_at, language);
  if (request.state === "planned") return t("state_planned", { version: request.planned_version });
  if (["new", "open"].includes(request.state) && !answered && due) {
    return t(new Date(request.due_at) < new Date() ? "late" : "answer_by", { term: due });
  }
  if (request.state === "open" && answered) return t("state_answered");
  return t(`state_${request.state}`);
}

export const solvedOn = (iso) => t("solved_on", { date: date(iso, language) });

// What waits to be sent: words, how far it is, and what can be done about it.
export function waitingRow(row) {
  const total = row.files.reduce((sum, file) => sum + file.blob.size, 0);
  const bar = el("progress", { max: "1", value: 0, hidden: true, "aria-label": t("sending") });
  const note = el("small", {}, row.state === "failed" ? row.problem.detail || t("failed") : known.online ? t("sending") : t("goes_itself"));
  const acts = row.state === "failed"
    ? [el("button.link", { onclick: () => again(row) }, t("try_again")), row.kind === "request" ? el("button.link", { onclick: () => change(row) }, t("change")) : null, el("button.link", { onclick: () => dropRow(row) }, t("remove"))]
    : [el("button.link", { onclick: () => again(row) }, t("send_now")), el("button.link", { onclick: () => dropRow(row) }, t("remove"))];
  const node = el(`div.waiting.${row.state}`, { "data-waiting": row.id },
    icon(row.state === "failed" ? "circle-x" : "clock", "l"),
    el("div", {}, el("p", {}, row.body.text || row.files.map((file) => file.name).join(", ")), note, bar, el("div.acts", {}, acts)));
  node.hear = (event) => {
    if (event.id !== row.id || event.bytes === undefined) return;
    bar.hidden = !event.total || event.bytes >= event.total;
    bar.value = event.total ? event.bytes / event.total : 1;
    note.textContent = t("sent_of", { sent: bytes(event.bytes), total: bytes(total) });
  };
  return node;
}

async function again(row) {
  await tryAgain(row.id);
  sendOut({ now: true });
}

// What the desk did not take becomes a draft again: nothing has to be written twice.
async function change(row) {
  const { kind, text, product, version } = row.body;
  await keep("draft", { kind, text, product, version, files: row.files.map(({ name, type, blob }) => ({ name, type, blob })) });
  await takeBack(row.id);
  go("/mob/new");
}

async function dropRow(row) {
  await takeBack(row.id);
  toast(t("removed"));
}

// A file that is about to go: its picture or voice, its size, and a way to leave it out.
export function draftFile(file, { drop, mark }) {
  const url = isPicture(file) || isVoice(file) ? URL.createObjectURL(file.blob) : "";
  const player = isVoice(file) ? voicePlayer(url) : null;
  const body = isPicture(file) ? el("img", { src: url, alt: file.name }) : player || icon("file", "l");
  const node = el("li.file", {}, el("div.thumb", {}, body),
    el("div.about", {}, el("span.cut", {}, isVoice(file) ? t("voice") : file.name), el("small", {}, [file.seconds ? clock(file.seconds) : "", bytes(file.blob.size)].filter(Boolean).join(" · "))),
    mark && isPicture(file) ? el("button.round", { "aria-label": t("mark_picture"), onclick: () => mark(file) }, icon("pencil")) : null,
    el("button.round", { "aria-label": t("leave_out", { name: file.name }), onclick: () => drop(file) }, icon("x")));
  node.leave = () => { if (player) player.leave(); if (url) URL.revokeObjectURL(url); };
  return node;
}

function voicePlayer(url) {
  const audio = new Audio(url);
  const draw = () => { button.setAttribute("aria-label", t(audio.paused ? "play" : "stop")); fill(button, icon(audio.paused ? "play" : "pause", "l")); };
  const button = el("button.round", { onclick: () => { if (audio.paused) audio.play(); else { audio.pause(); audio.currentTime = 0; } } });
  for (const name of ["play", "pause", "ended"]) audio.addEventListener(name, draw);
  draw();
  button.leave = () => audio.pause();
  return button;
}

// A file of the conversation: pictures and voice in place, others to save. The token goes in a header, so it is fetched.
export function sentFile(file) {
  const place = el("li.sent", {});
  const save = el("button.attachment", { onclick: () => fetchAndSave(file, save) }, icon(isVoice(file) ? "play" : isPicture(file) ? "image" : "file"),
    el("span.cut", {}, isVoice(file) ? t("voice") : file.name), el("small", {}, bytes(file.size)));
  put();
  function put() {
    if (isPicture(file) && file.size < 3 * 1024 * 1024) showPicture();
    else fill(place, isVoice(file) ? el("button.attachment", { onclick: playVoice }, icon("play"), t("voice"), el("small", {}, bytes(file.size))) : save);
  }
  async function showPicture() {
    fill(place, save);
    try {
      const url = URL.createObjectURL(await bodyOf(file));
      fill(place, el("button.picture", { "aria-label": t("open_picture", { name: file.name }), onclick: () => open(url) }, el("img", { src: url, alt: file.name, onerror: () => fill(place, save), onload: () => place.dispatchEvent(new Event("grown", { bubbles: true })) })));
    } catch (problem) { /* the button that saves it stays */ }
  }
  async function playVoice() {
    try {
      const player = el("audio", { src: URL.createObjectURL(await bodyOf(file)), controls: true, autoplay: true });
      fill(place, player);
    } catch (problem) { toast(said(problem)); }
  }
  return place;
}

const bodyOf = async (file) => (await call(`/files/${file.id}`, { raw: true })).blob();

function open(url) {
  const sheet = el("div.lightbox", { role: "dialog", "aria-modal": "true", "aria-label": t("picture"), tabIndex: -1, onclick: () => sheet.remove(), onkeydown: (event) => event.key === "Escape" && sheet.remove() },
    el("img", { src: url, alt: "" }), el("button.round", { "aria-label": t("close") }, icon("x")));
  document.body.append(sheet);
  sheet.querySelector("button").focus();
}

async function fetchAndSave(file, button) {
  button.disabled = true;
  try {
    const url = URL.createObjectURL(await bodyOf(file));
    const link = el("a", { href: url, download: file.name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 60000);
  } catch (problem) {
    toast(said(problem));
  }
  button.disabled = false;
}

export const openRequest = (number) => go(`/mob/r/${encodeURIComponent(number)}`);
