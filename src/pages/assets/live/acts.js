// What a supervisor does: one POST each, with a key, so that asking twice after a lost answer does it once.

import { undoable, tell } from "./toast.js";

const PREFIX = "/crm/reservations/queue";
const inFlight = new Set();
let isLive = false;
let changed = () => {};

/** Told whenever buttons may have become usable or unusable. */
export function onChange(listener) {
  changed = listener;
}

/** Nothing is done on numbers that may be old. */
export function allow(live) {
  isLive = live;
  changed();
}

/** Whether the act on this target (an entry or a point) can be asked for now. */
export function isReady(target) {
  return isLive && !inFlight.has(target);
}

async function post(path, body, key) {
  const request = () =>
    fetch(`${PREFIX}/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": key },
      body: JSON.stringify(body),
    });
  // Once more with the same key: the first may have arrived although its answer did not.
  return request().catch(request);
}

async function outcome(path, body) {
  let answer;
  try {
    answer = await post(path, body, newKey());
  } catch {
    return { detail: "There is no connection. Nothing is known to have changed; try again." };
  }
  if (answer.status === 401) location.reload();
  const content = await answer.json().catch(() => ({}));
  return answer.ok ? { content } : { detail: content.detail ?? `The server answered ${answer.status}.` };
}

/** A fresh key; also on plain http, where browsers withhold randomUUID. */
function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Does something to a target: `path` below the queue's address, with `body`. `said` makes the words of success out of the
 * answer. What can be taken back is offered to be.
 */
export async function act(target, path, said, body = {}) {
  if (!isReady(target)) return false;
  inFlight.add(target);
  changed();
  const { content, detail } = await outcome(path, body);
  inFlight.delete(target);
  changed();
  if (detail !== undefined) {
    tell(detail, { isTrouble: true });
    return false;
  }
  const words = said(content);
  if (content.canUndoUntil) undoable(words, () => act(content.id, `undo/${encodeURIComponent(content.id)}`, () => `${words}: undone`));
  else tell(words);
  return true;
}
