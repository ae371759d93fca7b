import assert from "node:assert/strict";
import { createServer } from "node:http";
import { Writable } from "node:stream";
import { beforeEach, test } from "node:test";

import { jwtVerify } from "jose";
import request from "supertest";

import { createApp } from "../src/app.js";
import { DatabaseError } from "../src/errors.js";
import { createLog } from "../src/log.js";
import { AUDIENCE, ISSUER, Tokens } from "../src/tokens.js";

const KEY = "a key of thirty-two characters, at least";
const ANN = { name: "Ann", password: "correct horse" };

/** Accounts in memory, which can be down. */
class Memory {
  known = new Map();
  down = false;
  /** Logins wait for it. */
  gate = undefined;

  check() {
    if (this.down) throw new DatabaseError("ECONNREFUSED");
  }

  async find(name) {
    await this.gate;
    this.check();
    return this.known.get(name.toLowerCase());
  }

  async add(name, passwordHash) {
    this.check();
    if (this.known.has(name.toLowerCase())) return undefined;
    const id = this.known.size + 1;
    this.known.set(name.toLowerCase(), { id, name, passwordHash });
    return id;
  }
}

let users, app, lines, raw, found;

beforeEach(async () => {
  users = new Memory();
  lines = [];
  raw = "";
  found = undefined;
  const log = createLog(new Writable({ write: (line, _, done) => (lines.push(JSON.parse(line)), (raw += line), done()) }));
  app = await createApp({ users, tokens: new Tokens(KEY), problem: async () => found, log });
});

const post = (path, body) => request(app).post(`/auth/${path}`).send(body);

test("who signs up can log in, and gets a token that says who it is for an hour", async () => {
  const made = await post("signup", { ...ANN, name: " Ann " });
  assert.equal(made.status, 201);
  const { status, body } = await post("login", ANN);
  assert.equal(status, 200);
  assert.equal(body.name, "Ann");
  const { payload } = await jwtVerify(body.token, new TextEncoder().encode(KEY), { issuer: ISSUER, audience: AUDIENCE });
  assert.equal(payload.sub, "1");
  assert.equal(payload.exp - payload.iat, 3600);
  assert.equal(Date.parse(body.expires_at), payload.exp * 1000);
});

test("a password is kept as a hash of argon2id", async () => {
  await post("signup", ANN);
  assert.match(users.known.get("ann").passwordHash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
});

test("a wrong name and a wrong password are refused alike", async () => {
  await post("signup", ANN);
  const password = await post("login", { ...ANN, password: "wrong horse" });
  const name = await post("login", { ...ANN, name: "Bob" });
  assert.equal(password.status, 401);
  assert.deepEqual([name.status, name.body], [password.status, password.body]);
});

test("a wrong name costs as much to refuse as a wrong password", async () => {
  await post("signup", ANN);
  const cost = { password: Infinity, name: Infinity };
  for (let n = 0; n < 8; n++) {
    for (const [what, body] of [["password", { ...ANN, password: "wrong horse" }], ["name", { ...ANN, name: "Bob" }]]) {
      // Of the processor, not the clock: other work on this machine does not count.
      const before = process.cpuUsage();
      assert.equal((await post("login", body)).status, 401);
      const { user, system } = process.cpuUsage(before);
      cost[what] = Math.min(cost[what], user + system);
    }
  }
  assert.ok(cost.name > cost.password / 2, `${cost.name} µs is far below ${cost.password} µs`);
});

test("after twenty wrong guesses an address is refused, whatever it says before the balancer's word; others are not", async () => {
  await post("signup", ANN);
  const from = (address, body) => post("login", body).set("X-Forwarded-For", address);
  for (let n = 0; n < 20; n++) assert.equal((await from(`10.0.0.${n}, 198.51.100.7`, { ...ANN, password: "wrong horse" })).status, 401);
  const refused = await from("198.51.100.7", ANN);
  assert.deepEqual([refused.status, refused.body.error.code], [429, "too_many"]);
  assert.ok(Number(refused.headers["retry-after"]) > 0);
  assert.equal((await from("198.51.100.8", ANN)).status, 200);
});

test("who knows the password can log in as often as needed", async () => {
  await post("signup", ANN);
  for (let n = 0; n < 25; n++) assert.equal((await post("login", ANN)).status, 200);
});

/** What many requests at the same moment are answered: none is before all have arrived. */
async function atOnce(count, ask) {
  let arrived = 0;
  let open;
  users.gate = new Promise((resolve) => (open = resolve));
  const server = createServer((incoming, response) => {
    if (++arrived === count) open();
    app(incoming, response);
  }).listen();
  try {
    return await Promise.all(Array.from({ length: count }, () => ask(server)));
  } finally {
    server.close();
  }
}

const login = (password) => (server) => request(server).post("/auth/login").send({ ...ANN, password });
const having = (answers, status) => answers.filter((answer) => answer.status === status).length;

test("many who know the password log in at the same moment from one address", async () => {
  await post("signup", ANN);
  assert.equal(having(await atOnce(30, login(ANN.password)), 200), 30);
});

test("many wrong guesses at the same moment are told twenty times that they are wrong", async () => {
  await post("signup", ANN);
  const answers = await atOnce(30, login("wrong horse"));
  assert.deepEqual([having(answers, 401), having(answers, 429)], [20, 10]);
  assert.ok(answers.every((answer) => answer.status === 401 || Number(answer.headers["retry-after"]) > 0));
});

test("a right guess among too many wrong ones at the same moment is refused", async () => {
  await post("signup", ANN);
  const find = users.find.bind(users);
  let arrived, open;
  const arrival = new Promise((resolve) => (arrived = resolve));
  const gate = new Promise((resolve) => (open = resolve));
  users.find = async (name) => {
    users.find = find;
    arrived();
    await gate;
    return find(name);
  };
  // supertest asks once somebody waits.
  const right = post("login", ANN).then((answer) => answer);
  await arrival;
  for (let n = 0; n < 20; n++) assert.equal((await post("login", { ...ANN, password: "wrong horse" })).status, 401);
  open();
  assert.equal((await right).status, 429);
});

test("whether a name is taken is not told any more after twenty taken names", async () => {
  await post("signup", ANN);
  for (let n = 0; n < 20; n++) assert.equal((await post("signup", ANN)).status, 409);
  assert.equal((await post("signup", { ...ANN, name: "Bob" })).status, 429);
  assert.equal(users.known.size, 1);
});

test("a taken name is refused, whatever its case", async () => {
  await post("signup", ANN);
  assert.equal((await post("signup", { ...ANN, name: "ANN" })).status, 409);
});

for (const [what, body] of Object.entries({
  "no name": { password: "correct horse" },
  "an empty name": { ...ANN, name: " " },
  "a long name": { ...ANN, name: "a".repeat(41) },
  "a name with a control character": { ...ANN, name: "a\u0000b" },
  "half a character": { ...ANN, name: "\ud800" },
  "a short password": { ...ANN, password: "1234567" },
  "a long password": { ...ANN, password: "a".repeat(201) },
  "a number": { ...ANN, password: 12345678 },
  "another key": { ...ANN, admin: true },
  "a list": [],
})) {
  test(`${what} is refused with a reason`, async () => {
    const answer = await post("signup", body);
    assert.equal(answer.status, 400);
    assert.ok(answer.body.error.message);
    assert.equal(users.known.size, 0);
  });
}

test("a body that is no JSON is refused as JSON", async () => {
  const answer = await request(app).post("/auth/login").set("Content-Type", "application/json").send('{"name":');
  assert.equal(answer.status, 400);
  assert.ok(answer.body.error.message);
});

test("a huge body is refused", async () => {
  assert.equal((await post("login", { ...ANN, password: "a".repeat(20_000) })).status, 413);
});

test("an unknown path is answered as JSON", async () => {
  const answer = await request(app).get("/auth/nothing");
  assert.equal(answer.status, 404);
  assert.equal(answer.body.error.code, "not_found");
});

test("while the database is down, it says so", async () => {
  users.down = true;
  const answer = await post("login", ANN);
  assert.deepEqual([answer.status, answer.body.error.code], [503, "unavailable"]);
  assert.deepEqual([lines[0].msg, lines[0].error], ["the database does not answer", "ECONNREFUSED"]);
  assert.equal(lines[0].request_id, lines[1].request_id);
});

test("it is alive when it is not ready", async () => {
  assert.equal((await request(app).get("/readyz")).status, 200);
  found = "stopping";
  assert.equal((await request(app).get("/readyz")).status, 503);
  assert.equal((await request(app).get("/livez")).status, 200);
});

test("requests are logged without bodies and tokens, health checks not at all", async () => {
  await request(app).get("/readyz");
  const { body } = await post("signup", ANN);
  await post("login", ANN).set({ "X-Amzn-Trace-Id": "Root=1", Authorization: "Bearer in-a-header" });
  const logged = lines.map(({ msg, method, path, status, service }) => ({ msg, method, path, status, service }));
  const line = { msg: "request", method: "POST", service: "todo-connection-server" };
  assert.deepEqual(logged, [
    { ...line, path: "/auth/signup", status: 201 },
    { ...line, path: "/auth/login", status: 200 },
  ]);
  assert.equal(lines[1].request_id, "Root=1");
  assert.ok(!raw.includes(ANN.password) && !raw.includes(body.token) && !raw.includes("in-a-header"));
  assert.equal(raw.match(/"status":/g).length, 2, "a line says a thing once");
});
