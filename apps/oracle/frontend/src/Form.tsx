import { useState, type FormEvent } from "react";

import type { Person } from "./api";

const LONGEST_NAME = 60;
const OLDEST = 130;

/** Keeps what was typed: the same person may ask again. */
export function Form({ onAsk }: { onAsk: (person: Person) => Promise<boolean> }) {
  const [firstName, setFirstName] = useState("");
  const [name, setName] = useState("");
  const [age, setAge] = useState("");
  const [busy, setBusy] = useState(false);
  const complete = firstName.trim() !== "" && name.trim() !== "" && /^\d+$/.test(age) && Number(age) <= OLDEST;

  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    await onAsk({ first_name: firstName, name, age: Number(age) });
    setBusy(false);
  }

  return (
    <form className="card form" onSubmit={submit}>
      <div className="fields">
        <label>
          First name
          <input value={firstName} maxLength={LONGEST_NAME} autoComplete="given-name" onChange={(e) => setFirstName(e.target.value)} />
        </label>
        <label>
          Name
          <input value={name} maxLength={LONGEST_NAME} autoComplete="family-name" onChange={(e) => setName(e.target.value)} />
        </label>
        <label>
          Age
          <input value={age} type="number" min={0} max={OLDEST} inputMode="numeric" onChange={(e) => setAge(e.target.value)} />
        </label>
      </div>
      <button disabled={!complete || busy}>{busy ? "The mist parts…" : "Ask the oracle"}</button>
    </form>
  );
}
