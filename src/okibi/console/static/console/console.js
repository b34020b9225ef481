// The console's own script: keys, the palette, live news, the composer, and what folds on a narrow screen.
import "./shell.js";
import "./keyboard.js";
import "./palette.js";
import "./live.js";
import "./compose.js";
import "./suggest.js";
import "./typing.js";
import "./calls.js";
