// The supervisor's page comes alive: the stream fills the cards, the second hand moves them, the panel acts on them.

import { learnServerTime } from "/assets/feed.js";
import { clock } from "/assets/words.js";
import * as acts from "./acts.js";
import * as cards from "./cards.js";
import { freeze, now, thaw } from "./clock.js";
import { connect } from "./connection.js";
import { sortWhenAllowed } from "./order.js";
import * as panel from "./panel.js";
import { compare, headline, sharedLimit, sums } from "./standing.js";

const WATCH = "/crm/reservations/queue/watch";
const part = (id) => document.getElementById(id);
const room = part("room");
const seconds = (at) => clock(at, cards.viewerZone, true);
let isWhole = false;

document.documentElement.classList.add("scripted");
learnServerTime(room.dataset.asOf);
part("zone").textContent = `${cards.viewerZone.split("/").pop().replaceAll("_", " ")} time`;

function write(id, text) {
  const element = part(id);
  if (element && element.textContent !== text) element.textContent = text;
}

function showHeading() {
  const all = [...cards.cards.values()];
  write("headline", headline(all, now()));
  write("sums", sums(all));
  const limit = sharedLimit(all);
  write("legend-limit", limit ? `limit ${limit}` : "limit");
  document.title = `${headline(all, now())}, Frontdesk`;
}

function showAll() {
  cards.tick(now());
  cards.plot(now());
  showHeading();
  panel.show(now());
}

function put(card) {
  // No location was there when the page was made: it has nowhere to show the first one.
  if (!cards.list) return location.reload();
  cards.put(card);
  if (isWhole) showAll();
  return undefined;
}

function remove({ id }) {
  cards.remove(id);
  if (cards.cards.size === 0) location.reload();
  else showAll();
}

function ready({ points }) {
  for (const id of [...cards.cards.keys()]) if (!points.includes(id)) cards.remove(id);
  if (!cards.list) return;
  for (const element of [...cards.list.children]) {
    if (!points.includes(element.dataset.point)) cards.remove(element.dataset.point);
  }
  if (points.length === 0) location.reload();
  thaw();
  showAll();
  if (isWhole) return;
  isWhole = true;
  sortWhenAllowed(now());
  panel.openFirst([...cards.cards.values()].sort((one, other) => compare(one, other, now()))[0]?.servicePoint.id);
}

function showLive(isLive, since) {
  document.body.classList.toggle("stale", !isLive);
  part("live-state").dataset.live = isLive ? "yes" : "no";
  write("live-word", isLive ? "Live" : "Not live");
  write("live-as-of-word", ", as of");
  acts.allow(isLive);
  if (!part("heading")) return;
  part("heading").hidden = !isLive;
  part("not-live").hidden = isLive;
  if (isLive) return;
  write("not-live-since", `No connection since ${seconds(since)}.`);
  part("said-now").textContent = `No connection since ${seconds(since)}. These are the last numbers, actions wait.`;
}

function tick() {
  write("as-of", seconds(now()));
  if (!isWhole) return;
  cards.tick(now());
  panel.tick(now());
  showHeading();
  sortWhenAllowed(now());
}

acts.onChange(() => isWhole && panel.show(now()));
panel.start();
const connection = connect(WATCH, { point: put, ready, gone: remove }, {
  back() {
    part("said-now").textContent = "";
    thaw();
    showLive(true);
  },
  lost(heardAt) {
    freeze(heardAt.getTime());
    showLive(false, heardAt);
    tick();
  },
  waiting: (left) => write("next-try", `Next try in ${left} s.`),
  refused: () => location.reload(),
});
part("try-now")?.addEventListener("click", connection.tryNow);
setInterval(tick, 1000);
setInterval(() => isWhole && cards.plot(now()), 15_000);
