/** The connection pool, and the version of the schema. */

import { fileURLToPath } from "node:url";

import createKnex from "knex";

import { DatabaseError } from "./errors.js";

const PATIENCE_MS = 5_000;
/** Each service of this app has tables, and so migrations, of its own. */
const MIGRATIONS = { directory: fileURLToPath(new URL("migrations", import.meta.url)), tableName: "connection_migrations" };

/** knex's own lines are no JSON, and a failure is logged where it was asked for. */
const SILENT = { debug() {}, deprecate() {}, warn() {}, error() {} };

export function connect(config) {
  return createKnex({
    client: "mysql2",
    connection: {
      host: config.DATABASE_HOST,
      port: config.DATABASE_PORT,
      database: config.DATABASE_NAME,
      user: config.DATABASE_USER,
      password: config.DATABASE_PASSWORD,
      connectTimeout: PATIENCE_MS,
      timezone: "Z",
    },
    pool: { min: 0, max: 8 },
    acquireConnectionTimeout: PATIENCE_MS,
    migrations: MIGRATIONS,
    log: SILENT,
  });
}

/** What the driver answers; its failures as DatabaseError. */
export async function asked(query) {
  try {
    return await query;
  } catch (cause) {
    throw new DatabaseError("the database does not answer", { cause });
  }
}

/** Whether the schema is the one that this code was written for, or a newer one. */
export async function isMigrated(knex) {
  const [, missing] = await knex.migrate.list();
  return missing.length === 0;
}
