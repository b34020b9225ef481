// [data-copy=id] copies a field's value and says so on the button; where the browser forbids it, the field is selected.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  const field = button && document.getElementById(button.dataset.copy);
  if (!field) return;
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    button.lastChild.textContent = button.dataset.copied;
  } catch {
    field.focus();
  }
});
