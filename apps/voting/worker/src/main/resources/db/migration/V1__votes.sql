-- One row for each voter; entry_ms and entry_seq are the id of the queue's entry that it comes from.
CREATE TABLE votes (
    voter text PRIMARY KEY,
    choice text NOT NULL CHECK (choice IN ('a', 'b')),
    entry_ms bigint NOT NULL,
    entry_seq bigint NOT NULL
);
