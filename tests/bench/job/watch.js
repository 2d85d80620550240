// Comes into the page before its own scripts: notes what workers are requested and respond, and what
// the page says of the time left. Of a message's text only the first letters are looked at.
(() => {
  const KINDS = [
    ['"body":{"read"', "read"],
    ['"body":{"load"', "load"],
    ['"body":{"loaded"', "loaded"],
    ['"body":{"work"', "work"],
    ['"body":{"outcome"', "outcome"],
  ];
  const PACKS = ["bertscore-distilroberta", "chexbert", "radgraph"];
  const now = () => performance.timeOrigin + performance.now();
  const log = (window.benchLog = { events: [], shown: [] });

  const note = (worker, data) => {
    const head = typeof data?.text === "string" ? data.text.slice(0, 200) : "";
    const kind = KINDS.find(([mark]) => head.includes(mark))?.[1];
    if (!kind) return;
    const pack = PACKS.find((name) => head.includes(`"pack":"${name}"`));
    log.events.push({ at: now(), worker, kind, pack });
  };

  let workers = 0;
  /** The channel that was made last: it is the next annotator's. */
  let channel = {};
  window.Worker = class extends Worker {
    #at = workers++;
    constructor(url, options) {
      super(url, options);
      if (options?.name.startsWith("annotator")) channel.worker = this.#at;
      this.addEventListener("message", (event) => note(this.#at, event.data));
    }
    postMessage(message, ...rest) {
      note(this.#at, message);
      return super.postMessage(message, ...rest);
    }
  };

  // Jobs and outcomes do not pass through the page. Here they do, to be noted.
  const Channel = window.MessageChannel;
  window.MessageChannel = function () {
    const [first, second] = [new Channel(), new Channel()];
    const mine = (channel = {});
    const relay = (from, to) => {
      from.onmessage = ({ data }) => {
        note(mine.worker, data);
        to.postMessage(data);
      };
    };
    relay(first.port2, second.port2);
    relay(second.port2, first.port2);
    return { port1: first.port1, port2: second.port1 };
  };

  const text = (row, part) => row.querySelector(`.progress-${part}`)?.textContent ?? "";
  setInterval(() => {
    const rows = [...document.querySelectorAll("#progress .progress-row")];
    const said = rows.map((row) => [text(row, "name"), text(row, "facts")]);
    const whole = document.querySelector("#run-left")?.textContent;
    if (whole) said.push(["whole run", whole]);
    if (said.length > 0) log.shown.push({ at: now(), said });
  }, 500);
})();
