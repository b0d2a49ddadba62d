// The pages for those who have no mouse, no script, or an old line: by the keyboard alone, without the script, and light.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { crc32, deflateSync, gzipSync } from "node:zlib";
import { address, household, tokens, whole } from "./at.mjs";
import { open, sizes, visit } from "./browser.mjs";

let browser;

before(async () => {
  browser = await open();
});
after(() => browser.close());

/// Goes on by Tab until something is focused; what is focused on the way can be seen.
async function tabTo(page, selector) {
  for (let at = 0; at < 150; at += 1) {
    await page.keyboard.press("Tab");
    const found = await page.evaluate((wanted) => {
      const it = document.activeElement;
      const ring = getComputedStyle(it).outlineStyle !== "none" || it === document.body;
      return { here: it.matches(wanted), ring, what: it.outerHTML.slice(0, 120) };
    }, selector);
    assert.ok(found.ring, `the focus can't be seen on ${found.what}`);
    if (found.here) return;
  }
  assert.fail(`Tab does not lead to ${selector}`);
}

test("a caseworker records a visit by the keyboard alone", async () => {
  await household("บัวลอย");
  const seen = await visit(browser, address, "desk", tokens.caseworker);
  const { page } = seen;
  await page.goto(`${address}/cases?stage=identified`);
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/cases\/[0-9a-f-]{36}$/);
  await tabTo(page, "a[href$='/do/visit-home']");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/do\/visit-home/);
  await page.keyboard.press("Tab");
  assert.ok(await page.evaluate(() => document.activeElement.matches(".skip")), "the first is the way past the places");
  await page.keyboard.press("Enter");
  await tabTo(page, "[name=seen]");
  await page.keyboard.press("Space");
  await tabTo(page, "textarea");
  await page.keyboard.type("ไปถึงตอนเช้า");
  await tabTo(page, ".save .main");
  await page.keyboard.press("Enter");
  await page.locator(".banner.done").waitFor();
  assert.match(await page.locator("main").textContent(), /ไปถึงตอนเช้า/);
  await whole(seen, "a visit by the keyboard");
  await seen.close();
});

test("without the script a file goes in, is corrected, and a visit is recorded", async () => {
  const id = await household("คำมูล");
  const context = await browser.newContext({
    viewport: sizes.phone,
    javaScriptEnabled: false,
    extraHTTPHeaders: { authorization: `Bearer ${tokens.caseworker}` },
  });
  const page = await context.newPage();
  const head = "household_ref,tambon_code,sources,member_no,given_name,family_name,relation,residence_status\r\n";
  const row = (number, tambon) => `P-${number},${tambon},village_leader,1,ตัวอย่าง,สมมุติ,head,registered_and_living\r\n`;
  const file = (text) => ({ name: "บ้าน.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  await page.goto(`${address}/imports`);
  await page.locator("#file").setInputFiles(file("ไม่ใช่ไฟล์ที่ถูก"));
  await page.getByRole("button", { name: "ส่งไฟล์เพื่อตรวจ" }).click();
  await page.locator("#file-why").waitFor();
  await page.locator("#source").fill("ทะเบียน ข");
  await page.locator("#file").setInputFiles(file(head + row(1, "460901") + row(2, "999999")));
  await page.getByRole("button", { name: "ส่งไฟล์เพื่อตรวจ" }).click();
  const commit = page.getByRole("button", { name: "บันทึกแถวที่ผ่าน" });
  for (let at = 0; at < 100 && (await commit.count()) === 0; at += 1) await page.reload();
  assert.match(await page.locator(".lines").first().textContent(), /แถว 3/);
  assert.equal(await page.locator("#source").inputValue(), "ทะเบียน ข");
  const rejected = await context.request.get(`${address}${await page.locator("a[download]").last().getAttribute("href")}`);
  const mended = (await rejected.text()).replace("999999", "460901");
  await page.locator("#file").setInputFiles(file(mended));
  await page.getByRole("button", { name: "ส่งไฟล์เพื่อตรวจ" }).click();
  for (let at = 0; at < 100 && (await commit.count()) === 0; at += 1) await page.reload();
  assert.equal(await page.locator(".lines").count(), 0, "every row is good");
  await page.goto(`${address}/cases/${id}/do/visit-home`);
  await page.locator("[name=seen][value=poor]").check();
  await page.locator(".save .main").click();
  await page.locator(".banner.done").waitFor();
  await context.close();
});

/// A picture of four by four grey pixels, in which a camera wrote where it was taken.
function picture() {
  const chunk = (kind, data) => {
    const checked = Buffer.concat([Buffer.from(kind), data]);
    const number = (value) => { const bytes = Buffer.alloc(4); bytes.writeUInt32BE(value >>> 0); return bytes; };
    return Buffer.concat([number(data.length), checked, number(crc32(checked))]);
  };
  const head = Buffer.from([0, 0, 0, 4, 0, 0, 0, 4, 8, 0, 0, 0, 0]);
  const rows = deflateSync(Buffer.from(Array.from({ length: 20 }, (_, at) => (at % 5 ? 40 * (at % 5) : 0))));
  const begin = Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 0x1a, 10]);
  const told = chunk("tEXt", Buffer.from("GPS\0CANARY 16.43,103.50"));
  return Buffer.concat([begin, chunk("IHDR", head), told, chunk("IDAT", rows), chunk("IEND", Buffer.alloc(0))]);
}

for (const [size, script] of [["phone", false], ["desk", true]]) {
  test(`a picture of a paper goes in ${script ? "with" : "without"} the script and comes back without its place`, async () => {
    const id = await household("สีดา");
    const context = await browser.newContext({
      viewport: sizes[size],
      javaScriptEnabled: script,
      acceptDownloads: true,
      extraHTTPHeaders: { authorization: `Bearer ${tokens.caseworker}` },
    });
    const page = await context.newPage();
    await page.goto(`${address}/cases/${id}`);
    await page.goto(`${address}${await page.locator("a[href$='/do/attach-document']").first().getAttribute("href")}`);
    await page.locator("[name=title]").fill("ภาพถ่ายหน้าบ้าน");
    const kind = page.locator("select[name=kind]");
    if (await kind.count()) await kind.selectOption("photo");
    else await page.locator("[name=kind][value=photo]").check();
    await page.locator("#file").setInputFiles({ name: "a.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7") });
    await page.locator(".save .main").click();
    await page.locator("#file-why").waitFor();
    assert.equal(await page.locator("[name=title]").inputValue(), "ภาพถ่ายหน้าบ้าน", "what was typed is kept");
    const sent = picture();
    await page.locator("#file").setInputFiles({ name: "a.png", mimeType: "image/png", buffer: sent });
    await page.locator(".save .main").click();
    await page.locator(".banner.done").waitFor();
    const link = page.locator("#papers + ul a");
    const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
    assert.match(download.suggestedFilename(), /^document-[0-9a-f-]{36}\.png$/);
    const chunks = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk);
    const came = Buffer.concat(chunks);
    assert.ok(sent.includes("CANARY") && !came.includes("CANARY"), "its place is gone");
    if (script) {
      // A page of its own: those of the service show no picture that is not theirs.
      const blank = await context.newPage();
      const width = await blank.evaluate(async (base64) => {
        const shown = new Image();
        shown.src = `data:image/png;base64,${base64}`;
        await shown.decode();
        return shown.naturalWidth;
      }, came.toString("base64"));
      assert.equal(width, 4, "and it is still a picture");
    }
    await context.close();
  });
}

test("no page loads more than its bounds of script, nor a list more than its bounds of text", async () => {
  const get = (path, who) => fetch(address + path, { headers: { authorization: `Bearer ${tokens[who]}`, "accept-encoding": "identity" } });
  const weight = async (path, who) => gzipSync(Buffer.from(await (await get(path, who)).arrayBuffer())).length;
  for (let at = 0; at < 55; at += 1) await household(`ครัวเรือน${at}`);
  const lists = { caseworker: ["/cases", "/today", "/referrals", "/imports"], administrator: ["/staff", "/agencies", "/policies"] };
  for (const [who, paths] of Object.entries(lists)) {
    for (const path of paths) {
      const bytes = await weight(path, who);
      assert.ok(bytes < 20_000, `${path} has ${bytes} bytes`);
      const page = await (await get(path, who)).text();
      const scripts = [...page.matchAll(/<script src="([^"]+)"/g)].map((it) => it[1]);
      assert.ok(scripts.length > 0);
      let all = 0;
      for (const script of scripts) all += await weight(script, who);
      assert.ok(all < 60_000, `${path} loads ${all} bytes of script`);
    }
  }
  assert.ok((await (await get("/cases", "caseworker")).text()).split("data-row").length > 50, "a whole page was weighed");
});
