package slipway.voting;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import redis.clients.jedis.exceptions.JedisConnectionException;

/** Stores in memory that fail as often as they are told; {@code events} is what happened, in order. */
final class Fakes {
    final List<String> events = new ArrayList<>();
    final FakeQueue queue = new FakeQueue();
    final FakeStore store = new FakeStore();
    Runnable whenEmpty = () -> {};

    final class FakeQueue implements Queue {
        final Deque<Entry> pending = new ArrayDeque<>();
        int failTake;
        int failAcknowledge;

        void add(long ms, Map<String, String> fields) {
            pending.add(new Entry(ms, 0, fields));
        }

        @Override
        public Optional<Entry> take() {
            if (failTake-- > 0) {
                throw new JedisConnectionException("down");
            }
            if (pending.isEmpty()) {
                whenEmpty.run();
            }
            return Optional.ofNullable(pending.peek());
        }

        @Override
        public void acknowledge(Entry entry) {
            if (failAcknowledge-- > 0) {
                throw new JedisConnectionException("down");
            }
            events.add("acknowledge " + entry.ms());
            pending.remove(entry);
        }

        @Override
        public void reject(Entry entry) {
            events.add("reject " + entry.ms());
            pending.remove(entry);
        }

        @Override
        public void ping() {
            if (failTake > 0) {
                throw new JedisConnectionException("down");
            }
        }

        @Override
        public void close() {}
    }

    final class FakeStore implements Store {
        final Map<String, String> choices = new TreeMap<>();
        int failures;
        boolean migrated = true;

        @Override
        public boolean save(Vote vote) throws SQLException {
            if (failures-- > 0) {
                throw new SQLTransientConnectionException("down");
            }
            events.add("save " + vote.ms());
            return !vote.choice().equals(choices.put(vote.voter(), vote.choice()));
        }

        @Override
        public boolean isMigrated() throws SQLException {
            if (failures > 0) {
                throw new SQLTransientConnectionException("down");
            }
            return migrated;
        }

        @Override
        public void close() {}
    }
}
