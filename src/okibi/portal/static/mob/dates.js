// Moments as people write them, in the desk's own time (Moscow), wherever the telephone is.
// The API's moments carry the desk's offset, so the clock is read off the text and no zone needs to be known.
const MINUTE = 60000;
const MOSCOW = 180; // minutes; for moments that the telephone made itself

const RU = {
  days: ["вс", "пн", "вт", "ср", "чт", "пт", "сб"],
  months: ["января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"],
  near: { "-1": "вчера", 0: "сегодня", 1: "завтра" },
  zone: " мск",
  day: (d, month) => `${d} ${month}`,
};
const EN = {
  days: ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"],
  months: ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
  near: { "-1": "yesterday", 0: "today", 1: "tomorrow" },
  zone: " MSK",
  day: (d, month) => `${d} ${month}`,
};

// {y, m, d, hm, weekday, serial: days since 1970, offset: minutes} of an ISO moment, on the desk's clock.
export function read(iso) {
  const offset = offsetOf(iso);
  const clock = new Date(new Date(iso).getTime() + offset * MINUTE);
  const two = (n) => String(n).padStart(2, "0");
  return {
    y: clock.getUTCFullYear(), m: clock.getUTCMonth(), d: clock.getUTCDate(), weekday: clock.getUTCDay(),
    hm: `${two(clock.getUTCHours())}:${two(clock.getUTCMinutes())}`,
    serial: Math.floor(clock.getTime() / 86400000), offset,
  };
}

function offsetOf(iso) {
  const found = /([+-])(\d\d):?(\d\d)$/.exec(iso);
  return found ? (found[1] === "-" ? -1 : 1) * (Number(found[2]) * 60 + Number(found[3])) : MOSCOW;
}

const names = (language) => (language === "ru" ? RU : EN);

function day(at, today, language) {
  const said = names(language);
  const near = said.near[at.serial - today.serial];
  if (near) return near;
  const date = said.day(at.d, said.months[at.m]);
  return at.y === today.y ? date : `${date} ${at.y}`;
}

const foreign = (at, now) => -now.getTimezoneOffset() !== at.offset;
const onSameClock = (at, now) => read(new Date(now.getTime() + (at.offset - MOSCOW) * MINUTE).toISOString());

// "сегодня, 12:41", "вчера, 9:05", "12 ноября": when something was said.
export function when(iso, language, now = new Date()) {
  const at = read(iso);
  const today = onSameClock(at, now);
  const date = day(at, today, language);
  const zone = foreign(at, now) ? names(language).zone : "";
  return Math.abs(at.serial - today.serial) <= 1 || at.y === today.y ? `${date}, ${at.hm}${zone}` : date;
}

// "вт 24 ноября, 20:00": a term; never without its date.
export function term(iso, language, now = new Date()) {
  const at = read(iso);
  const today = onSameClock(at, now);
  const said = names(language);
  const date = said.day(at.d, said.months[at.m]) + (at.y === today.y ? "" : ` ${at.y}`);
  return `${said.days[at.weekday]} ${date}, ${at.hm}${foreign(at, now) ? said.zone : ""}`;
}

// "12 ноября": the day alone.
export function date(iso, language, now = new Date()) {
  const at = read(iso);
  return day(at, onSameClock(at, now), language);
}

// "12:41": between messages of one day.
export const time = (iso) => read(iso).hm;

export const sameDay = (one, other) => read(one).serial === read(other).serial;
