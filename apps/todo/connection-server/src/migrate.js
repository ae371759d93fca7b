/** Brings the schema to the version of this code; run by a Job before a roll-out. */

import pRetry from "p-retry";

import { databaseConfig, orExit } from "./config.js";
import { connect } from "./database.js";
import { createLog } from "./log.js";

/** The Job's deadline ends whoever waits longer. */
const LOCK_SECONDS = 900;
const LOCK = "concat('migrate ', database())";

const log = createLog();
const config = orExit(databaseConfig, process.env);
const knex = connect(config);

/**
 * Do the work while no other migration of the schema runs. After an interrupted `pulumi up` the Job of the next one may start beside one that is still running.
 * A lock of the server ends with the connection that took it, so none is left of a Job that was killed.
 */
async function alone(work) {
  const connection = await knex.client.acquireConnection();
  try {
    const [[{ taken }]] = await knex.raw(`select get_lock(${LOCK}, ?) as taken`, [LOCK_SECONDS]).connection(connection);
    if (taken !== 1) throw Object.assign(new Error("another migration of the schema does not end"), { name: "LockedError" });
    await work();
  } finally {
    await knex.raw(`select release_lock(${LOCK})`).connection(connection);
    await knex.client.releaseConnection(connection);
  }
}

try {
  await pRetry(() => knex.raw("select 1"), { retries: 60, factor: 1, minTimeout: 2_000, maxRetryTime: 120_000 });
  await alone(async () => {
    // knex's own lock is a row: one that is still there is of a Job that was killed.
    await knex.migrate.forceFreeMigrationsLock();
    await knex.migrate.latest();
  });
  log.info("the schema is up to date");
} catch (error) {
  log.error({ error: error.code ?? error.name, host: config.DATABASE_HOST }, "migration failed");
  process.exitCode = 1;
} finally {
  await knex.destroy();
}
