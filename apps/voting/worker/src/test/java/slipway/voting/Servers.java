package slipway.voting;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.Map;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import redis.clients.jedis.RedisClient;
import redis.embedded.RedisServer;

/** Real servers, started once for all tests; Redis with a user of no more rights than the platform gives. */
final class Servers {
    static final EmbeddedPostgres POSTGRES = startPostgres();
    static final int REDIS_PORT = freePort();
    private static RedisServer redis = startRedis();

    private Servers() {}

    static Config config(String consumer) {
        return Config.of(environment(consumer));
    }

    static Map<String, String> environment(String consumer) {
        var environment = new HashMap<String, String>();
        environment.put("PORT", String.valueOf(freePort()));
        environment.put("HOSTNAME", consumer);
        environment.put("REDIS_HOST", "127.0.0.1");
        environment.put("REDIS_PORT", String.valueOf(REDIS_PORT));
        environment.put("REDIS_USER", "voting");
        environment.put("REDIS_PASSWORD", "redis-secret");
        environment.put("POSTGRES_HOST", "127.0.0.1");
        environment.put("POSTGRES_PORT", String.valueOf(POSTGRES.getPort()));
        environment.put("POSTGRES_NAME", "postgres");
        environment.put("POSTGRES_USER", "postgres");
        environment.put("POSTGRES_PASSWORD", "postgres-secret");
        return environment;
    }

    /** As its administrator. */
    static RedisClient redis() {
        return RedisClient.create("127.0.0.1", REDIS_PORT);
    }

    /** It comes back empty. */
    static void stopRedis() throws IOException {
        redis.stop();
    }

    static void restartRedis() {
        redis = startRedis();
    }

    private static RedisServer startRedis() {
        try {
            var server = RedisServer.newRedisServer()
                    .port(REDIS_PORT)
                    .setting("save \"\"")
                    .setting("user voting on >redis-secret ~* &* +@all -@admin -@dangerous")
                    .build();
            server.start();
            return server;
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    private static EmbeddedPostgres startPostgres() {
        try {
            var server = EmbeddedPostgres.start();
            Migrate.migrate(server.getPostgresDatabase());
            return server;
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }
}
