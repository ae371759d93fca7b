import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";

import createKnex from "knex";

const AT_ONCE = 4;
const SERVER = ["/usr/sbin/mariadbd", "/usr/bin/mariadb-install-db"];
const NO_SERVER = "there is no mariadbd on this machine; in the rehearsal migrations run on a real server, one at a time";

function hasServer() {
  try {
    execFileSync(SERVER[0], ["--version"]);
    return true;
  } catch {
    return false;
  }
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

const skip = hasServer() ? false : NO_SERVER;
let folder, port, server;

const knexOf = (database) => createKnex({ client: "mysql2", connection: { host: "127.0.0.1", port, user: "app", password: "word", database } });

before(async () => {
  if (skip) return;
  folder = mkdtempSync(join(tmpdir(), "migrate-"));
  port = await freePort();
  const common = ["--no-defaults", `--datadir=${folder}/data`, ...(process.getuid() === 0 ? ["--user=root"] : [])];
  execFileSync(SERVER[1], [...common, "--skip-test-db", "--auth-root-authentication-method=normal"]);
  const start = "create user app identified by 'word'; grant all on *.* to app; create schema app character set utf8mb4;";
  server = spawn(SERVER[0], [...common, `--socket=${folder}/socket`, "--bind-address=127.0.0.1", `--port=${port}`, `--pid-file=${folder}/pid`]);
  for (let tries = 0; ; tries += 1) {
    try {
      execFileSync("/usr/bin/mariadb", ["--no-defaults", `--socket=${folder}/socket`, "--user=root", "--execute", start], { stdio: "pipe" });
      break;
    } catch (error) {
      if (tries > 150) throw error;
      await pause(200);
    }
  }
});

after(async () => {
  if (skip) return;
  server.kill("SIGTERM");
  await once(server, "exit");
  rmSync(folder, { recursive: true });
});

function migrate() {
  const env = { DATABASE_HOST: "127.0.0.1", DATABASE_PORT: String(port), DATABASE_NAME: "app", DATABASE_USER: "app", DATABASE_PASSWORD: "word" };
  const child = spawn(process.execPath, ["src/migrate.js"], { cwd: new URL("..", import.meta.url), env, stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.on("data", (text) => (output += text));
  return once(child, "close").then(([code]) => ({ code, output }));
}

test("migrations that start at once run one after the other", { skip }, async () => {
  const runs = await Promise.all(Array.from({ length: AT_ONCE }, migrate));
  assert.deepEqual(runs.map(({ code }) => code), Array(AT_ONCE).fill(0), runs.map(({ output }) => output).join(""));
  const knex = knexOf("app");
  assert.deepEqual(await knex("connection_migrations").pluck("name"), ["0001_users.js"]);
  await knex.destroy();
});

test("a migration waits for one that is running, whose connection's end lets it go on", { skip }, async () => {
  const [running, watching] = [knexOf("app"), knexOf("app")];
  await running.raw("select get_lock('migrate app', 0)");
  const waiting = migrate();
  for (let seen = 0; seen === 0; await pause(50)) {
    const [found] = await watching.raw("select count(*) as n from information_schema.processlist where state = 'User lock'");
    seen = Number(found[0].n);
  }
  await running.destroy();
  const { code, output } = await waiting;
  assert.equal(code, 0, output);
  await watching.destroy();
});
