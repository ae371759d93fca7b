import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { Note } from "./api";
import { App } from "./App";

let stored: Note[];
let down: boolean;

function note(id: number, title: string, text = "", version = 1): Note {
  return { id, version, title, text, changed_at: new Date().toISOString() };
}

function answer(status: number, body: unknown = null): Response {
  return new Response(body === null ? null : JSON.stringify(body), { status });
}

/** A server that keeps notes, minds their versions, and can be down. */
async function server(path: string | URL | Request, init?: RequestInit): Promise<Response> {
  if (down) throw new TypeError("Failed to fetch");
  const url = new URL(String(path), "http://notes");
  const id = Number(url.pathname.split("/").pop());
  const known = stored.find((one) => one.id === id);
  if (!known && id) return answer(404, { error: { message: `there is no note ${id}` } });
  const seen = new Headers(init?.headers).get("If-Match");
  if (known && init?.method && seen !== `"${known.version}"`) {
    return answer(412, { error: { message: "somebody else has changed this note meanwhile" }, current: known });
  }
  if (init?.method === "POST") {
    stored = [{ ...note((stored[0]?.id ?? 0) + 1, ""), ...JSON.parse(String(init.body)) }, ...stored];
    return answer(201, stored[0]);
  }
  if (init?.method === "PUT") {
    stored = [{ ...known!, ...JSON.parse(String(init.body)), version: known!.version + 1 }, ...stored.filter((one) => one !== known)];
    return answer(200, stored[0]);
  }
  if (init?.method === "DELETE") {
    stored = stored.filter((one) => one !== known);
    return answer(204);
  }
  const search = url.searchParams.get("search") ?? "";
  const rest = stored.filter((one) => `${one.title} ${one.text}`.includes(search));
  const start = Number(url.searchParams.get("before") ?? 0);
  return answer(200, { notes: structuredClone(rest.slice(start, start + 2)), next: rest.length > start + 2 ? String(start + 2) : null });
}

beforeEach(() => {
  stored = [];
  down = false;
  vi.stubGlobal("fetch", vi.fn(server));
});

afterEach(() => vi.unstubAllGlobals());

const click = (name: string | RegExp) => userEvent.click(screen.getByRole("button", { name }));
const titles = () => screen.queryAllByRole("article").map((one) => within(one).getByRole("heading").textContent);

async function rewrite(text: string) {
  const field = screen.getByRole("textbox", { name: "Text" });
  await userEvent.clear(field);
  await userEvent.type(field, text);
}

test("a note is created, edited and deleted", async () => {
  render(<App />);
  await screen.findByText("No notes yet.");
  await click("New note");
  expect(screen.getByRole("button", { name: "Save" })).toBeDisabled();
  await userEvent.type(screen.getByRole("textbox", { name: "Title" }), "Shopping");
  await click("Save");
  await click("Edit Shopping");
  await rewrite("milk");
  await click("Save");
  expect(await screen.findByRole("article")).toHaveTextContent("milk");
  await click("Delete Shopping");
  expect(await screen.findByText("No notes yet.")).toBeVisible();
  expect(stored).toEqual([]);
});

async function conflict() {
  stored = [note(1, "Plan", "first")];
  render(<App />);
  await screen.findByText("first");
  await click("Edit Plan");
  await rewrite("mine");
  Object.assign(stored[0]!, { text: "theirs", version: 2 });
  await click("Save");
  expect(await screen.findByRole("region", { name: "Theirs" })).toHaveTextContent("theirs");
  expect(screen.getByRole("textbox", { name: "Text" })).toHaveValue("mine");
  expect(stored[0]!.text).toBe("theirs");
}

test("of two versions, mine can be kept", async () => {
  await conflict();
  await click("Keep mine");
  expect(await screen.findByText("mine")).toBeVisible();
  expect(stored[0]).toMatchObject({ text: "mine", version: 3 });
});

test("of two versions, theirs can be taken", async () => {
  await conflict();
  await click("Take theirs");
  expect(await screen.findByText("theirs")).toBeVisible();
  expect(stored[0]).toMatchObject({ text: "theirs", version: 2 });
});

test("of two versions, a third can be made, in sight of both", async () => {
  await conflict();
  await click("Edit on");
  expect(screen.getByRole("region", { name: "Theirs" })).toHaveTextContent("theirs");
  await rewrite("both");
  await click("Save");
  expect(await screen.findByText("both")).toBeVisible();
  expect(stored[0]).toMatchObject({ text: "both", version: 3 });
});

test("both versions stay in sight if mine cannot be kept just now", async () => {
  await conflict();
  down = true;
  await click("Keep mine");
  expect(await screen.findByRole("alert")).toHaveTextContent("cannot be reached");
  expect(screen.getByRole("region", { name: "Theirs" })).toHaveTextContent("theirs");
  down = false;
  await click("Keep mine");
  await waitFor(() => expect(stored[0]).toMatchObject({ text: "mine", version: 3 }));
});

test("what was typed into a note that somebody else deleted becomes a new one", async () => {
  stored = [note(2, "Plan", "first"), note(1, "Other")];
  render(<App />);
  await screen.findByText("first");
  await click("Edit Plan");
  await rewrite("mine");
  stored = stored.slice(1);
  await click("Save");
  expect(await screen.findByRole("alert")).toHaveTextContent("Somebody else has deleted this note");
  await click("Save as new");
  expect(await screen.findByText("mine")).toBeVisible();
  expect(titles()).toEqual(["Plan", "Other"]);
});

test("a search does not take away what is being typed", async () => {
  stored = [note(2, "Milk"), note(1, "Bread")];
  render(<App />);
  await screen.findByText("Milk");
  await click("Edit Milk");
  await rewrite("half a sentence");
  await userEvent.type(screen.getByRole("searchbox", { name: "Search" }), "nothing");
  await waitFor(() => expect(titles()).toEqual([]));
  expect(screen.getByRole("textbox", { name: "Text" })).toHaveValue("half a sentence");
});

test("a page with something typed asks before it is left", async () => {
  const leave = () => !window.dispatchEvent(new Event("beforeunload", { cancelable: true }));
  render(<App />);
  await click("New note");
  expect(leave()).toBe(false);
  await userEvent.type(screen.getByRole("textbox", { name: "Title" }), "half");
  expect(leave()).toBe(true);
  await click("Cancel");
  expect(leave()).toBe(false);
});

test("the note that was changed last is the first", async () => {
  stored = [note(2, "Milk"), note(1, "Bread")];
  render(<App />);
  await screen.findByText("Milk");
  await click("Edit Bread");
  await click("Save");
  await waitFor(() => expect(titles()).toEqual(["Bread", "Milk"]));
});

test("a note that is gone already is deleted", async () => {
  stored = [note(1, "Plan")];
  render(<App />);
  await screen.findByText("Plan");
  stored = [];
  await click("Delete Plan");
  expect(await screen.findByText("No notes yet.")).toBeVisible();
  expect(screen.queryByRole("alert")).toBeNull();
});

test("a note that was changed meanwhile is not deleted, but shown", async () => {
  stored = [note(1, "Plan", "first")];
  render(<App />);
  await screen.findByText("first");
  Object.assign(stored[0]!, { text: "second", version: 2 });
  await click("Delete Plan");
  expect(await screen.findByRole("alert")).toHaveTextContent("Somebody else has changed this note");
  expect(screen.getByRole("article")).toHaveTextContent("second");
  expect(stored).toHaveLength(1);
});

test("what was typed is kept while the backend is down, and goes through afterwards", async () => {
  render(<App />);
  await screen.findByText("No notes yet.");
  await click("New note");
  await userEvent.type(screen.getByRole("textbox", { name: "Title" }), "do not lose me");
  down = true;
  await click("Save");
  expect(await screen.findByRole("alert")).toHaveTextContent("cannot be reached");
  down = false;
  await click("Save");
  expect(await screen.findByRole("article")).toHaveTextContent("do not lose me");
});

test("a search shows what holds the words", async () => {
  stored = [note(2, "Milk"), note(1, "Bread")];
  render(<App />);
  await screen.findByText("Milk");
  await userEvent.type(screen.getByRole("searchbox", { name: "Search" }), "Bread");
  await waitFor(() => expect(titles()).toEqual(["Bread"]));
  await userEvent.type(screen.getByRole("searchbox", { name: "Search" }), "!");
  expect(await screen.findByText("No note holds these words.")).toBeVisible();
});

/** Until they are let go, lists that were read are on their way. */
function hold(): () => void {
  let go = () => {};
  const gate = new Promise<void>((resolve) => (go = resolve));
  vi.stubGlobal(
    "fetch",
    vi.fn(async (path: string, init?: RequestInit) => {
      const answer = await server(path, init);
      if (init?.method === undefined) await gate;
      return answer;
    }),
  );
  return go;
}

async function create(title: string) {
  await click("New note");
  await userEvent.type(screen.getByRole("textbox", { name: "Title" }), title);
  await click("Save");
}

/** A list that is asked for again, with what was there, and on its way until it is let go. */
async function askAgain() {
  down = true;
  await userEvent.click(screen.getAllByRole("button", { name: /^Delete/ })[0]!);
  await screen.findByRole("alert");
  down = false;
  const go = hold();
  await click("Try again");
  return go;
}

test("a note that is saved while the others load is shown once, with them", async () => {
  stored = [note(1, "old")];
  const go = hold();
  render(<App />);
  await waitFor(() => expect(fetch).toHaveBeenCalled());
  await create("new");
  await screen.findByRole("article", { name: "new" });
  go();
  await screen.findByRole("article", { name: "old" });
  expect(titles()).toEqual(["new", "old"]);
});

test("who saves a note where the others could not be loaded sees them too", async () => {
  stored = [note(1, "old")];
  down = true;
  render(<App />);
  await screen.findByRole("alert");
  down = false;
  await create("new");
  await screen.findByRole("article", { name: "old" });
  expect(titles()).toEqual(["new", "old"]);
});

test.each([
  ["saved", () => create("new"), ["theirs", "new"]],
  ["deleted", () => click("Delete old"), ["theirs"]],
  ["changed by others", () => (Object.assign(stored[0]!, { title: "older", version: 2 }), click("Delete old")), ["theirs", "older"]],
])("a list that was asked for before a note was %s is asked for again", async (_, change, seen) => {
  stored = [note(1, "old")];
  render(<App />);
  await screen.findByText("old");
  const go = await askAgain();
  await change();
  await waitFor(() => expect(titles()).toEqual(stored.map(({ title }) => title)));
  stored = [note(9, "theirs"), ...stored];
  go();
  await screen.findByRole("article", { name: "theirs" });
  expect(titles()).toEqual(seen);
});

test("what others have deleted is not brought back by an answer that was overtaken", async () => {
  stored = [note(2, "two"), note(1, "one")];
  render(<App />);
  await screen.findByText("one");
  const go = await askAgain();
  vi.stubGlobal("fetch", vi.fn(server));
  stored = stored.slice(0, 1);
  await click("Try again");
  await waitFor(() => expect(titles()).toEqual(["two"]));
  go();
  await create("three");
  await waitFor(() => expect(titles()).toEqual(["three", "two"]));
});

test("older notes come on demand, as text", async () => {
  stored = [note(3, "three"), note(2, "two"), note(1, "<b>one</b>")];
  render(<App />);
  await screen.findByText("three");
  await click("Load more");
  await waitFor(() => expect(titles()).toEqual(["three", "two", "<b>one</b>"]));
});
