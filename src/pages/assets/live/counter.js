// Which counter people are called to: kept for this tab, since a clerk sits at one.

const KEY = "frontdesk-counter";
const field = document.getElementById("to-counter");

if (field) {
  field.value = sessionStorage.getItem(KEY) ?? "";
  field.addEventListener("input", () => sessionStorage.setItem(KEY, field.value.trim()));
}

/** What a call says of the counter: nothing when none is named. */
export function toCounter() {
  const counter = field?.value.trim();
  return counter ? { counter } : {};
}
