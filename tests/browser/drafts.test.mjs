// What is typed without a line stays on the device until it is sent: under its account alone, and for some days.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { address, household, tokens, whole } from "./at.mjs";
import { open, visit } from "./browser.mjs";

let browser;

before(async () => {
  browser = await open();
});
after(() => browser.close());

const kept = (page) => page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("huean-draft:")));
const isKept = (page, text) =>
  page.waitForFunction(
    (wanted) => Object.entries(localStorage).some(([key, value]) => key.startsWith("huean-draft:") && value.includes(wanted)),
    text,
  );
const opened = (page) => page.locator("details.many").evaluateAll((all) => all.forEach((it) => (it.open = true)));

/// A visit on a phone, begun and kept.
async function begun(given) {
  const id = await household(given);
  const seen = await visit(browser, address, "phone", tokens.caseworker);
  const path = `${address}/cases/${id}/do/visit-home`;
  await seen.page.goto(path);
  await seen.page.locator("[name=seen][value=poor]").check();
  await seen.page.locator("textarea").first().fill("หลังคารั่วสองจุด <b>ริมครัว</b>");
  await isKept(seen.page, "ริมครัว");
  assert.equal(await seen.page.locator("[data-offer]").isVisible(), false, "nothing is offered where nothing was left");
  return { id, path, ...seen };
}

test("a visit that is written without a line is kept, and sent when there is one", async () => {
  const seen = await begun("บัวลอย");
  const { page } = seen;
  await page.context().setOffline(true);
  await page.locator("[data-kept].offline").waitFor();
  await page.locator("textarea").first().fill("หลังคารั่วสามจุด");
  await page.locator(".save .main").click();
  assert.match(await page.locator("[data-kept]").textContent(), /ไม่มีสัญญาณ/);
  assert.equal(page.url(), seen.path, "nothing is lost to an error page");
  await whole(seen, "a form without a line");
  await page.context().setOffline(false);
  await page.locator(".banner.done").waitFor();
  assert.match(await page.locator("main").textContent(), /หลังคารั่วสามจุด/);
  assert.deepEqual(await kept(page), [], "what is recorded is a draft no more");
  await seen.close();
});

test("a form that was left is offered again, and used or discarded", async () => {
  const seen = await begun("คำมูล");
  const { page } = seen;
  await page.reload();
  const offer = page.locator("[data-offer]");
  await offer.waitFor();
  await whole(seen, "a draft that is offered");
  assert.equal(await page.locator("textarea").first().inputValue(), "", "it is offered, not put in");
  await page.locator("[data-use]").click();
  assert.equal(await page.locator("textarea").first().inputValue(), "หลังคารั่วสองจุด <b>ริมครัว</b>");
  assert.equal(await page.locator("[name=seen][value=poor]").isChecked(), true);
  await page.goto(`${address}/today`);
  await page.locator("[data-drafts] a").first().waitFor();
  await whole(seen, "today with a draft");
  await page.locator("[data-drafts] a").first().click();
  await page.locator("[data-drop]").click();
  assert.deepEqual(await kept(page), []);
  await page.locator("textarea").first().fill("อีกครั้ง");
  await isKept(page, "อีกครั้ง");
  await page.locator("[data-discard]").click();
  await page.waitForURL(/\/cases\/[0-9a-f-]{36}$/);
  assert.deepEqual(await kept(page), []);
  await seen.close();
});

test("a household that was found comes back with all of its people", async () => {
  const seen = await visit(browser, address, "phone", tokens.caseworker);
  const { page } = seen;
  const person = (at) => page.locator(`[name='members/${at}/details/given_name']`);
  await page.goto(`${address}/cases/new?q=x`);
  await opened(page);
  await person(0).fill("ทองสุข");
  await person(1).fill("คำปัน");
  await page.locator(".save .main").click();
  await page.locator("[data-focus]").waitFor();
  await opened(page);
  await person(2).fill("สีดา");
  await isKept(page, "สีดา");
  await page.goto(`${address}/cases/new`);
  await page.locator("[data-drafts] a").click();
  await page.locator("[data-use]").click();
  for (const [at, name] of ["ทองสุข", "คำปัน", "สีดา"].entries()) assert.equal(await person(at).inputValue(), name);
  await whole(seen, "a household that came back");
  await page.getByRole("button", { name: "ออกจากระบบ" }).click();
  await page.waitForURL(/\/sign-in/);
  await page.goto(`${address}/today`);
  assert.deepEqual(await kept(page), [], "who signs out leaves nothing");
  await seen.close();
});

test("nobody finds what another account typed on this device, nor what lies too long", async () => {
  const seen = await begun("สีดา");
  const { page } = seen;
  await page.goto(`${address}/cases`);
  await page.evaluate(() => {
    for (const [key, value] of Object.entries(localStorage)) {
      localStorage.setItem(key, JSON.stringify({ ...JSON.parse(value), at: Date.now() - 4 * 24 * 3_600_000 }));
    }
  });
  await page.goto(seen.path);
  assert.equal(await page.locator("[data-offer]").isVisible(), false);
  assert.deepEqual(await kept(page), [], "after three days the device forgets");
  await page.locator("textarea").first().fill("ของอีกคนหนึ่ง");
  await isKept(page, "ของอีกคนหนึ่ง");
  await page.context().setExtraHTTPHeaders({ authorization: `Bearer ${tokens.supervisor}` });
  const other = await page.context().newPage();
  await other.goto(seen.path);
  assert.equal(await other.locator("[data-offer]").isVisible(), false);
  assert.deepEqual(await kept(other), []);
  assert.ok(!(await other.content()).includes("ของอีกคนหนึ่ง"));
  await seen.close();
});
