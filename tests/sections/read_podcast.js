"use strict";
// Reads feeds as a JSON list of texts on stdin and writes what podcast-partytime makes of them, as JSON.
const { createRequire } = require("module");
const from = createRequire(process.argv[2] + "/");
const { parseFeed } = from("podcast-partytime");
const chunks = [];
process.stdin.on("data", (chunk) => chunks.push(chunk));
process.stdin.on("end", () => {
  const texts = JSON.parse(Buffer.concat(chunks).toString("utf8"));
  const read = texts.map((text) => parseFeed(text, { allowMissingGuid: false }));
  process.stdout.write(JSON.stringify(read));
});
