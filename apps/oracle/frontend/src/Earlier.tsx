import { useState } from "react";

import type { Prediction } from "./api";
import { longDate } from "./time";

interface Props {
  predictions: Prediction[] | null;
  failed: boolean;
  onDelete: (id: number) => Promise<void>;
  onMore: (() => void) | null;
}

export function Earlier({ predictions, failed, onDelete, onMore }: Props) {
  return (
    <section className="earlier" aria-label="Earlier predictions" aria-busy={predictions === null && !failed}>
      <h2>Earlier predictions</h2>
      {predictions === null && !failed && <p className="quiet">Looking into the past…</p>}
      {predictions?.length === 0 && <p className="quiet">Nobody has dared to ask yet.</p>}
      {predictions?.map((one) => (
        <Entry key={one.id} prediction={one} onDelete={onDelete} />
      ))}
      {onMore && (
        <button className="subtle more" onClick={onMore}>
          Load more
        </button>
      )}
    </section>
  );
}

function Entry({ prediction, onDelete }: { prediction: Prediction; onDelete: (id: number) => Promise<void> }) {
  const [busy, setBusy] = useState(false);
  const who = `${prediction.first_name} ${prediction.name}`;

  async function remove() {
    setBusy(true);
    await onDelete(prediction.id);
    setBusy(false);
  }

  return (
    <article className="card entry">
      <div>
        <strong>{who}</strong> <span className="quiet">at {prediction.age}</span>
        <p>
          <time dateTime={prediction.date_of_death}>{longDate(prediction.date_of_death)}</time> – {prediction.sentence}
        </p>
      </div>
      <button className="subtle" disabled={busy} onClick={remove} aria-label={`Delete prediction for ${who}`}>
        Delete
      </button>
    </article>
  );
}
