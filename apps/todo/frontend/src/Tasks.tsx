import { useCallback, useEffect, useMemo, useState, type FormEvent } from "react";

import { LoggedOutError, tasksOf, type Session, type Status, type Task } from "./api";
import { Item } from "./Item";

interface Props {
  session: Session;
  draft: string;
  onDraft: (text: string) => void;
  onLoggedOut: (why: string) => void;
}

export function Tasks({ session, draft, onDraft, onLoggedOut }: Props) {
  const api = useMemo(() => tasksOf(session), [session]);
  const [tasks, setTasks] = useState<Task[] | null>(null);
  const [next, setNext] = useState<number | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  /** Whether it worked; if not, the page says why. */
  const attempt = useCallback(
    async (work: () => Promise<void>): Promise<boolean> => {
      try {
        await work();
        setProblem(null);
        return true;
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        if (error instanceof LoggedOutError) onLoggedOut(why);
        else setProblem(why);
        return false;
      }
    },
    [onLoggedOut],
  );

  const load = useCallback(
    (before: number | null) =>
      attempt(async () => {
        const page = await api.list(before);
        setTasks((known) => (before === null ? page.tasks : [...(known ?? []), ...page.tasks]));
        setNext(page.next);
      }),
    [api, attempt],
  );

  useEffect(() => {
    void load(null);
  }, [load]);

  async function add(event: FormEvent) {
    event.preventDefault();
    await attempt(async () => {
      const task = await api.add(draft);
      setTasks((known) => [task, ...(known ?? [])]);
      onDraft("");
    });
  }

  const change = (id: number, values: { name?: string; status?: Status }) =>
    attempt(async () => {
      const task = await api.change(id, values);
      setTasks((known) => known?.map((one) => (one.id === id ? task : one)) ?? null);
    });

  const remove = (id: number) =>
    attempt(async () => {
      await api.remove(id);
      setTasks((known) => known?.filter((one) => one.id !== id) ?? null);
    });

  return (
    <>
      {problem && (
        <div className="banner" role="alert">
          <span>{problem}</span>
          <button onClick={() => void load(null)}>Try again</button>
        </div>
      )}
      <form className="row add" onSubmit={add}>
        <input aria-label="New task" placeholder="What is to be done?" value={draft} maxLength={200} onChange={(e) => onDraft(e.target.value)} />
        <button disabled={draft.trim() === ""}>Add</button>
      </form>
      <section aria-label="Tasks" aria-busy={tasks === null && !problem}>
        {tasks === null && !problem && <p className="quiet centred">Loading tasks…</p>}
        {tasks?.length === 0 && <p className="quiet centred">Nothing to do. Enjoy it.</p>}
        {tasks?.map((task) => (
          <Item key={task.id} task={task} onChange={change} onDelete={remove} />
        ))}
        {next !== null && (
          <button className="subtle more" onClick={() => void load(next)}>
            Load more
          </button>
        )}
      </section>
    </>
  );
}
