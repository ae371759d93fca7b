package slipway.voting;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What a voter chose, and the id of the entry that says so. */
record Vote(String voter, String choice, long ms, long seq) {
    private static final Set<String> CHOICES = Set.of("a", "b");
    // All that Postgres stores and indexes whatever its encoding: what it refuses would be tried for ever.
    private static final Pattern VOTER = Pattern.compile("[!-~]{1,128}");

    /** None, if the entry is malformed. */
    static Optional<Vote> of(Queue.Entry entry) {
        var voter = entry.fields().getOrDefault("voter", "");
        var choice = entry.fields().getOrDefault("choice", "");
        return VOTER.matcher(voter).matches() && CHOICES.contains(choice)
                ? Optional.of(new Vote(voter, choice, entry.ms(), entry.seq()))
                : Optional.empty();
    }
}
