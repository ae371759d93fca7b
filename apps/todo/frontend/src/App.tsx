import { useCallback, useState } from "react";

import type { Session } from "./api";
import { noDrafts } from "./drafts";
import { Entry } from "./Entry";
import { remember, remembered } from "./session";
import { Tasks } from "./Tasks";

export function App() {
  const [session, setSession] = useState<Session | null>(remembered);
  const [reason, setReason] = useState<string | null>(null);
  // They outlive an expired token, so that nothing typed is lost; but not their owner's session in this tab.
  const [drafts, setDrafts] = useState(() => noDrafts(session?.name ?? null));

  const enter = useCallback((entered: Session) => {
    remember(entered);
    setSession(entered);
    setReason(null);
    setDrafts((known) => (known.owner === entered.name ? known : noDrafts(entered.name)));
  }, []);

  const leave = useCallback((why: string | null) => {
    remember(null);
    setSession(null);
    setReason(why);
  }, []);

  function logOut() {
    leave(null);
    setDrafts(noDrafts(null));
  }

  return (
    <main>
      <header className="title row">
        <div>
          <h1>To do</h1>
          <p className="quiet">{session ? `${session.name}'s tasks, and nobody else's.` : "Your own list, for your eyes only."}</p>
        </div>
        {session && (
          <button className="subtle" onClick={logOut}>
            Log out
          </button>
        )}
      </header>
      {session ? (
        <Tasks key={session.token} session={session} drafts={drafts} onDrafts={setDrafts} onLoggedOut={leave} />
      ) : (
        <Entry reason={reason} onEnter={enter} />
      )}
    </main>
  );
}
