// The time that everything here ticks by: the server's, which stands still while the page is not live.

import { serverNow } from "/assets/feed.js";

let frozenAt = null;

/** Stands still at a moment. */
export function freeze(at) {
  frozenAt = at;
}

/** Runs again. */
export function thaw() {
  frozenAt = null;
}

/** Milliseconds since 1970, as the server counts them. */
export function now() {
  return frozenAt ?? serverNow();
}
