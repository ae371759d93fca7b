package slipway.voting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;

import org.junit.jupiter.api.Test;

class ConfigTest {

    @Test
    void allThatIsWrongWithTheEnvironmentIsNamedAtOnce() {
        assertThatThrownBy(() -> Config.of(Map.of("REDIS_HOST", "redis", "REDIS_PORT", "65536", "POSTGRES_PORT", "0x")))
                .hasMessageContainingAll(
                        "PORT is missing", "REDIS_PORT must be", "REDIS_USER", "REDIS_PASSWORD", "POSTGRES_HOST",
                        "POSTGRES_PORT must be", "POSTGRES_NAME", "POSTGRES_USER", "POSTGRES_PASSWORD")
                .message().doesNotContain("REDIS_HOST");
    }

    @Test
    void thePasswordsAreInNoTextOfTheConfiguration() {
        assertThat(Servers.config("one").toString()).doesNotContain("secret");
    }
}
