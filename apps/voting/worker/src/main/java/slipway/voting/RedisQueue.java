package slipway.voting;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.XAddParams;
import redis.clients.jedis.params.XAutoClaimParams;
import redis.clients.jedis.params.XReadGroupParams;
import redis.clients.jedis.resps.StreamEntry;

/** The stream {@code votes}, which all workers read as one consumer group. */
final class RedisQueue implements Queue {
    static final String VOTES = "votes";
    static final String REJECTED = "votes-rejected";
    static final String GROUP = "workers";
    static final Duration CLAIM_AFTER = Duration.ofSeconds(15);
    private static final int BLOCK_MILLIS = 2_000;
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final int REJECTED_KEPT = 1_000;

    private final RedisClient redis;
    private final String consumer;
    private final Duration claimAfter;

    RedisQueue(Config config, Duration claimAfter) {
        consumer = config.consumer();
        this.claimAfter = claimAfter;
        redis = RedisClient.builder()
                .hostAndPort(new HostAndPort(config.redisHost(), config.redisPort()))
                .clientConfig(DefaultJedisClientConfig.builder()
                        .user(config.redisUser())
                        .password(config.redisPassword())
                        .timeoutMillis(TIMEOUT_MILLIS)
                        .blockingSocketTimeoutMillis(BLOCK_MILLIS + TIMEOUT_MILLIS)
                        .build())
                .build();
    }

    /** First what this consumer has not finished, then what a dead one has not, then what is new. */
    @Override
    public Optional<Entry> take() {
        try {
            return read(new StreamEntryID(), new XReadGroupParams())
                    .or(this::claim)
                    .or(() -> read(StreamEntryID.XREADGROUP_UNDELIVERED_ENTRY, new XReadGroupParams().block(BLOCK_MILLIS)));
        } catch (JedisDataException error) {
            if (!error.getMessage().startsWith("NOGROUP")) {
                throw error;
            }
            createGroup();
            return Optional.empty();
        }
    }

    private Optional<Entry> read(StreamEntryID after, XReadGroupParams params) {
        var streams = redis.xreadGroup(GROUP, consumer, params.count(1), Map.of(VOTES, after));
        return streams == null ? Optional.empty() : first(streams.getFirst().getValue());
    }

    private Optional<Entry> claim() {
        var params = new XAutoClaimParams().count(1);
        return first(redis.xautoclaim(VOTES, GROUP, consumer, claimAfter.toMillis(), new StreamEntryID(), params).getValue());
    }

    private static Optional<Entry> first(List<StreamEntry> entries) {
        return entries.stream().findFirst().map(entry -> {
            // An entry that was deleted while it was pending has no fields.
            var fields = Optional.ofNullable(entry.getFields()).orElse(Map.of());
            return new Entry(entry.getID().getTime(), entry.getID().getSequence(), fields);
        });
    }

    private void createGroup() {
        try {
            redis.xgroupCreate(VOTES, GROUP, new StreamEntryID(), true);
        } catch (JedisDataException error) {
            if (!error.getMessage().startsWith("BUSYGROUP")) {
                throw error;
            }
        }
    }

    @Override
    public void acknowledge(Entry entry) {
        var id = new StreamEntryID(entry.ms(), entry.seq());
        try (var transaction = redis.multi()) {
            transaction.xack(VOTES, GROUP, id);
            transaction.xdel(VOTES, id);
            transaction.exec();
        }
    }

    @Override
    public void reject(Entry entry) {
        var id = new StreamEntryID(entry.ms(), entry.seq());
        var fields = new HashMap<>(entry.fields());
        fields.put("entry", entry.id());
        try (var transaction = redis.multi()) {
            transaction.xadd(REJECTED, fields, new XAddParams().maxLen(REJECTED_KEPT).approximateTrimming());
            transaction.xack(VOTES, GROUP, id);
            transaction.xdel(VOTES, id);
            transaction.exec();
        }
    }

    @Override
    public void ping() {
        redis.ping();
    }

    @Override
    public void close() {
        redis.close();
    }
}
