import { fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { Board } from "./Board";
import { ago } from "./time";

interface Stored {
  id: number;
  author: string;
  text: string;
  created_at: string;
}

let stored: Stored[];
let down: boolean;

function answer(status: number, body: unknown = null): Response {
  return new Response(body === null ? null : JSON.stringify(body), { status });
}

/** A server that keeps messages, pages by two, and can be down. */
async function server(path: string | URL | Request, init?: RequestInit): Promise<Response> {
  if (down) throw new TypeError("Failed to fetch");
  const url = new URL(String(path), "http://board");
  if (init?.method === "POST") {
    const message = { id: (stored[0]?.id ?? 0) + 1, created_at: new Date().toISOString(), ...JSON.parse(String(init.body)) };
    stored = [message, ...stored];
    return answer(201, message);
  }
  if (init?.method === "DELETE") {
    const id = Number(url.pathname.split("/").pop());
    if (!stored.some((message) => message.id === id)) return answer(404, { error: { message: `there is no message ${id}` } });
    stored = stored.filter((message) => message.id !== id);
    return answer(204);
  }
  const before = Number(url.searchParams.get("before") ?? Infinity);
  const rest = stored.filter((message) => message.id < before);
  return answer(200, { messages: rest.slice(0, 2), next: rest.length > 2 ? rest[1]!.id : null });
}

function message(id: number, text: string): Stored {
  return { id, author: "Ann", text, created_at: new Date().toISOString() };
}

beforeEach(() => {
  stored = [];
  down = false;
  vi.stubGlobal("fetch", vi.fn(server));
});

afterEach(() => vi.unstubAllGlobals());

/** Until they are let go, requests of this method wait on their way to the server, or their answers on the way back. */
function hold(method: "GET" | "POST", way: "there" | "back"): () => void {
  const passed = fetch;
  let go = () => {};
  const gate = new Promise<void>((resolve) => (go = resolve));
  vi.stubGlobal("fetch", async (path: string, init?: RequestInit) => {
    const held = (init?.method ?? "GET") === method;
    if (held && way === "there") await gate;
    const answer = await passed(path, init);
    if (held && way === "back") await gate;
    return answer;
  });
  return go;
}

const texts = () => screen.queryAllByRole("article").map((one) => one.querySelector("p")!.textContent);

async function write(text: string) {
  await userEvent.type(screen.getByRole("textbox", { name: "Your name" }), "Bob");
  await userEvent.type(screen.getByRole("textbox", { name: "Message" }), text);
  await userEvent.click(screen.getByRole("button", { name: "Post message" }));
}

test("an empty board invites to write", async () => {
  render(<Board />);
  expect(await screen.findByText(/No messages yet/)).toBeVisible();
  expect(screen.getByRole("button", { name: "Post message" })).toBeDisabled();
});

test("a message is posted, shown first, and deleted", async () => {
  stored = [message(1, "old")];
  render(<Board />);
  await screen.findByText("old");
  await write("new");
  const articles = await screen.findAllByRole("article");
  expect(articles.map((one) => within(one).queryByText(/^(new|old)$/)?.textContent)).toEqual(["new", "old"]);
  await userEvent.click(within(articles[0]!).getByRole("button", { name: /Delete message/ }));
  expect(screen.queryByText("new")).toBeNull();
  expect(stored.map((one) => one.text)).toEqual(["old"]);
});

test("what was typed is kept while the API is down, and goes through afterwards", async () => {
  render(<Board />);
  await screen.findByText(/No messages yet/);
  down = true;
  await write("do not lose me");
  expect(await screen.findByRole("alert")).toHaveTextContent("cannot be reached");
  expect(screen.getByRole("textbox", { name: "Message" })).toHaveValue("do not lose me");
  down = false;
  await userEvent.click(screen.getByRole("button", { name: "Post message" }));
  expect(await screen.findByRole("article")).toHaveTextContent("do not lose me");
  expect(screen.queryByRole("alert")).toBeNull();
});

test("a board that could not be loaded can be tried again", async () => {
  down = true;
  stored = [message(1, "hello")];
  render(<Board />);
  await screen.findByRole("alert");
  down = false;
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByText("hello")).toBeVisible();
});

test("text is shown as text", async () => {
  stored = [message(1, "<img src=x onerror=alert(1)>")];
  const { container } = render(<Board />);
  expect(await screen.findByText("<img src=x onerror=alert(1)>")).toBeVisible();
  expect(container.querySelector("img")).toBeNull();
});

test("older messages come on demand", async () => {
  stored = [message(3, "three"), message(2, "two"), message(1, "one")];
  render(<Board />);
  await screen.findByText("three");
  expect(screen.queryByText("one")).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "Load more" }));
  expect(await screen.findByText("one")).toBeVisible();
  expect(screen.queryByRole("button", { name: "Load more" })).toBeNull();
});

test.each(["there", "back"] as const)("a message is shown once, with the others, whose post came while their list was on its way: %s", async (way) => {
  stored = [message(1, "old")];
  const list = hold("GET", way);
  render(<Board />);
  await write("new");
  await screen.findByText("new");
  list();
  await screen.findByText("old");
  expect(texts()).toEqual(["new", "old"]);
});

test("older messages come once, however often one asks", async () => {
  stored = [message(3, "three"), message(2, "two"), message(1, "one")];
  render(<Board />);
  const more = await screen.findByRole("button", { name: "Load more" });
  fireEvent.click(more);
  fireEvent.click(more);
  await screen.findByText("one");
  expect(fetch).toHaveBeenCalledTimes(3);
  expect(screen.getAllByRole("article")).toHaveLength(3);
});

test("what is typed while a message is posted stays", async () => {
  render(<Board />);
  await screen.findByText(/No messages yet/);
  const post = hold("POST", "there");
  await write("first");
  await userEvent.type(screen.getByRole("textbox", { name: "Message" }), " and second");
  post();
  expect(await screen.findByRole("article")).toHaveTextContent("first");
  expect(screen.getByRole("textbox", { name: "Message" })).toHaveValue("first and second");
});

test("a message is shown once, though the list that holds it was quicker", async () => {
  stored = [message(1, "old")];
  const list = hold("GET", "there");
  const posted = hold("POST", "back");
  render(<Board />);
  await write("new");
  list();
  await screen.findByText("new");
  posted();
  await screen.findByRole("button", { name: "Post message" });
  expect(texts()).toEqual(["new", "old"]);
});

test.each([
  ["post", () => write("mine"), ["theirs", "mine"]],
  ["deletion", () => userEvent.click(screen.getByRole("button", { name: /Delete message/ })), ["theirs"]],
] as const)("a list that was asked for before a %s is asked for again", async (_, change, seen) => {
  stored = [message(1, "old")];
  render(<Board />);
  await screen.findByText("old");
  down = true;
  await userEvent.click(screen.getByRole("button", { name: /Delete message/ }));
  const again = await screen.findByRole("button", { name: "Try again" });
  down = false;
  const go = hold("GET", "back");
  await userEvent.click(again);
  await change();
  await waitFor(() => expect(texts()).toHaveLength(stored.length));
  stored = [message(9, "theirs"), ...stored];
  go();
  await screen.findByText("theirs");
  expect(texts()).toEqual(seen);
});

test("what others have deleted is gone when the board is loaded again, and an older answer does not bring it back", async () => {
  stored = [message(2, "two"), message(1, "one")];
  render(<Board />);
  await screen.findByText("two");
  down = true;
  await userEvent.click(screen.getAllByRole("button", { name: /Delete message/ })[0]!);
  const again = await screen.findByRole("button", { name: "Try again" });
  down = false;
  const go = hold("GET", "back");
  await userEvent.click(again);
  vi.stubGlobal("fetch", vi.fn(server));
  stored = stored.slice(0, 1);
  await userEvent.click(again);
  await waitFor(() => expect(texts()).toEqual(["two"]));
  go();
  await write("three");
  await waitFor(() => expect(texts()).toEqual(["three", "two"]));
});

test("who posts to a board that could not be loaded sees the others too", async () => {
  stored = [message(1, "old")];
  down = true;
  render(<Board />);
  await screen.findByRole("alert");
  down = false;
  await write("new");
  await screen.findByText("old");
  expect(texts()).toEqual(["new", "old"]);
});

test("the server's reason is shown", async () => {
  stored = [message(7, "gone soon")];
  render(<Board />);
  await screen.findByText("gone soon");
  stored = [];
  await userEvent.click(screen.getByRole("button", { name: /Delete message/ }));
  expect(await screen.findByRole("alert")).toHaveTextContent("there is no message 7");
});

test("times are told relative to now", () => {
  const now = Date.parse("2026-01-02T12:00:00Z");
  expect(ago("2026-01-02T11:55:00Z", now)).toMatch(/5 minutes ago/);
  expect(ago("2026-01-01T12:00:00Z", now)).toMatch(/yesterday/);
});
