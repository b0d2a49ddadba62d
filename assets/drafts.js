// What was typed into a long form stays on this device until it is sent, under the account and the address of the form.
// Without this file, or without room on the device, forms are as they were. Decision 0026 says what is kept and why.
"use strict";

const PREFIX = "huean-draft:";
const KEPT_FOR = 3 * 24 * 3_600_000;
const NEVER = new Set(["_token"]);
const account = document.body.dataset.account ?? "";
const mine = `${PREFIX}${account}:`;

const read = (key) => {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
};
const write = (key, draft) => {
  try {
    localStorage.setItem(key, JSON.stringify(draft));
    return true;
  } catch {
    return false;
  }
};
const drop = (key) => {
  try {
    localStorage.removeItem(key);
  } catch {
    // Where nothing can be kept, nothing is.
  }
};
const kept = () => {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
  } catch {
    return [];
  }
};

// Nobody finds what another account typed on this device, nor what lies too long. At the door nobody is known yet: who
// was signed out in the middle of a form finds it again.
for (const key of kept()) {
  const age = Date.now() - (read(key)?.at ?? 0);
  if (!(age >= 0 && age < KEPT_FOR) || (account && !key.startsWith(mine))) drop(key);
}

// What was sent and is recorded is a draft no more.
const done = new URLSearchParams(location.search).get("done");
if (account && done && document.querySelector(".banner.done")) {
  const to = done === "identify" ? "/cases/new" : `${location.pathname}/do/${done}`;
  if (read(mine + to)?.sent) drop(mine + to);
}

let leaving = false;
for (const form of document.querySelectorAll("form[action='/sign-out']")) {
  form.addEventListener("submit", () => {
    leaving = true;
    kept().forEach(drop);
  });
}

const clock = (at) =>
  new Date(at).toLocaleString(document.documentElement.lang === "th" ? "th-TH" : "en-GB", { dateStyle: "medium", timeStyle: "short" });

// The forms that wait, on the pages where work begins.
const waiting = document.querySelector("[data-drafts]");
if (account && waiting) {
  const all = kept().map(read).filter((draft) => draft?.href?.startsWith("/"));
  all.sort((a, b) => b.at - a.at);
  for (const draft of all) {
    const [row, link, small] = ["li", "a", "span"].map((name) => document.createElement(name));
    link.href = draft.href;
    link.textContent = draft.what;
    small.className = "small block";
    small.textContent = clock(draft.at);
    row.append(link, small);
    waiting.querySelector("ul").append(row);
  }
  waiting.hidden = all.length === 0;
}

// A row of a list that the fresh form has not: as the last one, empty, under the next number.
const grow = (form, name) => {
  const found = /^(.*?)\/(\d+)\//.exec(name);
  if (!found) return;
  const [, list, wanted] = found;
  const rows = () => [...form.querySelectorAll("details.many")].filter((row) => row.querySelector(`[name^="${CSS.escape(list)}/"]`));
  for (let at = rows().length; at > 0 && at <= Number(wanted) && at < 60; at += 1) {
    const last = rows().at(-1);
    const next = last.cloneNode(true);
    const before = /\/(\d+)\//.exec(next.querySelector(`[name^="${CSS.escape(list)}/"]`).name.slice(list.length))[1];
    for (const it of next.querySelectorAll("[name], [id], [for], [aria-describedby]")) {
      for (const attribute of ["name", "id", "for", "aria-describedby"]) {
        const said = it.getAttribute(attribute);
        if (!said) continue;
        const [old, fresh] = attribute === "name" ? [`${list}/${before}/`, `${list}/${at}/`] : [`-${before}-`, `-${at}-`];
        it.setAttribute(attribute, said.replace(old, fresh));
      }
      if (it.matches("input[type=radio], input[type=checkbox]")) it.checked = false;
      else if (it.matches("input, textarea, select")) it.value = "";
    }
    const title = next.querySelector("summary");
    title.textContent = title.textContent.replace(/\d+$/, String(at + 1));
    last.after(next);
  }
};

const form = document.querySelector("form[data-draft]");
if (account && form) {
  const path = new URL(form.action, location.href).pathname;
  const key = mine + path;
  const offer = form.querySelector("[data-offer]");
  const says = form.querySelector("[data-kept]");
  let asked = false;
  let changed = false;
  let later = null;
  let waits = false;

  const show = (text, offline) => {
    says.hidden = text === "";
    says.textContent = text;
    says.classList.toggle("offline", offline);
  };
  const keep = (sent) => {
    clearTimeout(later);
    if (leaving || asked || (!changed && !sent)) return;
    const fields = [...new FormData(form)].filter(([name, value]) => !NEVER.has(name) && typeof value === "string");
    const what = [document.querySelector("h1").textContent, document.querySelector(".crumb .small")?.textContent ?? ""];
    // A household that was found is looked for first.
    const q = form.elements.namedItem("q")?.value;
    const href = q ? `${path}?q=${encodeURIComponent(q)}` : path + location.search;
    const stays = write(key, { at: Date.now(), sent, href, what: what.join(" ").trim(), fields });
    if (!sent) show(stays ? form.dataset.keptAt.replace("{0}", clock(Date.now())) : "", !navigator.onLine);
  };
  const typed = () => {
    changed = true;
    clearTimeout(later);
    later = setTimeout(keep, 300, false);
  };
  const restore = (draft) => {
    for (const it of form.elements) {
      if (it.matches("input[type=radio], input[type=checkbox]")) it.checked = false;
      else if (it.type !== "hidden" && it.type !== "file" && "value" in it && !it.matches("button, fieldset")) it.value = "";
    }
    for (const [name, value] of draft.fields) {
      if (NEVER.has(name)) continue;
      let found = form.elements.namedItem(name);
      if (!found) {
        grow(form, name);
        found = form.elements.namedItem(name);
      }
      if (!found) continue;
      const all = found instanceof RadioNodeList ? [...found] : [found];
      for (const it of all) {
        if (it.matches("input[type=radio], input[type=checkbox]")) it.checked ||= it.value === value;
        else it.value = value;
      }
    }
    form.querySelectorAll("details.many, .answers details").forEach((it) => {
      it.open ||= it.querySelector(":checked, input:not([type=radio], [type=checkbox]):not(:placeholder-shown)") !== null;
    });
  };

  const before = read(key);
  // A form that the service shows again holds what was typed already.
  if (before?.fields && !document.querySelector("[data-focus]")) {
    asked = true;
    offer.hidden = false;
    // A page that is opened again begins where it was left, and what is offered stands at its top.
    history.scrollRestoration = "manual";
    offer.scrollIntoView({ block: "center" });
    offer.querySelector("[data-when]").textContent = clock(before.at);
    const decided = () => {
      asked = false;
      offer.hidden = true;
      form.querySelector("input:not([type=hidden]), select, textarea")?.focus();
    };
    offer.querySelector("[data-use]").addEventListener("click", () => {
      restore(before);
      decided();
      changed = true;
      keep(false);
    });
    offer.querySelector("[data-drop]").addEventListener("click", () => {
      drop(key);
      decided();
      if (changed) keep(false);
    });
  } else if (before) {
    changed = true;
  }

  form.addEventListener("input", typed);
  form.addEventListener("change", typed);
  window.addEventListener("pagehide", () => keep(read(key)?.sent ?? false));
  form.addEventListener("submit", (event) => {
    asked = false;
    changed = true;
    if (navigator.onLine) {
      keep(true);
      return;
    }
    event.preventDefault();
    keep(false);
    waits = true;
    show(form.dataset.offline, true);
    says.focus();
  });
  window.addEventListener("offline", () => show(form.dataset.gone, true));
  window.addEventListener("online", () => {
    if (waits) form.requestSubmit();
    else show(form.dataset.back, false);
  });
  form.querySelector("[data-discard]")?.addEventListener("click", () => {
    changed = false;
    drop(key);
  });
}
