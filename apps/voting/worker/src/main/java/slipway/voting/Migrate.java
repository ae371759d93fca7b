package slipway.voting;

import javax.sql.DataSource;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings the schema to the version of this code; run by a Job before a roll-out. */
public final class Migrate {
    static final String VERSION = "1";
    // Pauses of 1, 2, 2, ... seconds: 119 in all.
    private static final int CONNECT_RETRIES = 60;
    private static final int LONGEST_PAUSE_SECONDS = 2;
    private static final Logger log = LoggerFactory.getLogger(Migrate.class);

    private Migrate() {}

    public static void main(String[] args) {
        var config = Config.loadOrExit();
        try {
            migrate(PostgresStore.source(config));
        } catch (FlywayException error) {
            log.error("migration failed", error);
            System.exit(1);
        }
        log.info("the schema is up to date");
    }

    static void migrate(DataSource source) {
        Flyway.configure()
                .dataSource(source)
                .target(VERSION)
                .connectRetries(CONNECT_RETRIES)
                .connectRetriesInterval(LONGEST_PAUSE_SECONDS)
                .load()
                .migrate();
    }
}
