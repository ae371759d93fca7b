export type Status = "open" | "doing" | "done";

export interface Task {
  id: number;
  name: string;
  status: Status;
}

export interface Session {
  token: string;
  name: string;
  expires_at: string;
}

export interface Page {
  tasks: Task[];
  next: number | null;
}

/** The token is refused: it has expired, or was never valid. */
export class LoggedOutError extends Error {}

const PATIENCE_MS = 15_000;
const UNAUTHORIZED = 401;

async function call(path: string, init: RequestInit = {}): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(path, { ...init, signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch {
    throw new Error("The to-do list cannot be reached.");
  }
  if (answer.ok) return answer;
  const body = (await answer.json().catch(() => null)) as { error?: { message?: string } } | null;
  const reason = body?.error?.message ?? `The to-do list answered with an error (${answer.status}).`;
  const hasToken = new Headers(init.headers).has("Authorization");
  throw answer.status === UNAUTHORIZED && hasToken ? new LoggedOutError(reason) : new Error(reason);
}

const json = (method: string, body: unknown): RequestInit => ({
  method,
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(body),
});

export async function enter(how: "login" | "signup", name: string, password: string): Promise<Session> {
  return (await call(`/auth/${how}`, json("POST", { name, password }))).json();
}

/** The tasks of a session's person. */
export function tasksOf({ token }: Session) {
  const ask = (path: string, init: RequestInit = {}) =>
    call(`/tasks${path}`, { ...init, headers: { ...init.headers, Authorization: `Bearer ${token}` } });
  return {
    async list(before: number | null): Promise<Page> {
      return (await ask(before === null ? "" : `?before=${before}`)).json();
    },
    async add(name: string): Promise<Task> {
      return (await ask("", json("POST", { name }))).json();
    },
    async change(id: number, values: Partial<Pick<Task, "name" | "status">>): Promise<Task> {
      return (await ask(`/${id}`, json("PATCH", values))).json();
    },
    async remove(id: number): Promise<void> {
      await ask(`/${id}`, { method: "DELETE" });
    },
  };
}
