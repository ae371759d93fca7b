package slipway.voting;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.github.resilience4j.retry.event.RetryOnRetryEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.exceptions.JedisException;

/** Takes an entry, commits its vote, acknowledges it; in this order, so that a failure loses nothing. */
final class Loop {
    static final IntervalFunction PAUSE = IntervalFunction.ofExponentialRandomBackoff(200L, 2.0, 0.3, 5_000L);
    private static final Logger log = LoggerFactory.getLogger(Loop.class);

    private final Queue queue;
    private final Store store;
    private final InstantSource clock;
    private final Retry retry;
    private volatile Instant lastRound;
    private volatile boolean stopping;

    Loop(Queue queue, Store store, IntervalFunction pause, InstantSource clock) {
        this.queue = queue;
        this.store = store;
        this.clock = clock;
        lastRound = clock.instant();
        retry = Retry.of("round", RetryConfig.custom()
                .maxAttempts(Integer.MAX_VALUE)
                .intervalFunction(pause)
                .retryOnException(error -> !stopping && isOutage(error))
                .build());
        retry.getEventPublisher().onRetry(this::waiting).onSuccess(event -> log.info("the stores answer again"));
    }

    /** Until {@link #stop}; waits for a store that does not answer, however long that takes. */
    void run() throws Exception {
        while (!stopping) {
            try {
                retry.executeCallable(this::round);
            } catch (SQLException | JedisException error) {
                // Only a stop ends the wait: the entry in hand stays pending, for another worker.
                log.atWarn().addKeyValue("error", rootOf(error)).log("stopped while a store did not answer");
            }
        }
    }

    void stop() {
        stopping = true;
    }

    boolean isStopping() {
        return stopping;
    }

    Duration sinceLastRound() {
        return Duration.between(lastRound, clock.instant());
    }

    private Void round() throws SQLException {
        lastRound = clock.instant();
        var taken = queue.take();
        if (taken.isPresent()) {
            handle(taken.get());
        }
        return null;
    }

    private void handle(Queue.Entry entry) throws SQLException {
        var vote = Vote.of(entry);
        if (vote.isEmpty()) {
            queue.reject(entry);
            log.atWarn().addKeyValue("entry", entry.id()).log("a malformed entry was rejected");
            return;
        }
        var changed = store.save(vote.get());
        queue.acknowledge(entry);
        log.atInfo().addKeyValue("entry", entry.id()).addKeyValue("changed", changed).log("vote");
    }

    private void waiting(RetryOnRetryEvent event) {
        log.atWarn()
                .addKeyValue("error", rootOf(event.getLastThrowable()))
                .addKeyValue("attempt", event.getNumberOfRetryAttempts())
                .addKeyValue("wait_ms", event.getWaitInterval().toMillis())
                .log("a store does not answer");
    }

    private static boolean isOutage(Throwable error) {
        return error instanceof SQLException || error instanceof JedisException;
    }

    private static String rootOf(Throwable error) {
        var root = error;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.toString();
    }
}
