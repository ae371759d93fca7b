/** The process: configuration, pool, server, and an end that finishes what was taken on. */

import { createApp } from "./app.js";
import { orExit, serviceConfig } from "./config.js";
import { connect, isMigrated } from "./database.js";
import { createLog } from "./log.js";
import { Tokens } from "./tokens.js";
import { Users } from "./users.js";

const DEADLINE_MS = 20_000;
const log = createLog();
const config = orExit(serviceConfig, process.env);
const knex = connect(config);
let stopping = false;

async function problem() {
  if (stopping) return "stopping";
  try {
    return (await isMigrated(knex)) ? undefined : "the schema is of another version";
  } catch (error) {
    return `database: ${error.code}`;
  }
}

const app = await createApp({ users: new Users(knex), tokens: new Tokens(config.JWT_KEY), problem, log });
const server = app.listen(config.PORT, (error) => {
  if (error) throw error;
  log.info({ port: config.PORT }, "listening");
});
// Above the load balancer's 60 seconds: whoever closes first must be the balancer, or requests are answered by 502.
server.keepAliveTimeout = 75_000;
server.headersTimeout = 80_000;

function stop() {
  if (stopping) return;
  stopping = true;
  log.info("stopping");
  server.close(async () => {
    await knex.destroy();
    process.exit(0);
  });
  // A connection whose last request has just been answered is idle from then on.
  setInterval(() => server.closeIdleConnections(), 200).unref();
  setTimeout(() => server.closeAllConnections(), DEADLINE_MS).unref();
}
process.on("SIGTERM", stop);
process.on("SIGINT", stop);
