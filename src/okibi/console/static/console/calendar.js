// The year as one stop of the Tab key: arrows walk from day to day, Home and End within the month, Enter opens.
const year = document.querySelector("[data-year]");
const days = [...(year?.querySelectorAll("a.day") ?? [])];
const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

function stopAt(day) {
  for (const other of days) other.tabIndex = other === day ? 0 : -1;
}

function target(day, key) {
  if (key in steps) return days[days.indexOf(day) + steps[key]];
  const month = [...day.closest("table").querySelectorAll("a.day")];
  if (key === "Home") return month[0];
  if (key === "End") return month.at(-1);
  return undefined;
}

if (days.length) {
  stopAt(year.querySelector("[aria-current]") ?? days[0]);
  year.addEventListener("keydown", (event) => {
    const day = event.target.closest("a.day");
    if (!day || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = target(day, event.key);
    if (!next) return;
    event.preventDefault();
    stopAt(next);
    next.focus();
  });
  year.addEventListener("focusin", (event) => {
    const day = event.target.closest("a.day");
    if (day) stopAt(day);
  });
}
