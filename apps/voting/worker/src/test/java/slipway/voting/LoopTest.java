package slipway.voting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.InstantSource;
import java.util.Map;

import io.github.resilience4j.core.IntervalFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class LoopTest {
    private final Fakes fakes = new Fakes();
    private final Loop loop = new Loop(fakes.queue, fakes.store, IntervalFunction.of(1), InstantSource.system());

    @BeforeEach
    void oneVoteAndStopAfterIt() {
        fakes.queue.add(1, Map.of("voter", "ann", "choice", "a"));
        fakes.whenEmpty = loop::stop;
    }

    @Test
    void aVoteIsCommittedBeforeItIsAcknowledged() throws Exception {
        loop.run();
        assertThat(fakes.events).containsExactly("save 1", "acknowledge 1");
    }

    @Test
    void aVoteStaysPendingWhileTheStoreIsDownAndIsCountedAfterwards() throws Exception {
        fakes.store.failures = 3;
        loop.run();
        assertThat(fakes.events).containsExactly("save 1", "acknowledge 1");
        assertThat(fakes.store.choices).containsExactly(Map.entry("ann", "a"));
    }

    @Test
    void aVoteThatCannotBeAcknowledgedIsHandledTwiceAndCountedOnce() throws Exception {
        fakes.queue.failAcknowledge = 1;
        loop.run();
        assertThat(fakes.events).containsExactly("save 1", "save 1", "acknowledge 1");
        assertThat(fakes.store.choices).hasSize(1);
    }

    @Test
    void itWaitsForTheQueueToComeBack() throws Exception {
        fakes.queue.failTake = 3;
        loop.run();
        assertThat(fakes.queue.pending).isEmpty();
    }

    @Test
    void aMalformedEntryDoesNotBlockTheNext() throws Exception {
        fakes.queue.pending.clear();
        fakes.queue.add(1, Map.of("voter", "ann", "choice", "c"));
        fakes.queue.add(2, Map.of("voter", "ann", "choice", "b"));
        loop.run();
        assertThat(fakes.events).containsExactly("reject 1", "save 2", "acknowledge 2");
    }

    @Test
    void aStopDuringAnOutageEndsTheWaitAndLeavesTheVotePending() throws Exception {
        fakes.store.failures = Integer.MAX_VALUE;
        var stopper = Thread.startVirtualThread(() -> {
            sleep(50);
            loop.stop();
        });
        loop.run();
        stopper.join();
        assertThat(fakes.queue.pending).hasSize(1);
        assertThat(fakes.events).isEmpty();
    }

    @Test
    void whatIsNoOutageIsNotTriedAgain() {
        fakes.whenEmpty = () -> {
            throw new IllegalStateException("a mistake of ours");
        };
        assertThatThrownBy(loop::run).isInstanceOf(IllegalStateException.class);
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
