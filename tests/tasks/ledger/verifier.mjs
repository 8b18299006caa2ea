// Checks a record of an inspection from docs/audit.md alone, with nothing of the product.
// node verifier.mjs audit.jsonl [anchors.jsonl]: prints each fault; ends with 0 where there is none, else with 1.
import { createHash, createHmac, createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";

const faults = [];
const sha256 = (data) => createHash("sha256").update(data).digest("hex");
const text = (value) => JSON.stringify(value);
const lines = (path) => readFileSync(path, "utf8").split("\n").filter((line) => line !== "");
const parsed = (line, what) => {
  try {
    const value = JSON.parse(line);
    if (value !== null && typeof value === "object" && !Array.isArray(value)) return value;
  } catch {}
  faults.push(`${what} is no JSON object`);
  return {};
};

const file = lines(process.argv[2]);
const end = file.length > 0 ? parsed(file.at(-1), "the last line") : {};
if (end.format !== "jtai-audit-2") faults.push("the file does not end as an export does");
const entries = file.slice(0, -1).map((line, place) => {
  const entry = parsed(line, `line ${place + 1}`);
  const facts = line.match(/"facts":(.*),"hash":"/s);
  entry.raw = facts ? facts[1] : "";
  if (typeof entry.facts !== "object" || entry.facts === null) entry.facts = {};
  return entry;
});

// 1. Links, and 2. times.
let previous = "";
let at = "";
entries.forEach((entry, place) => {
  const number = place + 1;
  const before = [entry.inspection, entry.number, entry.at, entry.actor, entry.action, entry.subject].map(text);
  const sealed = `[${text(entry.previous)},[${before.join(",")},${entry.raw}]]`;
  if (entry.number !== number) faults.push(`entry ${number} is missing`);
  if (entry.previous !== previous) faults.push(`entry ${number} does not follow`);
  if (entry.hash !== sha256(sealed)) faults.push(`entry ${number} was changed`);
  if (entry.inspection !== end.inspection) faults.push(`entry ${number} is of another inspection`);
  if (String(entry.at) < at) faults.push(`entry ${number} is dated back`);
  previous = entry.hash;
  at = String(entry.at);
});
const head = end.head ?? {};
if (head.number !== entries.length || head.hash !== previous) faults.push("the record was cut");

// 3. Anchors held elsewhere. A key of the file counts where an anchor that is held names it.
const held = process.argv[3] ? lines(process.argv[3]).map((line) => parsed(line, "an anchor")) : [];
const keys = new Map((end.keys ?? []).map((key) => [sha256(Buffer.from(key, "hex")).slice(0, 16), key]));
const signedBy = (anchor, key) => {
  const names = ["at", "format", "hash", "inspection", "key", "number"];
  const body = `{${names.map((name) => `${text(name)}:${text(anchor[name])}`).join(",")}}`;
  const x = Buffer.from(key, "hex").toString("base64url");
  try {
    const public_ = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
    return verify(null, Buffer.from(body), public_, Buffer.from(anchor.signature, "hex"));
  } catch {
    return false;
  }
};
for (const anchor of held) {
  const entry = entries[anchor.number - 1];
  const next = entries[anchor.number];
  if (anchor.inspection !== end.inspection) faults.push("an anchor is of another inspection");
  if (!keys.has(anchor.key) || !signedBy(anchor, keys.get(anchor.key))) faults.push("an anchor is not signed");
  if (!entry) faults.push(`the record was cut before entry ${anchor.number}, which was anchored`);
  else if (entry.hash !== anchor.hash) faults.push(`entry ${anchor.number} is not the one that was anchored`);
  else if (entry.at > anchor.at || (next && next.at < anchor.at)) faults.push("an entry is dated back");
}

// 4. The story.
const decided = ["sample.approve", "sample.eliminate", "sample.replace", "sample.redraw"];
const announced = entries.filter((entry) => entry.action === "inspection.announced");
if (announced.some((entry) => entry.number !== 1)) faults.push("the announcement is not the first entry");
const first = announced[0]?.facts ?? {};
const digests = first.seeds_sha256 ?? (first.seed_sha256 ? [first.seed_sha256] : []);
if (announced.length > 0 && digests.length === 0) faults.push("no digest of a seed was announced");
if (announced.length === 0 && entries.some((entry) => /^(stage\.|request\.|sample\.draw)/.test(entry.action)))
  faults.push("the announcement is missing");
const was = new Map();
const seen = new Set();
const drawn = new Map();
for (const entry of entries) {
  const { facts, action, number } = entry;
  if (action === "stage.moved" || action === "request.moved") {
    const what = `${action} ${entry.subject}`;
    if (was.has(what) && was.get(what) !== facts.from) faults.push(`entry ${number}: a move is missing`);
    was.set(what, facts.to);
  }
  if (action === "sample.drawn") {
    drawn.set(facts.draw, entry);
    if (!Number.isInteger(facts.draw) || typeof facts.seed !== "string") faults.push(`entry ${number} has no seed`);
    else if (facts.draw <= digests.length && sha256(facts.seed) !== digests[facts.draw - 1])
      faults.push(`entry ${number} reveals a seed that was not announced`);
    if (!seen.has("request.moved") || !seen.has("cohort.frozen")) faults.push(`entry ${number} draws too early`);
  }
  if (action === "seeds.revealed") {
    const key = String(facts.seed_key ?? "");
    const seed = (draw) => createHmac("sha256", key).update(`seed/${entry.inspection}/${draw}`).digest("hex");
    if (sha256(key) !== first.seed_key_sha256) faults.push(`entry ${number} reveals a key that was not announced`);
    else if (digests.some((digest, place) => sha256(seed(place + 1)) !== digest))
      faults.push(`entry ${number}: a seed does not follow from the key`);
  }
  if (decided.includes(action) && !drawn.has(facts.draw)) faults.push(`entry ${number} decides on no draw`);
  seen.add(action);
}

// 5. The rows.
const named = (person) => (String(person).includes(": ") ? String(person) : `inspectorate: ${person}`);
const draws = end.rows?.draws ?? [];
if (draws.length !== drawn.size) faults.push("draws are missing, or there are too many");
for (const row of draws) {
  const entry = drawn.get(row.version);
  const approval = entries.find((each) => each.action === "sample.approve" && each.facts.draw === row.version);
  if (!entry || entry.facts.seed !== row.seed || entry.facts.manifest_sha256 !== row.manifest_sha256)
    faults.push(`the row of draw ${row.version} is not what the record says`);
  if (approval ? approval.actor !== named(row.approved_by) : row.approved_by !== null)
    faults.push(`the approver of draw ${row.version} is another`);
}
const choices = entries.filter((entry) => decided.includes(entry.action));
const decisions = end.rows?.decisions ?? [];
if (choices.length !== decisions.length) faults.push("decisions are missing, or there are too many");
decisions.slice(0, choices.length).forEach((row, place) => {
  const { facts, action, actor } = choices[place];
  const same = ["label", "reason", "second_approver", "new_label"].every((name) => (facts[name] || "") === (row[name] || ""));
  const when = !("decided_at" in facts) || facts.decided_at === row.decided_at;
  if (!same || !when || action !== `sample.${row.kind}` || facts.draw !== row.draw_version || actor !== named(row.by))
    faults.push(`decision ${row.number} is not what the record says`);
});

faults.forEach((fault) => console.log(fault));
process.exitCode = faults.length > 0 ? 1 : 0;
