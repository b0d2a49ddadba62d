// Keys for lists, and a slider that goes where it is put. Every page works without this file.
"use strict";

const typing = (target) => target.closest("input, select, textarea, [contenteditable]") !== null;

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.key === "/") {
    const search = document.querySelector("[data-key='/']");
    if (search) {
      event.preventDefault();
      search.focus();
    }
  } else if (event.key === "j" || event.key === "k") {
    const rows = [...document.querySelectorAll("[data-row]")];
    if (rows.length === 0) return;
    const now = rows.findIndex((row) => row.classList.contains("at"));
    const next = Math.min(rows.length - 1, Math.max(0, now + (event.key === "j" ? 1 : -1)));
    rows.forEach((row, at) => row.classList.toggle("at", at === next));
    rows[next].querySelector("a.row").focus();
    rows[next].scrollIntoView({ block: "nearest" });
  }
});

// What was refused is read first.
document.querySelector("[data-focus]")?.focus();

document.querySelector("[data-send]")?.addEventListener("change", (event) => event.target.form.requestSubmit());

// On a phone the track opens on tap.
if (window.matchMedia("(max-width: 639px)").matches) document.querySelector(".track")?.removeAttribute("open");
