import { useState } from "react";

import type { Message } from "./api";
import { ago } from "./time";

export function Card({ message, onDelete }: { message: Message; onDelete: (id: number) => Promise<void> }) {
  const [busy, setBusy] = useState(false);

  async function remove() {
    setBusy(true);
    await onDelete(message.id);
    setBusy(false);
  }

  return (
    <article className="card message">
      <header>
        <span className="avatar" aria-hidden="true">
          {[...message.author][0]?.toUpperCase()}
        </span>
        <strong>{message.author}</strong>
        <time className="quiet" dateTime={message.created_at}>
          {ago(message.created_at)}
        </time>
        <button className="subtle" disabled={busy} onClick={remove} aria-label={`Delete message of ${message.author}`}>
          Delete
        </button>
      </header>
      <p>{message.text}</p>
    </article>
  );
}
