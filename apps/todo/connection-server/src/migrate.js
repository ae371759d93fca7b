/** Brings the schema to the version of this code; run by a Job before a roll-out. */

import pRetry from "p-retry";

import { databaseConfig, orExit } from "./config.js";
import { connect } from "./database.js";
import { createLog } from "./log.js";

const log = createLog();
const config = orExit(databaseConfig, process.env);
const knex = connect(config);
try {
  await pRetry(() => knex.raw("select 1"), { retries: 60, factor: 1, minTimeout: 2_000, maxRetryTime: 120_000 });
  // Only one Job runs at a time: a lock that is still there is one of a Job that was killed.
  await knex.migrate.forceFreeMigrationsLock();
  await knex.migrate.latest();
  log.info("the schema is up to date");
} catch (error) {
  log.error({ error: error.code ?? error.name, host: config.DATABASE_HOST }, "migration failed");
  process.exitCode = 1;
} finally {
  await knex.destroy();
}
