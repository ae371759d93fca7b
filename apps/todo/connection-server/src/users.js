/** Accounts, in MySQL. */

import { asked } from "./database.js";

export class Users {
  constructor(knex) {
    this.knex = knex;
  }

  /** `{id, name, passwordHash}`, or undefined; case and accents do not count in a name, as MySQL compares text. */
  async find(name) {
    const row = await asked(this.knex("users").where({ name }).first());
    return row && { id: row.id, name: row.name, passwordHash: row.password_hash };
  }

  /** The new account's id, or undefined if the name is taken. */
  async add(name, passwordHash) {
    // Not looked up first: of two at the same moment, the unique key refuses one.
    try {
      const [id] = await asked(this.knex("users").insert({ name, password_hash: passwordHash }));
      return id;
    } catch (error) {
      if (error.code === "ER_DUP_ENTRY") return undefined;
      throw error;
    }
  }
}
