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
  const seen = new Headers(init?.headers).get("If-Match");
  if (known && init?.method && seen !== `"${known.version}"`) {
    return answer(412, { error: { message: "somebody else has changed this note meanwhile" }, current: known });
  }
  if (init?.method === "POST") {
    stored = [{ ...note(stored.length + 1, ""), ...JSON.parse(String(init.body)) }, ...stored];
    return answer(201, stored[0]);
  }
  if (init?.method === "PUT") {
    Object.assign(known!, JSON.parse(String(init.body)), { version: known!.version + 1 });
    return answer(200, known);
  }
  if (init?.method === "DELETE") {
    stored = stored.filter((one) => one !== known);
    return answer(204);
  }
  const search = url.searchParams.get("search") ?? "";
  const before = Number(url.searchParams.get("before") ?? Infinity);
  const rest = stored.filter((one) => one.id < before && `${one.title} ${one.text}`.includes(search));
  return answer(200, { notes: structuredClone(rest.slice(0, 2)), next: rest.length > 2 ? rest[1]!.id : null });
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

test("of two versions, a third can be made", async () => {
  await conflict();
  await click("Edit on");
  await rewrite("both");
  await click("Save");
  expect(await screen.findByText("both")).toBeVisible();
  expect(stored[0]).toMatchObject({ text: "both", version: 3 });
});

test("a note that was changed meanwhile is not deleted", async () => {
  stored = [note(1, "Plan", "first")];
  render(<App />);
  await screen.findByText("first");
  stored[0]!.version = 2;
  await click("Delete Plan");
  expect(await screen.findByRole("alert")).toHaveTextContent("Somebody else has changed this note");
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

test("older notes come on demand, as text", async () => {
  stored = [note(3, "three"), note(2, "two"), note(1, "<b>one</b>")];
  render(<App />);
  await screen.findByText("three");
  await click("Load more");
  await waitFor(() => expect(titles()).toEqual(["three", "two", "<b>one</b>"]));
});
