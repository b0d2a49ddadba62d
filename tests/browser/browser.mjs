// A browser that notices what must never happen: an error in the console, a refused file, a request to elsewhere.
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
export const sizes = { phone: { width: 360, height: 780 }, desk: { width: 1280, height: 900 } };

export const open = () => chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });

/// A page of somebody: by a token, or of nobody who would sign in. `wrong` collects what must not happen.
export async function visit(browser, address, size, token) {
  const headers = token ? { authorization: `Bearer ${token}` } : {};
  const context = await browser.newContext({
    viewport: sizes[size],
    extraHTTPHeaders: headers,
    isMobile: size === "phone",
    hasTouch: size === "phone",
    reducedMotion: "reduce",
    bypassCSP: false,
  });
  const page = await context.newPage();
  const wrong = [];
  // A form that is refused answers 4xx, which the console calls an error of the network.
  page.on("console", (it) => it.type() === "error" && !/status of 4\d\d/.test(it.text()) && wrong.push(it.text()));
  page.on("pageerror", (error) => wrong.push(String(error)));
  page.on("request", (it) => !it.url().startsWith(address) && !it.url().startsWith("data:") && wrong.push(`foreign: ${it.url()}`));
  page.on("response", (it) => it.status() >= 500 && wrong.push(`${it.status()} ${it.url()}`));
  return { page, wrong, close: () => context.close() };
}

/// What axe-core finds, one line each. It is put in by the debugger, past the page's own policy.
export async function violations(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(() =>
    globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
  );
  return found.violations.map((it) => `${it.id}: ${it.nodes.map((node) => node.target.join(" ")).slice(0, 4).join(", ")}`);
}

/// How far the page is wider than its window.
export const overflow = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/// The six digits that a telephone shows for a secret.
export function digits(secret) {
  const bits = [...secret].map((it) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(it).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((it) => parseInt(it, 2)));
  const count = Buffer.alloc(8);
  count.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const mac = createHmac("sha1", key).update(count).digest();
  const at = mac[19] & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}
