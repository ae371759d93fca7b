package slipway.voting;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.params.XAddParams;

/** As processes, which a signal ends. */
@Timeout(30)
class WorkerTest {
    @TempDir
    Path folder;

    @Test
    void itCountsVotesThroughAnOutageAndEndsWithZeroOnSigterm() throws Exception {
        var environment = Servers.environment("pod-1");
        assertThat(start(Migrate.class, environment).waitFor()).isZero();
        var worker = start(Worker.class, environment);
        var readyz = URI.create("http://127.0.0.1:" + environment.get("PORT") + "/readyz");
        try {
            await(() -> status(readyz) == 200);
            vote("first", "a");
            await(() -> PostgresStoreTest.rows().stream().anyMatch(row -> row.startsWith("first a")));
            Servers.stopRedis();
            await(() -> status(readyz) == 503);
            Servers.restartRedis();
            vote("second", "b");
            await(() -> PostgresStoreTest.rows().stream().anyMatch(row -> row.startsWith("second b")));
        } finally {
            worker.destroy();
        }
        assertThat(worker.waitFor(25, TimeUnit.SECONDS)).isTrue();
        assertThat(worker.exitValue()).isZero();
        assertThat(Files.readAllLines(folder.resolve("Worker")))
                .allMatch(line -> line.matches("\\{\"time\":\"[^\"]+Z\",\"level\":\"(info|warning)\",\"service\":\"voting-worker\",\"msg\":\".*}"))
                .noneMatch(line -> line.contains("secret") || line.contains("first"))
                .anyMatch(line -> line.contains("a store does not answer"));
    }

    @Test
    void itRefusesAnEmptyEnvironment() throws Exception {
        assertThat(start(Worker.class, Map.of()).waitFor()).isEqualTo(1);
        assertThat(Files.readString(folder.resolve("Worker"))).contains("PORT is missing", "POSTGRES_PASSWORD is missing");
    }

    private Process start(Class<?> main, Map<String, String> environment) throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var builder = new ProcessBuilder(java, "-XX:TieredStopAtLevel=1", "-Dlogback.configurationFile=logback.xml", "-cp", System.getProperty("java.class.path"), main.getName())
                .redirectOutput(folder.resolve(main.getSimpleName()).toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static void vote(String voter, String choice) {
        try (var redis = Servers.redis()) {
            redis.xadd("votes", new XAddParams(), Map.of("voter", voter, "choice", choice));
        }
    }

    private static int status(URI address) throws InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(address).build(), BodyHandlers.discarding()).statusCode();
        } catch (IOException error) {
            return 0;
        }
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        while (!condition.call()) {
            Thread.sleep(Duration.ofMillis(100));
        }
    }
}
