/** Starts the page, and follows its address. */

import { parsed, written } from "./address.js";
import { closeMenusOutside } from "./controls/menu.js";
import { Preview } from "./preview.js";
import { Router } from "./router.js";
import { Server } from "./server.js";
import { onThemeChange, startTheme, switchTheme } from "./theme.js";

startTheme();
closeMenusOutside();
document.getElementById("theme")?.addEventListener("click", switchTheme);

const carried = /** @type {any} */ (window).SNOWGRID_PREVIEW;
const source = carried ? new Preview(carried) : new Server();
document.documentElement.classList.toggle("is-live", source.isLive);

try {
  await start();
} catch (error) {
  const where = document.getElementById("where");
  if (where) where.textContent = error instanceof Error ? error.message : String(error);
  throw error;
}

async function start() {
  const catalogue = await source.boards();
  const aheadMs = source.isLive ? catalogue.now_ms - Date.now() : 0;
  const router = new Router(source, catalogue, { go, nowMs: () => Date.now() + aheadMs });
  const show = () => router.show(source instanceof Preview ? source.address() : parsed(location));

  /** @param {string} href */
  function go(href) {
    if (!source.isLive) {
      location.assign(href);
      return;
    }
    history.pushState(null, "", href);
    show();
  }

  onThemeChange(() => router.redraw());
  addEventListener("popstate", show);
  addEventListener("follow", (event) => go(/** @type {CustomEvent} */ (event).detail));
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) router.wake();
  });
  document.addEventListener("click", (event) => {
    const href = ownLink(event);
    if (!href || !source.isLive) return;
    event.preventDefault();
    go(href);
  });
  await show();
}

/**
 * Return the board that a plain click on a link asks for, or null.
 * @param {MouseEvent} event
 * @returns {string|null}
 */
function ownLink({ target, button, metaKey, ctrlKey, shiftKey }) {
  const link = target instanceof Element ? target.closest("a[href]") : null;
  if (!(link instanceof HTMLAnchorElement) || button || metaKey || ctrlKey || shiftKey) return null;
  if (link.origin !== location.origin || !/^\/(b\/|$)/.test(link.pathname)) return null;
  return link.pathname === "/" ? "/" : written(parsed(link));
}
