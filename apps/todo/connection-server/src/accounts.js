/** `/auth`: sign up, log in. */

import { hash, verify } from "@node-rs/argon2";
import { Router } from "express";
import { ipKeyGenerator, rateLimit } from "express-rate-limit";
import { z } from "zod";

import { ProblemError, valid } from "./errors.js";

/**
 * Argon2id, as OWASP asks: https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
 * Node's four worker threads compute it, so at most four times this memory (KiB) is in use, however many ask.
 */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const GUESSES = 20;
const COUNTED = [401, 409, 429];

/** An address' wrong passwords and taken names, counted in each pod for itself once they are refused: who guesses right uses up none. */
function guesses() {
  const keyGenerator = (request) => ipKeyGenerator(request.ip);
  const tooMany = () => new ProblemError(429, "too_many", "too many wrong guesses; try again in a quarter of an hour");
  const limiter = rateLimit({
    windowMs: 15 * 60_000,
    limit: GUESSES,
    keyGenerator,
    standardHeaders: "draft-8",
    legacyHeaders: false,
    handler: (request, response, next) => next(tooMany()),
  });

  /** Refuses an address that has no guess left, whether it is right or wrong. */
  async function check(request) {
    const counted = await limiter.getKey(keyGenerator(request));
    if (counted?.totalHits >= GUESSES) throw tooMany();
  }

  // Express tells an error handler by its four parameters.
  function count(error, request, response, next) {
    if (!COUNTED.includes(error.status)) return next(error);
    return limiter(request, response, (other) => next(other ?? error));
  }

  return { check, count };
}

const name = z.string().trim().min(1).max(40).refine((value) => value.isWellFormed() && !/\p{Cc}/u.test(value), "must be text without control characters");
const Account = z.strictObject({ name, password: z.string().min(8).max(200) });

export async function accounts(users, tokens) {
  // Compared with where there is no such account, so that both refusals take the same time.
  const nobody = await hash("nobody's password", COST);
  const { check, count } = guesses();
  const router = Router();
  router.use(async (request, response, next) => {
    await check(request);
    next();
  });

  router.post("/signup", async (request, response) => {
    const { name, password } = valid(Account, request.body);
    const id = await users.add(name, await hash(password, COST));
    if (id === undefined) throw new ProblemError(409, "taken", "this name is taken");
    response.status(201).json(await tokens.issue({ id, name }));
  });

  router.post("/login", async (request, response) => {
    const { name, password } = valid(Account, request.body);
    const user = await users.find(name);
    const matches = await verify(user?.passwordHash ?? nobody, password);
    // Again: of many at the same moment, a right guess must not shine out once the wrong ones are used up.
    await check(request);
    if (!user || !matches) throw new ProblemError(401, "refused", "name or password is wrong");
    response.json(await tokens.issue(user));
  });

  router.use(count);
  return router;
}
