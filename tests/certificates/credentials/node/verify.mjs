// Verifies each credential of a list, with contexts from disk alone, and prints what was found.
//
//   node verify.mjs CONTEXTS < {"did": …, "credentials": [{"name": …, "credential": …}, …]}

import { readFileSync } from "node:fs";
import { DataIntegrityProof } from "@digitalbazaar/data-integrity";
import { cryptosuite } from "@digitalbazaar/eddsa-rdfc-2022-cryptosuite";
import * as vc from "@digitalbazaar/vc";

const [contexts] = process.argv.slice(2);
const { did, credentials } = JSON.parse(readFileSync(0, "utf8"));
const read = (name) => JSON.parse(readFileSync(`${contexts}/${name}`, "utf8"));
const known = new Map([
  ["https://www.w3.org/ns/credentials/v2", read("credentials-v2.json")],
  ["https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json", read("open-badges-3.0.3.json")],
  [did.id, did],
]);
for (const method of did.verificationMethod) {
  known.set(method.id, { "@context": "https://w3id.org/security/multikey/v1", ...method });
}
const documentLoader = async (url) => {
  if (!known.has(url)) throw new Error(`not on disk: ${url}`);
  return { contextUrl: null, documentUrl: url, document: known.get(url) };
};

const found = {};
for (const { name, credential } of credentials) {
  const suite = new DataIntegrityProof({ cryptosuite });
  const controller = did;
  const result = await vc
    .verifyCredential({ credential, suite, documentLoader, controller, now: new Date("2026-12-01") })
    .catch((error) => ({ verified: false, error }));
  const errors = [result.error, ...(result.error?.errors ?? [])].filter(Boolean).map(String);
  found[name] = { verified: result.verified, errors };
}
console.log(JSON.stringify(found));
