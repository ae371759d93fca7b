import { fireEvent, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { Task } from "./api";
import { App } from "./App";

const TOKEN = "token-of-ann";
let stored: Task[];
let down: boolean;
let expired: boolean;

function answer(status: number, body: unknown = null): Response {
  return new Response(body === null ? null : JSON.stringify(body), { status });
}

/** Both services: Ann has an account, the list pages by two, and either can be down. */
async function server(path: string | URL | Request, init: RequestInit = {}): Promise<Response> {
  if (down) throw new TypeError("Failed to fetch");
  const url = new URL(String(path), "http://todo");
  const body = init.body ? JSON.parse(String(init.body)) : {};
  if (url.pathname === "/auth/login" && body.password !== "correct horse") {
    return answer(401, { error: { message: "name or password is wrong" } });
  }
  if (url.pathname.startsWith("/auth/")) return answer(200, { token: TOKEN, name: body.name, expires_at: "2030-01-01T00:00:00Z" });
  if (expired || new Headers(init.headers).get("Authorization") !== `Bearer ${TOKEN}`) {
    return answer(401, { error: { message: "log in again: the hour is over" } });
  }
  const task = stored.find((one) => url.pathname === `/tasks/${one.id}`);
  if (init.method === "POST") {
    stored = [{ id: (stored[0]?.id ?? 0) + 1, status: "open", ...body }, ...stored];
    return answer(201, stored[0]);
  }
  if (init.method === "PATCH") return answer(200, Object.assign(task!, body));
  if (init.method === "DELETE") {
    stored = stored.filter((one) => one !== task);
    return answer(204);
  }
  const rest = stored.filter((one) => one.id < Number(url.searchParams.get("before") ?? Infinity));
  return answer(200, { tasks: rest.slice(0, 2), next: rest.length > 2 ? rest[1]!.id : null });
}

beforeEach(() => {
  stored = [];
  down = expired = false;
  sessionStorage.clear();
  vi.stubGlobal("fetch", vi.fn(server));
});

afterEach(() => vi.unstubAllGlobals());

const click = (name: string) => userEvent.click(screen.getByRole("button", { name }));

async function logIn(password = "correct horse", name = "Ann") {
  await userEvent.type(screen.getByRole("textbox", { name: "Name" }), name);
  await userEvent.type(screen.getByLabelText("Password"), password);
  await click("Log in");
}

test("who logs in sees the tasks that are there", async () => {
  stored = [{ id: 1, name: "milk", status: "doing" }];
  render(<App />);
  await logIn();
  expect(await screen.findByRole("article", { name: "milk" })).toBeVisible();
  expect(screen.getByRole("combobox", { name: "Status of milk" })).toHaveValue("doing");
});

test("a wrong password is told, and the name is kept", async () => {
  render(<App />);
  await logIn("wrong horse");
  expect(await screen.findByRole("alert")).toHaveTextContent("name or password is wrong");
  expect(screen.getByRole("textbox", { name: "Name" })).toHaveValue("Ann");
});

test("who is new signs up", async () => {
  render(<App />);
  await click("I am new here");
  await userEvent.type(screen.getByRole("textbox", { name: "Name" }), "Bob");
  expect(screen.getByRole("button", { name: "Sign up" })).toBeDisabled();
  await userEvent.type(screen.getByLabelText("Password"), "long enough");
  await click("Sign up");
  expect(await screen.findByText("Nothing to do. Enjoy it.")).toBeVisible();
  expect(screen.getByText(/Bob's tasks/)).toBeVisible();
});

test("a task is added, moved on, renamed and deleted", async () => {
  render(<App />);
  await logIn();
  await userEvent.type(await screen.findByRole("textbox", { name: "New task" }), "milk");
  await click("Add");
  await userEvent.selectOptions(await screen.findByRole("combobox", { name: "Status of milk" }), "Done");
  await click("Rename milk");
  const field = screen.getByRole("textbox", { name: "Name of the task" });
  await userEvent.clear(field);
  await userEvent.type(field, "bread");
  await click("Save");
  await screen.findByRole("article", { name: "bread" });
  expect(screen.getByRole("status")).toHaveTextContent("1 task, 1 done");
  expect(stored).toEqual([{ id: 1, name: "bread", status: "done" }]);
  await click("Delete bread");
  expect(await screen.findByText("Nothing to do. Enjoy it.")).toBeVisible();
});

test("an expired token brings back the login, and what was typed is still there afterwards", async () => {
  render(<App />);
  await logIn();
  await userEvent.type(await screen.findByRole("textbox", { name: "New task" }), "do not lose me");
  expired = true;
  await click("Add");
  expect(await screen.findByRole("alert")).toHaveTextContent("the hour is over");
  expired = false;
  await logIn();
  expect(await screen.findByRole("textbox", { name: "New task" })).toHaveValue("do not lose me");
});

test("a new name that is being typed survives an expired token", async () => {
  stored = [{ id: 1, name: "milk", status: "open" }];
  render(<App />);
  await logIn();
  await userEvent.click(await screen.findByRole("button", { name: "Rename milk" }));
  await userEvent.type(screen.getByRole("textbox", { name: "Name of the task" }), " and bread");
  expired = true;
  await click("Save");
  expect(await screen.findByRole("alert")).toHaveTextContent("the hour is over");
  expired = false;
  await logIn();
  expect(await screen.findByRole("textbox", { name: "Name of the task" })).toHaveValue("milk and bread");
  await click("Save");
  expect(await screen.findByRole("article", { name: "milk and bread" })).toBeVisible();
});

test("what one person typed is not shown to the next", async () => {
  render(<App />);
  await logIn();
  await userEvent.type(await screen.findByRole("textbox", { name: "New task" }), "ann's secret");
  await click("Log out");
  await logIn("correct horse", "Bob");
  expect(await screen.findByRole("textbox", { name: "New task" })).toHaveValue("");
  await userEvent.type(screen.getByRole("textbox", { name: "New task" }), "bob's secret");
  expired = true;
  await click("Add");
  await screen.findByRole("alert");
  expired = false;
  await logIn();
  expect(await screen.findByRole("textbox", { name: "New task" })).toHaveValue("");
});

test("what was typed is kept while the services are down", async () => {
  render(<App />);
  await logIn();
  await userEvent.type(await screen.findByRole("textbox", { name: "New task" }), "milk");
  down = true;
  await click("Add");
  expect(await screen.findByRole("alert")).toHaveTextContent("cannot be reached");
  down = false;
  await click("Add");
  expect(await screen.findByRole("article", { name: "milk" })).toBeVisible();
});

test("a session lasts as long as its tab, or until one logs out", async () => {
  const { unmount } = render(<App />);
  await logIn();
  await screen.findByRole("button", { name: "Log out" });
  unmount();
  render(<App />);
  await click("Log out");
  expect(screen.getByRole("form", { name: "Log in" })).toBeVisible();
  expect(sessionStorage).toHaveLength(0);
});

test("older tasks come once, however often one asks", async () => {
  stored = [3, 2, 1].map((id) => ({ id, name: `task ${id}`, status: "open" }));
  render(<App />);
  await logIn();
  const more = await screen.findByRole("button", { name: "Load more" });
  fireEvent.click(more);
  fireEvent.click(more);
  await screen.findByRole("article", { name: "task 1" });
  expect(screen.getAllByRole("article")).toHaveLength(3);
});

/** Until they are let go, questions for the list wait on their way to the server, or the answers on the way back. */
function hold(way: "there" | "back"): () => void {
  const passed = fetch;
  let go = () => {};
  const gate = new Promise<void>((resolve) => (go = resolve));
  vi.stubGlobal("fetch", async (path: string, init?: RequestInit) => {
    const held = init?.method === undefined;
    if (held && way === "there") await gate;
    const answer = await passed(path, init);
    if (held && way === "back") await gate;
    return answer;
  });
  return go;
}

const names = () => screen.queryAllByRole("article").map((one) => one.getAttribute("aria-label"));

async function add(name: string) {
  await userEvent.type(await screen.findByRole("textbox", { name: "New task" }), name);
  await click("Add");
}

test.each(["there", "back"] as const)("a task that is added while the others load is shown once, with them: %s", async (way) => {
  stored = [{ id: 1, name: "old", status: "open" }];
  render(<App />);
  const go = hold(way);
  await logIn();
  await add("new");
  await screen.findByRole("article", { name: "new" });
  go();
  await screen.findByRole("article", { name: "old" });
  expect(names()).toEqual(["new", "old"]);
});

test("who adds to a list that could not be loaded sees the other tasks too", async () => {
  stored = [{ id: 1, name: "old", status: "open" }];
  render(<App />);
  const passed = fetch;
  vi.stubGlobal("fetch", async (path: string, init?: RequestInit) => (init?.method ? passed(path, init) : answer(503)));
  await logIn();
  await screen.findByRole("alert");
  vi.stubGlobal("fetch", passed);
  await add("new");
  await screen.findByRole("article", { name: "old" });
  expect(names()).toEqual(["new", "old"]);
});

/** Has the list asked for again; the answer is read and on its way until it is let go. */
async function askAgain() {
  down = true;
  await click("Delete task 1");
  await screen.findByRole("alert");
  down = false;
  const passed = fetch;
  const go = hold("back");
  await click("Try again");
  vi.stubGlobal("fetch", passed);
  return go;
}

test.each([
  ["added", () => add("task 2"), "2 tasks, 0 done"],
  ["done", () => userEvent.selectOptions(screen.getByRole("combobox", { name: "Status of task 1" }), "Done"), "1 task, 1 done"],
  ["deleted", () => click("Delete task 1"), "Nothing to do. Enjoy it."],
])("a list that was asked for before a task was %s is asked for again", async (_, change, seen) => {
  stored = [{ id: 1, name: "task 1", status: "open" }];
  render(<App />);
  await logIn();
  await screen.findByRole("article");
  const go = await askAgain();
  await change();
  await screen.findByText(seen);
  const now = stored.map(({ name }) => name);
  stored = [{ id: 9, name: "theirs", status: "open" }, ...stored];
  go();
  await screen.findByRole("article", { name: "theirs" });
  expect(names()).toEqual(["theirs", ...now].slice(0, 2));
});

test("what was deleted elsewhere is gone when the list is loaded again, and an older answer does not bring it back", async () => {
  stored = [2, 1].map((id) => ({ id, name: `task ${id}`, status: "open" }));
  render(<App />);
  await logIn();
  await screen.findByRole("article", { name: "task 1" });
  const go = await askAgain();
  stored = stored.slice(0, 1);
  await click("Try again");
  await screen.findByText("1 task, 0 done");
  go();
  await add("task 3");
  expect(await screen.findByText("2 tasks, 0 done")).toBeVisible();
  expect(names()).toEqual(["task 3", "task 2"]);
});

test("older tasks come on demand, as text", async () => {
  stored = [3, 2, 1].map((id) => ({ id, name: `<b>${id}</b>`, status: "open" as const }));
  render(<App />);
  await logIn();
  await screen.findByText("<b>3</b>");
  await click("Load more");
  expect(within(await screen.findByRole("region", { name: "Tasks" })).getAllByRole("article")).toHaveLength(3);
});
