
// The last lines of a worker's program, after the glue that makes `wasm_bindgen`: wait for the
// compiled module, start it, say so. Nothing is fetched: the module comes by message.
self.onmessage = (event) => {
  self.onmessage = null;
  wasm_bindgen({ module_or_path: event.data.module }).then(
    () => self.postMessage({ up: true }),
    () => self.postMessage({ up: false }),
  );
};
