// The service that the tests stand at, what they ask it for beside its pages, and when a page is whole.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { overflow, violations } from "./browser.mjs";

export const address = process.env.HUEAN_AT;
export const house = process.env.HUEAN_HOUSE;
export const tokens = Object.fromEntries(
  JSON.parse(readFileSync(`${house}/tokens.json`, "utf8")).map((it) => [it.name, it.token]),
);

/// Asks the API.
export async function api(who, path, body, headers = {}) {
  const response = await fetch(`${address}/api/v1${path}`, {
    method: body ? "POST" : "GET",
    headers: { authorization: `Bearer ${tokens[who]}`, "content-type": "application/json", ...headers },
    body: body && JSON.stringify(body),
  });
  const answer = response.status === 204 ? null : await response.json();
  assert.ok(response.ok, `${path}: ${JSON.stringify(answer)}`);
  return answer;
}

/// A household, as far as the villagers' meeting.
export async function household(given) {
  const details = { given_name: given, family_name: "ศรีหาวงศ์", birth: "1942", health: "chronic", education: "primary", work: "farmer" };
  const members = [{ sex: "female", relation: "head", residence: "registered_and_living", details }];
  const found = { tambon: "460901", moo: 6, sources: ["village_leader"], basis: "public_task", members };
  const made = await api("caseworker", "/households", found);
  await api("caseworker", `/households/${made.id}/visit-home`, { seen: "poor" });
  return made.id;
}

/// Nothing is wrong with the page as it stands: no error, no foreign request, nothing too wide, nothing that axe finds.
export async function whole({ page, wrong }, what) {
  assert.deepEqual(wrong, [], what);
  assert.deepEqual(await violations(page), [], what);
  assert.equal(await overflow(page), 0, `${what} is wider than its window`);
}
