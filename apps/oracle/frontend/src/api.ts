export interface Person {
  first_name: string;
  name: string;
  age: number;
}

export interface Prediction extends Person {
  id: number;
  date_of_death: string;
  sentence: string;
  created_at: string;
}

export interface Page {
  predictions: Prediction[];
  next: number | null;
}

export interface Oracle {
  ask(person: Person): Promise<Prediction>;
  list(before: number | null): Promise<Page>;
  remove(id: number): Promise<void>;
}

const PATIENCE_MS = 15_000;

async function call(path: string, init: RequestInit = {}): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(path, { ...init, signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch {
    throw new Error("The oracle cannot be reached.");
  }
  if (answer.ok) return answer;
  const body: unknown = await answer.json().catch(() => null);
  const reason = (body as { error?: { message?: string } } | null)?.error?.message;
  throw new Error(reason ?? `The oracle answered with an error (${answer.status}).`);
}

export function oracleAt(backend: string): Oracle {
  const predictions = `${backend}/predictions`;
  return {
    async ask(person) {
      const headers = { "Content-Type": "application/json" };
      return (await call(predictions, { method: "POST", headers, body: JSON.stringify(person) })).json();
    },
    async list(before) {
      return (await call(before === null ? predictions : `${predictions}?before=${before}`)).json();
    },
    async remove(id) {
      await call(`${predictions}/${id}`, { method: "DELETE" });
    },
  };
}
