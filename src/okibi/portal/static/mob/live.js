// News of the requests as they happen: server-sent events by a ticket that is good once; where a line does not let
// them through, the list is asked for every now and then. Nothing is open while nobody looks.
import { API, call } from "./api.js";

const POLL = 20000; // milliseconds
const NAMES = ["request.placed", "request.message", "request.state", "request.read", "request.typing"];

export class Live {
  constructor(hear) {
    this.hear = hear; // hear({name, number}); name "" : something may have happened
    this.last = "";
    this.failures = 0;
    this.stream = null;
    this.timer = 0;
    this.wanted = false;
  }

  start() {
    if (this.wanted) return;
    this.wanted = true;
    this.connect();
  }

  stop() {
    this.wanted = false;
    this.close();
  }

  close() {
    clearTimeout(this.timer);
    if (this.stream) this.stream.close();
    this.stream = null;
  }

  async connect() {
    this.close();
    try {
      const { ticket } = await call("/events/ticket", { method: "POST" });
      if (!this.wanted) return;
      const last = this.last ? `&last_event_id=${this.last}` : "";
      const stream = new EventSource(`${API}/events?ticket=${encodeURIComponent(ticket)}${last}`);
      this.stream = stream;
      stream.onopen = () => { this.failures = 0; };
      stream.onerror = () => this.again();
      for (const name of NAMES) {
        stream.addEventListener(name, (event) => {
          if (event.lastEventId) this.last = event.lastEventId;
          this.hear({ name, ...JSON.parse(event.data) });
        });
      }
    } catch (error) {
      this.again(error.status === 401);
    }
  }

  // The stream's own reconnect would show the used ticket once more: a new one is asked for.
  again(over = false) {
    this.close();
    if (!this.wanted || over) return;
    this.failures += 1;
    const lame = this.failures > 3;
    this.timer = setTimeout(() => {
      if (lame) this.hear({ name: "", number: "" });
      this.connect();
    }, lame ? POLL : 1000 * 2 ** this.failures);
  }
}
