/** JWTs that say who somebody is, for an hour. */

import { SignJWT } from "jose";

export const ISSUER = "todo-connection-server";
export const AUDIENCE = "todo";
const LIFETIME_S = 60 * 60;

export class Tokens {
  constructor(key) {
    this.key = new TextEncoder().encode(key);
  }

  async issue({ id, name }, now = Date.now()) {
    const issued = Math.floor(now / 1000);
    const expires = issued + LIFETIME_S;
    const token = await new SignJWT({ name })
      .setProtectedHeader({ alg: "HS256" })
      .setSubject(String(id))
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setIssuedAt(issued)
      .setExpirationTime(expires)
      .sign(this.key);
    return { token, name, expires_at: new Date(expires * 1000).toISOString() };
  }
}
