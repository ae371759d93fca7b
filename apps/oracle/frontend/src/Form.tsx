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
  const isAge = /^\d+$/.test(age) && Number(age) <= OLDEST;
  const complete = firstName.trim() !== "" && name.trim() !== "" && isAge;

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
          <input
            value={age}
            type="number"
            min={0}
            max={OLDEST}
            inputMode="numeric"
            aria-invalid={age !== "" && !isAge}
            aria-describedby="rules"
            onChange={(e) => setAge(e.target.value)}
          />
        </label>
      </div>
      <p id="rules" className="quiet">
        Names have 1 to {LONGEST_NAME} characters; the age is a whole number from 0 to {OLDEST}.
      </p>
      <button disabled={!complete || busy}>{busy ? "The mist parts…" : "Ask the oracle"}</button>
    </form>
  );
}
