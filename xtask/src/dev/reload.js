// Reloads the page when `cargo xtask dev` has built another one. The connection is taken up again
// by itself, so this also works after the server was started anew.
const { build } = document.querySelector("script[data-build]").dataset;
new EventSource("dev/builds").onmessage = ({ data }) => {
  if (data !== build) location.reload();
};
