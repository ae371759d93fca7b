import { useCallback, useState } from "react";

import type { Session } from "./api";
import { Entry } from "./Entry";
import { remember, remembered } from "./session";
import { Tasks } from "./Tasks";

export function App() {
  const [session, setSession] = useState<Session | null>(remembered);
  const [reason, setReason] = useState<string | null>(null);
  // Outlives the session, so that an expired token loses nothing that was typed.
  const [draft, setDraft] = useState("");

  const enter = useCallback((entered: Session) => {
    remember(entered);
    setSession(entered);
    setReason(null);
  }, []);

  const leave = useCallback((why: string | null) => {
    remember(null);
    setSession(null);
    setReason(why);
  }, []);

  return (
    <main>
      <header className="title row">
        <div>
          <h1>To do</h1>
          <p className="quiet">{session ? `${session.name}'s tasks, and nobody else's.` : "Your own list, for your eyes only."}</p>
        </div>
        {session && (
          <button className="subtle" onClick={() => leave(null)}>
            Log out
          </button>
        )}
      </header>
      {session ? (
        <Tasks key={session.token} session={session} draft={draft} onDraft={setDraft} onLoggedOut={leave} />
      ) : (
        <Entry reason={reason} onEnter={enter} />
      )}
    </main>
  );
}
