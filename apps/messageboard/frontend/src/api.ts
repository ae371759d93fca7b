export interface Message {
  id: number;
  author: string;
  text: string;
  created_at: string;
}

export interface Page {
  messages: Message[];
  next: number | null;
}

const MESSAGES = "/api/messages";
const PATIENCE_MS = 15_000;

async function call(path: string, init: RequestInit = {}): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(path, { ...init, signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch {
    throw new Error("The message board cannot be reached.");
  }
  if (answer.ok) return answer;
  const body: unknown = await answer.json().catch(() => null);
  throw new Error(reason(body) ?? `The message board answered with an error (${answer.status}).`);
}

function reason(body: unknown): string | undefined {
  return (body as { error?: { message?: string } } | null)?.error?.message;
}

export async function list(before: number | null): Promise<Page> {
  const query = before === null ? "" : `?before=${before}`;
  return (await call(MESSAGES + query)).json();
}

export async function create(author: string, text: string): Promise<Message> {
  const init = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ author, text }) };
  return (await call(MESSAGES, init)).json();
}

export async function remove(id: number): Promise<void> {
  await call(`${MESSAGES}/${id}`, { method: "DELETE" });
}
