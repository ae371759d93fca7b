import { useRef, type FormEvent } from "react";

import type { Status, Task } from "./api";

const LABELS: Record<Status, string> = { open: "Open", doing: "Doing", done: "Done" };

interface Props {
  task: Task;
  /** The new name that is being typed, or null. */
  draft: string | null;
  onDraft: (name: string | null) => void;
  onChange: (id: number, values: { name?: string; status?: Status }) => Promise<boolean>;
  onDelete: (id: number) => Promise<boolean>;
}

export function Item({ task, draft, onDraft, onChange, onDelete }: Props) {
  const toggle = useRef<HTMLButtonElement>(null);

  async function rename(event: FormEvent) {
    event.preventDefault();
    if (!(await onChange(task.id, { name: draft! }))) return;
    onDraft(null);
    toggle.current?.focus();
  }

  return (
    <article className={`card item ${task.status}`} aria-label={task.name}>
      {draft === null ? (
        <p>{task.name}</p>
      ) : (
        <form className="row" onSubmit={rename}>
          <input aria-label="Name of the task" value={draft} maxLength={200} autoFocus onChange={(e) => onDraft(e.target.value)} />
          <button disabled={draft.trim() === ""}>Save</button>
        </form>
      )}
      <div className="actions">
        <select aria-label={`Status of ${task.name}`} value={task.status} onChange={(e) => void onChange(task.id, { status: e.target.value as Status })}>
          {Object.entries(LABELS).map(([status, label]) => (
            <option key={status} value={status}>
              {label}
            </option>
          ))}
        </select>
        <button
          ref={toggle}
          className="subtle"
          onClick={() => onDraft(draft === null ? task.name : null)}
          aria-label={`${draft === null ? "Rename" : "Cancel renaming"} ${task.name}`}
        >
          {draft === null ? "Rename" : "Cancel"}
        </button>
        <button className="subtle" onClick={() => void onDelete(task.id)} aria-label={`Delete ${task.name}`}>
          Delete
        </button>
      </div>
    </article>
  );
}
