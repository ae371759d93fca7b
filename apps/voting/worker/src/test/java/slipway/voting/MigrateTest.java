package slipway.voting;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

class MigrateTest {
    private static final int AT_ONCE = 4;

    /** After an interrupted roll-out a Job may start beside one that is still running: Flyway takes a lock of PostgreSQL's. */
    @Test
    void migrationsThatStartAtOnceRunOneAfterTheOther() throws Exception {
        try (var connection = Servers.POSTGRES.getPostgresDatabase().getConnection(); var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE at_once");
        }
        var source = Servers.POSTGRES.getDatabase("postgres", "at_once");
        var start = new CyclicBarrier(AT_ONCE);
        Callable<Void> migration = () -> {
            start.await();
            Migrate.migrate(source);
            return null;
        };
        List<Future<Void>> runs;
        try (var pool = Executors.newFixedThreadPool(AT_ONCE)) {
            runs = pool.invokeAll(Stream.generate(() -> migration).limit(AT_ONCE).toList());
        }
        for (var run : runs) {
            run.get();
        }
        try (var connection = source.getConnection();
                var statement = connection.createStatement();
                var applied = statement.executeQuery("SELECT count(*) FROM flyway_schema_history WHERE success")) {
            applied.next();
            assertThat(applied.getInt(1)).isEqualTo(1);
        }
    }
}
