// The server's time. Runs with the browser's clock from the last word of the server, and stands still while not live.

let ahead = 0;
let frozenAt = null;

/** The server has said what time it is. */
export function heard(asOf) {
  ahead = Date.parse(asOf) - Date.now();
}

/** The server's time was at least this. */
export function heardAtLeast(asOf) {
  ahead = Math.max(ahead, Date.parse(asOf) - Date.now());
}

/** Stands still at a moment of the server's time. */
export function freeze(at) {
  frozenAt = at;
}

/** Runs again. */
export function thaw() {
  frozenAt = null;
}

/** Milliseconds since 1970, as the server counts them. */
export function now() {
  return frozenAt ?? Date.now() + ahead;
}
