// Niceties of the page to join on; without them it works as well.
import { zoneNote } from "./words.js";

for (const note of document.querySelectorAll("[data-zone-note]")) {
  note.textContent = zoneNote(note.dataset.zoneNote);
  note.hidden = note.textContent === "";
}

// A double tap sends one form; the server would take it as one anyway.
const form = document.getElementById("join");
form?.addEventListener("submit", (event) => {
  const button = document.getElementById("join-now");
  if (button.getAttribute("aria-disabled") === "true") {
    event.preventDefault();
    return;
  }
  button.setAttribute("aria-disabled", "true");
});
// Coming back to the page by the browser's way back must not find a button that does nothing.
addEventListener("pageshow", () => document.getElementById("join-now")?.removeAttribute("aria-disabled"));
