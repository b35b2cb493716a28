// What only the browser can do: keys that Streamlit does not know, and copying links, tables and pictures of charts.
if (!window.twinwing) {
  const LINE = 18;
  const NAMESPACE = "http://www.w3.org/2000/svg";
  const PICTURE = '.modebar-btn[data-attr="toImage"], .modebar-btn[data-title^="Download plot"]';
  const words = () => document.getElementById("twinwing-words").dataset;

  // Streamlit puts what a popover holds at the end of the page: the next key would go past it. Its tables keep Escape
  // to themselves, also where they leave nothing to escape from but the dialog around them.
  document.addEventListener("keydown", (press) => {
    const at = document.activeElement;
    const opener = at.closest('[data-testid="stPopoverButton"][aria-expanded="true"]');
    if (press.key === "Tab" && !press.shiftKey && opener) {
      const first = document.querySelector('[data-testid="stPopoverBody"] :is(input, button, a)');
      if (first) { press.preventDefault(); first.focus(); }
    }
    if (press.key === "Escape" && at.tagName === "CANVAS")
      at.closest('[role="dialog"]')?.querySelector('button[aria-label="Close"]')?.click();
    if (press.key === "Escape") closeMenu();
  }, true);

  document.addEventListener("click", (click) => {
    const link = click.target.closest(".twinwing-copy");
    if (link) copy(location.href).then((done) => { link.textContent = done ? link.dataset.done : location.href; });
    const picture = click.target.closest(PICTURE);
    if (picture) {
      click.preventDefault(); click.stopImmediatePropagation();
      openMenu(picture);
    } else if (!click.target.closest("#twinwing-picture")) closeMenu();
  }, true);

  for (const reached of ["pointerover", "focusin"])
    document.addEventListener(reached, (at) => {
      const picture = at.target.closest?.(PICTURE);
      if (picture) {
        picture.setAttribute("aria-label", words().picture);
        picture.setAttribute("title", words().picture);
      }
    }, true);

  // How a typed text is taken over Streamlit says in English only, once it has been changed.
  const HOW = /^Press (\S+) to (apply|submit)/;
  for (const changed of ["input", "focusin"])
    document.addEventListener(changed, () => setTimeout(() => {
      for (const said of document.querySelectorAll('[data-testid="InputInstructions"] > span')) {
        const [, key, what] = HOW.exec(said.textContent) ?? [];
        if (key) said.textContent = words()[what].replace("{key}", key);
      }
    }), true);

  // Plotly draws as wide as the screen is: on paper its drawings are as wide as that, and shrink as a whole.
  addEventListener("beforeprint", () => {
    for (const layer of document.querySelectorAll(".js-plotly-plot .main-svg"))
      layer.setAttribute("viewBox", `0 0 ${layer.getAttribute("width")} ${layer.getAttribute("height")}`);
  });

  // The clipboard is open to pages that came by https or from this machine; to others only through a selection.
  async function copy(words) {
    try { await navigator.clipboard.writeText(words); return true; } catch { /* not allowed, or not there */ }
    const field = document.createElement("textarea");
    field.value = words;
    field.style.position = "fixed";
    field.style.opacity = "0";
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }

  function closeMenu() { document.getElementById("twinwing-picture")?.remove(); }

  function openMenu(button) {
    closeMenu();
    const plot = button.closest(".js-plotly-plot"), box = button.getBoundingClientRect();
    const menu = document.createElement("div");
    menu.id = "twinwing-picture";
    menu.setAttribute("role", "menu");
    const app = getComputedStyle(document.querySelector('[data-testid="stApp"]'));
    Object.assign(menu.style, { background: app.backgroundColor, color: app.color, fontFamily: app.fontFamily });
    menu.style.top = `${box.bottom + 4}px`;
    menu.style.right = `${Math.max(8, document.documentElement.clientWidth - box.right)}px`;
    const acts = { copyPng: copyPicture, savePng: savePicture, saveSvg: saveDrawing };
    for (const [name, act] of Object.entries(acts)) {
      const item = document.createElement("button");
      item.type = "button";
      item.setAttribute("role", "menuitem");
      item.textContent = words()[name];
      item.addEventListener("click", async () => {
        if (await act(plot) === false) item.textContent = words().notCopied;
        else { closeMenu(); button.focus(); }
      });
      menu.append(item);
    }
    document.body.append(menu);
    menu.firstChild.focus();
  }

  // Plotly draws in layers, one SVG each: here they lie in one, on the page's colour, above the words of what it shows.
  function drawing(plot) {
    const app = getComputedStyle(document.querySelector('[data-testid="stApp"]'));
    const { width, height } = plot.getBoundingClientRect();
    const lines = [name(plot), ...scope().split(" · ")].filter(Boolean), foot = LINE * (lines.length + 0.5);
    const svg = document.createElementNS(NAMESPACE, "svg");
    svg.setAttribute("xmlns", NAMESPACE);
    svg.setAttribute("width", width);
    svg.setAttribute("height", height + foot);
    svg.setAttribute("font-family", app.fontFamily);
    const ground = document.createElementNS(NAMESPACE, "rect");
    ground.setAttribute("width", "100%");
    ground.setAttribute("height", "100%");
    ground.setAttribute("fill", app.backgroundColor);
    svg.append(ground);
    for (const layer of plot.querySelectorAll(".main-svg"))
      for (const part of layer.children)
        if (!part.classList.contains("hoverlayer")) svg.append(part.cloneNode(true));
    lines.forEach((line, place) => {
      const said = document.createElementNS(NAMESPACE, "text");
      said.setAttribute("x", 8);
      said.setAttribute("y", height + LINE * (place + 1));
      said.setAttribute("fill", app.color);
      said.setAttribute("font-size", 12);
      said.textContent = line;
      svg.append(said);
    });
    return { text: new XMLSerializer().serializeToString(svg), width, height: height + foot };
  }

  function name(plot) {
    const chart = plot.closest('[data-testid="stPlotlyChart"]');
    return chart.getAttribute("aria-label") || chart.querySelector("[aria-label]")?.getAttribute("aria-label") || "";
  }

  function scope() { return document.querySelector(".st-key-scope_words p")?.textContent ?? ""; }

  async function picture(plot) {
    const { text, width, height } = drawing(plot), image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = 2 * width;
    canvas.height = 2 * height;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return new Promise((made) => canvas.toBlob(made, "image/png"));
  }

  async function copyPicture(plot) {
    try { await navigator.clipboard.write([new ClipboardItem({ "image/png": picture(plot) })]); } catch { return false; }
  }

  async function savePicture(plot) { save(await picture(plot), plot, "png"); }

  async function saveDrawing(plot) { save(new Blob([drawing(plot).text], { type: "image/svg+xml" }), plot, "svg"); }

  function save(blob, plot, ending) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${(name(plot) || "Twinwing").replace(/[^\p{L}\p{N}]+/gu, "_")}.${ending}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  window.twinwing = { copy };
}
