/** The present counts, told to everybody who looks. */

export class Results {
  #store;
  #io;
  #log;
  #reading = false;
  #again = false;
  #latest;

  constructor(store, io, log) {
    this.#store = store;
    this.#io = io;
    this.#log = log;
    // Who comes later does not wait for the next vote.
    io.on("connection", (socket) => this.#latest && socket.emit("votes", this.#latest));
  }

  /** Reads the counts and tells them; what changes while it reads, however often, makes it read once more. */
  async refresh() {
    if (this.#reading) {
      this.#again = true;
      return;
    }
    this.#reading = true;
    try {
      do {
        this.#again = false;
        this.#latest = await this.#store.counts();
        this.#io.emit("votes", this.#latest);
      } while (this.#again);
    } catch (error) {
      // The store tells again when it is back.
      this.#log.warn({ error: error.code ?? error.name }, "the counts cannot be read");
    } finally {
      this.#reading = false;
    }
  }
}
