import { fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test } from "vitest";

import type { Oracle, Person, Prediction } from "./api";
import { App } from "./App";
import { read } from "./env";
import { longDate } from "./time";

let stored: Prediction[];
let down: boolean;

function prediction(id: number, person: Person): Prediction {
  return { id, ...person, date_of_death: "2080-04-11", sentence: "Of boredom.", created_at: "2026-01-01T00:00:00Z" };
}

/** A backend that keeps predictions, pages by two, and can be down. */
const oracle: Oracle = {
  async ask(person) {
    if (down) throw new Error("The oracle cannot be reached.");
    const known = stored.find((one) => one.first_name === person.first_name && one.name === person.name && one.age === person.age);
    if (known) return known;
    stored = [prediction(stored.length + 1, person), ...stored];
    return stored[0]!;
  },
  async list(before) {
    if (down) throw new Error("The oracle cannot be reached.");
    const rest = stored.filter((one) => one.id < (before ?? Infinity));
    return { predictions: rest.slice(0, 2), next: rest.length > 2 ? rest[1]!.id : null };
  },
  async remove(id) {
    stored = stored.filter((one) => one.id !== id);
  },
};

const ADA: Person = { first_name: "Ada", name: "Lovelace", age: 36 };

beforeEach(() => {
  stored = [];
  down = false;
});

async function ask(age = "36") {
  await userEvent.type(screen.getByRole("textbox", { name: "First name" }), "Ada");
  await userEvent.type(screen.getByRole("textbox", { name: "Name" }), "Lovelace");
  await userEvent.type(screen.getByRole("spinbutton", { name: "Age" }), age);
  await userEvent.click(screen.getByRole("button", { name: "Ask the oracle" }));
}

test("it says that it is a joke", async () => {
  render(<App oracle={oracle} />);
  expect(await screen.findByRole("note")).toHaveTextContent("This is a joke.");
});

test("an answer is revealed, listed once however often one asks, and deleted", async () => {
  render(<App oracle={oracle} />);
  await screen.findByText(/Nobody has dared/);
  await ask();
  const answer = await screen.findByRole("region", { name: "The oracle's answer" });
  expect(answer).toHaveTextContent(`Ada Lovelace, your last day is${longDate("2080-04-11")}`);
  await userEvent.click(screen.getByRole("button", { name: "Ask the oracle" }));
  expect(screen.getAllByRole("article")).toHaveLength(1);
  await userEvent.click(screen.getByRole("button", { name: "Delete prediction for Ada Lovelace" }));
  expect(screen.queryByRole("article")).toBeNull();
  expect(screen.queryByRole("region", { name: "The oracle's answer" })).toBeNull();
});

test.each(["131", "-1", "3.5"])("nobody of %s can ask", async (age) => {
  render(<App oracle={oracle} />);
  await ask(age);
  expect(screen.getByRole("button", { name: "Ask the oracle" })).toBeDisabled();
  expect(screen.getByRole("spinbutton", { name: "Age" })).toBeInvalid();
  expect(screen.getByRole("spinbutton", { name: "Age" })).toHaveAccessibleDescription(/whole number from 0 to 130/);
  expect(stored).toEqual([]);
});

test("what was typed is kept while the backend is down, and goes through afterwards", async () => {
  render(<App oracle={oracle} />);
  await screen.findByText(/Nobody has dared/);
  down = true;
  await ask();
  expect(await screen.findByRole("alert")).toHaveTextContent("cannot be reached");
  expect(screen.getByRole("textbox", { name: "Name" })).toHaveValue("Lovelace");
  down = false;
  await userEvent.click(screen.getByRole("button", { name: "Ask the oracle" }));
  expect(await screen.findByRole("article")).toBeVisible();
  expect(screen.queryByRole("alert")).toBeNull();
});

test("older predictions come on demand, as text", async () => {
  stored = [3, 2, 1].map((id) => prediction(id, { ...ADA, name: `<b>${id}</b>` }));
  render(<App oracle={oracle} />);
  await screen.findByText("Ada <b>3</b>");
  expect(screen.queryByText("Ada <b>1</b>")).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "Load more" }));
  expect(within(await screen.findByRole("region", { name: "Earlier predictions" })).getAllByRole("article")).toHaveLength(3);
});

test("older predictions come once, however often one asks", async () => {
  stored = [3, 2, 1].map((id) => prediction(id, { ...ADA, name: `L${id}` }));
  render(<App oracle={oracle} />);
  const more = await screen.findByRole("button", { name: "Load more" });
  fireEvent.click(more);
  fireEvent.click(more);
  await screen.findByText("Ada L1");
  expect(screen.getAllByRole("article")).toHaveLength(3);
});

/** An oracle whose lists, once read, are on their way until they are let go. */
function slow(): [Oracle, () => void] {
  let go = () => {};
  const gate = new Promise<void>((resolve) => (go = resolve));
  return [{ ...oracle, list: async (before) => oracle.list(before).then((page) => gate.then(() => page)) }, go];
}

const names = () => screen.queryAllByRole("article").map((one) => one.querySelector("strong")!.textContent);

test("a prediction that is made while the others load is listed once, with them", async () => {
  stored = [prediction(1, { ...ADA, name: "Byron" })];
  const [late, go] = slow();
  render(<App oracle={late} />);
  await ask();
  await screen.findByRole("article");
  go();
  await screen.findByText("Ada Byron");
  expect(names()).toEqual(["Ada Lovelace", "Ada Byron"]);
});

test("who asks an oracle whose list could not be loaded sees the others too", async () => {
  stored = [prediction(1, { ...ADA, name: "Byron" })];
  down = true;
  render(<App oracle={oracle} />);
  await screen.findByRole("alert");
  down = false;
  await ask();
  await screen.findByText("Ada Byron");
  expect(names()).toEqual(["Ada Lovelace", "Ada Byron"]);
});

test.each([
  ["a deletion", () => userEvent.click(screen.getByRole("button", { name: "Delete prediction for Ada Byron" })), ["Ada King"]],
  ["a prediction", () => ask(), ["Ada King", "Ada Lovelace"]],
] as const)("a list that was asked for before %s is asked for again", async (_, change, seen) => {
  stored = [prediction(1, { ...ADA, name: "Byron" })];
  const { rerender } = render(<App oracle={oracle} />);
  await screen.findByText("Ada Byron");
  const [late, go] = slow();
  // Another oracle is asked for its list at once.
  rerender(<App oracle={late} />);
  await change();
  await waitFor(() => expect(names()).toHaveLength(stored.length));
  stored = [prediction(9, { ...ADA, name: "King" }), ...stored];
  go();
  await screen.findByText("Ada King");
  expect(names()).toEqual(seen);
});

test("what others have deleted is gone when the list is loaded again, and an older answer does not bring it back", async () => {
  stored = [prediction(2, ADA), prediction(1, { ...ADA, name: "Byron" })];
  const [late, go] = slow();
  const { rerender } = render(<App oracle={late} />);
  stored = stored.slice(0, 1);
  rerender(<App oracle={oracle} />);
  await screen.findByText("Ada Lovelace");
  go();
  await userEvent.click(screen.getByRole("button", { name: "Delete prediction for Ada Lovelace" }));
  await screen.findByText(/Nobody has dared/);
});

test.each([undefined, {}, { BACKEND_URL: 7 }, { BACKEND_URL: "api" }, { BACKEND_URL: "//example.com" }, { BACKEND_URL: "https://example.com/api" }])("a configuration of %j is refused", (given) => {
  expect(() => read(given)).toThrow("config.js must set BACKEND_URL");
});

test.each(["/api", "/api/"])("a backend at %s is taken", (url) => {
  expect(read({ BACKEND_URL: url }).BACKEND_URL).toBe("/api");
});
