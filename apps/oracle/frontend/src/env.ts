/** What the ConfigMap says, checked at start. */
export interface Env {
  BACKEND_URL: string;
}

export function read(given: unknown): Env {
  const url = (given as Partial<Env> | undefined)?.BACKEND_URL;
  if (typeof url !== "string" || !/^(\/|https?:\/\/)/.test(url)) {
    throw new Error(`config.js must set BACKEND_URL to a path or an http(s) address, got ${JSON.stringify(url)}.`);
  }
  return { BACKEND_URL: url.replace(/\/$/, "") };
}
