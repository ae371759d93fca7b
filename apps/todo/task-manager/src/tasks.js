/** Tasks, in MySQL; every question names the owner. */

import { asked } from "./database.js";

const COLUMNS = ["id", "name", "status", "created_at"];

export class Tasks {
  constructor(knex) {
    this.knex = knex;
  }

  /** Newest first; those before an id, if one is given. */
  async list(owner, { limit, before }) {
    const query = this.knex("tasks").select(COLUMNS).where({ owner }).orderBy("id", "desc").limit(limit);
    return asked(before === undefined ? query : query.where("id", "<", before));
  }

  async add(owner, name) {
    const [id] = await asked(this.knex("tasks").insert({ owner, name, status: "open" }));
    return this.find(owner, id);
  }

  /** Undefined, if the owner has no such task. */
  async find(owner, id) {
    return asked(this.knex("tasks").select(COLUMNS).where({ owner, id }).first());
  }

  async change(owner, id, values) {
    await asked(this.knex("tasks").where({ owner, id }).update(values));
    return this.find(owner, id);
  }

  /** Whether there was one. */
  async remove(owner, id) {
    return (await asked(this.knex("tasks").where({ owner, id }).delete())) > 0;
  }
}
