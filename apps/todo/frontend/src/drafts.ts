/** What a person has typed and not yet saved: a new task, and tasks' new names by id. */
export interface Drafts {
  owner: string | null;
  task: string;
  names: Record<number, string>;
}

export const noDrafts = (owner: string | null): Drafts => ({ owner, task: "", names: {} });

export function withName(drafts: Drafts, id: number, name: string | null): Drafts {
  const { [id]: _, ...names } = drafts.names;
  return { ...drafts, names: name === null ? names : { ...names, [id]: name } };
}
