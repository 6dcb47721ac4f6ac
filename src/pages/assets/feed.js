// A live stream that knows whether it is alive. The server sends a heartbeat every 15 s; after two that stay away the page
// must say that it is not live. Recovery is silent: the next event is always the newest state.

const SILENCE_LIMIT_MS = 35_000;
const FIRST_RETRY_MS = 2_000;
const LAST_RETRY_MS = 30_000;

/** How far the server's clock is ahead of ours, in milliseconds. Countdowns follow the server. */
let offset = 0;

/** Learns the server's time from a moment that it has just named. */
export function learnServerTime(asOf) {
  const moment = Date.parse(asOf);
  if (Number.isFinite(moment)) offset = moment - Date.now();
}

/** The server's present time, in milliseconds. */
export function serverNow() {
  return Date.now() + offset;
}

/**
 * Follows a stream.
 *
 * `on` holds a handler for each event by its name: `(data, event) => void`. `onLive(isLive, lastHeard)` is told once when
 * the stream begins to live, and whenever that changes. Answers a function that ends it.
 */
export function follow(url, { on = {}, onLive = () => {} } = {}) {
  let source = null;
  let lastHeard = Date.now();
  let isLive = null;
  let retryMs = FIRST_RETRY_MS;
  let retry = 0;
  let hasEnded = false;

  const setLive = (now) => {
    if (isLive === now) return;
    isLive = now;
    onLive(now, new Date(lastHeard + offset));
  };
  const heard = () => {
    lastHeard = Date.now();
    retryMs = FIRST_RETRY_MS;
    setLive(true);
  };
  const open = () => {
    source?.close();
    source = new EventSource(url);
    source.addEventListener("heartbeat", (event) => {
      const data = parsed(event);
      if (data?.asOf) learnServerTime(data.asOf);
      heard();
      on.heartbeat?.(data, event);
    });
    for (const [name, handle] of Object.entries(on)) {
      if (name === "heartbeat") continue;
      source.addEventListener(name, (event) => {
        heard();
        handle(parsed(event), event);
      });
    }
    // A browser opens a lost stream again by itself, but not one that was refused.
    source.onerror = () => {
      if (hasEnded || source.readyState !== EventSource.CLOSED) return;
      clearTimeout(retry);
      retry = setTimeout(open, retryMs);
      retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
    };
  };
  const watch = setInterval(() => {
    if (Date.now() - lastHeard > SILENCE_LIMIT_MS) setLive(false);
  }, 1_000);
  // A phone that was asleep may hold a stream that nobody sends on any more.
  const wake = () => {
    if (!document.hidden && Date.now() - lastHeard > SILENCE_LIMIT_MS / 2) open();
  };
  document.addEventListener("visibilitychange", wake);
  open();

  return () => {
    hasEnded = true;
    clearInterval(watch);
    clearTimeout(retry);
    document.removeEventListener("visibilitychange", wake);
    source?.close();
  };
}

function parsed(event) {
  try {
    return JSON.parse(event.data);
  } catch {
    return null;
  }
}
