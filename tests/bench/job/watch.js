// Comes into the page before its own scripts: notes when workers are asked and answer, and what
// the page says of the time left. Of a message's text only the first letters are looked at.
(() => {
  const KINDS = [
    ['"ask":"read"', "read"],
    ['"ask":"load"', "load"],
    ['"tell":"loaded"', "loaded"],
    ['"ask":"work"', "work"],
    ['"tell":"outcome"', "outcome"],
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
  window.Worker = class extends Worker {
    #at = workers++;
    constructor(...given) {
      super(...given);
      this.addEventListener("message", (event) => note(this.#at, event.data));
    }
    postMessage(message, ...rest) {
      note(this.#at, message);
      return super.postMessage(message, ...rest);
    }
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
