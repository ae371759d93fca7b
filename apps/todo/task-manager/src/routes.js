/** `/tasks`: list, add, change, delete; of the token's owner alone. */

import { Router } from "express";
import { z } from "zod";

import { ProblemError, valid } from "./errors.js";

const name = z.string().trim().min(1).max(200).refine((value) => value.isWellFormed(), "must be valid Unicode text");
const status = z.enum(["open", "doing", "done"]);
const New = z.strictObject({ name });
const Change = z.strictObject({ name: name.optional(), status: status.optional() }).refine((given) => Object.keys(given).length > 0, "name or status must be given");
// Not coerced: Number() also takes 0x10, 1e3 and 16.0. Fifteen digits are exact.
const whole = z.string().regex(/^[1-9]\d{0,14}$/, "must be a whole number above 0").transform(Number);
const Page = z.strictObject({ limit: whole.pipe(z.number().max(100)).default(50), before: whole.optional() });

function numbered(request) {
  const { data, error } = whole.safeParse(request.params.id);
  if (error) throw missing(request);
  return data;
}

const missing = (request) => new ProblemError(404, "not_found", `you have no task ${request.params.id}`);

export function routes(tasks) {
  const router = Router();

  router.get("/", async (request, response) => {
    const { limit, before } = valid(Page, request.query);
    const found = await tasks.list(request.owner, { limit: limit + 1, before });
    const shown = found.slice(0, limit);
    response.json({ tasks: shown, next: found.length > limit ? shown.at(-1).id : null });
  });

  router.post("/", async (request, response) => {
    const { name } = valid(New, request.body);
    response.status(201).json(await tasks.add(request.owner, name));
  });

  router.patch("/:id", async (request, response) => {
    const task = await tasks.change(request.owner, numbered(request), valid(Change, request.body));
    if (!task) throw missing(request);
    response.json(task);
  });

  router.delete("/:id", async (request, response) => {
    if (!(await tasks.remove(request.owner, numbered(request)))) throw missing(request);
    response.status(204).end();
  });

  return router;
}
