// What of a page some people could not read or use, in words; the text of axe-core has run in the window before.
async ([root, excused]) => {
  const main = document.querySelector('[data-testid="stMain"]');
  const found = [];
  const runOnly = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
  const options = { preload: false, resultTypes: ["violations"], runOnly };
  for (const { id, impact, nodes } of (await axe.run(root, options)).violations)
    for (const { target, html } of nodes) {
      const node = document.querySelector(target[0]);
      const isExcused = excused.some(([rule, selector]) => rule === id && node?.closest(selector));
      if (["serious", "critical"].includes(impact) && !isExcused) found.push(`${id}: ${html}`);
    }

  const letters = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
  while (letters.nextNode()) {
    const at = letters.currentNode.parentElement;
    const size = parseFloat(getComputedStyle(at).fontSize); // 0: other words are shown in the place of Streamlit's
    const word = letters.currentNode.data.trim();
    if (word && size > 0 && size < 12 && at.getBoundingClientRect().width > 1) found.push(`below 12 px: ${word}`);
  }

  // axe does not look at words in drawings. Those on a bar lie on its colour, which Plotly suits them to.
  const parts = (colour) => colour.match(/[\d.]+/g).slice(0, 3).map(Number);
  const luminance = (colour) => {
    const [red, green, blue] = colour.map((each) => each / 255)
      .map((each) => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const ground = parts(getComputedStyle(document.querySelector('[data-testid="stApp"]')).backgroundColor);
  for (const chart of main.querySelectorAll('[data-testid="stPlotlyChart"]')) {
    if (!chart.closest("[aria-label]") && !chart.querySelector("[aria-label]")) found.push("a chart without a name");
    for (const said of chart.querySelectorAll("text:not(.bars text)")) {
      const { fill, fillOpacity } = getComputedStyle(said);
      const drawn = parts(fill).map((each, place) => each * fillOpacity + ground[place] * (1 - fillOpacity));
      const [dark, light] = [luminance(drawn), luminance(ground)].sort((one, other) => one - other);
      if ((light + 0.05) / (dark + 0.05) < 4.5) found.push(`a chart's word that cannot be read: ${said.textContent}`);
    }
  }
  return [...new Set(found)];
}
