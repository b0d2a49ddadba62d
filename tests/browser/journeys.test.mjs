// What each role does in a day, from the first page to the result; and pages that hear of what is new.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { open, visit } from "./browser.mjs";
import { House, whole } from "./house.mjs";

const house = new House();
let browser;
let agencies;

/// A household that the first agency was asked to help.
const referred = (given) => house.referred(given, agencies[0]);

before(async () => {
  browser = await open();
  await house.begin();
  agencies = [await house.agency("ช่างสหัสขันธ์"), await house.agency("ช่างนามน")];
  for (const given of ["บัวลอย", "คำมูล", "สีดา"]) await referred(given);
});
after(async () => {
  await browser.close();
  await house.end();
  house.forget();
});

for (const size of ["phone", "desk"]) {
  test(`the newer pages are whole on a ${size}`, async () => {
    const { id } = await referred("ทองใบ");
    const paths = {
      operations: ["/operations", "/operations?queue=to_deliver", "/operations?as_of=2020-01-01", "/referrals?queue=waiting&mark=all", "/reports", "/models", "/agencies", "/agencies/do/register"],
      supervisor: ["/reports/funnel", "/reports/times?by=district", "/reports/backlog_history", "/reports/funnel/cases?figure=found", "/reports/funnel?from.y=9", "/imports", `/cases/${id}/print`],
      auditor: [`/cases/${id}?at=2`, `/cases/${id}?at=2&with=4&only=different`, `/cases/${id}?as_of=2020-01-01`, "/cases?as_of.d=1&as_of.m=1&as_of.y=2570"],
      administrator: ["/staff", "/staff?q=x", "/staff?state=left", "/policies", "/policies/sla/publish", "/policies/crosswalk/publish", "/policies/do/withdraw", "/models/do/open", "/staff/do/join"],
      researcher: ["/reports/register"],
    };
    for (const [role, list] of Object.entries(paths)) {
      const seen = await visit(browser, house.address, size, house.tokens[role]);
      for (const path of list) {
        await seen.page.goto(house.address + path);
        await whole(seen, `${role} ${path}`);
      }
      await seen.close();
    }
  });
}

test("operations sends the worst queue elsewhere, and each row says what became of it", async () => {
  const seen = await visit(browser, house.address, "desk", house.tokens.operations);
  const { page } = seen;
  await page.goto(`${house.address}/`);
  assert.match(page.url(), /\/operations$/);
  const worst = page.locator(".worst a").first();
  const count = Number(await page.locator(".worst b").first().textContent());
  await worst.click();
  assert.equal(await page.locator("[name=row]:checked").count(), count);
  await page.getByRole("button", { name: "ส่งหน่วยงานอื่น…" }).click();
  await whole(seen, "the form for many");
  await page.locator("[name=agency]").selectOption(agencies[1]);
  await page.locator("[name=service]").selectOption({ index: 1 });
  await page.locator("[name=basis][value=public_task]").check();
  await page.getByRole("button", { name: `ส่งหน่วยงานอื่น ${count} เรื่อง` }).click();
  await whole(seen, "the form for many, without a reason");
  assert.equal(await page.locator("[name=agency]").inputValue(), agencies[1], "what was chosen stands there again");
  const reason = page.locator("[name=reason]").first();
  if ((await reason.evaluate((it) => it.tagName)) === "SELECT") await reason.selectOption({ index: 1 });
  else await reason.check();
  await page.getByRole("button", { name: `ส่งหน่วยงานอื่น ${count} เรื่อง` }).click();
  await page.getByRole("status").waitFor();
  await whole(seen, "the result");
  assert.match(await page.getByRole("status").textContent(), new RegExp(`ทำแล้ว ${count} เรื่อง ยังทำไม่ได้ 0 เรื่อง`));
  await page.getByRole("link", { name: "ดูงานที่ยังค้าง" }).click();
  assert.match(await page.locator(".worst a").first().textContent(), /ช่างนามน/);
  await seen.close();
});

test("an agency is answered for: the queue leads to the case, it is accepted, and help is delivered", async () => {
  const { id, referral } = await referred("อำพร");
  // Who answers for an agency without an account is its supervisor or the operations center.
  const seen = await visit(browser, house.address, "phone", house.tokens.supervisor);
  const { page } = seen;
  await page.goto(`${house.address}/referrals?queue=to_answer&agency=${agencies[0]}`);
  await page.locator(`.row[href='/cases/${id}']`).click();
  await page.goto(`${page.url()}/do/accept-referral?referral=${referral}`);
  await whole(seen, "to accept");
  await page.locator(".save .main").click();
  await page.getByRole("status").waitFor();
  await page.goto(`${house.address}/cases/${id}/do/deliver-assistance?referral=${referral}`);
  await page.locator("[name=kind]").fill("house_repair");
  await page.locator("[name=capital][value=physical]").check();
  await page.locator("[name=dimension][value=living]").check();
  await page.locator("[name='worth/form'][value=baht]").check();
  await page.locator("[name='worth/amount']").fill("๑๒,๕๐๐");
  await whole(seen, "to deliver");
  await page.locator(".save .main").click();
  await page.getByRole("status").waitFor();
  assert.equal((await house.api("supervisor", `/households/${id}`)).stage, "assisted");
  await seen.close();
});

test("a supervisor approves that a household has left poverty", async () => {
  const person = { given_name: "ทองสุข", family_name: "ใจงาม", birth: "1975", health: "normal", education: "primary", work: "farmer" };
  const members = [{ sex: "female", relation: "head", residence: "registered_and_living", details: person }];
  const found = { tambon: "460901", moo: 6, sources: ["village_leader"], basis: "public_task", happened_on: "2025-12-01", members };
  const { id } = await house.api("caseworker", "/households", found);
  const give = (command, body, who = "caseworker") => house.api(who, `/households/${id}/${command}`, body);
  const policies = (await house.api("supervisor", "/policies")).items;
  const scoring = policies.find((it) => it.body.kind === "scoring").body.items;
  const answers = Object.fromEntries(scoring.map((it) => [it.indicator, [it.rule === "single" ? "good" : "none"]]));
  const money = { incomes: [{ concept: "wages", period: "month", net: "net", amount: "9000.00" }] };
  const assess = (happened_on) => give("assess", { happened_on, instrument: "pppconnext-37@1", answers, income_evidence: "seen", money });
  await give("visit-home", { seen: "poor", happened_on: "2025-12-05" });
  await give("hold-panel", { attended: 24, finding: "poor", happened_on: "2025-12-12" });
  await give("verify", { happened_on: "2025-12-12" });
  await assess("2025-12-20");
  const [need, referral] = [randomUUID(), randomUUID()];
  await give("record-need", { need, capital: "physical", priority: 1, words: { text: "หลังคารั่ว" }, happened_on: "2025-12-20" });
  await give("make-referral", { referral, need, agency: agencies[0], service: "house_repair", basis: "public_task", disclosed: ["names"], happened_on: "2025-12-22" });
  await give("accept-referral", { referral }, "supervisor");
  const worth = { form: "baht", amount: "12500.00" };
  await give("deliver-assistance", { referral, kind: "house_repair", capital: "physical", dimension: "living", worth }, "supervisor");
  await give("complete-referral", { referral, outcome: "met" }, "supervisor");
  const help = (await house.api("caseworker", `/households/${id}`)).help[0].assistance;
  await give("confirm-assistance", { assistance: help, how: "signed", received: "yes" });
  await assess("2026-07-01");
  const worker = await visit(browser, house.address, "phone", house.tokens.caseworker);
  await worker.page.goto(`${house.address}/cases/${id}/do/propose-graduation`);
  await worker.page.locator(".save .main").click();
  await worker.page.getByRole("status").waitFor();
  // Whoever proposed does not approve.
  await worker.page.goto(`${house.address}/cases/${id}/do/graduate`);
  assert.equal(await worker.page.locator(".save .main").count(), 0);
  await worker.close();
  const seen = await visit(browser, house.address, "desk", house.tokens.supervisor);
  await seen.page.goto(`${house.address}/cases/${id}`);
  await seen.page.locator("a[href$='/do/graduate']").first().click();
  await whole(seen, "to approve");
  await seen.page.locator(".save .main").click();
  await seen.page.getByRole("status").waitFor();
  await whole(seen, "a household that left poverty");
  assert.match(await seen.page.locator(".track .current b, .track .reached b").last().textContent(), /หลุดพ้น/);
  await seen.close();
});

test("two people on one household: the second sees what changed beside what she typed", async () => {
  const { id } = await referred("เคน");
  const first = await visit(browser, house.address, "desk", house.tokens.caseworker);
  const second = await visit(browser, house.address, "desk", house.tokens.supervisor);
  const path = `${house.address}/cases/${id}/do/write-note`;
  for (const { page } of [first, second]) await page.goto(path);
  await first.page.locator("textarea").fill("ไปพบแล้วเมื่อเช้า");
  await first.page.locator(".save .main").click();
  await first.page.getByRole("status").waitFor();
  await second.page.locator("textarea").fill("นัดช่างวันศุกร์");
  await second.page.locator(".save .main").click();
  assert.match(await second.page.locator("main").textContent(), /มีผู้อื่นบันทึกไปแล้ว/);
  assert.equal(await second.page.locator("textarea").inputValue(), "นัดช่างวันศุกร์");
  assert.ok((await second.page.locator(".panel li").count()) > 0, "what changed is named");
  await whole(second, "a form that came second");
  await second.page.locator(".save .main").click();
  await second.page.getByRole("status").waitFor();
  await first.close();
  await second.close();
});

test("a page of numbers hears of what is new, keeps quiet when asked, and survives that the service ends", async () => {
  const seen = await visit(browser, house.address, "desk", house.tokens.operations);
  const { page } = seen;
  await page.goto(`${house.address}/operations`);
  const all = page.locator(".stats b").first();
  const before = Number(await all.textContent());
  await referred("ลำดวน");
  await page.waitForFunction((count) => Number(document.querySelector(".stats b").textContent) === count, before + 1, { timeout: 30_000 });
  await whole(seen, "a page that changed by itself");
  await house.end();
  await house.begin();
  await referred("สมพร");
  await page.waitForFunction((count) => Number(document.querySelector(".stats b").textContent) === count, before + 2, { timeout: 60_000 });
  // What the browser says while nobody answers is not the page's fault.
  assert.deepEqual(seen.wrong.filter((it) => !/Failed to load resource|ERR_/.test(it)), []);
  const pause = page.locator("[data-pause]");
  await pause.click();
  assert.equal(await pause.getAttribute("aria-pressed"), "true");
  await referred("วิชัย");
  await page.waitForTimeout(4_000);
  assert.equal(Number(await all.textContent()), before + 2);
  await pause.click();
  await page.waitForFunction((count) => Number(document.querySelector(".stats b").textContent) === count, before + 3, { timeout: 30_000 });
  await seen.close();
});

test("a number of a report leads to its cases, and an auditor sees two moments beside each other", async () => {
  const { id } = await referred("บุญธรรม");
  const seen = await visit(browser, house.address, "desk", house.tokens.auditor);
  const { page } = seen;
  await page.goto(`${house.address}/reports/funnel`);
  const number = page.locator("table .leads").first();
  const count = await number.textContent();
  await number.click();
  assert.match(await page.locator("h1").textContent(), new RegExp(`${count} เคส`));
  await whole(seen, "the cases behind a number");
  await page.goto(`${house.address}/cases/${id}?at=1`);
  assert.ok((await page.locator(".beside .differs").count()) > 3);
  const rows = await page.locator(".beside tbody tr").count();
  await page.getByRole("link", { name: "แสดงเฉพาะที่ต่าง" }).click();
  assert.ok((await page.locator(".beside tbody tr").count()) < rows);
  await whole(seen, "two moments");
  await page.goto(`${house.address}/cases/${id}?kind=HomeVisited#told`);
  assert.equal(await page.locator(".told > li").count(), 1);
  await seen.close();
});

test("an administrator takes on an agency with a form, and what is wrong with it is said beside its field", async () => {
  const seen = await visit(browser, house.address, "desk", house.tokens.administrator);
  const { page } = seen;
  await page.goto(`${house.address}/agencies`);
  await page.getByRole("link", { name: "ขึ้นทะเบียนหน่วยงาน" }).click();
  await page.locator("[name=name_th]").fill("โรงพยาบาลตัวอย่าง");
  await page.locator(".save button").click();
  await whole(seen, "an agency without half of it");
  assert.equal(await page.locator("[name=name_th]").inputValue(), "โรงพยาบาลตัวอย่าง");
  await page.locator("[name=name_en]").fill("Example Hospital");
  await page.locator("[name=kind][value=state]").check();
  await page.locator("[name=areas][value='4609']").check();
  await page.locator(".save button").click();
  await page.getByRole("status").waitFor();
  await page.getByRole("heading", { name: "โรงพยาบาลตัวอย่าง" }).waitFor();
  await whole(seen, "the agencies");
  await seen.close();
});

test("a file is judged before anything is recorded, and what can go in is recorded", async () => {
  const seen = await visit(browser, house.address, "desk", house.tokens.caseworker);
  const { page } = seen;
  const head = "household_ref,tambon_code,sources,member_no,given_name,family_name,relation,residence_status\n";
  const good = "K-1,460901,village_leader,1,ตัวอย่าง,สมมุติ,head,registered_and_living\n";
  const bad = "K-2,999999,village_leader,1,ตัวอย่าง,สมมุติ,head,registered_and_living\n";
  await page.goto(`${house.address}/imports`);
  await page.locator("#file").setInputFiles({ name: "a.csv", mimeType: "text/csv", buffer: Buffer.from(head + good + bad) });
  await page.getByRole("button", { name: "ส่งไฟล์เพื่อตรวจ" }).click();
  await page.getByRole("button", { name: "บันทึกแถวที่ผ่าน" }).waitFor();
  await whole(seen, "a file that was judged");
  assert.match(await page.locator(".lines").first().textContent(), /แถว 3/);
  await page.getByRole("button", { name: "บันทึกแถวที่ผ่าน" }).click();
  await page.getByText("บันทึกแล้ว").first().waitFor();
  await page.goto(`${house.address}/cases?q=%E0%B8%95%E0%B8%B1%E0%B8%A7%E0%B8%AD%E0%B8%A2%E0%B9%88%E0%B8%B2%E0%B8%87`);
  assert.ok((await page.locator("[data-row]").count()) >= 1);
  await seen.close();
});
