// How was it? One to five, with words where somebody has them.
import { el, fill } from "../dom.js";
import { t } from "../words.js";

const SCORES = [1, 2, 3, 4, 5];

export function rating(view, send) {
  const box = el("section.card.rating", { "aria-label": t("rate") });
  view.rating ? thanks() : choose();
  return box;

  function thanks() {
    fill(box, el("p", {}, t("rated", { score: view.rating.score }), " ", el("button.link", { onclick: choose }, t("change"))));
  }

  function choose() {
    let score = view.rating ? view.rating.score : 0;
    const words = el("textarea", { rows: "2", "aria-label": t("rate_words"), placeholder: t("rate_words"), value: view.rating ? view.rating.text : "", hidden: !score });
    const done = el("button.quiet", { hidden: !score, onclick: () => send({ score, text: words.value.trim() }) }, t("send"));
    const buttons = SCORES.map((each) => el("button", { role: "radio", "aria-checked": String(each === score), "aria-label": t("score", { n: each }), onclick: () => {
      score = each;
      buttons.forEach((button, index) => button.setAttribute("aria-checked", String(SCORES[index] === score)));
      words.hidden = done.hidden = false;
    } }, String(each)));
    fill(box, el("p", {}, t("rate")), el("div.seg.five", { role: "radiogroup", "aria-label": t("rate") }, buttons),
      el("div.ends", { "aria-hidden": "true" }, el("span", {}, t("bad")), el("span", {}, t("good"))), words, done);
  }
}
