package slipway.voting;

import java.util.Map;
import java.util.Optional;

/** Where votes wait. An entry that is taken and not acknowledged is handed out again. */
interface Queue extends AutoCloseable {

    /** The next entry; none, if there is none within a few seconds. */
    Optional<Entry> take();

    void acknowledge(Entry entry);

    /** Puts aside what will never be a vote, and acknowledges it. */
    void reject(Entry entry);

    void ping();

    @Override
    void close();

    /** {@code ms} and {@code seq} are the two halves of the entry's id, which order all entries of the queue. */
    record Entry(long ms, long seq, Map<String, String> fields) {
        String id() {
            return ms + "-" + seq;
        }
    }
}
