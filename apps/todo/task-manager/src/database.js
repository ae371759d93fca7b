/** The connection pool, and the version of the schema. */

import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import createKnex from "knex";

import { DatabaseError } from "./errors.js";

const PATIENCE_MS = 5_000;
/** Each service of this app has tables, and so migrations, of its own. */
const MIGRATIONS = { directory: fileURLToPath(new URL("migrations", import.meta.url)), tableName: "task_migrations" };

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
    // Times are UTC whatever the server's own zone is.
    pool: { min: 0, max: 8, afterCreate: (connection, done) => connection.query("set time_zone = '+00:00'", (error) => done(error, connection)) },
    acquireConnectionTimeout: PATIENCE_MS,
    migrations: MIGRATIONS,
    log: SILENT,
  });
}

/** What a query answers, in time; its failures as DatabaseError. */
export async function asked(query) {
  try {
    return await query.timeout(PATIENCE_MS);
  } catch (error) {
    throw new DatabaseError(error.code ?? error.name);
  }
}

/**
 * Whether the schema is the one that this code was written for, or a newer one: pods of the last version serve until those of the next are ready.
 * Not by knex.migrate.list(), which makes the table where there is none, and fails when it finds a newer migration.
 */
export async function isMigrated(knex) {
  const applied = await asked(knex(MIGRATIONS.tableName).pluck("name"));
  return (await readdir(MIGRATIONS.directory)).every((name) => applied.includes(name));
}
