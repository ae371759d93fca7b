/** The application: health, the log of requests, accounts. */

import express from "express";

import { accounts } from "./accounts.js";
import { errorHandler, notFound } from "./errors.js";
import { requestLog } from "./log.js";

/** `problem` answers why no request should come here, or undefined. */
export async function createApp({ users, tokens, problem, log }) {
  const app = express();
  app.disable("x-powered-by");
  // The load balancer adds the caller's address as the header's last; what stands before it anybody can make up.
  app.set("trust proxy", 1);
  // Answers are one person's own: no cache keeps them.
  app.disable("etag");
  app.use((request, response, next) => {
    response.set("Cache-Control", "no-store");
    next();
  });
  app.use(requestLog(log));
  app.get("/livez", (request, response) => response.json({ status: "ok" }));
  app.get("/readyz", async (request, response) => {
    const found = await problem();
    response.status(found ? 503 : 200).json({ status: found ?? "ok" });
  });
  app.use(express.json({ limit: "16kb" }));
  app.use("/auth", await accounts(users, tokens));
  app.use(notFound);
  app.use(errorHandler);
  return app;
}
