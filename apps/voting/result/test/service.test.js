import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { test } from "node:test";

import { configOf } from "../src/config.js";

const ENVIRONMENT = {
  POSTGRES_HOST: "127.0.0.1",
  POSTGRES_PORT: "1",
  POSTGRES_NAME: "voting",
  POSTGRES_USER: "voting",
  POSTGRES_PASSWORD: "very-secret",
};

async function freePort() {
  const server = createServer().listen(0);
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

test("all that is wrong with the environment is named at once", () => {
  assert.throws(
    () => configOf({ PORT: "x", POSTGRES_HOST: "h" }),
    ({ message }) =>
      ["PORT must be a port number", "POSTGRES_PORT", "POSTGRES_NAME is missing", "POSTGRES_USER", "POSTGRES_PASSWORD"].every((part) => message.includes(part)) &&
      !message.includes("POSTGRES_HOST"),
  );
});

test("a process without its configuration ends with a line that says what is missing", async () => {
  const child = spawn(process.execPath, ["src/server.js"], { cwd: new URL("..", import.meta.url), env: {} });
  let errors = "";
  child.stderr.on("data", (text) => (errors += text));
  const [code] = await once(child, "close");
  assert.equal(code, 1);
  assert.match(errors, /^configuration: .*POSTGRES_PASSWORD is missing/);
});

test("a process that is told to stop ends well and in JSON", async () => {
  const port = await freePort();
  const child = spawn(process.execPath, ["src/server.js"], { cwd: new URL("..", import.meta.url), env: { ...ENVIRONMENT, PORT: String(port) } });
  let output = "";
  child.stdout.on("data", (text) => (output += text));
  await once(child.stdout, "data");
  assert.equal((await fetch(`http://127.0.0.1:${port}/livez`)).status, 200);
  // PostgreSQL does not answer.
  assert.equal((await fetch(`http://127.0.0.1:${port}/readyz`)).status, 503);
  child.kill("SIGTERM");
  const [code] = await once(child, "close");
  assert.equal(code, 0);
  const lines = output.trim().split("\n").map((line) => JSON.parse(line));
  assert.ok(lines.every((line) => line.service === "voting-result" && line.time && line.level));
  assert.ok(!output.includes("very-secret"));
});
