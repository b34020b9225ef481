// What every page of every door needs. Each part looks for its data attributes and is silent where there are none.
import "./theme.js";
import "./requests.js";
import "./dialog.js";
import "./menu.js";
import "./toast.js";
import "./minute.js";
import "./draft.js";
import "./zoom.js";
