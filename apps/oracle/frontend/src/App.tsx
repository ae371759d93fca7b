import { useCallback, useEffect, useRef, useState } from "react";

import type { Oracle, Page, Person, Prediction } from "./api";
import { Earlier } from "./Earlier";
import { Form } from "./Form";
import { joined } from "./list";
import { Reveal } from "./Reveal";

export function App({ oracle }: { oracle: Oracle }) {
  const [answer, setAnswer] = useState<Prediction | null>(null);
  const [predictions, setPredictions] = useState<Prediction[] | null>(null);
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
        let page: Page;
        let seen: number;
        // What was asked for before a change here may not know of it.
        do {
          seen = changed.current;
          page = await oracle.list(before);
          // An answer that was overtaken by a later question is of no use.
          if (turn !== asked.current) return;
        } while (seen !== changed.current);
        setPredictions((known) => joined(before === null ? null : known, page.predictions));
        setNext(page.next);
      }),
    [attempt, oracle],
  );

  useEffect(() => {
    void load(null);
  }, [load]);

  const ask = (person: Person) =>
    attempt(async () => {
      const made = await oracle.ask(person);
      setAnswer(made);
      changed.current++;
      setPredictions((known) => joined(known, [made]));
      // The others were not there yet, or could not be loaded.
      if (predictions === null) void load(null);
    });

  const remove = async (id: number) => {
    await attempt(async () => {
      await oracle.remove(id);
      changed.current++;
      setPredictions((known) => known?.filter((one) => one.id !== id) ?? null);
      setAnswer((shown) => (shown?.id === id ? null : shown));
    });
  };

  return (
    <main>
      <header className="title">
        <h1>The Oracle</h1>
        <p className="quiet">Tell it who you are. It tells you when.</p>
      </header>
      <p className="joke" role="note">
        <strong>This is a joke.</strong> A small model guesses from made-up data; nobody can know.
      </p>
      {problem && (
        <div className="banner" role="alert">
          <span>{problem}</span>
          <button onClick={() => void load(null)}>Try again</button>
        </div>
      )}
      <Form onAsk={ask} />
      <div aria-live="polite">{answer && <Reveal key={answer.id} prediction={answer} />}</div>
      <Earlier predictions={predictions} failed={problem !== null} onDelete={remove} onMore={next === null ? null : () => void load(next)} />
    </main>
  );
}
