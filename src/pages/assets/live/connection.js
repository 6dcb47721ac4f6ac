// What the page does about its live stream: it says when it is lost, counts down to the next try, and notices when nobody
// is signed in any more.

import { follow, learnServerTime } from "/assets/feed.js";

const PAUSES_S = [4, 8, 15, 15, 30];

/**
 * Follows `url` with a handler for each event. `back()` is told when the stream is whole (again), `lost(at)` when it is
 * not, `waiting(seconds)` each second until the next try, `refused()` when the session has ended.
 */
export function connect(url, on, { back, lost, waiting, refused }) {
  let isLost = false;
  let end = () => {};
  let tries = 0;
  let nextTryAt = 0;

  const handlers = {
    ...on,
    ready(data) {
      learnServerTime(data.asOf);
      isLost = false;
      tries = 0;
      on.ready(data);
      back();
    },
  };

  function onLive(isLive, heardAt) {
    if (isLive || isLost) return;
    isLost = true;
    nextTryAt = Date.now() + PAUSES_S[0] * 1000;
    lost(heardAt);
  }

  function open() {
    end();
    end = follow(url, { on: handlers, onLive });
  }

  // A browser does not say why a stream was refused: an ended session must not look like a lost connection.
  async function askWhy() {
    const answer = await fetch(url, { method: "HEAD", cache: "no-store" }).catch(() => null);
    if (answer && (answer.status === 401 || answer.status === 403)) refused();
  }

  function tryNow() {
    tries += 1;
    nextTryAt = Date.now() + PAUSES_S[Math.min(tries, PAUSES_S.length - 1)] * 1000;
    open();
    askWhy();
  }

  function count() {
    if (!isLost) return;
    if (Date.now() >= nextTryAt) tryNow();
    waiting(Math.max(1, Math.ceil((nextTryAt - Date.now()) / 1000)));
  }

  setInterval(count, 1000);
  window.addEventListener("online", () => isLost && tryNow());
  open();
  return { tryNow };
}
