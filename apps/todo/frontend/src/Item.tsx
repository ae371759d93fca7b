import { useState, type FormEvent } from "react";

import type { Status, Task } from "./api";

const LABELS: Record<Status, string> = { open: "Open", doing: "Doing", done: "Done" };

interface Props {
  task: Task;
  onChange: (id: number, values: { name?: string; status?: Status }) => Promise<boolean>;
  onDelete: (id: number) => Promise<boolean>;
}

export function Item({ task, onChange, onDelete }: Props) {
  const [name, setName] = useState<string | null>(null);

  async function rename(event: FormEvent) {
    event.preventDefault();
    if (await onChange(task.id, { name: name! })) setName(null);
  }

  return (
    <article className={`card item ${task.status}`} aria-label={task.name}>
      {name === null ? (
        <p>{task.name}</p>
      ) : (
        <form className="row" onSubmit={rename}>
          <input aria-label="Name of the task" value={name} maxLength={200} autoFocus onChange={(e) => setName(e.target.value)} />
          <button disabled={name.trim() === ""}>Save</button>
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
        <button className="subtle" onClick={() => setName(name === null ? task.name : null)} aria-label={`Rename ${task.name}`}>
          {name === null ? "Rename" : "Cancel"}
        </button>
        <button className="subtle" onClick={() => void onDelete(task.id)} aria-label={`Delete ${task.name}`}>
          Delete
        </button>
      </div>
    </article>
  );
}
