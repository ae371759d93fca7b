/** What the environment says, parsed once; every problem is named at once. */

import { z } from "zod";

const text = z.string("is missing").min(1, "is missing");
const port = z.coerce.number("must be a port number").int("must be a port number").min(1, "must be a port number").max(65_535, "must be a port number");

const Config = z.object({
  PORT: port,
  POSTGRES_HOST: text,
  POSTGRES_PORT: port,
  POSTGRES_NAME: text,
  POSTGRES_USER: text,
  POSTGRES_PASSWORD: text,
});

export function configOf(environment) {
  const { data, error } = Config.safeParse(environment);
  if (error) throw new Error(error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`).join("; "));
  return data;
}

/** The configuration, or a line on standard error and the end of the process. */
export function configOrExit(environment) {
  try {
    return configOf(environment);
  } catch (error) {
    console.error(`configuration: ${error.message}`);
    process.exit(1);
  }
}
