// A journey per role from the door to the result, on a phone and on a desk, with nothing wrong on any page on the way.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { address, api, house, household, tokens, whole } from "./at.mjs";
import { digits, open, violations, visit } from "./browser.mjs";

let browser;

before(async () => {
  browser = await open();
});
after(() => browser.close());

test("what must not be on a page is noticed", async () => {
  const seen = await visit(browser, address, "desk");
  await seen.page.goto(`${address}/sign-in`);
  await seen.page.evaluate(() => {
    document.querySelector("label").remove();
    document.querySelector("h1").setAttribute("style", "width: 3000px");
    document.body.append(Object.assign(document.createElement("img"), { src: "https://elsewhere.invalid/a.png" }));
  });
  const found = await violations(seen.page);
  assert.ok(found.some((it) => it.startsWith("label:")) && found.some((it) => it.startsWith("image-alt:")), String(found));
  for (const what of ["style-src", "elsewhere.invalid"]) {
    while (!seen.wrong.some((it) => it.includes(what))) await seen.page.waitForEvent("console", { timeout: 5000 });
  }
  await seen.close();
});

for (const size of ["phone", "desk"]) {
  test(`every page of every role is whole on a ${size}`, async () => {
    const id = await household("บัวลอย");
    const paths = ["/today", "/cases", "/cases?stage=graduated", "/cases/new?q=x", "/referrals", `/cases/${id}`, `/cases/${id}?at=1`, "/nowhere"];
    for (const role of ["caseworker", "supervisor", "operations", "auditor", "researcher", "administrator"]) {
      const seen = await visit(browser, address, size, tokens[role]);
      for (const path of ["/", ...paths]) {
        await seen.page.goto(address + path);
        await whole(seen, `${role} ${path}`);
      }
      await seen.close();
    }
    const nobody = await visit(browser, address, size);
    await nobody.page.goto(`${address}/cases`);
    assert.match(nobody.page.url(), /\/sign-in\?next=\/cases$/);
    await whole(nobody, "the door");
    await nobody.close();
  });

  test(`a caseworker finds, records, hears the village and verifies on a ${size}`, async () => {
    const seen = await visit(browser, address, size, tokens.caseworker);
    const { page } = seen;
    await page.goto(`${address}/`);
    await page.getByRole("link", { name: "พบใหม่" }).click();
    await page.getByLabel("ค้นหาก่อนว่ามีอยู่แล้วหรือไม่").fill("ทองสุข ใจงาม");
    await page.getByRole("button", { name: "ค้นหา" }).click();
    await page.getByLabel("ตำบล", { exact: true }).selectOption({ index: 1 });
    await page.getByLabel("ผู้ใหญ่บ้าน กำนัน").check();
    const person = page.locator("details.many").filter({ hasText: "สมาชิก 1" }).first();
    await page.getByRole("button", { name: "บันทึกครัวเรือนที่พบ" }).click();
    await whole(seen, "a form that was refused");
    assert.equal(await page.locator("[data-focus]").evaluate((it) => it === document.activeElement), true);
    assert.equal(await person.locator("[name='members/0/details/given_name']").inputValue(), "ทองสุข");
    await person.locator("[name='members/0/sex'][value=female]").check();
    await person.locator("[name='members/0/residence'][value=registered_and_living]").check();
    await person.locator("[name='members/0/details/birth.y']").fill("๒๔๘๕");
    await person.locator("[name='members/0/details/health'][value=normal]").check();
    await person.locator("[name='members/0/details/education']").selectOption("primary");
    await person.locator("[name='members/0/details/work']").selectOption("farmer");
    await page.getByRole("button", { name: "บันทึกครัวเรือนที่พบ" }).click();
    await page.getByRole("status").waitFor();
    await whole(seen, "a new household");
    for (const [command, choose] of [["visit-home", "seen"], ["hold-panel", "finding"], ["verify", ""]]) {
      const offer = page.locator(`.offers a[href$='/do/${command}']`);
      await offer.click();
      if (choose) await page.locator(`[name='${choose}'][value=poor]`).check();
      if (command === "hold-panel") await page.locator("[name=attended]").fill("14");
      await whole(seen, command);
      await page.locator(".save button").click();
      await page.getByRole("status").waitFor();
    }
    assert.equal(await page.locator(".track .current b").textContent(), "สอบทานแล้ว");
    await whole(seen, "a household that was verified");
    await seen.close();
  });

  test(`an auditor goes back fact by fact on a ${size}`, async () => {
    const id = await household("คำมูล");
    const seen = await visit(browser, address, size, tokens.auditor);
    await seen.page.goto(`${address}/cases/${id}`);
    await seen.page.getByRole("link", { name: "ดูย้อนหลัง" }).click();
    await seen.page.getByRole("link", { name: "ก่อนหน้า" }).click();
    await whole(seen, "the past");
    assert.equal(await seen.page.locator("a[href*='/do/']").count(), 0, "nothing is done in the past");
    await seen.page.getByRole("link", { name: "กลับปัจจุบัน" }).click();
    assert.equal(await seen.page.locator(".past").count(), 0);
    await seen.close();
  });
}

test("a list is worked with the keyboard alone, and Back restores its filters", async () => {
  await household("สีดา");
  const seen = await visit(browser, address, "desk", tokens.supervisor);
  const { page } = seen;
  await page.goto(`${address}/cases?stage=identified`);
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.id), "q");
  await page.keyboard.press("Escape");
  await page.locator("#content").focus();
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/cases\/[0-9a-f-]{36}$/);
  await page.goBack();
  assert.equal(await page.locator("#by-stage").inputValue(), "identified");
  await page.keyboard.press("Tab");
  await seen.close();
});

test("somebody signs in with a second factor, and signs out", async () => {
  const first = readFileSync(`${house}/first-administrator.token`, "utf8").trim();
  const password = `บ้านไม้ ${randomUUID()}`;
  await api("administrator", "/sign-in/first-administrator", { token: first, login: "admin", password });
  const seen = await visit(browser, address, "desk");
  const { page } = seen;
  await page.goto(`${address}/`);
  const enter = async (word) => {
    await page.getByLabel("ชื่อผู้ใช้").fill("admin");
    await page.getByLabel("รหัสผ่าน").fill(word);
    await page.getByRole("button", { name: "เข้าสู่ระบบ" }).click();
  };
  await enter("not the right one");
  await page.getByRole("alert").waitFor();
  await whole(seen, "a sign-in that was refused");
  await enter(password);
  await page.getByRole("button", { name: "เริ่มตั้งค่า" }).click();
  const secret = (await page.locator(".secret code").textContent()).replace(/\s/g, "");
  await whole(seen, "the second factor");
  await page.getByLabel("รหัสยืนยันหกหลัก").fill(digits(secret));
  await page.getByRole("button", { name: "ยืนยันรหัส" }).click();
  await page.getByText("ผู้ดูแลระบบ").first().waitFor();
  await page.getByRole("button", { name: "English" }).click();
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL(/\/sign-in/);
  await page.goto(`${address}/cases`);
  assert.match(page.url(), /\/sign-in/);
  await seen.close();
});
