// Keeps one's own place live. The stream says that something has changed; what it means for this place the page itself
// says, so that words and rules are in one place only: the parts that differ are taken over from it.
import { follow, learnServerTime, serverNow } from "./feed.js";
import { clock, countdown, zoneNote } from "./words.js";

const POLITE_PAUSE_MS = 20_000;
const FETCH_PAUSE_MS = 1_500;
const FETCH_JITTER_MS = 500;
const FLASH_MS = 2_000;
const OVER = ["left", "cancelled"];
// What a clerk may still take back is watched a little longer.
const NEARLY_OVER = ["served", "no_show"];
const NEARLY_OVER_MS = 15 * 60_000;

const $ = (id) => document.getElementById(id);
const main = () => $("main");
let isLive = false;
let watched = null;
let stop = () => {};
let lastFetched = 0;
let pending = 0;
let isFetching = false;
let wantsMore = false;
let lastSpoken = -Infinity;
let unspoken = 0;
let nearlyOver = 0;

// One fetch at a time, and not one for each of a burst of events; a call is looked up at once.
function refresh(isUrgent) {
  if (isFetching) {
    wantsMore = true;
    return;
  }
  const pause = isUrgent ? 0 : FETCH_PAUSE_MS + Math.random() * FETCH_JITTER_MS - (Date.now() - lastFetched);
  if (pending && !isUrgent) return;
  clearTimeout(pending);
  pending = setTimeout(fetchPage, Math.max(0, pause));
}

async function fetchPage() {
  pending = 0;
  isFetching = true;
  wantsMore = false;
  let retryMs = 0;
  try {
    const response = await fetch(location.href, { cache: "no-store" });
    if (response.ok) {
      takeOver(new DOMParser().parseFromString(await response.text(), "text/html"));
    } else if (response.status === 404) {
      location.reload();
    } else {
      retryMs = 1_000 * (Number(response.headers.get("retry-after")) || 2);
    }
  } catch {
    retryMs = 2_000;
  }
  lastFetched = Date.now();
  isFetching = false;
  if (retryMs > 0) setTimeout(() => refresh(false), retryMs + Math.random() * FETCH_JITTER_MS);
  else if (wantsMore) refresh(false);
}

function takeOver(page) {
  const fresh = page.getElementById("main");
  if (!fresh) return;
  learnServerTime(page.getElementById("liveness")?.dataset.asOf);
  document.title = page.title;
  const isOtherState = fresh.dataset.state !== main().dataset.state || fresh.dataset.watch !== main().dataset.watch;
  if (isOtherState) showState(page, fresh);
  else showChanges(fresh);
  prepare();
}

function showState(page, fresh) {
  main().replaceWith(fresh);
  document.body.className = page.body.className;
  document.body.classList.toggle("is-live", isLive);
  const heading = fresh.querySelector("h1");
  scrollTo(0, 0);
  heading?.setAttribute("tabindex", "-1");
  heading?.focus({ preventScroll: true });
  const words = fresh.dataset.state === "called"
    ? [heading, fresh.querySelector(".call-counter")].map(wordsOf).join(". ")
    : wordsOf(heading);
  if (fresh.dataset.state === "called") {
    $("alarm").textContent = words;
    if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.([300, 150, 300]);
  } else {
    $("news").textContent = words;
  }
}

function showChanges(fresh) {
  let hasMoved = false;
  for (const part of main().querySelectorAll("[data-live]")) {
    const newer = fresh.querySelector(`[data-live="${part.dataset.live}"]`);
    if (!newer || newer.isEqualNode(part) || wordsOf(newer) === wordsOf(part)) continue;
    // Never under somebody's finger or focus; the next event brings it.
    if (part.contains(document.activeElement)) continue;
    part.replaceWith(newer);
    if (newer.dataset.live !== "strip" && newer.dataset.live !== "postpone") flash(newer);
    hasMoved ||= newer.dataset.live === "position";
  }
  if (hasMoved) speak();
}

function flash(element) {
  element.classList.add("changed");
  setTimeout(() => {
    element.classList.add("was-changed");
    element.classList.remove("changed");
    setTimeout(() => element.classList.remove("was-changed"), 400);
  }, FLASH_MS);
}

// Readers of the screen hear the place at most every 20 s, and then the newest.
function speak() {
  if (unspoken) return;
  unspoken = setTimeout(() => {
    unspoken = 0;
    lastSpoken = Date.now();
    if ($("position")) $("news").textContent = `${wordsOf($("position"))}. ${wordsOf($("wait"))}.`;
  }, Math.max(0, lastSpoken + POLITE_PAUSE_MS - Date.now()));
}

function wordsOf(element) {
  return element?.textContent.replace(/\s+/g, " ").trim() ?? "";
}

function showLive(live, lastHeard) {
  isLive = live;
  document.body.classList.toggle("is-live", live);
  document.body.classList.toggle("is-stale", !live);
  for (const button of main().querySelectorAll("button")) {
    if (live) button.removeAttribute("aria-disabled");
    else button.setAttribute("aria-disabled", "true");
  }
  if (live) {
    $("alarm").textContent = "";
    tick();
    return;
  }
  const words = `No signal since ${clock(lastHeard, main().dataset.zone, true)}`;
  $("liveness-words").textContent = words;
  $("alarm").textContent = `${words}. Keep this page open; it goes on by itself.`;
}

function tick() {
  if (!isLive) return;
  const words = `Live, ${clock(serverNow(), main().dataset.zone)}`;
  if ($("liveness-words").textContent !== words) $("liveness-words").textContent = words;
  const grace = $("grace");
  if (!grace) return;
  const left = Math.max(0, (Date.parse(grace.dataset.endsAt) - serverNow()) / 1_000);
  grace.textContent = countdown(left);
  $("grace-bar").value = left;
  if (left === 0) $("grace-words").textContent = "Please come right away";
}

function prepare() {
  for (const note of document.querySelectorAll("[data-zone-note]")) {
    note.textContent = zoneNote(note.dataset.zoneNote);
    note.hidden = note.textContent === "";
  }
  const { watch, state } = main().dataset;
  clearTimeout(nearlyOver);
  if (NEARLY_OVER.includes(state)) nearlyOver = setTimeout(rest, NEARLY_OVER_MS);
  const wanted = OVER.includes(state) ? null : watch ?? null;
  if (wanted === watched) return;
  stop();
  stop = () => {};
  watched = wanted;
  if (!wanted) {
    rest();
    return;
  }
  stop = follow(wanted, {
    on: {
      status: (status) => {
        learnServerTime(status.asOf);
        const number = Number(main().dataset.number);
        const isCalled = status.called.some((entry) => entry.number === number);
        refresh(isCalled && main().dataset.state === "waiting");
      },
      gone: () => refresh(true),
    },
    onLive: showLive,
  });
}

// Nothing will change here any more.
function rest() {
  stop();
  stop = () => {};
  isLive = false;
  document.body.classList.remove("is-live", "is-stale");
  $("liveness-words").textContent = `At ${clock(serverNow(), main().dataset.zone)}`;
}

document.addEventListener("submit", (event) => {
  if (event.submitter?.getAttribute("aria-disabled") === "true") event.preventDefault();
});
learnServerTime($("liveness").dataset.asOf);
prepare();
tick();
setInterval(tick, 1_000);
