import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { beforeEach, test } from "node:test";

import { SignJWT, UnsecuredJWT } from "jose";
import request from "supertest";

import { createApp } from "../src/app.js";
import { DatabaseError } from "../src/errors.js";
import { createLog } from "../src/log.js";
import { AUDIENCE, ISSUER } from "../src/tokens.js";

const KEY = "a key of thirty-two characters, at least";

/** Tasks in memory, which can be down. */
class Memory {
  known = [];
  down = false;

  of(owner) {
    if (this.down) throw new DatabaseError("ECONNREFUSED");
    return this.known.filter((task) => task.owner === owner);
  }

  shown(task) {
    return task && { id: task.id, name: task.name, status: task.status };
  }

  async list(owner, { limit, before = Infinity }) {
    return this.of(owner).filter((task) => task.id < before).reverse().slice(0, limit).map(this.shown);
  }

  async add(owner, name) {
    this.of(owner);
    this.known.push({ id: this.known.length + 1, owner, name, status: "open" });
    return this.shown(this.known.at(-1));
  }

  async change(owner, id, values) {
    const task = this.of(owner).find((task) => task.id === id);
    return this.shown(task && Object.assign(task, values));
  }

  async remove(owner, id) {
    const task = this.of(owner).find((task) => task.id === id);
    this.known = this.known.filter((one) => one !== task);
    return task !== undefined;
  }
}

function token({ sub = "1", key = KEY, issuer = ISSUER, audience = AUDIENCE, expires = "1h", alg = "HS256" } = {}) {
  const jwt = new SignJWT({}).setProtectedHeader({ alg }).setIssuer(issuer).setAudience(audience).setExpirationTime(expires);
  return (sub === null ? jwt : jwt.setSubject(sub)).sign(new TextEncoder().encode(key));
}

let tasks, app, lines, found, ann, bob;

beforeEach(async () => {
  tasks = new Memory();
  lines = [];
  found = undefined;
  const log = createLog(new Writable({ write: (line, _, done) => (lines.push(JSON.parse(line)), done()) }));
  app = createApp({ tasks, key: KEY, problem: async () => found, log });
  ann = await token();
  bob = await token({ sub: "2" });
});

const ask = (method, path, jwt = ann) => request(app)[method](`/tasks${path}`).set("Authorization", `Bearer ${jwt}`);

test("a task is added, listed, changed and deleted", async () => {
  const made = await ask("post", "").send({ name: " milk " });
  assert.equal(made.status, 201);
  assert.deepEqual(made.body, { id: 1, name: "milk", status: "open" });
  assert.deepEqual((await ask("patch", "/1").send({ status: "done" })).body, { id: 1, name: "milk", status: "done" });
  assert.deepEqual((await ask("patch", "/1").send({ name: "bread" })).body, { id: 1, name: "bread", status: "done" });
  assert.deepEqual((await ask("get", "")).body, { tasks: [{ id: 1, name: "bread", status: "done" }], next: null });
  assert.equal((await ask("delete", "/1")).status, 204);
  assert.deepEqual((await ask("get", "")).body.tasks, []);
});

test("another user's task is not there", async () => {
  await ask("post", "").send({ name: "secret" });
  assert.deepEqual((await ask("get", "", bob)).body.tasks, []);
  assert.equal((await ask("patch", "/1", bob).send({ name: "mine now" })).status, 404);
  assert.equal((await ask("delete", "/1", bob)).status, 404);
  assert.equal((await ask("get", "")).body.tasks[0].name, "secret");
});

for (const [what, jwt] of Object.entries({
  "a stranger's token": () => token({ key: "another key of thirty-two characters!" }),
  "a token of another issuer": () => token({ issuer: "somebody" }),
  "a token for another audience": () => token({ audience: "bank" }),
  "a token of another algorithm": () => token({ alg: "HS512" }),
  "a token without a signature": async () => new UnsecuredJWT({}).setSubject("1").setIssuer(ISSUER).setAudience(AUDIENCE).setExpirationTime("1h").encode(),
  "a token of nobody": () => token({ sub: null }),
  "no token": async () => "",
  "something else": async () => "abc.def.ghi",
})) {
  test(`${what} is refused`, async () => {
    const answer = await ask("get", "", await jwt());
    assert.equal(answer.status, 401);
    assert.equal(answer.headers["www-authenticate"], "Bearer");
    assert.ok(answer.body.error.message);
  });
}

test("an expired token is refused, and the reason is told", async () => {
  const answer = await ask("get", "", await token({ expires: "-1s" }));
  assert.deepEqual([answer.status, answer.body.error.code], [401, "expired"]);
});

test("credentials of another kind are refused", async () => {
  assert.equal((await request(app).get("/tasks").auth("ann", "password")).status, 401);
  assert.equal((await request(app).get("/tasks")).status, 401);
});

for (const [what, body] of Object.entries({
  "no name": {},
  "an empty name": { name: " " },
  "a long name": { name: "a".repeat(201) },
  "half a character": { name: "\ud800" },
  "a number": { name: 7 },
  "another key": { name: "milk", owner: "2" },
  "a list": [],
})) {
  test(`${what} is no task`, async () => {
    assert.equal((await ask("post", "").send(body)).status, 400);
    assert.deepEqual(tasks.known, []);
  });
}

for (const body of [{}, { status: "lost" }, { name: "" }, { id: 7 }]) {
  test(`${JSON.stringify(body)} changes nothing`, async () => {
    await ask("post", "").send({ name: "milk" });
    assert.equal((await ask("patch", "/1").send(body)).status, 400);
    assert.equal(tasks.known[0].name, "milk");
  });
}

for (const id of ["999", "0", "-1", "x", "9".repeat(40)]) {
  test(`there is no task ${id}`, async () => {
    assert.equal((await ask("delete", `/${id}`)).status, 404);
  });
}

for (const id of ["0x10", "16.0", "1.6e1", "016", "+16", "%2016"]) {
  test(`${id} is not task 16`, async () => {
    for (let n = 0; n < 16; n++) await ask("post", "").send({ name: "milk" });
    for (const answer of [await ask("delete", `/${id}`), await ask("patch", `/${id}`).send({ name: "bread" })]) {
      assert.deepEqual([answer.status, answer.body.error.code], [404, "not_found"]);
    }
    assert.equal(tasks.known.length, 16);
  });
}

test("a body that is no JSON is refused as JSON", async () => {
  const answer = await ask("post", "").set("Content-Type", "application/json").send('{"name":');
  assert.equal(answer.status, 400);
  assert.ok(answer.body.error.message);
});

for (const path of ["/1/notes", "/%ff", ""]) {
  test(`PUT /tasks${path} is answered as JSON`, async () => {
    const answer = await ask("put", path);
    assert.ok([400, 404].includes(answer.status));
    assert.ok(answer.body.error.message);
  });
}

test("pages are newest first and hold every task once", async () => {
  for (const name of "abcde") await ask("post", "").send({ name });
  const seen = [];
  for (let query = "?limit=2"; query; ) {
    const { body } = await ask("get", `/${query}`);
    seen.push(...body.tasks.map((task) => task.name));
    query = body.next && `?limit=2&before=${body.next}`;
  }
  assert.equal(seen.join(""), "edcba");
});

for (const query of ["limit=0", "limit=101", "limit=1e1", "before=x", "before=0x10", "before=2&before=1", "page=1"]) {
  test(`the page ${query} is refused`, async () => {
    assert.equal((await ask("get", `?${query}`)).status, 400);
  });
}

test("while the database is down, it says so", async () => {
  tasks.down = true;
  const answer = await ask("get", "");
  assert.deepEqual([answer.status, answer.body.error.code], [503, "unavailable"]);
});

test("it is alive when it is not ready", async () => {
  assert.equal((await request(app).get("/readyz")).status, 200);
  found = "stopping";
  assert.equal((await request(app).get("/readyz")).status, 503);
  assert.equal((await request(app).get("/livez")).status, 200);
});

test("requests are logged without bodies and tokens, health checks not at all", async () => {
  await request(app).get("/readyz");
  await ask("post", "").send({ name: "between us" });
  assert.deepEqual(lines.map(({ method, path, status }) => ({ method, path, status })), [{ method: "POST", path: "/tasks", status: 201 }]);
  assert.ok(!JSON.stringify(lines).includes("between us") && !JSON.stringify(lines).includes(ann));
});
