/** The worker's table of votes, in PostgreSQL, and the notice that it has changed. */

import pRetry from "p-retry";
import pg from "pg";

const CHANNEL = "votes";
const PATIENCE_MS = 5_000;
const LONGEST_WAIT_MS = 5_000;

export class Store {
  listening = false;
  #options;
  #pool;
  #listener;
  #ended = new AbortController();

  constructor(config, log) {
    this.log = log;
    this.#options = {
      host: config.POSTGRES_HOST,
      port: config.POSTGRES_PORT,
      database: config.POSTGRES_NAME,
      user: config.POSTGRES_USER,
      password: config.POSTGRES_PASSWORD,
      connectionTimeoutMillis: PATIENCE_MS,
      query_timeout: PATIENCE_MS,
      keepAlive: true,
      // A listener only hears: unasked, the kernel finds out after two hours that its server is gone.
      keepAliveInitialDelayMillis: 10_000,
    };
    this.#pool = new pg.Pool({ ...this.#options, max: 4 });
    // A connection that broke while nobody used it: the pool makes another.
    this.#pool.on("error", (error) => log.warn({ error: error.code }, "a connection to postgres broke"));
  }

  /** `{a, b}`: how many votes each has. */
  async counts() {
    const { rows } = await this.#pool.query("select choice, count(*)::int as votes from votes group by choice");
    return { a: 0, b: 0, ...Object.fromEntries(rows.map(({ choice, votes }) => [choice, votes])) };
  }

  /** Calls back at every change, and each time that the connection is back: there may have been one meanwhile. */
  async listen(changed) {
    await pRetry(() => this.#connect(changed), {
      retries: Infinity,
      minTimeout: 250,
      maxTimeout: LONGEST_WAIT_MS,
      signal: this.#ended.signal,
      onFailedAttempt: ({ error }) => this.log.warn({ error: error?.code ?? error?.name }, "postgres does not answer"),
    });
  }

  async #connect(changed) {
    const client = new pg.Client({ ...this.#options, query_timeout: undefined });
    let broken = false;
    const lost = () => {
      if (broken) return;
      broken = true;
      if (!this.listening || this.#listener !== client) return;
      this.listening = false;
      if (!this.#ended.signal.aborted) void this.listen(changed).catch((error) => this.log.info({ error: error.name }, "listens no more"));
    };
    client.on("error", lost);
    client.on("end", lost);
    client.on("notification", changed);
    try {
      await client.connect();
      await client.query(`listen ${CHANNEL}`);
      if (broken) throw new Error("the connection broke at once");
    } catch (error) {
      void client.end().catch(() => {});
      throw error;
    }
    this.#listener = client;
    this.listening = true;
    changed();
  }

  async end() {
    this.#ended.abort();
    this.listening = false;
    await Promise.allSettled([this.#listener?.end(), this.#pool.end()]);
  }
}
