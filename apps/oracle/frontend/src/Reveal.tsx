import type { Prediction } from "./api";
import { longDate } from "./time";

export function Reveal({ prediction }: { prediction: Prediction }) {
  return (
    <section className="card reveal" aria-label="The oracle's answer">
      <div className="ball" aria-hidden="true" />
      <p className="quiet">
        {prediction.first_name} {prediction.name}, your last day is
      </p>
      <p className="date">
        <time dateTime={prediction.date_of_death}>{longDate(prediction.date_of_death)}</time>
      </p>
      <p>{prediction.sentence}</p>
    </section>
  );
}
