import { useState, type FormEvent } from "react";

export const AUTHOR_LENGTH = 80;
export const TEXT_LENGTH = 2000;

/** Keeps what was typed until `onPost` has succeeded. */
export function Form({ onPost }: { onPost: (author: string, text: string) => Promise<boolean> }) {
  const [author, setAuthor] = useState("");
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const complete = author.trim() !== "" && text.trim() !== "";

  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    // What was typed meanwhile stays.
    if (await onPost(author, text)) setText((typed) => (typed === text ? "" : typed));
    setBusy(false);
  }

  return (
    <form className="card form" onSubmit={submit}>
      <label>
        Your name
        <input value={author} maxLength={AUTHOR_LENGTH} autoComplete="nickname" onChange={(e) => setAuthor(e.target.value)} />
      </label>
      <label>
        Message
        <textarea value={text} rows={3} maxLength={TEXT_LENGTH} onChange={(e) => setText(e.target.value)} />
      </label>
      <div className="row">
        <span className="quiet" aria-live="polite">
          {text.length} / {TEXT_LENGTH}
        </span>
        <button disabled={!complete || busy}>{busy ? "Posting…" : "Post message"}</button>
      </div>
    </form>
  );
}
