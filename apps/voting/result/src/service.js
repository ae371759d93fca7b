/** The HTTP server with its web sockets, around a store. */

import { createServer } from "node:http";

import { Server } from "socket.io";

import { createApp } from "./app.js";
import { Results } from "./results.js";

const DEADLINE_MS = 25_000;

export function createService(store, log) {
  let stopping = false;

  async function problem() {
    if (stopping) return "stopping";
    if (!store.listening) return "postgres: hears no changes";
    try {
      await store.counts();
      return undefined;
    } catch (error) {
      return `postgres: ${error.code ?? error.name}`;
    }
  }

  const server = createServer(createApp({ store, problem, log }));
  // Above the load balancer's 60 seconds: whoever closes first must be the balancer, or requests are answered by 502.
  server.keepAliveTimeout = 75_000;
  server.headersTimeout = 80_000;
  const io = new Server(server, { serveClient: true });
  const results = new Results(store, io, log);

  return {
    server,
    io,
    async start(port) {
      void store.listen(() => void results.refresh()).catch((error) => log.info({ error: error.name }, "listens no more"));
      await new Promise((resolve) => server.listen(port, resolve));
    },
    /** Pages are sent away, and come back to another replica. */
    async stop() {
      if (stopping) return;
      stopping = true;
      results.end();
      const late = setTimeout(() => server.closeAllConnections(), DEADLINE_MS);
      await io.close();
      clearTimeout(late);
      await store.end();
    },
  };
}
