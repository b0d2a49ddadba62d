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

// All of a queue, or some of it: one unmarked row is not all.
document.querySelector("[data-many]")?.addEventListener("change", (event) => {
  const form = event.target.form;
  const all = form.querySelector("[data-all]");
  const rows = [...form.querySelectorAll("[name=row]")];
  if (event.target === all) rows.forEach((row) => (row.checked = all.checked));
  else if (all && !event.target.checked) all.checked = false;
});

// A page of numbers that hears when there is something new, and asks for it as its reader. Without a stream it says how
// old it is.
const live = document.querySelector("[data-stream]");
if (live) {
  const says = live.querySelector("[data-says]");
  const button = live.querySelector("[data-pause]");
  const fill = (text, value) => text.replace("{0}", value);
  const STALE = 30_000;
  const LEAST = 3_000;
  let shown = live.dataset.position;
  let heard = Date.now();
  let asked = 0;
  let wanted = null;
  let wait = 1_000;
  let source = null;
  let again = null;
  let paused = false;

  const still = (part) => part.matches(":hover") || part.contains(document.activeElement);
  const refresh = async () => {
    if (paused || wanted === null || wanted === shown || Date.now() - asked < LEAST) return;
    asked = Date.now();
    const position = wanted;
    const address = new URL(location.href);
    address.searchParams.set("only", "now");
    const answer = await fetch(address, { headers: { "huean-position": /^\d+$/.test(position) ? position : "0" } }).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    let whole = true;
    for (const part of document.querySelectorAll("[data-live]")) {
      const next = fresh.querySelector(`[data-live="${part.dataset.live}"]`);
      // What somebody points at keeps still.
      if (!next || part.innerHTML === next.innerHTML) continue;
      if (still(part)) {
        whole = false;
        continue;
      }
      const before = new Map([...part.querySelectorAll("[data-n]")].map((it) => [it.dataset.n, it.textContent]));
      for (const it of next.querySelectorAll("[data-n]")) {
        if (before.has(it.dataset.n) && before.get(it.dataset.n) !== it.textContent) it.classList.add("news");
      }
      part.replaceWith(next);
      setTimeout(() => next.querySelectorAll(".news").forEach((it) => it.classList.remove("news")), 2_000);
    }
    if (whole) shown = position;
  };
  const open = () => {
    source = new EventSource(live.dataset.stream);
    source.addEventListener("at", (event) => {
      const news = JSON.parse(event.data);
      wait = 1_000;
      if (!news.live) return;
      heard = Date.now();
      live.classList.remove("stale");
      if (!paused) says.textContent = fill(live.dataset.fresh, news.clock);
      wanted = news.position === null ? `?${heard}` : String(news.position);
      refresh();
    });
    source.onerror = () => {
      source.close();
      // Longer and longer, and not all pages at once.
      again = setTimeout(open, wait * (0.75 + Math.random() / 2));
      wait = Math.min(wait * 2, 30_000);
    };
  };
  setInterval(() => {
    const age = Date.now() - heard;
    if (!paused && age > STALE) {
      live.classList.add("stale");
      says.textContent = fill(live.dataset.stale, Math.round(age / 1_000));
    }
    refresh();
  }, 1_000);
  const words = button.textContent;
  button.hidden = false;
  button.addEventListener("click", () => {
    paused = !paused;
    button.setAttribute("aria-pressed", String(paused));
    button.textContent = paused ? live.dataset.paused : words;
    if (paused) {
      clearTimeout(again);
      source.close();
    } else {
      heard = Date.now();
      open();
    }
  });
  open();
}

const printing = document.querySelector("[data-print]");
if (printing) {
  printing.hidden = false;
  printing.addEventListener("click", () => window.print());
}

// A file goes to the service as it is; the page says how far it is and what is wrong with it.
document.querySelector("[data-upload]")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  const file = form.elements.file.files[0];
  const says = form.querySelector("[data-says]");
  if (!file) return;
  const sent = new XMLHttpRequest();
  const workbook = /\.xlsx$/i.test(file.name);
  sent.open("POST", `${form.dataset.upload}?source=${encodeURIComponent(form.elements.source.value)}`);
  sent.setRequestHeader("content-type", workbook ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" : "text/csv");
  sent.setRequestHeader("accept-language", document.documentElement.lang);
  sent.upload.onprogress = (it) => {
    says.textContent = form.dataset.sending.replace("{0}", Math.round((it.loaded / it.total) * 100));
  };
  const failed = (why) => {
    says.textContent = form.dataset.failed.replace("{0}", why);
    form.querySelector("button").disabled = false;
  };
  sent.onerror = () => failed("");
  sent.onload = () => {
    let answer = {};
    try {
      answer = JSON.parse(sent.responseText);
    } catch {
      answer = {};
    }
    if (sent.status === 202) location.assign(`/imports/${answer.id}`);
    else failed(answer.errors?.[0]?.detail ?? answer.detail ?? sent.status);
  };
  form.querySelector("button").disabled = true;
  sent.send(file);
});

// What is worked on is looked at again.
if (document.querySelector("[data-working]")) setTimeout(() => location.reload(), 2_000);
