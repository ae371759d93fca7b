package slipway.voting;

import java.sql.SQLException;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.util.PSQLState;

/** The table {@code votes}; each change of it is told to who listens on the channel {@code votes}. */
final class PostgresStore implements Store {
    private static final String SAVE = """
            WITH changed AS (
                INSERT INTO votes (voter, choice, entry_ms, entry_seq) VALUES (?, ?, ?, ?)
                ON CONFLICT (voter) DO UPDATE
                SET choice = excluded.choice, entry_ms = excluded.entry_ms, entry_seq = excluded.entry_seq
                WHERE (votes.entry_ms, votes.entry_seq) < (excluded.entry_ms, excluded.entry_seq)
                RETURNING voter
            )
            SELECT pg_notify('votes', '') FROM changed
            """;
    private static final String MIGRATED = "SELECT 1 FROM flyway_schema_history WHERE version = ? AND success";

    private final HikariDataSource pool;

    PostgresStore(PGSimpleDataSource source) {
        source.setSocketTimeout(10);
        var config = new HikariConfig();
        config.setDataSource(source);
        // One for the loop, one for readiness.
        config.setMaximumPoolSize(2);
        config.setConnectionTimeout(5_000);
        // It waits for the database after the start as at any other time.
        config.setInitializationFailTimeout(-1);
        pool = new HikariDataSource(config);
    }

    static PGSimpleDataSource source(Config config) {
        var source = new PGSimpleDataSource();
        source.setServerNames(new String[] {config.postgresHost()});
        source.setPortNumbers(new int[] {config.postgresPort()});
        source.setDatabaseName(config.postgresName());
        source.setUser(config.postgresUser());
        source.setPassword(config.postgresPassword());
        source.setApplicationName("voting-worker");
        source.setConnectTimeout(5);
        // The detail of an error holds a row's values.
        source.setLogServerErrorDetail(false);
        return source;
    }

    @Override
    public boolean save(Vote vote) throws SQLException {
        try (var connection = pool.getConnection(); var statement = connection.prepareStatement(SAVE)) {
            statement.setString(1, vote.voter());
            statement.setString(2, vote.choice());
            statement.setLong(3, vote.ms());
            statement.setLong(4, vote.seq());
            return statement.executeQuery().next();
        }
    }

    @Override
    public boolean isMigrated() throws SQLException {
        try (var connection = pool.getConnection(); var statement = connection.prepareStatement(MIGRATED)) {
            statement.setString(1, Migrate.VERSION);
            return statement.executeQuery().next();
        } catch (SQLException error) {
            if (PSQLState.UNDEFINED_TABLE.getState().equals(error.getSQLState())) {
                return false;
            }
            throw error;
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
