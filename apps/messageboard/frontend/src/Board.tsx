import { useCallback, useEffect, useRef, useState } from "react";

import * as api from "./api";
import { Card } from "./Card";
import { Form } from "./Form";
import { joined } from "./list";

export function Board() {
  const [messages, setMessages] = useState<api.Message[] | null>(null);
  const [next, setNext] = useState<number | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const asked = useRef(0);
  const changed = useRef(0);

  /** Whether it worked; if not, the page says why. */
  const attempt = useCallback(async (work: () => Promise<void>): Promise<boolean> => {
    try {
      await work();
      setProblem(null);
      return true;
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      return false;
    }
  }, []);

  const load = useCallback(
    (before: number | null) =>
      attempt(async () => {
        const turn = ++asked.current;
        let page: api.Page;
        let seen: number;
        // What was asked for before a change here may not know of it.
        do {
          seen = changed.current;
          page = await api.list(before);
          // An answer that was overtaken by a later question is of no use.
          if (turn !== asked.current) return;
        } while (seen !== changed.current);
        setMessages((known) => joined(before === null ? null : known, page.messages));
        setNext(page.next);
      }),
    [attempt],
  );

  useEffect(() => {
    void load(null);
  }, [load]);

  const post = (author: string, text: string) =>
    attempt(async () => {
      const message = await api.create(author, text);
      changed.current++;
      setMessages((known) => joined(known, [message]));
      // The others were not there yet, or could not be loaded.
      if (messages === null) void load(null);
    });

  const remove = async (id: number) => {
    await attempt(async () => {
      await api.remove(id);
      changed.current++;
      setMessages((known) => known?.filter((message) => message.id !== id) ?? null);
    });
  };

  return (
    <main>
      <header className="title">
        <h1>Message board</h1>
        <p className="quiet">Say something. Everybody can read it, and anybody can take it away.</p>
      </header>
      {problem && (
        <div className="banner" role="alert">
          <span>{problem}</span>
          <button onClick={() => void load(null)}>Try again</button>
        </div>
      )}
      <Form onPost={post} />
      <section aria-label="Messages" aria-busy={messages === null && !problem}>
        {messages === null && !problem && <p className="quiet centred">Loading messages…</p>}
        {messages?.length === 0 && <p className="quiet centred">No messages yet. Yours could be the first.</p>}
        {messages?.map((message) => <Card key={message.id} message={message} onDelete={remove} />)}
        {next !== null && (
          <button className="subtle more" onClick={() => void load(next)}>
            Load more
          </button>
        )}
      </section>
    </main>
  );
}
