// A service of a test's own, what is in it, and when a page of it is whole at its end.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { overflow, violations } from "./browser.mjs";

/// A service of its own, that can be ended and begun again at the same address.
export class House {
  constructor() {
    this.folder = mkdtempSync(`${tmpdir()}/huean-`);
    this.port = 0;
  }

  async begin() {
    const args = ["serve", "--data", `${this.folder}/house`, "--listen", `127.0.0.1:${this.port}`];
    this.process = spawn(process.env.HUEAN_BIN, args, { stdio: ["ignore", "pipe", "ignore"] });
    this.address = await new Promise((resolve, reject) => {
      let said = "";
      this.process.stdout.on("data", (more) => {
        said += more;
        const found = /Huean serves at (http:\/\/[^/]*)\//.exec(said);
        if (found) resolve(found[1]);
      });
      this.process.on("exit", (code) => reject(new Error(`the service ended: ${code}`)));
    });
    this.port = Number(new URL(this.address).port);
    this.tokens = Object.fromEntries(
      JSON.parse(readFileSync(`${this.folder}/house/tokens.json`, "utf8")).map((it) => [it.name, it.token]),
    );
  }

  async end() {
    const ended = new Promise((resolve) => this.process.removeAllListeners("exit").on("exit", resolve));
    this.process.kill("SIGTERM");
    await ended;
  }

  forget() {
    rmSync(this.folder, { recursive: true, force: true });
  }

  async api(who, path, body) {
    const response = await fetch(`${this.address}/api/v1${path}`, {
      method: body ? "POST" : "GET",
      headers: { authorization: `Bearer ${this.tokens[who] ?? who}`, "content-type": "application/json" },
      body: body && JSON.stringify(body),
    });
    const answer = response.status === 204 ? null : await response.json();
    assert.ok(response.ok, `${path}: ${JSON.stringify(answer)}`);
    return answer;
  }

  /// An agency that mends houses.
  async agency(name) {
    const id = randomUUID();
    await this.api("administrator", "/agencies", { id, name_th: name, name_en: name, kind: "lao", areas: ["46"] });
    const service = { service: "house_repair", name_th: "ซ่อมบ้าน", name_en: "House repair", capital: "physical", dimension: "living" };
    await this.api("administrator", `/agencies/${id}/offer-service`, service);
    return id;
  }

  /// A household that an agency was asked to help.
  async referred(given, agency) {
    const details = { given_name: given, family_name: "ศรีหาวงศ์", birth: "1942", health: "chronic", education: "primary", work: "farmer" };
    const members = [{ sex: "female", relation: "head", residence: "registered_and_living", details }];
    const found = { tambon: "460901", moo: 6, sources: ["village_leader"], basis: "public_task", members };
    const { id } = await this.api("caseworker", "/households", found);
    const give = (command, body) => this.api("caseworker", `/households/${id}/${command}`, body);
    await give("visit-home", { seen: "poor" });
    await give("hold-panel", { attended: 9, finding: "poor" });
    await give("verify", {});
    const need = randomUUID();
    const referral = randomUUID();
    const instrument = (await this.api("caseworker", "/instruments/pppconnext-37@1")).indicators;
    const answers = Object.fromEntries(instrument.map((it) => [it.code, [it.options[0].code]]));
    const money = { incomes: [{ concept: "farm", period: "month", net: "net", amount: "1500.00" }] };
    await give("assess", { instrument: "pppconnext-37@1", answers, income_evidence: "seen", money });
    await give("record-need", { need, capital: "physical", priority: 1, words: { text: "หลังคารั่ว" } });
    await give("make-referral", { referral, need, agency, service: "house_repair", basis: "public_task", disclosed: ["names"] });
    return { id, referral };
  }
}

/// Nothing is wrong with the page at its end: on a phone the bar that saves lies over what is above the end.
export async function whole({ page, wrong }, what) {
  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
  assert.deepEqual(wrong, [], what);
  assert.deepEqual(await violations(page), [], what);
  assert.equal(await overflow(page), 0, `${what} is wider than its window`);
}
