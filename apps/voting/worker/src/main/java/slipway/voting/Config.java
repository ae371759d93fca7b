package slipway.voting;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the environment says, parsed once; every problem is named at once. */
record Config(
        int port,
        String consumer,
        String redisHost,
        int redisPort,
        String redisUser,
        String redisPassword,
        String postgresHost,
        int postgresPort,
        String postgresName,
        String postgresUser,
        String postgresPassword) {

    private static final Logger log = LoggerFactory.getLogger(Config.class);

    static Config of(Map<String, String> environment) {
        var reader = new Reader(environment, new ArrayList<>());
        var config = new Config(
                reader.port("PORT"),
                environment.getOrDefault("HOSTNAME", UUID.randomUUID().toString()),
                reader.text("REDIS_HOST"),
                reader.port("REDIS_PORT"),
                reader.text("REDIS_USER"),
                reader.text("REDIS_PASSWORD"),
                reader.text("POSTGRES_HOST"),
                reader.port("POSTGRES_PORT"),
                reader.text("POSTGRES_NAME"),
                reader.text("POSTGRES_USER"),
                reader.text("POSTGRES_PASSWORD"));
        if (!reader.problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", reader.problems));
        }
        return config;
    }

    static Config loadOrExit() {
        try {
            return of(System.getenv());
        } catch (IllegalArgumentException problem) {
            log.error("configuration: {}", problem.getMessage());
            System.exit(1);
            throw problem;
        }
    }

    /** Without the passwords. */
    @Override
    public String toString() {
        return "Config[redis=%s:%d, postgres=%s:%d/%s]".formatted(redisHost, redisPort, postgresHost, postgresPort, postgresName);
    }

    private record Reader(Map<String, String> environment, List<String> problems) {
        private static final Pattern PORT = Pattern.compile("[1-9]\\d{0,4}");
        private static final int HIGHEST_PORT = 65_535;

        String text(String name) {
            var value = environment.getOrDefault(name, "");
            if (value.isEmpty()) {
                problems.add(name + " is missing");
            }
            return value;
        }

        int port(String name) {
            var value = text(name);
            if (PORT.matcher(value).matches() && Integer.parseInt(value) <= HIGHEST_PORT) {
                return Integer.parseInt(value);
            }
            if (!value.isEmpty()) {
                problems.add("%s must be a port number, got '%s'".formatted(name, value));
            }
            return 0;
        }
    }
}
