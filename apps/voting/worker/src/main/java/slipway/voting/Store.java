package slipway.voting;

import java.sql.SQLException;

/** Where votes are counted: the newest of each voter. */
interface Store extends AutoCloseable {

    /** Commits the vote; whether it was news: neither saved already nor older than what is saved. */
    boolean save(Vote vote) throws SQLException;

    /** Whether the schema is there that this code was written for. */
    boolean isMigrated() throws SQLException;

    @Override
    void close();
}
