/** The application: health, the log of requests, accounts. */

import express from "express";

import { accounts } from "./accounts.js";
import { errorHandler, notFound } from "./errors.js";
import { requestLog } from "./log.js";

/** `problem` answers why no request should come here, or undefined. */
export async function createApp({ users, tokens, problem, log }) {
  const app = express();
  app.disable("x-powered-by");
  app.use(requestLog(log));
  app.get("/livez", (request, response) => response.json({ status: "ok" }));
  app.get("/readyz", async (request, response) => {
    const found = await problem();
    response.status(found ? 503 : 200).json({ status: found ?? "ok" });
  });
  app.use(express.json({ limit: "16kb" }));
  app.use("/auth", await accounts(users, tokens));
  app.use(notFound);
  app.use(errorHandler(log));
  return app;
}
