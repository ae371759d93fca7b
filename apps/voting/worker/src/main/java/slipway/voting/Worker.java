package slipway.voting;

import java.time.Duration;
import java.time.InstantSource;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Moves votes from the queue to the database, until it is told to stop. */
public final class Worker {
    // Of the 30 seconds that a pod has to stop.
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Logger log = LoggerFactory.getLogger(Worker.class);

    private Worker() {}

    public static void main(String[] args) {
        var config = Config.loadOrExit();
        try {
            work(config);
        } catch (Exception error) {
            log.error("the worker failed", error);
            // Not exit: the hook would wait for this thread.
            Runtime.getRuntime().halt(1);
        }
    }

    private static void work(Config config) throws Exception {
        var worker = Thread.currentThread();
        var queue = new RedisQueue(config, RedisQueue.CLAIM_AFTER);
        var store = new PostgresStore(PostgresStore.source(config));
        var loop = new Loop(queue, store, Loop.PAUSE, InstantSource.system());
        var health = new Health(config.port(), loop, queue, store);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            loop.stop();
            join(worker);
            health.close();
            queue.close();
            store.close();
            log.info("stopped");
            // After a signal the JVM's own exit code would be 128 and the signal.
            Runtime.getRuntime().halt(0);
        }));
        log.atInfo().addKeyValue("consumer", config.consumer()).log("started");
        loop.run();
    }

    private static void join(Thread worker) {
        try {
            if (!worker.join(PATIENCE)) {
                log.warn("the entry in hand is left to another worker");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
