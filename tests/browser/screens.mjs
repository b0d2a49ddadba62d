// Writes docs/screens from a demo that is being served: the main pages, as they are on a desk and on a phone.
import { mkdirSync, readFileSync } from "node:fs";
import { open, visit } from "./browser.mjs";

const address = process.env.HUEAN_DEMO ?? "http://127.0.0.1:8080";
const tokens = JSON.parse(readFileSync(process.env.HUEAN_TOKENS ?? "huean-data/tokens.json", "utf8"));
const of = (role) => tokens.find((it) => it.role === role)?.token;
const into = new URL("../../docs/screens/", import.meta.url).pathname;
mkdirSync(into, { recursive: true });

/// The household in a caseworker's own round that shows most: the one with the most open referrals of those that were helped.
async function shown() {
  const headers = { authorization: `Bearer ${of("caseworker")}` };
  const list = await (await fetch(`${address}/api/v1/households?stage=assisted&standing=open&sort=-recent&limit=50`, { headers })).json();
  const best = list.items.sort((one, other) => other.open_referrals - one.open_referrals || (one.id < other.id ? -1 : 1))[0];
  return best?.id;
}

const id = await shown();
const browser = await open();
const pages = [
  ["sign-in", null, "/sign-in"],
  ["today", "caseworker", "/today?whose=all"],
  ["cases", "supervisor", "/cases?sort=-recent"],
  ["case", "supervisor", `/cases/${id}`],
  ["visit", "caseworker", `/cases/${id}/do/follow-up-visit`],
  ["new", "caseworker", "/cases/new?q=%E0%B8%9A%E0%B8%B1%E0%B8%A7%20%E0%B8%A8%E0%B8%A3%E0%B8%B5"],
  ["inbox", "agency_officer", "/referrals"],
  ["replay", "auditor", `/cases/${id}?at=8`],
  ["operations", "operations", "/operations"],
  ["queue", "operations", "/referrals?queue=waiting&age=15%2B&mark=all"],
  ["report", "operations", "/reports/times"],
  ["models", "operations", "/models"],
  ["import", "supervisor", "/imports"],
  ["print", "supervisor", `/cases/${id}/print`],
];
for (const size of ["desk", "phone"]) {
  for (const [name, role, path] of pages) {
    if (role && !of(role)) continue;
    const seen = await visit(browser, address, size, role && of(role));
    await seen.page.goto(address + path);
    await seen.page.evaluate(() => document.fonts.ready);
    await seen.page.screenshot({ path: `${into}${name}-${size}.png`, fullPage: false });
    if (process.env.HUEAN_WHOLE) await seen.page.screenshot({ path: `${process.env.HUEAN_WHOLE}/${name}-${size}.png`, fullPage: true });
    if (seen.wrong.length) console.error(name, size, seen.wrong);
    await seen.close();
  }
}
await browser.close();
