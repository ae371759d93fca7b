/** Errors as JSON: `{"error": {"code", "message"}}`. */

/** What the caller did wrong. */
export class ProblemError extends Error {
  constructor(status, code, message) {
    super(message);
    Object.assign(this, { status, code });
  }
}

/** The database did not answer. `code` is the driver's own; its text is not kept, for it could hold people's data. */
export class DatabaseError extends Error {
  constructor(code) {
    super("the database does not answer");
    this.code = code;
  }
}

const answer = (response, status, code, message) => response.status(status).json({ error: { code, message } });

export const notFound = (request, response) => answer(response, 404, "not_found", "there is nothing here");

// Express tells an error handler by its four parameters.
export function errorHandler(error, request, response, next) {
  if (response.headersSent) return next(error);
  if (error instanceof ProblemError) return answer(response, error.status, error.code, error.message);
  if (error instanceof DatabaseError) {
    request.log.error({ error: error.code }, error.message);
    return answer(response, 503, "unavailable", "the database does not answer; try again");
  }
  // What Express and its body parser refuse.
  if (error.status >= 400 && error.status < 500) return answer(response, error.status, "bad_request", error.expose ? error.message : "bad request");
  request.log.error({ error: error.stack }, "a bug");
  return answer(response, 500, "error", "something went wrong");
}

/** The value, if it keeps the schema's rules; else a 400 that names them. */
export function valid(schema, value) {
  const { data, error } = schema.safeParse(value ?? {});
  if (error) throw new ProblemError(400, "invalid", error.issues.map((issue) => `${issue.path.join(".") || "body"}: ${issue.message}`).join("; "));
  return data;
}
