// How charts come to the screen: each drawn once, and first those that a person sees.
if (!window.twinwingCharts) {
  const waiting = [], drawn = new WeakMap();
  const whenIdle = window.requestIdleCallback ?? ((act) => setTimeout(act, 50));  // not every Safari has it

  // Streamlit draws a chart unseen before it has measured its place, again then, and again what was drawn: what is on
  // the screen already is left there, unless somebody has moved it.
  function drawnOnce(plotly) {
    const react = plotly.react;
    plotly.react = async (plot, figure, ...more) => {
      const place = plot.closest('[data-testid="stPlotlyChart"]');
      if (!plot.layout && place) {
        figure.layout.width ??= place.clientWidth || undefined;
        place.style.minHeight = `${figure.layout.height}px`;
        if (place.getBoundingClientRect().top > innerHeight) await turn(plot);
        place.style.minHeight = "";
      }
      const given = said(figure), before = drawn.get(plot);
      if (!plot.isConnected) return plot;
      if (before && before.tools === figure.config && [before.given, before.shown].includes(given) &&
          before.shown === said(plot)) return plot;
      await react.call(plotly, plot, figure, ...more);
      plot.dataset.drawn = 1 + Number(plot.dataset.drawn ?? 0);
      drawn.set(plot, { given, shown: said(plot), tools: figure.config });
      return plot;
    };
    return plotly;
  }

  function said({ data, layout }) { return JSON.stringify([data, layout]); }

  // Charts below the window are drawn one after the other when the browser has nothing else to do, or before printing.
  function turn(plot) {
    plot.dataset.waits = "";
    return new Promise((draw) => { if (waiting.push([plot, draw]) === 1) whenIdle(next); });
  }

  function next() {
    if (!waiting.length) return;
    const [plot, draw] = waiting.shift();
    delete plot.dataset.waits;
    draw();
    if (waiting.length) whenIdle(next);
  }

  addEventListener("beforeprint", () => { while (waiting.length) next(); });

  let plotly = window.Plotly && drawnOnce(window.Plotly);
  Object.defineProperty(window, "Plotly", { get: () => plotly, set: (loaded) => { plotly = drawnOnce(loaded); } });
  window.twinwingCharts = true;
}
