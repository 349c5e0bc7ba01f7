/** Dark and light: the system's wish, until a person chooses. */

const KEPT_AS = "snowgrid-theme";

/** Follow the person's choice, or the system's. */
export function startTheme() {
  apply(localStorage.getItem(KEPT_AS));
}

/** Change to the other one, and remember it. */
export function switchTheme() {
  const chosen = isDark() ? "light" : "dark";
  localStorage.setItem(KEPT_AS, chosen);
  apply(chosen);
}

/**
 * Call when colours have changed.
 * @param {() => void} changed
 */
export function onThemeChange(changed) {
  new MutationObserver(changed).observe(document.documentElement, {
    attributeFilter: ["data-theme"],
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
}

/** @returns {boolean} */
export function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

/**
 * Return a colour of the style sheet as it is now, for what is drawn on a canvas.
 * @param {string} name Of the property, without dashes: `panel`, `text`.
 * @returns {string} `rgb(…)`.
 */
export function colourOf(name) {
  const probe = document.createElement("span");
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}

/** @param {string|null} theme */
function apply(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
}
