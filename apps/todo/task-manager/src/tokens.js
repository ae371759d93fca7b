/** The tokens of the connection server: who somebody is. */

import { errors, jwtVerify } from "jose";

import { ProblemError } from "./errors.js";

export const ISSUER = "todo-connection-server";
export const AUDIENCE = "todo";

function refused(response, code, message) {
  response.set("WWW-Authenticate", "Bearer");
  return new ProblemError(401, code, message);
}

/** Puts the token's subject into `request.owner`; refuses everything that is no valid token. */
export function authenticated(key) {
  const secret = new TextEncoder().encode(key);
  const rules = { issuer: ISSUER, audience: AUDIENCE, algorithms: ["HS256"], requiredClaims: ["sub", "exp"] };

  return async (request, response, next) => {
    const [scheme, token] = (request.headers.authorization ?? "").split(" ");
    if (scheme.toLowerCase() !== "bearer" || !token) throw refused(response, "no_token", "log in first");
    try {
      request.owner = (await jwtVerify(token, secret, rules)).payload.sub;
    } catch (error) {
      if (!(error instanceof errors.JOSEError)) throw error;
      if (error instanceof errors.JWTExpired) throw refused(response, "expired", "log in again: the hour is over");
      throw refused(response, "bad_token", "log in again: this token is not valid");
    }
    next();
  };
}
