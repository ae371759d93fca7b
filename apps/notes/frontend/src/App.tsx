import { useCallback, useEffect, useRef, useState } from "react";

import * as api from "./api";
import { Editor } from "./Editor";
import { Card } from "./Card";

const TYPING_PAUSE_MS = 250;

export function App() {
  const [notes, setNotes] = useState<api.Note[] | null>(null);
  const [next, setNext] = useState<string | null>(null);
  const [search, setSearch] = useState("");
  const [editing, setEditing] = useState<api.Note | "new" | null>(null);
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
    (words: string, before: string | null) =>
      attempt(async () => {
        const turn = ++asked.current;
        let page: api.Page;
        let seen: number;
        // What was asked for before a change here may not know of it.
        do {
          seen = changed.current;
          page = await api.list(words, before);
          // An answer that was overtaken by a later question is of no use.
          if (turn !== asked.current) return;
        } while (seen !== changed.current);
        setNotes((known) => (before === null ? page.notes : [...(known ?? []), ...page.notes]));
        setNext(page.next);
      }),
    [attempt],
  );

  useEffect(() => {
    const timer = setTimeout(() => void load(search.trim(), null), search ? TYPING_PAUSE_MS : 0);
    return () => clearTimeout(timer);
  }, [load, search]);

  const edited = editing === "new" ? null : editing;
  // Whatever a search finds: what is being typed stays.
  const shown = edited && !notes?.some((note) => note.id === edited.id) ? [edited, ...(notes ?? [])] : notes;

  /** The list begins with the newest change. A note that was deleted meanwhile was saved under another id. */
  function saved(note: api.Note) {
    changed.current++;
    setNotes((known) => [note, ...(known ?? []).filter((one) => one.id !== note.id && one.id !== edited?.id)]);
    setEditing(null);
    // The others were not there yet, or could not be loaded.
    if (notes === null) void load(search.trim(), null);
  }

  const remove = async (note: api.Note) => {
    await attempt(async () => {
      try {
        await api.remove(note);
      } catch (error) {
        if (error instanceof api.ConflictError) {
          changed.current++;
          setNotes((known) => known?.map((one) => (one.id === note.id ? error.current : one)) ?? null);
        }
        if (!(error instanceof api.GoneError)) throw error;
      }
      changed.current++;
      setNotes((known) => known?.filter((one) => one.id !== note.id) ?? null);
    });
  };

  return (
    <main>
      <header className="title row">
        <div>
          <h1>Notes</h1>
          <p className="quiet">Written by everybody, overwritten by nobody.</p>
        </div>
        <button onClick={() => setEditing("new")} disabled={editing !== null}>
          New note
        </button>
      </header>
      {problem && (
        <div className="banner" role="alert">
          <span>{problem}</span>
          <button onClick={() => void load(search.trim(), null)}>Try again</button>
        </div>
      )}
      {editing === "new" && <Editor note={null} onSaved={saved} onClose={() => setEditing(null)} />}
      <label>
        Search
        <input type="search" value={search} maxLength={120} onChange={(e) => setSearch(e.target.value)} />
      </label>
      <section aria-label="Notes" aria-busy={notes === null && !problem}>
        {notes === null && !problem && <p className="quiet centred">Loading notes…</p>}
        {shown?.length === 0 && <p className="quiet centred">{search ? "No note holds these words." : "No notes yet."}</p>}
        {shown?.map((note) =>
          edited?.id === note.id ? (
            <Editor key={note.id} note={edited} onSaved={saved} onClose={() => setEditing(null)} />
          ) : (
            <Card key={note.id} note={note} onEdit={editing === null ? () => setEditing(note) : null} onDelete={remove} />
          ),
        )}
        {next !== null && (
          <button className="subtle more" onClick={() => void load(search.trim(), next)}>
            Load more
          </button>
        )}
      </section>
    </main>
  );
}
