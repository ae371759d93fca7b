package slipway.voting;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VoteTest {

    @Test
    void anEntryIsAVote() {
        assertThat(Vote.of(new Queue.Entry(5, 1, Map.of("voter", "ann", "choice", "a")))).contains(new Vote("ann", "a", 5, 1));
    }

    static Stream<Map<String, String>> malformed() {
        return Stream.of(
                Map.of(),
                Map.of("voter", "ann"),
                Map.of("choice", "a"),
                Map.of("voter", "", "choice", "a"),
                Map.of("voter", "ann", "choice", "c"),
                Map.of("voter", "ann", "choice", "A"),
                Map.of("voter", "a\0n", "choice", "a"),
                Map.of("voter", "a".repeat(129), "choice", "a"));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void aMalformedEntryIsNone(Map<String, String> fields) {
        assertThat(Vote.of(new Queue.Entry(5, 1, fields))).isEmpty();
    }
}
