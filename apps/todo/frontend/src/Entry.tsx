import { useState, type FormEvent } from "react";

import { enter, type Session } from "./api";

const SHORTEST_PASSWORD = 8;

/** Log in, or sign up. */
export function Entry({ reason, onEnter }: { reason: string | null; onEnter: (session: Session) => void }) {
  const [how, setHow] = useState<"login" | "signup">("login");
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState(reason);
  const [busy, setBusy] = useState(false);
  const title = how === "login" ? "Log in" : "Sign up";
  const complete = name.trim() !== "" && password.length >= SHORTEST_PASSWORD;

  function turn() {
    setHow(how === "login" ? "signup" : "login");
    setProblem(null);
  }

  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    try {
      onEnter(await enter(how, name, password));
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  }

  return (
    <form className="card form entry" onSubmit={submit} aria-label={title}>
      <h2>{title}</h2>
      {problem && (
        <div className="banner" role="alert">
          {problem}
        </div>
      )}
      <label>
        Name
        <input value={name} maxLength={40} autoComplete="username" autoFocus onChange={(e) => setName(e.target.value)} />
      </label>
      <label>
        Password
        <input
          type="password"
          value={password}
          maxLength={200}
          autoComplete={how === "login" ? "current-password" : "new-password"}
          onChange={(e) => setPassword(e.target.value)}
          aria-describedby="rule"
        />
      </label>
      <span id="rule" className="quiet">
        At least {SHORTEST_PASSWORD} characters.
      </span>
      <div className="row">
        <button disabled={!complete || busy}>{title}</button>
        <button type="button" className="subtle" onClick={turn}>
          {how === "login" ? "I am new here" : "I have an account"}
        </button>
      </div>
    </form>
  );
}
