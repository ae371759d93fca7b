/** The application: health, the log of requests, tasks. */

import express from "express";

import { errorHandler, notFound } from "./errors.js";
import { requestLog } from "./log.js";
import { routes } from "./routes.js";
import { authenticated } from "./tokens.js";

/** `problem` answers why no request should come here, or undefined. */
export function createApp({ tasks, key, problem, log }) {
  const app = express();
  app.disable("x-powered-by");
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
  app.use("/tasks", authenticated(key), express.json({ limit: "16kb" }), routes(tasks));
  app.use(notFound);
  app.use(errorHandler);
  return app;
}
