export interface Draft {
  title: string;
  text: string;
}

export interface Note extends Draft {
  id: number;
  version: number;
  changed_at: string;
}

export interface Page {
  notes: Note[];
  next: string | null;
}

/** Somebody else was quicker: `current` is the note as it is now. */
export class ConflictError extends Error {
  constructor(readonly current: Note) {
    super("Somebody else has changed this note meanwhile.");
  }
}

/** Somebody else has deleted the note. */
export class GoneError extends Error {
  constructor() {
    super("Somebody else has deleted this note.");
  }
}

const NOTES = "/api/notes";
const PATIENCE_MS = 15_000;
const GONE = 404;
const CHANGED = 412;

async function call(path: string, init: RequestInit = {}): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(path, { ...init, signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch {
    throw new Error("The notes cannot be reached.");
  }
  if (answer.ok) return answer;
  if (answer.status === GONE) throw new GoneError();
  const body = (await answer.json().catch(() => null)) as { error?: { message?: string }; current?: Note } | null;
  if (answer.status === CHANGED && body?.current) throw new ConflictError(body.current);
  throw new Error(body?.error?.message ?? `The notes answered with an error (${answer.status}).`);
}

const JSON_TYPE = { "Content-Type": "application/json" };

export async function list(search: string, before: string | null): Promise<Page> {
  const query = new URLSearchParams();
  if (search) query.set("search", search);
  if (before !== null) query.set("before", before);
  return (await call(`${NOTES}?${query}`)).json();
}

export async function create(draft: Draft): Promise<Note> {
  return (await call(NOTES, { method: "POST", headers: JSON_TYPE, body: JSON.stringify(draft) })).json();
}

export async function change(id: number, version: number, draft: Draft): Promise<Note> {
  const headers = { ...JSON_TYPE, "If-Match": `"${version}"` };
  return (await call(`${NOTES}/${id}`, { method: "PUT", headers, body: JSON.stringify(draft) })).json();
}

export async function remove(note: Note): Promise<void> {
  await call(`${NOTES}/${note.id}`, { method: "DELETE", headers: { "If-Match": `"${note.version}"` } });
}
