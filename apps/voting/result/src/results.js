/** The present counts, told to everybody who looks. */

import pRetry from "p-retry";

const LONGEST_WAIT_MS = 5_000;

export class Results {
  #store;
  #io;
  #log;
  #reading = false;
  #again = false;
  #latest;
  #ended = new AbortController();

  constructor(store, io, log) {
    this.#store = store;
    this.#io = io;
    this.#log = log;
    // Who comes later does not wait for the next vote.
    io.on("connection", (socket) => this.#latest && socket.emit("votes", this.#latest));
  }

  /** Reads the counts, until they can be read, and tells them; what changes while it reads, however often, makes it read once more. */
  async refresh() {
    if (this.#reading) {
      this.#again = true;
      return;
    }
    this.#reading = true;
    try {
      do {
        this.#again = false;
        this.#latest = await this.#counts();
        this.#io.emit("votes", this.#latest);
      } while (this.#again);
    } catch (error) {
      if (!this.#ended.signal.aborted) throw error;
    } finally {
      this.#reading = false;
    }
  }

  #counts() {
    return pRetry(() => this.#store.counts(), {
      retries: Infinity,
      minTimeout: 250,
      maxTimeout: LONGEST_WAIT_MS,
      signal: this.#ended.signal,
      onFailedAttempt: ({ error }) => this.#log.warn({ error: error?.code ?? error?.name }, "the counts cannot be read"),
    });
  }

  end() {
    this.#ended.abort();
  }
}
