export async function up(knex) {
  await knex.schema.createTable("users", (table) => {
    table.charset("utf8mb4");
    table.bigIncrements("id");
    table.string("name", 40).notNullable().unique();
    table.string("password_hash", 200).notNullable();
    table.timestamp("created_at").notNullable().defaultTo(knex.fn.now());
  });
}

export async function down(knex) {
  await knex.schema.dropTable("users");
}
