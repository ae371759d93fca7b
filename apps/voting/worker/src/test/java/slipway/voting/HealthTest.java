package slipway.voting;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HealthTest {
    private final Fakes fakes = new Fakes();
    private Instant now = Instant.now();
    private final Loop loop = new Loop(fakes.queue, fakes.store, Loop.PAUSE, () -> now);
    private Health health;

    @BeforeEach
    void start() throws Exception {
        health = new Health(0, loop, fakes.queue, fakes.store);
    }

    @AfterEach
    void stop() {
        health.close();
    }

    @Test
    void itIsReadyUntilItIsToldToStop() throws Exception {
        assertThat(get("/readyz")).isEqualTo("200 {\"status\": \"ok\"}");
        loop.stop();
        assertThat(get("/readyz")).isEqualTo("503 {\"status\": \"stopping\"}");
        assertThat(get("/livez")).startsWith("200");
    }

    @Test
    void itIsAliveButNotReadyWhileAStoreDoesNotAnswer() throws Exception {
        fakes.store.migrated = false;
        assertThat(get("/readyz")).startsWith("503").contains("schema");
        fakes.store.failures = 1;
        assertThat(get("/readyz")).startsWith("503").contains("postgres");
        fakes.queue.failTake = 1;
        assertThat(get("/readyz")).startsWith("503").contains("redis");
        assertThat(get("/livez")).startsWith("200");
    }

    @Test
    void itIsNotAliveWhenTheLoopHasNotGoneRoundForAMinute() throws Exception {
        now = now.plusSeconds(60);
        assertThat(get("/livez")).startsWith("200");
        now = now.plusSeconds(1);
        assertThat(get("/livez")).startsWith("503");
    }

    private String get(String path) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + health.port() + path)).build();
        var answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        return answer.statusCode() + " " + answer.body();
    }
}
