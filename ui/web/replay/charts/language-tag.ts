// uPlot makes a number format of the browser's language when it is loaded, and some browsers without a locale have one
// that is no language tag: "en-US@posix". To be imported before it.
try {
  new Intl.NumberFormat(navigator.language);
} catch {
  Object.defineProperty(navigator, "language", { value: "en-US", configurable: true });
}
