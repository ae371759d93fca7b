package slipway.voting;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

class PostgresStoreTest {
    private final PostgresStore store = new PostgresStore(PostgresStore.source(Servers.config("one")));

    @BeforeEach
    void empty() throws SQLException {
        execute("TRUNCATE votes");
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void aVoteThatIsSavedTwiceCountsOnce() throws SQLException {
        assertThat(store.save(new Vote("ann", "a", 5, 0))).isTrue();
        assertThat(store.save(new Vote("ann", "a", 5, 0))).isFalse();
        assertThat(rows()).containsExactly("ann a 5-0");
    }

    @Test
    void aChangedMindWinsAndAnOlderVoteThatComesLaterDoesNot() throws SQLException {
        store.save(new Vote("ann", "a", 5, 9));
        assertThat(store.save(new Vote("ann", "b", 5, 10))).isTrue();
        assertThat(store.save(new Vote("ann", "a", 5, 9))).isFalse();
        assertThat(store.save(new Vote("ann", "a", 4, 11))).isFalse();
        assertThat(store.save(new Vote("bob", "a", 4, 0))).isTrue();
        assertThat(rows()).containsExactly("ann b 5-10", "bob a 4-0");
    }

    @Test
    void theNewestWinsWhateverTheOrderOfSeveralWorkers() throws Exception {
        try (var workers = Executors.newFixedThreadPool(2)) {
            workers.invokeAll(List.of(save(0, 50, 1), save(49, -1, -1)));
        }
        assertThat(rows()).containsExactly("ann b 49-0");
    }

    private Callable<Void> save(int from, int to, int step) {
        return () -> {
            for (var ms = from; ms != to; ms += step) {
                store.save(new Vote("ann", ms % 2 == 0 ? "a" : "b", ms, 0));
            }
            return null;
        };
    }

    @Test
    void listenersHearOfChangesOnly() throws SQLException {
        try (var listener = Servers.POSTGRES.getPostgresDatabase().getConnection(); var statement = listener.createStatement()) {
            statement.execute("LISTEN votes");
            var heard = listener.unwrap(PGConnection.class);
            store.save(new Vote("ann", "a", 5, 0));
            assertThat(heard.getNotifications(5_000)).hasSize(1);
            store.save(new Vote("ann", "b", 4, 0));
            assertThat(heard.getNotifications(200)).isNullOrEmpty();
        }
    }

    @Test
    void itIsMigratedOnceTheMigrationHasRun() throws SQLException {
        assertThat(store.isMigrated()).isTrue();
        execute("ALTER TABLE flyway_schema_history RENAME TO hidden");
        assertThat(store.isMigrated()).isFalse();
        execute("ALTER TABLE hidden RENAME TO flyway_schema_history");
        Migrate.migrate(Servers.POSTGRES.getPostgresDatabase());
        assertThat(store.isMigrated()).isTrue();
    }

    private static void execute(String sql) throws SQLException {
        try (var connection = Servers.POSTGRES.getPostgresDatabase().getConnection(); var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static List<String> rows() throws SQLException {
        var query = "SELECT string_agg(format('%s %s %s-%s', voter, choice, entry_ms, entry_seq), ',' ORDER BY voter) FROM votes";
        try (var connection = Servers.POSTGRES.getPostgresDatabase().getConnection();
                var statement = connection.createStatement();
                var result = statement.executeQuery(query)) {
            result.next();
            var rows = result.getString(1);
            return rows == null ? List.of() : List.of(rows.split(","));
        }
    }
}
