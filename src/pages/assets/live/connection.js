// The live stream: opened, watched for heartbeats, and opened again. Two heartbeats missed means not live.

const LOST_AFTER_MS = 35_000;
const PAUSES_S = [2, 4, 8, 15];

/**
 * Follows `address`. `events` maps names to what is done with their data; `live()` is told when the stream is whole,
 * `lost(seconds)` each second while it is not, with the time to the next try; `refused()` when nobody is signed in.
 */
export function follow(address, events, { live, lost, refused }) {
  let source = null;
  let heardAt = Date.now();
  let isLost = false;
  let tries = 0;
  let nextTryAt = 0;

  function heard() {
    heardAt = Date.now();
  }

  function open() {
    source?.close();
    source = new EventSource(address);
    for (const [name, handle] of Object.entries(events)) {
      source.addEventListener(name, (event) => {
        heard();
        handle(JSON.parse(event.data));
        if (name === "ready") {
          isLost = false;
          tries = 0;
          live();
        }
      });
    }
    source.addEventListener("error", () => {
      if (source.readyState === EventSource.CLOSED) askWhy();
    });
  }

  // A browser does not say why a stream was refused: an expired session must not look like a lost connection.
  async function askWhy() {
    const answer = await fetch(address, { method: "HEAD", cache: "no-store" }).catch(() => null);
    if (answer && (answer.status === 401 || answer.status === 403)) refused();
    else if (!isLost) setTimeout(() => source.readyState === EventSource.CLOSED && !isLost && open(), PAUSES_S[0] * 1000);
  }

  function tryNow() {
    const pause = PAUSES_S[Math.min(tries, PAUSES_S.length - 1)];
    tries += 1;
    nextTryAt = Date.now() + pause * 1000;
    open();
  }

  function watch() {
    if (Date.now() - heardAt <= LOST_AFTER_MS) return;
    if (!isLost) {
      isLost = true;
      tryNow();
    } else if (Date.now() >= nextTryAt) {
      tryNow();
    }
    lost(Math.max(1, Math.ceil((nextTryAt - Date.now()) / 1000)));
  }

  open();
  setInterval(watch, 1000);
  document.addEventListener("visibilitychange", () => !document.hidden && isLost && tryNow());
  window.addEventListener("online", () => isLost && tryNow());
  return { tryNow, heardAt: () => heardAt };
}
