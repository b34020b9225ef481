// The portal: words that were sent are no draft any more; a checkbox that stands alone is saved when it is changed; the
// folded part of a new request says which device is chosen.

for (const mark of document.querySelectorAll("[data-draft-sent]")) {
  document.dispatchEvent(new CustomEvent("draft-sent", { detail: { name: mark.dataset.draftSent } }));
}

document.addEventListener("change", (event) => {
  event.target.closest("form[data-submit-on-change]")?.requestSubmit();
  const said = document.querySelector(`[data-chosen-of="${event.target.id}"]`);
  if (said) said.textContent = event.target.selectedOptions[0].text;
});
