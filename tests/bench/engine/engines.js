// In the page: the engines, each in a worker of its own. `window.engines[name].load()` makes it
// ready, `run(batch, tokens)` gives wall milliseconds.

window.engines = {};

/** RRGScore: a site's worker program in an annotator's role, with a CheXbert pack. */
window.addRrgscore = async (name, pack, site = "site") => {
  const [glue, bytes, manifest] = await Promise.all([
    fetch(`/${site}/worker.js`).then((response) => response.text()),
    fetch(`/${site}/worker_bg.wasm`).then((response) => response.arrayBuffer()),
    fetch(`/packs/${pack}/pack.json`).then((response) => response.arrayBuffer()),
  ]);
  // As the page's bootstrap.js.
  const start = `self.onmessage = (event) => { self.onmessage = null;
    wasm_bindgen({ module_or_path: event.data.module }).then(() => self.postMessage({ up: true })); };`;
  const worker = new Worker(URL.createObjectURL(new Blob([glue, start], { type: "text/javascript" })));
  const { port1: port, port2 } = new MessageChannel();
  /** The next message of the worker itself, or through the coordinator's port. */
  const next = (from) =>
    new Promise((resolve, reject) => {
      from.onmessage = (event) => resolve(event.data);
      worker.onerror = (event) => reject(new Error(event.message));
    });
  const request = async (body, bytes = []) => {
    const responded = next(port);
    worker.postMessage({ text: JSON.stringify({ id: 1, body }), bytes }, bytes);
    const response = JSON.parse((await responded).text).body;
    const [said] = Object.values(response);
    if (said.message) throw new Error(said.message);
    return said;
  };
  const up = next(worker);
  worker.postMessage({ module: await WebAssembly.compile(bytes) });
  await up;
  const ready = next(port);
  worker.postMessage({ role: "annotator", port: port2 }, [port2]);
  await ready;

  const parts = JSON.parse(new TextDecoder().decode(manifest)).files.flatMap((file) => file.parts);
  const files = await Promise.all(
    parts.map(({ name }) => fetch(`/packs/${pack}/${name}`).then((response) => response.arrayBuffer())),
  );
  const names = ["pack.json", ...parts.map(({ name }) => name)];
  const load = () => request({ load: { names } }, [manifest, ...files]);

  let id = 0;
  const run = async (batch, tokens) => {
    // Words of one piece each, between the two framing ones; no text twice.
    const words = ["heart", "lungs", "normal", "clear", "left", "right", "small", "effusion"];
    const text = (at) => Array.from({ length: tokens - 2 }, (_, i) => words[(i * 3 + at) % 8]).join(" ");
    const texts = Array.from({ length: batch }, (_, at) => [at, text(at)]);
    const job = { id: id++, work: { kind: "annotate", annotator: { annotator: "chexbert", cleaned: true }, texts } };
    const began = performance.now();
    const { outcome } = await request({ work: { job } });
    const time = performance.now() - began;
    const made = JSON.stringify(outcome).split('"embedding"').length - 1;
    if (made !== batch) throw new Error(`${made} of ${batch} texts were read`);
    return time;
  };
  window.engines[name] = { load, run };
};

/** onnxruntime-web on so many threads; more than one need a page that is cross-origin isolated. */
window.addOnnxruntime = async (name, model, threads = 1) => {
  const source = `
    import * as ort from "${location.origin}/ort/ort.wasm.min.mjs";
    ort.env.wasm.wasmPaths = "${location.origin}/ort/";
    ort.env.wasm.numThreads = ${threads};
    let bytes, session;
    const fill = (batch, tokens, value) =>
      new ort.Tensor("int64", BigInt64Array.from({ length: batch * tokens }, (_, at) => value(at)), [batch, tokens]);
    self.onmessage = async ({ data }) => {
      try {
        if (data.model) {
          bytes = new Uint8Array(await (await fetch(data.model)).arrayBuffer());
          self.postMessage({ time: 0 });
        } else if (data.load) {
          session = await ort.InferenceSession.create(bytes, {
            executionProviders: ["wasm"], graphOptimizationLevel: "all",
          });
          bytes = undefined;
          self.postMessage({ time: 0 });
        } else {
          const { batch, tokens } = data;
          const feeds = {
            input_ids: fill(batch, tokens, (at) => BigInt(100 + (at * 37) % 400)),
            attention_mask: fill(batch, tokens, () => 1n),
          };
          const began = performance.now();
          await session.run(feeds);
          self.postMessage({ time: performance.now() - began });
        }
      } catch (error) {
        self.postMessage({ error: String(error) });
      }
    };
    self.postMessage({ time: 0 });`;
  const worker = new Worker(URL.createObjectURL(new Blob([source], { type: "text/javascript" })), {
    type: "module",
  });
  const answer = () =>
    new Promise((told, failed) => {
      worker.onmessage = ({ data }) => (data.error ? failed(new Error(data.error)) : told(data.time));
      worker.onerror = (event) => failed(new Error(event.message));
    });
  await answer();
  const ask = (message) => {
    const told = answer();
    worker.postMessage(message);
    return told;
  };
  await ask({ model: location.origin + model });
  const load = () => ask({ load: true });
  const run = (batch, tokens) => ask({ batch, tokens });
  window.engines[name] = { load, run };
};
