import { useEffect, useState, type FormEvent } from "react";

import * as api from "./api";

const TITLE_LENGTH = 120;
const TEXT_LENGTH = 20_000;

interface Props {
  /** null: a new one. */
  note: api.Note | null;
  onSaved: (note: api.Note) => void;
  onClose: () => void;
}

/** Keeps what was typed until it is saved, whatever happens to the note meanwhile. */
export function Editor({ note, onSaved, onClose }: Props) {
  const [title, setTitle] = useState(note?.title ?? "");
  const [text, setText] = useState(note?.text ?? "");
  const [version, setVersion] = useState(note?.version ?? 0);
  const [theirs, setTheirs] = useState<api.Note | null>(null);
  const [undecided, setUndecided] = useState(false);
  const [gone, setGone] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const typed = title !== (note?.title ?? "") || text !== (note?.text ?? "");

  useEffect(() => {
    if (!typed) return;
    const ask = (event: Event) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [typed]);

  async function save(seen: number) {
    setBusy(true);
    try {
      const draft = { title, text };
      onSaved(note === null || gone ? await api.create(draft) : await api.change(note.id, seen, draft));
    } catch (error) {
      setBusy(false);
      setProblem(error instanceof Error ? error.message : String(error));
      if (error instanceof api.ConflictError) {
        setTheirs(error.current);
        setUndecided(true);
      }
      if (error instanceof api.GoneError) {
        setGone(true);
        setUndecided(false);
      }
    }
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    void save(version);
  }

  function editOn(current: api.Note) {
    setVersion(current.version);
    setUndecided(false);
    setProblem(null);
  }

  return (
    <form className="card form" onSubmit={submit} aria-label={note ? "Edit note" : "New note"}>
      {problem && (
        <div className="banner" role="alert">
          {problem}
        </div>
      )}
      <div className={theirs ? "versions" : undefined}>
        <div className="form">
          {theirs && <h2>Yours</h2>}
          <label>
            Title
            <input value={title} autoFocus maxLength={TITLE_LENGTH} onChange={(e) => setTitle(e.target.value)} />
          </label>
          <label>
            Text
            <textarea value={text} rows={6} maxLength={TEXT_LENGTH} onChange={(e) => setText(e.target.value)} />
          </label>
        </div>
        {theirs && (
          <section className="theirs" aria-label="Theirs">
            <h2>Theirs</h2>
            <strong>{theirs.title}</strong>
            <p>{theirs.text}</p>
          </section>
        )}
      </div>
      {theirs && undecided ? (
        <div className="actions">
          <button type="button" disabled={title.trim() === "" || busy} onClick={() => void save(theirs.version)}>
            Keep mine
          </button>
          <button type="button" className="subtle" onClick={() => onSaved(theirs)}>
            Take theirs
          </button>
          <button type="button" className="subtle" onClick={() => editOn(theirs)}>
            Edit on
          </button>
        </div>
      ) : (
        <div className="actions">
          <button disabled={title.trim() === "" || busy}>{busy ? "Saving…" : gone ? "Save as new" : "Save"}</button>
          <button type="button" className="subtle" onClick={onClose}>
            Cancel
          </button>
        </div>
      )}
    </form>
  );
}
