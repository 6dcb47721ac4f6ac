// Keeps the display on the wall live: every event holds the newest state whole, and only what differs is written.
import { follow, learnServerTime, serverNow } from "./feed.js";
import { clock, day, duration } from "./words.js";

const ROWS_MAX = 6;
const ROWS_TALL_MAX = 4;
const NEXT_MAX = 5;
const NEXT_WIDE_MAX = 4;
const WAIT_WIDE_CHARACTERS = 7;
const COUNTER_NUMBER_MAX_CHARACTERS = 3;

const board = document.getElementById("board");
const zone = board.dataset.zone;
const $ = (id) => document.getElementById(id);
let isLive = true;
let isFetchingDoor = false;

function write(element, text) {
  if (element && element.textContent !== String(text)) element.textContent = text;
}

function showAll(status) {
  if (status?.servicePoint === undefined) return;
  learnServerTime(status.asOf);
  write(document.querySelector("h1"), status.servicePoint.name);
  const rows = rowsOf(status);
  showCalled(status.called[status.called.length - 1]);
  showQuiet(status, rows);
  showRows(rows);
  showNext(status);
  showInvitation(status);
}

function showCalled(newest) {
  $("panel-called").hidden = !newest;
  $("panel-quiet").hidden = Boolean(newest);
  if (!newest) return;
  write($("called-number"), newest.number);
  $("called-number").dataset.digits = String(newest.number).length;
  $("called-to").hidden = newest.counter === undefined;
  if (newest.counter !== undefined) {
    write($("called-counter"), newest.counter);
    $("called-counter-box").classList.toggle("panel-counter-name", !isNumber(newest.counter));
  }
}

function showQuiet(status, rows) {
  const isOver = status.servicePoint.status === "closed" && rows.length === 0 && status.waitingCount === 0;
  $("panel-quiet").classList.toggle("hatched", isOver);
  write($("quiet-word"), isOver ? "Closed" : "Please wait");
  if (isOver) return;
  const advice = status.waitingCount === 0
    ? "Your number appears here when it is called"
    : "We call your number as soon as a counter is free";
  write($("quiet-advice"), advice);
}

function rowsOf(status) {
  const older = status.called.slice(0, -1).reverse().map((row) => ({ ...row, isCalled: true }));
  return [...older, ...status.nowServing.slice().reverse()];
}

function showRows(rows) {
  const shown = rows.slice(0, ROWS_MAX);
  const list = $("now-serving");
  list.classList.toggle("dense", shown.length > ROWS_TALL_MAX);
  const lines = shown.map(line);
  const isSame = list.children.length === lines.length && lines.every((each, at) => each.isEqualNode(list.children[at]));
  if (!isSame) list.replaceChildren(...lines);
  $("now-none").hidden = rows.length > 0;
  $("now-more").hidden = rows.length <= ROWS_MAX;
  write($("now-more"), `and ${rows.length - ROWS_MAX} more`);
}

function line(row) {
  const item = document.createElement("li");
  item.append(part("row-number", row.number), part("row-counter", row.counter === undefined ? "" : counterWords(row.counter)));
  if (row.isCalled) {
    item.className = "row-called";
    item.append($("row-state").content.cloneNode(true));
  }
  return item;
}

function part(name, text) {
  const span = document.createElement("span");
  span.className = name;
  span.textContent = text;
  return span;
}

function isNumber(counter) {
  return [...counter].length <= COUNTER_NUMBER_MAX_CHARACTERS;
}

function counterWords(counter) {
  return isNumber(counter) ? `Counter ${counter}` : counter;
}

function showNext(status) {
  let next = status.waiting.slice(0, NEXT_MAX).map((entry) => entry.number);
  if (next.some((number) => number >= 100)) next = next.slice(0, NEXT_WIDE_MAX);
  const list = $("next");
  if ([...list.children].map((item) => item.textContent).join() !== next.join()) {
    list.replaceChildren(...next.map((number) => {
      const item = document.createElement("li");
      item.textContent = number;
      return item;
    }));
  }
  const more = status.waitingCount - next.length;
  $("next-none").hidden = next.length > 0;
  $("next-more").hidden = more <= 0;
  write($("next-more"), `and ${more} more`);
}

function showInvitation(status) {
  const isFull = status.waitingCount >= Number(board.dataset.maxWaiting);
  const door = status.servicePoint.status === "open" && isFull ? "full" : status.servicePoint.status;
  if ($("invitation").dataset.state !== door) {
    fetchDoor();
    return;
  }
  const wait = $("wait");
  if (!wait) return;
  const minutes = status.estimatedWaitMinutes;
  write(wait, minutes > 0 ? duration(minutes) : "No wait");
  write($("wait-words"), minutes > 0 ? "If you join now, about" : "If you join now");
  wait.classList.toggle("invitation-wait-wide", wait.textContent.length > WAIT_WIDE_CHARACTERS);
}

// An event does not say when a queue opens again: the page itself does.
async function fetchDoor() {
  if (isFetchingDoor) return;
  isFetchingDoor = true;
  try {
    const response = await fetch(location.href, { cache: "no-store" });
    if (!response.ok) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    for (const id of ["invitation", "quiet-advice"]) $(id).replaceWith(page.getElementById(id));
    board.dataset.maxWaiting = page.getElementById("board").dataset.maxWaiting;
  } catch {
    // The next event tries again.
  } finally {
    isFetchingDoor = false;
  }
}

function showLive(live, lastHeard) {
  isLive = live;
  document.body.classList.toggle("is-stale", !live);
  $("stale").hidden = live;
  if (!live) write($("stale-words"), `No signal since ${clock(lastHeard, zone, true)}`);
}

function tick() {
  if (!isLive) return;
  const now = serverNow();
  write($("clock"), clock(now, zone));
  write($("day"), day(now, zone));
}

learnServerTime(board.dataset.asOf);
tick();
setInterval(tick, 1_000);
follow(board.dataset.watch, {
  on: {
    status: showAll,
    // The point was deleted: its page says so.
    gone: () => location.reload(),
  },
  onLive: showLive,
});
