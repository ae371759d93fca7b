/** What the environment says, parsed once; every problem is named at once. */

import { z } from "zod";

const SHORTEST_KEY = 32;
const text = z.string("is missing").min(1, "is missing");
const port = z.coerce.number("must be a port number").int("must be a port number").min(1, "must be a port number").max(65_535, "must be a port number");

const Database = z.object({
  DATABASE_HOST: text,
  DATABASE_PORT: port,
  DATABASE_NAME: text,
  DATABASE_USER: text,
  DATABASE_PASSWORD: text,
});

const Service = Database.extend({
  PORT: port,
  JWT_KEY: text.min(SHORTEST_KEY, `must have at least ${SHORTEST_KEY} characters`),
});

function parse(schema, environment) {
  const { data, error } = schema.safeParse(environment);
  if (error) throw new Error(error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`).join("; "));
  return data;
}

export const databaseConfig = (environment) => parse(Database, environment);
export const serviceConfig = (environment) => parse(Service, environment);

/** The configuration, or a line on standard error and the end of the process. */
export function orExit(read, environment) {
  try {
    return read(environment);
  } catch (error) {
    console.error(`configuration: ${error.message}`);
    process.exit(1);
  }
}
