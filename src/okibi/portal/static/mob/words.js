// The application's words: one dictionary of two is loaded.
export const LANGUAGES = ["ru", "en"];
let words = {};
export let language = "ru";

export async function speak(code) {
  language = LANGUAGES.includes(code) ? code : "en";
  words = (await import(`./words/${language}.js`)).words;
  document.documentElement.lang = language;
  document.title = words.name;
}

// The text of a name with {braces} filled in. A text that depends on a number is a list of forms.
export function t(name, values = {}) {
  let said = words[name];
  if (Array.isArray(said)) said = said[form(values.n, said.length)];
  return said.replace(/\{(\w+)\}/g, (all, key) => values[key]);
}

// Which form a whole number takes: Russian has three (1 файл, 2 файла, 5 файлов), English two.
export function form(n, forms) {
  if (forms === 2) return n === 1 ? 0 : 1;
  const tens = n % 100, ones = n % 10;
  if (ones === 1 && tens !== 11) return 0;
  return ones >= 2 && ones <= 4 && (tens < 12 || tens > 14) ? 1 : 2;
}
