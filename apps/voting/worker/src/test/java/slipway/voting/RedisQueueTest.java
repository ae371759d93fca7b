package slipway.voting;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.params.XAddParams;

class RedisQueueTest {
    private static final Map<String, String> VOTE = Map.of("voter", "ann", "choice", "a");
    private final RedisClient redis = Servers.redis();
    private final RedisQueue queue = new RedisQueue(Servers.config("one"), Duration.ofHours(1));

    @BeforeEach
    void empty() {
        redis.flushAll();
        assertThat(queue.take()).as("the round that makes the group").isEmpty();
    }

    @AfterEach
    void close() {
        queue.close();
        redis.close();
    }

    @Test
    void anEntryIsHandedOutUntilItIsAcknowledgedAndThenGone() {
        var id = add(VOTE);
        var taken = queue.take().orElseThrow();
        assertThat(taken).isEqualTo(new Queue.Entry(id.getTime(), id.getSequence(), VOTE));
        assertThat(queue.take()).contains(taken);
        queue.acknowledge(taken);
        assertThat(pending()).isZero();
        assertThat(redis.xlen("votes")).isZero();
    }

    @Test
    void votesFromBeforeTheGroupAreNotMissed() {
        redis.flushAll();
        add(VOTE);
        assertThat(queue.take()).isEmpty();
        assertThat(queue.take()).isPresent();
    }

    @Test
    void anEntryOfADeadConsumerIsTakenOverAndOneOfALivingIsNot() {
        add(VOTE);
        var taken = queue.take();
        try (var patient = new RedisQueue(Servers.config("two"), Duration.ofHours(1));
                var heir = new RedisQueue(Servers.config("three"), Duration.ZERO)) {
            assertThat(patient.take()).isEmpty();
            assertThat(heir.take()).isEqualTo(taken);
        }
    }

    @Test
    void anEntryThatWasDeletedWhilePendingDoesNotBlockTheQueue() {
        redis.xdel("votes", taken(add(VOTE)));
        var gone = queue.take().orElseThrow();
        assertThat(gone.fields()).isEmpty();
        queue.reject(gone);
        assertThat(pending()).isZero();
    }

    @Test
    void aRejectedEntryIsPutAsideWithItsId() {
        var id = add(Map.of("voter", "ann", "choice", "c"));
        queue.reject(queue.take().orElseThrow());
        assertThat(pending()).isZero();
        assertThat(redis.xlen("votes")).isZero();
        assertThat(redis.xrange("votes-rejected", "-", "+").getFirst().getFields())
                .containsExactlyInAnyOrderEntriesOf(Map.of("voter", "ann", "choice", "c", "entry", id.toString()));
    }

    private StreamEntryID add(Map<String, String> fields) {
        return redis.xadd("votes", new XAddParams(), fields);
    }

    private StreamEntryID taken(StreamEntryID id) {
        queue.take().orElseThrow();
        return id;
    }

    private long pending() {
        return redis.xpending("votes", "workers").getTotal();
    }
}
