"""The model's answer as a date, and a sentence to go with it. The same person on the same day always gets the same."""

from datetime import date, timedelta
from pathlib import Path

import onnxruntime

from backend.person import Person, features
from backend.sentences import AGE, YEARS_LEFT

MODEL = Path(__file__).parent / "model.onnx"
DAYS_OF_A_YEAR = 365.2425

_options = onnxruntime.SessionOptions()
# A few hundred multiplications: threads would cost more than they save.
_options.intra_op_num_threads = 1
_session = onnxruntime.InferenceSession(MODEL, _options, providers=["CPUExecutionProvider"])


def years_left(person: Person) -> float:
    """What the model says; never less than a day."""
    (answer,) = _session.run(None, {"features": features(person)})
    return max(float(answer[0][0]), 1 / DAYS_OF_A_YEAR)


def date_of_death(person: Person, today: date) -> date:
    """Always after today."""
    return today + timedelta(days=max(1, round(years_left(person) * DAYS_OF_A_YEAR)))


def sentence(person: Person) -> str:
    """One that fits the years that are left, or the age."""
    fitting = _reached(YEARS_LEFT, years_left(person)) + _reached(AGE, person.age)
    return fitting[int(person.key[-8:], 16) % len(fitting)]


def _reached(table: dict[int, tuple[str, ...]], value: float) -> tuple[str, ...]:
    return next(lines for least, lines in reversed(table.items()) if value >= least)
