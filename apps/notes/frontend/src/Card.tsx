import { useState } from "react";

import type { Note } from "./api";
import { ago } from "./time";

interface Props {
  note: Note;
  onEdit: (() => void) | null;
  onDelete: (note: Note) => Promise<void>;
}

export function Card({ note, onEdit, onDelete }: Props) {
  const [busy, setBusy] = useState(false);

  async function remove() {
    setBusy(true);
    await onDelete(note);
    setBusy(false);
  }

  return (
    <article className="card note" aria-label={note.title}>
      <header className="row">
        <h2>{note.title}</h2>
        <time className="quiet" dateTime={note.changed_at}>
          {ago(note.changed_at)}
        </time>
      </header>
      {note.text && <p>{note.text}</p>}
      <div className="actions">
        <button className="subtle" disabled={onEdit === null} onClick={onEdit ?? undefined} aria-label={`Edit ${note.title}`}>
          Edit
        </button>
        <button className="subtle" disabled={busy} onClick={remove} aria-label={`Delete ${note.title}`}>
          Delete
        </button>
      </div>
    </article>
  );
}
