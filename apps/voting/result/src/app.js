/** The application: health, the page, the counts for programs. */

import { fileURLToPath } from "node:url";

import express from "express";

import { requestLog } from "./log.js";

const PAGE = fileURLToPath(new URL("../public", import.meta.url));
const HEADERS = {
  "Content-Security-Policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
};

/** `problem` answers why no request should come here, or undefined. */
export function createApp({ store, problem, log }) {
  const app = express();
  app.disable("x-powered-by");
  app.use(requestLog(log));
  app.get("/livez", (request, response) => response.json({ status: "ok" }));
  app.get("/readyz", async (request, response) => {
    const found = await problem();
    response.status(found ? 503 : 200).json({ status: found ?? "ok" });
  });
  app.use((request, response, next) => {
    response.set(HEADERS);
    next();
  });
  app.get("/api/result", async (request, response) => {
    const votes = await store.counts();
    response.set("Cache-Control", "no-store").json({ votes, total: votes.a + votes.b });
  });
  app.use(express.static(PAGE, { cacheControl: false, setHeaders: (response) => response.set("Cache-Control", "no-cache") }));
  app.use((request, response) => response.status(404).json({ error: { code: "not_found", message: "there is nothing here" } }));
  // Express tells an error handler by its four parameters.
  app.use((error, request, response, next) => {
    if (response.headersSent) return next(error);
    request.log.error({ error: error.code ?? error.name }, "the votes cannot be read");
    return response.status(503).json({ error: { code: "unavailable", message: "the votes cannot be read; try again" } });
  });
  return app;
}
