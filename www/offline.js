// The line below the page that keeps a release in this browser, where the user wants it. Nothing is
// registered or kept before that, and nothing changes afterwards but on request. A sealed page cannot
// load: it only says what is kept.
const aside = document.getElementById("offline");
const [words, actions] = [aside.querySelector("p"), aside.querySelector("div")];
// The list of a release's files has the build in its address; a site without one keeps nothing.
const build = new URL(aside.dataset.list, document.baseURI).searchParams.get("v");
const scope = new URL("./", document.baseURI).href;
// Where sw.js notes which release it keeps.
const STATE = `rrgscore ${scope} state`;
const seal = window.rrgscoreSeal;

const worker = async () => {
  const found = await navigator.serviceWorker.getRegistration(scope);
  return found?.scope === scope ? found : undefined;
};

/** Asks the service worker something; `tell` hears how far it is. */
function ask(registration, what, tell = () => undefined) {
  return new Promise((resolve, reject) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => {
      if (!data.over) return tell(data);
      port1.close();
      if (data.failed) reject(new Error(data.failed));
      else resolve(data);
    };
    registration.active.postMessage(what, [port2]);
  });
}

function show(text, ...buttons) {
  words.textContent = text;
  const made = buttons.map(([label, act]) => {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "button quiet", textContent: label });
    button.addEventListener("click", () => seal.hold(act().catch(failed)));
    return button;
  });
  const had = actions.contains(document.activeElement);
  actions.replaceChildren(...made);
  // The button that was pressed is gone: the keyboard stays here.
  if (had) (made[0] ?? words).focus();
}

function failed(error) {
  show(`That did not work: ${error.message}. What was kept before is as it was.`, ["Try again", start]);
}

const megabytes = (bytes) => (bytes / 1e6).toFixed(0);

async function keep() {
  show("Keeping this site for offline use.");
  const registration = (await worker()) ?? (await navigator.serviceWorker.register("sw.js", { scope }));
  await navigator.serviceWorker.ready;
  const { build: now } = await ask(registration, "keep", ({ done, of }) => {
    words.textContent = `Keeping ${megabytes(done)} of ${megabytes(of)} MB in this browser.`;
  });
  if (now !== build) return show(`Version ${now} is kept. Reload the page to use it.`, ["Reload", reload]);
  await start();
}

async function reload() {
  location.reload();
}

async function forget() {
  const registration = await worker();
  if (registration) {
    await ask(registration, "forget");
    await registration.unregister();
  }
  await start();
}

async function look() {
  const { build: now } = await ask(await worker(), "offered");
  const remove = ["Remove it", forget];
  if (now === build) return show(`Version ${build} is the newest one.`, remove);
  show(`Version ${build} is kept; this site has ${now} now.`, ["Change to the new version", keep], remove);
}

/** Opens the page anew in the one view that is not sealed at once. */
async function reopen() {
  location.hash = "#/models";
  location.reload();
}

async function start() {
  const list = (await caches.has(STATE)) ? await (await caches.open(STATE)).match(new URL("offline.json", scope)) : null;
  const kept = list && (await worker())?.active ? (await list.json()).build : undefined;
  if (seal.report().closed) {
    const now = kept ? `Version ${kept} is installed for offline use.` : "This page can be installed for offline use.";
    const how = "It is sealed now: to change that, reload it, which forgets the reports and results in this tab.";
    return show(`${now} ${how}`, ["Reload", reopen]);
  }
  if (!kept) {
    show("This page can be kept in this browser, to work without a network and in one version until you change it.", [
      "Install for offline use", keep,
    ]);
    return;
  }
  const manifest = document.querySelector("link[rel=manifest]");
  manifest.href = manifest.dataset.href;
  show(`Installed for offline use: version ${kept}. It stays until you change it.`,
    ["Look for a new version", look], ["Remove it", forget]);
}

if (build && "serviceWorker" in navigator && "caches" in window) {
  aside.hidden = false;
  addEventListener("sealed", () => start().catch(failed));
  start().catch(failed);
}
