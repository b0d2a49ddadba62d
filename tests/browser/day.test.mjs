// One household through the hands of everybody who has a part in it, each by herself and by the pages alone: the
// administrator takes an officer on, the caseworker finds and refers, the officer accepts, helps and completes.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { digits, open, visit } from "./browser.mjs";
import { House, whole } from "./house.mjs";

const house = new House();
let browser;
let agency;

before(async () => {
  browser = await open();
  await house.begin();
  agency = await house.agency("ช่างสหัสขันธ์");
});
after(async () => {
  await browser.close();
  await house.end();
  house.forget();
});

const save = (page) => page.locator(".save .main").click();
const done = (page) => page.locator(".banner.done").waitFor();

async function enters(page, login, password) {
  await page.goto(`${house.address}/sign-in`);
  await page.getByLabel("ชื่อผู้ใช้").fill(login);
  await page.getByLabel("รหัสผ่าน").fill(password);
  await page.getByRole("button", { name: "เข้าสู่ระบบ" }).click();
}

/// The first administrator, signed in with a second factor.
async function administrator() {
  const token = readFileSync(`${house.folder}/house/first-administrator.token`, "utf8").trim();
  const password = `บ้านไม้ ${randomUUID()}`;
  await house.api("administrator", "/sign-in/first-administrator", { token, login: "admin", password });
  const seen = await visit(browser, house.address, "desk");
  await enters(seen.page, "admin", password);
  await seen.page.getByRole("button", { name: "เริ่มตั้งค่า" }).click();
  const secret = (await seen.page.locator(".secret code").textContent()).replace(/\s/g, "");
  await seen.page.getByLabel("รหัสยืนยันหกหลัก").fill(digits(secret));
  await seen.page.getByRole("button", { name: "ยืนยันรหัส" }).click();
  await seen.page.getByText("ผู้ดูแลระบบ").first().waitFor();
  return seen;
}

/// An officer of the agency, taken on by the pages: the password that is shown once.
async function takenOn(seen) {
  const { page } = seen;
  await page.goto(`${house.address}/staff`);
  await page.getByRole("link", { name: "รับเจ้าหน้าที่" }).first().click();
  await page.locator("[name='details/name']").fill("กนกวรรณ ศรีชัยมูล");
  await page.locator("[name=agency]").selectOption(agency);
  await whole(seen, "somebody new");
  await page.locator(".save button").click();
  await done(page);
  await page.getByLabel("ชื่อ หรือรหัส").fill("กนกวรรณ");
  await page.getByRole("button", { name: "ค้นหา" }).click();
  await whole(seen, "the staff by name");
  const row = page.locator("[data-row]");
  assert.equal(await row.count(), 1);
  const offered = async (end) => {
    await row.locator("summary").click();
    await row.locator(`a[href$='${end}']`).click();
  };
  await offered("/do/grant-role");
  const role = page.locator("[name=role]");
  if ((await role.first().evaluate((it) => it.tagName)) === "SELECT") await role.selectOption("agency_officer");
  else if ((await role.count()) > 1) await page.locator("[name=role][value=agency_officer]").check();
  else await role.fill("agency_officer");
  await page.locator("[name='scope/areas'][value='46']").check();
  await page.locator(".save button").click();
  await done(page);
  await page.goto(`${house.address}/staff?q=${encodeURIComponent("กนกวรรณ")}`);
  await offered("/account");
  await page.getByLabel("ชื่อผู้ใช้").fill("officer");
  await whole(seen, "an account");
  await page.getByRole("button", { name: "ทำบัญชี" }).click();
  await whole(seen, "a password that is shown once");
  return page.locator("dd code").textContent();
}

/// The caseworker's whole way with a household, from the search to the referral.
async function referred(given) {
  const seen = await visit(browser, house.address, "phone", house.tokens.caseworker);
  const { page } = seen;
  await page.goto(`${house.address}/cases/new?q=${encodeURIComponent(`${given} ใจงาม`)}`);
  await page.locator("[name=tambon]").selectOption("460901");
  await page.locator("[name=sources][value=village_leader]").check();
  const member = "members/0";
  await page.locator(`[name='${member}/sex'][value=female]`).check();
  await page.locator(`[name='${member}/residence'][value=registered_and_living]`).check();
  await page.locator(`[name='${member}/details/birth.y']`).fill("๒๕๑๘");
  await page.locator(`[name='${member}/details/health'][value=normal]`).check();
  await page.locator(`[name='${member}/details/education']`).selectOption("primary");
  await page.locator(`[name='${member}/details/work']`).selectOption("farmer");
  await save(page);
  await done(page);
  const id = new URL(page.url()).pathname.split("/").pop();
  const choose = async (name, value) => {
    const field = page.locator(`[name='${name}']`).first();
    if ((await field.evaluate((it) => it.tagName)) === "SELECT") await field.selectOption(value);
    else await page.locator(`[name='${name}'][value='${value}']`).check();
  };
  const begin = (command) => page.goto(`${house.address}/cases/${id}/do/${command}`);
  for (const [command, choose] of [["visit-home", "seen"], ["hold-panel", "finding"], ["verify", ""]]) {
    await begin(command);
    if (choose) await page.locator(`[name='${choose}'][value=poor]`).check();
    if (command === "hold-panel") await page.locator("[name=attended]").fill("14");
    await save(page);
    await done(page);
  }
  await begin("assess");
  await page.locator("[name=income_evidence][value=seen]").check();
  await page.evaluate(() => {
    for (const it of document.querySelectorAll("details")) it.open = true;
    for (const it of document.querySelectorAll(".answers fieldset")) it.querySelector("input").checked = true;
  });
  await whole(seen, "an assessment");
  await choose("money/incomes/0/concept", "wages");
  await choose("money/incomes/0/period", "month");
  await choose("money/incomes/0/net", "net");
  await page.locator("[name='money/incomes/0/amount']").fill("๑,๕๐๐");
  await save(page);
  await done(page);
  await whole(seen, "a household that was assessed");
  await begin("record-need");
  await page.locator("[name=capital][value=physical]").check();
  await page.locator("[name=priority]").fill("1");
  await page.locator("[name=words]").fill("หลังคารั่ว ขอช่างช่วยซ่อม");
  await save(page);
  await done(page);
  await begin("make-referral");
  await choose("agency", agency);
  await choose("service", "house_repair");
  await choose("basis", "public_task");
  await choose("disclosed", "names");
  await whole(seen, "a referral");
  await save(page);
  await done(page);
  await seen.close();
  return id;
}

test("an officer does her own day: she accepts, helps and completes, and then sees the household no more", async () => {
  const keeper = await administrator();
  const password = await takenOn(keeper);
  await keeper.close();
  const id = await referred("ทองสุข");
  const other = await house.referred("บัวลอย", await house.agency("ช่างนามน"));
  const seen = await visit(browser, house.address, "phone");
  const { page } = seen;
  await enters(page, "officer", password);
  const own = `บ้านไม้ ${randomUUID()}`;
  await page.waitForURL(/\/sign-in\/password/);
  await whole(seen, "a password of her own");
  const boxes = page.locator("main input[type=password]");
  await boxes.nth(0).fill(password);
  for (let at = 1; at < (await boxes.count()); at += 1) await boxes.nth(at).fill(own);
  await page.locator("main form button").first().click();
  await page.waitForURL(/\/referrals/);
  await whole(seen, "an inbox");
  const row = page.locator("[data-row]");
  assert.equal(await row.count(), 1, "what was sent to her agency, and nothing else");
  await row.locator("a.row").click();
  await page.waitForURL(new RegExp(`/cases/${id}`));
  await whole(seen, "what was disclosed to her");
  const text = await page.locator("main").textContent();
  assert.match(text, /ทองสุข/, "the names were disclosed");
  assert.doesNotMatch(text, /1,500|บาทต่อ/, "what the household earns was not");
  await page.goto(`${house.address}/referrals`);
  await page.getByRole("link", { name: "รับเรื่อง", exact: true }).click();
  await whole(seen, "to accept");
  await save(page);
  await done(page);
  await page.goto(`${house.address}/referrals?queue=to_deliver`);
  await page.locator("a[href*='/do/deliver-assistance']").click();
  await page.locator("[name=kind]").fill("house_repair");
  await page.locator("[name=capital][value=physical]").check();
  await page.locator("[name=dimension][value=living]").check();
  await page.locator("[name='worth/form'][value=baht]").check();
  await page.locator("[name='worth/amount']").fill("๑๒,๕๐๐");
  await whole(seen, "to deliver");
  await save(page);
  await done(page);
  await whole(seen, "help that was delivered");
  await page.goto(`${house.address}/referrals?queue=to_deliver`);
  await page.locator("a[href*='/do/complete-referral']").click();
  await page.locator("[name=outcome][value=met]").check();
  await save(page);
  await page.waitForURL(/\/referrals\?done=complete-referral/);
  await done(page);
  await whole(seen, "what she has completed");
  const gone = await page.goto(`${house.address}/cases/${id}`);
  assert.equal(gone.status(), 404, "after it ends the household is none for her");
  await whole(seen, "a household that is none for her");
  assert.doesNotMatch(await page.content(), /ทองสุข/);
  assert.equal((await page.goto(`${house.address}/cases/${other.id}`)).status(), 404);
  assert.equal((await house.api("supervisor", `/households/${id}`)).stage, "assisted");
  await seen.close();
});
