/** What the ConfigMap says, checked at start. */
export interface Env {
  BACKEND_URL: string;
}

export function read(given: unknown): Env {
  const url = (given as Partial<Env> | undefined)?.BACKEND_URL;
  // The page's Content-Security-Policy lets it talk to nothing but its own host.
  if (typeof url !== "string" || !/^\/(?!\/)/.test(url)) {
    throw new Error(`config.js must set BACKEND_URL to a path on this host, such as "/api"; got ${JSON.stringify(url) ?? "nothing"}.`);
  }
  return { BACKEND_URL: url.replace(/\/$/, "") };
}
