// Says at once what of the chosen files does not fit, before megabytes are sent in vain. The server says the same; see
// src/http/sent_form.rs.

const MEGABYTE = 1024 * 1024;

function wrong(files, { most, each, together }) {
  if (files.length > most) return `Choose at most ${most} files.`;
  const large = files.find((file) => file.size > each);
  if (large) return `${large.name} is larger than ${each / MEGABYTE} MB.`;
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  return bytes > together ? `Together they are larger than ${together / MEGABYTE} MB.` : "";
}

function show(input, words) {
  const field = input.closest(".files");
  field.classList.toggle("field-wrong", words !== "");
  field.querySelector(".field-error")?.remove();
  input.removeAttribute("aria-invalid");
  if (words === "") return;
  const error = document.createElement("p");
  Object.assign(error, { className: "field-error", id: "files-error", textContent: words });
  error.setAttribute("role", "alert");
  input.setAttribute("aria-invalid", "true");
  input.setAttribute("aria-describedby", error.id);
  field.append(error);
}

for (const input of document.querySelectorAll("input[type=file]")) {
  input.addEventListener("change", () => {
    const { most, each, together } = input.dataset;
    const words = wrong([...input.files], { most: Number(most), each: Number(each), together: Number(together) });
    if (words) input.value = "";
    show(input, words);
  });
}
