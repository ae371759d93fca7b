import { useCallback, useEffect, useMemo, useRef, useState, type Dispatch, type FormEvent, type SetStateAction } from "react";

import { LoggedOutError, tasksOf, type Page, type Session, type Status, type Task } from "./api";
import { withName, type Drafts } from "./drafts";
import { Item } from "./Item";
import { joined } from "./list";

interface Props {
  session: Session;
  drafts: Drafts;
  onDrafts: Dispatch<SetStateAction<Drafts>>;
  onLoggedOut: (why: string) => void;
}

function summary(tasks: Task[], more: boolean): string {
  if (tasks.length === 0) return "Nothing to do. Enjoy it.";
  const done = tasks.filter(({ status }) => status === "done").length;
  return `${more ? "The newest " : ""}${tasks.length} ${tasks.length === 1 ? "task" : "tasks"}, ${done} done`;
}

export function Tasks({ session, drafts, onDrafts, onLoggedOut }: Props) {
  const api = useMemo(() => tasksOf(session), [session]);
  const [tasks, setTasks] = useState<Task[] | null>(null);
  const [next, setNext] = useState<number | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [adding, setAdding] = useState(false);
  const list = useRef<HTMLElement>(null);
  const asked = useRef(0);
  const changed = useRef(0);
  const loading = tasks === null && !problem;

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
        const turn = ++asked.current;
        let page: Page;
        let seen: number;
        // What was asked for before a change here may not know of it.
        do {
          seen = changed.current;
          page = await api.list(before);
          // An answer that was overtaken by a later question is of no use.
          if (turn !== asked.current) return;
        } while (seen !== changed.current);
        setTasks((known) => joined(before === null ? null : known, page.tasks));
        setNext(page.next);
      }),
    [api, attempt],
  );

  useEffect(() => {
    list.current?.focus({ preventScroll: true });
    void load(null);
  }, [load]);

  async function add(event: FormEvent) {
    event.preventDefault();
    setAdding(true);
    await attempt(async () => {
      const task = await api.add(drafts.task);
      changed.current++;
      setTasks((known) => joined(known, [task]));
      // The others were not there yet, or could not be loaded.
      if (tasks === null) void load(null);
      // What was typed meanwhile stays.
      onDrafts((known) => (known.task === drafts.task ? { ...known, task: "" } : known));
    });
    setAdding(false);
  }

  const change = (id: number, values: { name?: string; status?: Status }) =>
    attempt(async () => {
      const task = await api.change(id, values);
      changed.current++;
      setTasks((known) => known?.map((one) => (one.id === id ? task : one)) ?? null);
    });

  const remove = (id: number) =>
    attempt(async () => {
      await api.remove(id);
      changed.current++;
      setTasks((known) => known?.filter((one) => one.id !== id) ?? null);
      onDrafts((known) => withName(known, id, null));
      list.current?.focus({ preventScroll: true });
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
        <input aria-label="New task" placeholder="What is to be done?" value={drafts.task} maxLength={200} onChange={(e) => onDrafts((known) => ({ ...known, task: e.target.value }))} />
        <button disabled={adding || drafts.task.trim() === ""}>Add</button>
      </form>
      <section ref={list} tabIndex={-1} aria-label="Tasks" aria-busy={loading}>
        <p role="status" className={tasks?.length ? "quiet" : "quiet centred"}>
          {loading ? "Loading tasks…" : tasks && summary(tasks, next !== null)}
        </p>
        {tasks?.map((task) => (
          <Item
            key={task.id}
            task={task}
            draft={drafts.names[task.id] ?? null}
            onDraft={(name) => onDrafts((known) => withName(known, task.id, name))}
            onChange={change}
            onDelete={remove}
          />
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
