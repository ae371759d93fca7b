package slipway.voting;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import redis.clients.jedis.exceptions.JedisException;

/** {@code /livez}: the loop goes round. {@code /readyz}: the stores answer, migrated, and it is not stopping. */
final class Health implements AutoCloseable {
    private static final Duration LONGEST_ROUND = Duration.ofSeconds(60);

    private final HttpServer server;
    private final Loop loop;
    private final Queue queue;
    private final Store store;

    Health(int port, Loop loop, Queue queue, Store store) throws IOException {
        this.loop = loop;
        this.queue = queue;
        this.store = store;
        server = HttpServer.create(new InetSocketAddress(port), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/livez", exchange -> answer(exchange, this::stuck));
        server.createContext("/readyz", exchange -> answer(exchange, this::problem));
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private Optional<String> stuck() {
        return loop.sinceLastRound().compareTo(LONGEST_ROUND) > 0 ? Optional.of("the loop is stuck") : Optional.empty();
    }

    private Optional<String> problem() {
        if (loop.isStopping()) {
            return Optional.of("stopping");
        }
        try {
            queue.ping();
            return store.isMigrated() ? Optional.empty() : Optional.of("the schema is of another version");
        } catch (JedisException error) {
            return Optional.of("redis does not answer");
        } catch (SQLException error) {
            return Optional.of("postgres does not answer");
        }
    }

    private static void answer(HttpExchange exchange, Supplier<Optional<String>> check) throws IOException {
        try (exchange) {
            var problem = check.get();
            var body = "{\"status\": \"%s\"}".formatted(problem.orElse("ok")).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(problem.isEmpty() ? 200 : 503, body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
