import assert from "node:assert/strict";
import { once } from "node:events";
import { Writable } from "node:stream";
import { afterEach, beforeEach, test } from "node:test";

import { io } from "socket.io-client";
import request from "supertest";

import { createLog } from "../src/log.js";
import { createService } from "../src/service.js";

/** Votes in memory, which can be down. */
class Memory {
  votes = { a: 0, b: 0 };
  listening = false;
  reads = 0;
  down = false;

  async counts() {
    this.reads += 1;
    if (this.down) throw Object.assign(new Error("down"), { code: "ECONNREFUSED" });
    return { ...this.votes };
  }

  async listen(changed) {
    this.listening = true;
    this.changed = changed;
    changed();
  }

  cast(choice) {
    this.votes[choice] += 1;
    this.changed();
  }

  async end() {
    this.listening = false;
  }
}

let store, service, url, sockets, lines;

beforeEach(async () => {
  store = new Memory();
  sockets = [];
  lines = [];
  service = createService(store, createLog(new Writable({ write: (line, _, done) => (lines.push(String(line)), done()) })));
  await service.start(0);
  url = `http://127.0.0.1:${service.server.address().port}`;
});

afterEach(async () => {
  sockets.forEach((socket) => socket.close());
  await service.stop();
});

/** A page, and what it was told last. */
async function page(transport = "websocket") {
  const socket = io(url, { transports: [transport], forceNew: true });
  sockets.push(socket);
  const [first] = await once(socket, "votes");
  return { socket, first };
}

for (const transport of ["websocket", "polling"]) {
  test(`a page sees a change without asking, by ${transport}`, async () => {
    const { socket, first } = await page(transport);
    assert.deepEqual(first, { a: 0, b: 0 });
    const told = once(socket, "votes");
    store.cast("a");
    assert.deepEqual((await told)[0], { a: 1, b: 0 });
  });
}

test("every page sees it, and one that comes later gets the present counts", async () => {
  const pages = [await page(), await page("polling")];
  const told = pages.map(({ socket }) => once(socket, "votes"));
  store.cast("b");
  assert.deepEqual((await Promise.all(told)).map(([votes]) => votes), [{ a: 0, b: 1 }, { a: 0, b: 1 }]);
  assert.deepEqual((await page()).first, { a: 0, b: 1 });
});

test("a thousand votes at once are not a thousand reads, and the last one is told", async () => {
  const { socket } = await page();
  store.reads = 0;
  const settled = new Promise((resolve) => socket.on("votes", (votes) => votes.a === 1000 && resolve()));
  for (let number = 0; number < 1000; number += 1) store.cast("a");
  await settled;
  assert.ok(store.reads < 10, `${store.reads} reads`);
});

test("counts that could not be read are told as soon as they can be", async () => {
  const { socket } = await page();
  store.down = true;
  store.cast("a");
  await new Promise(setImmediate);
  const told = once(socket, "votes");
  store.down = false;
  assert.deepEqual((await told)[0], { a: 1, b: 0 });
});

test("programs can read the counts", async () => {
  store.cast("a");
  const answer = await request(url).get("/api/result");
  assert.deepEqual(answer.body, { votes: { a: 1, b: 0 }, total: 1 });
  store.down = true;
  assert.equal((await request(url).get("/api/result")).status, 503);
});

test("a request's lines have its id, and each field once", async () => {
  store.down = true;
  await request(url).get("/readyz");
  await request(url).get("/api/result?page=1").set("X-Amzn-Trace-Id", "r-1");
  const [problem, asked] = lines.map((line) => JSON.parse(line));
  assert.deepEqual([problem.error, problem.request_id], ["ECONNREFUSED", "r-1"]);
  assert.deepEqual([asked.method, asked.path, asked.status, asked.request_id], ["GET", "/api/result", 503, "r-1"]);
  for (const line of lines) {
    const names = [...line.matchAll(/"(\w+)":/g)].map(([, name]) => name);
    assert.equal(new Set(names).size, names.length, line);
  }
});

test("it is ready while it hears changes and can read, and alive anyway", async () => {
  assert.equal((await request(url).get("/readyz")).status, 200);
  store.down = true;
  assert.equal((await request(url).get("/readyz")).status, 503);
  store.down = false;
  store.listening = false;
  assert.equal((await request(url).get("/readyz")).status, 503);
  assert.equal((await request(url).get("/livez")).status, 200);
});

test("when it stops, pages are sent away at once", async () => {
  const { socket } = await page();
  const gone = once(socket, "disconnect");
  await service.stop();
  await gone;
  assert.equal(service.server.listening, false);
});

test("the page takes everything from here", async () => {
  const page = await request(url).get("/");
  const sources = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]);
  assert.ok(sources.length >= 5);
  for (const source of sources) assert.equal((await request(url).get(source)).status, 200, source);
  assert.match(page.headers["content-security-policy"], /default-src 'none'/);
  assert.equal((await request(url).get("/nothing")).status, 404);
});
