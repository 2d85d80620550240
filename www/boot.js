// Starts the page. External, because the content security policy allows no inline script; the
// names of the page's program are handed over as attributes of this file's own script element.
const { js, wasm } = document.querySelector("script[data-js]").dataset;
const at = (file) => new URL(file, document.baseURI);

try {
  const { default: init } = await import(at(js));
  await init({ module_or_path: at(wasm) });
} catch {
  const note = document.getElementById("stopped");
  note.hidden = false;
  note.querySelector("p").textContent =
    "This browser could not start RRGScore. It needs WebAssembly with SIMD: a current Firefox, Chrome, Edge or Safari.";
}
