export async function up(knex) {
  await knex.schema.createTable("tasks", (table) => {
    table.charset("utf8mb4");
    table.bigIncrements("id");
    // The subject of a token. Accounts are another service's: nothing here refers to its tables.
    table.string("owner", 40).notNullable();
    table.string("name", 200).notNullable();
    table.string("status", 10).notNullable();
    table.timestamp("created_at").notNullable().defaultTo(knex.fn.now());
    table.index(["owner", "id"]);
  });
}

export async function down(knex) {
  await knex.schema.dropTable("tasks");
}
