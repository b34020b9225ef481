// A new request, as drawn: what it is, words, a picture or the voice, what was solved before, the verdict, the term.
import { call } from "../api.js";
import { term } from "../dates.js";
import { el, fill, icon } from "../dom.js";
import { environment, without } from "../environment.js";
import { frame, go, known, said, sayState, toast } from "../frame.js";
import { canSpeak, pick } from "../media.js";
import { putOut } from "../outbox.js";
import { keep, kept } from "../store.js";
import { language, t } from "../words.js";
import { Attachments } from "./attachments.js";
import { openRequest, solvedOn, steps, verdict } from "./parts.js";

const KINDS = [["incident", "kind_incident"], ["question", "kind_question"], ["suggestion", "kind_suggestion"]];
const PAUSE = 600; // milliseconds after the last letter
const LIKE = 2; // shown of what reads alike
const LEAST_WORDS = 8; // letters before it makes sense to look for like ones

export async function compose() {
  const draft = { kind: "incident", text: "", product: "", version: "", files: [], ...(await kept("draft")) };
  await takeIn(draft);
  const policy = (await kept("policy")) || { products: [] };
  const device = await kept("device");
  const screen = { draft, policy, report: await environment(), back: (await kept("kept_back")) || [], last: null, organisation: device && device.organisation ? device.organisation.name : "" };
  const old = await kept("verdict"); // of a moment ago: shown until the desk has said it anew
  if (old && old.asked === JSON.stringify(facts(screen))) screen.last = { ...old.given, due_at: null, aim_at: null, steps: [] };
  build(screen);
  freshPolicy(screen);
  judge(screen);
  lookForLike(screen);
  return { reached: () => { sayState(); freshPolicy(screen); judge(screen); drawVerdict(screen); }, leave: () => { screen.over = true; save(screen); screen.attachments.leave(); } };
}

// What another application shared or filled in: /mob/new?text=…&product=…&version=…
async function takeIn(draft) {
  const shared = await kept("shared");
  const asked = new URLSearchParams(location.search);
  const words = [shared && shared.text, asked.get("text")].filter(Boolean).join("\n");
  if (words && !draft.text.includes(words)) draft.text = [draft.text, words].filter(Boolean).join("\n");
  if (shared) draft.files = draft.files.concat(shared.files);
  if (asked.get("product")) Object.assign(draft, { product: asked.get("product"), version: asked.get("version") || "" });
  if (KINDS.some(([kind]) => kind === asked.get("kind"))) draft.kind = asked.get("kind");
  await keep("draft", draft);
  await keep("shared", undefined);
  if (location.search) history.replaceState(history.state, "", location.pathname);
}

function build(screen) {
  const { draft } = screen;
  screen.text = el("textarea.words", { id: "text", "aria-label": t("describe"), placeholder: t(`hint_${draft.kind}`), rows: "5", value: draft.text, oninput: () => typed(screen) });
  screen.attachments = new Attachments(draft.files, () => save(screen));
  screen.note = el("p.problem", { role: "alert", hidden: true });
  screen.like = el("div.stack", { "aria-live": "polite" });
  screen.verdict = el("section.card.verdict", { "aria-live": "polite", hidden: true });
  screen.until = el("small", {}, "");
  screen.send = el("button.main.send", { onclick: () => send(screen) }, t("send"), screen.until);
  frame({ name: "compose", title: t("new_request"), back: "/mob/", says: "offline_goes_itself",
    main: [kinds(screen), screen.text, adders(screen), screen.attachments.node, screen.note, screen.like, screen.verdict], foot: [screen.send] });
  drawVerdict(screen);
}

function kinds(screen) {
  const box = el("div.seg", { role: "radiogroup", "aria-label": t("what_is_it") });
  const draw = () => box.querySelectorAll("[role=radio]").forEach((each) => {
    const on = each.dataset.kind === screen.draft.kind;
    each.setAttribute("aria-checked", String(on));
    each.tabIndex = on ? 0 : -1;
  });
  const choose = (kind) => { screen.draft.kind = kind; draw(); screen.text.placeholder = t(`hint_${kind}`); save(screen); judge(screen); };
  box.append(...KINDS.map(([kind, name]) => el("button", { role: "radio", "data-kind": kind, onclick: () => choose(kind) }, t(name))));
  box.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = KINDS.findIndex(([kind]) => kind === screen.draft.kind);
    choose(KINDS[(at + step + KINDS.length) % KINDS.length][0]);
    box.querySelector("[aria-checked=true]").focus();
  });
  draw();
  return box;
}

function adders(screen) {
  const files = screen.attachments;
  const button = (symbol, name, act) => el("button", { onclick: act }, icon(symbol, "l"), el("span", {}, t(name)));
  return el("div.adders", {},
    button("camera", "take_picture", async () => files.add(await pick({ accept: "image/*", capture: true }))),
    button("image", "gallery", async () => files.add(await pick({ accept: "image/*,video/*,application/pdf,text/*,.log,.zip", many: true }))),
    canSpeak() ? files.speakButton(button) : null);
}

// ---------------------------------------------------------------- while it is written

let pause = 0;
function typed(screen) {
  screen.note.hidden = true;
  clearTimeout(pause);
  pause = setTimeout(() => { save(screen); lookForLike(screen); judge(screen); }, PAUSE);
}

async function save(screen) {
  if (screen.sent) return;
  Object.assign(screen.draft, { text: screen.text.value, files: screen.attachments.files });
  await keep("draft", screen.draft);
}

async function lookForLike(screen) {
  const words = screen.text.value.trim();
  if (words.length < LEAST_WORDS) return fill(screen.like);
  try {
    const { items } = await call(`/similar?q=${encodeURIComponent(words.slice(0, 500))}&product=${encodeURIComponent(product(screen).code)}`);
    if (words !== screen.text.value.trim()) return undefined;
    return fill(screen.like, items.slice(0, LIKE).map(likeRow));
  } catch (problem) {
    return fill(screen.like);
  }
}

// An article opens beside: what is being written stays where it is.
const likeRow = (item) => item.kind === "article"
  ? el("a.card.like", { href: `/help/${encodeURIComponent(item.slug)}/`, target: "_blank", rel: "noopener" }, icon("file", "l"),
    el("span", {}, item.title, el("small", {}, t("help_article"))))
  : el("button.card.like", { onclick: () => openRequest(item.number) }, icon("lightbulb", "l"),
    el("span", {}, item.title, el("small", {}, item.solved_at ? solvedOn(item.solved_at) : item.excerpt)));

async function freshPolicy(screen) {
  try {
    const policy = await call("/policy");
    await keep("policy", policy);
    const before = JSON.stringify(facts(screen));
    screen.policy = policy;
    if (screen.over) return;
    drawVerdict(screen);
    if (before !== JSON.stringify(facts(screen))) judge(screen); // another product: what is on its way is no answer to this
  } catch (problem) { /* the last known one serves */ }
}

function product(screen) {
  const { products } = screen.policy;
  return products.find((each) => each.code === screen.draft.product) || products.find((each) => each.place === "mobile" && !each.module_of) || { code: "", name: "", place: "mobile" };
}

// The telephone's own version and environment belong to a request about the mobile application only.
function facts(screen) {
  const about = product(screen);
  const mobile = about.place === "mobile";
  return { kind: screen.draft.kind, product: about.code, version: screen.draft.version || (mobile ? known.version : ""), environment: mobile ? without(screen.report, screen.back) : {} };
}

async function judge(screen) {
  const asked = JSON.stringify(facts(screen));
  try {
    const given = await call("/verdicts", { method: "POST", body: { ...facts(screen), text: screen.text.value } });
    if (screen.over || asked !== JSON.stringify(facts(screen))) return;
    screen.last = given;
    screen.asked = true;
    await keep("verdict", { asked, given });
    if (screen.ofVerdict) screen.note.hidden = true; // what is missing in the request is still missing
  } catch (problem) {
    const old = await kept("verdict");
    if (screen.over) return;
    screen.asked = true;
    screen.last = old && old.asked === asked ? { ...old.given, due_at: null, aim_at: null, steps: [] } : null;
    if (!problem.offline && !problem.passing && problem.status !== 401) complain(screen, said(problem), true);
  }
  drawVerdict(screen);
}

function drawVerdict(screen) {
  const { last } = screen;
  const open = Boolean(screen.verdict.querySelector("details[open]"));
  screen.verdict.hidden = !last && !screen.asked && known.online; // nothing is said before something is known
  const focused = screen.verdict.contains(document.activeElement) ? document.activeElement.id : "";
  fill(screen.verdict, last ? verdict(last, { organisation: screen.organisation, mobile: product(screen).place === "mobile" }) : el("h2", {}, t("verdict_later")), about(screen, open), last && last.steps.length ? steps(last.steps) : null);
  if (focused && document.getElementById(focused)) document.getElementById(focused).focus({ preventScroll: true });
  screen.until.textContent = last && last.due_at ? t("answer_by", { term: term(last.due_at, language) }) : !known.online ? t("goes_itself") : last && last.covered === false ? t("kept_all_the_same") : "";
}

function complain(screen, text, ofVerdict = false) {
  screen.ofVerdict = ofVerdict;
  screen.note.textContent = text;
  screen.note.hidden = false;
  screen.note.scrollIntoView({ block: "nearest" });
}

// What the request is about, and every fact that goes with it: nothing is sent that is not shown here.
function about(screen, open) {
  const chosen = product(screen), given = facts(screen);
  const select = el("select", { id: "product", onchange: () => { Object.assign(screen.draft, { product: select.value, version: "" }); save(screen); judge(screen); drawVerdict(screen); } },
    screen.policy.products.map((each) => el("option", { value: each.code }, each.name)));
  select.value = chosen.code;
  const version = el("input", { id: "version", type: "text", value: given.version, maxlength: "40", autocomplete: "off", onchange: () => { screen.draft.version = version.value.trim(); save(screen); judge(screen); } });
  return el("details.about", { open }, el("summary", {}, el("span", {}, `${chosen.name} ${given.version}`.trim(), el("small", {}, t("goes_along")))),
    el("div.field", {}, el("label", { for: "product" }, t("product")), select),
    el("div.field", {}, el("label", { for: "version" }, t("version")), version),
    product(screen).place === "mobile" ? told(screen) : null);
}

// The lines of the report, each with its switch; what is kept back stays kept back in later requests too.
function told(screen) {
  const turn = async (name, on) => {
    screen.back = on ? screen.back.filter((each) => each !== name) : [...screen.back, name];
    await keep("kept_back", screen.back);
    judge(screen);
  };
  return [el("p.hint", {}, t("env_choose")), el("ul.told", {}, Object.entries(flat(screen.report)).map(([name, value]) => el("li", {}, el("label", {},
    el("input", { id: `env-${name}`, type: "checkbox", checked: !screen.back.includes(name), onchange: (event) => turn(name, event.target.checked) }),
    el("span", {}, t(`env_${name}`)), el("span", {}, value)))))];
}

export function flat(report) {
  const { system = {}, app = {} } = report;
  const said = {
    system: [system.name || system.family, system.version].filter(Boolean).join(" "), model: app.model, browser: app.browser, screen: app.screen,
    memory: report.memory_mb ? t("gigabytes", { n: report.memory_mb / 1024 }) : "", language: report.locale, connection: app.connection,
    installed: app.installed === undefined ? "" : t(app.installed ? "yes" : "no"),
  };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value));
}

// ---------------------------------------------------------------- sending

async function send(screen) {
  const text = screen.text.value.trim();
  const files = await screen.attachments.done();
  if (!text && !files.length) {
    complain(screen, t("say_something"));
    return screen.text.focus();
  }
  screen.send.disabled = true;
  screen.sent = true;
  clearTimeout(pause);
  const row = await putOut({ kind: "request", body: { text: text || t("voice_only"), ...facts(screen) }, files });
  if (!row) {
    screen.sent = screen.send.disabled = false;
    return complain(screen, t("no_room"));
  }
  await keep("draft", undefined);
  go("/mob/", { instead: true });
  toast(known.online ? t("sending") : t("goes_itself_toast")); // after the way there, which ends every word
  return dispatchEvent(new CustomEvent("okibi-send"));
}
