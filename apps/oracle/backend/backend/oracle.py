"""The model's answer as a date, and a sentence to go with it. The same person on the same day always gets the same."""

from datetime import date, timedelta
from pathlib import Path

import onnxruntime

from backend.person import Person, features

MODEL = Path(__file__).parent / "model.onnx"
DAYS_OF_A_YEAR = 365.2425

# By the years that are left, at least; the last that fits counts.
SENTENCES = {
    0: (
        "The stars say: eat the dessert first.",
        "Do not buy green bananas.",
        "Leave the washing-up. History will forgive you.",
        "Now would be a good time to tell them where the biscuits are.",
        "You will be late for your next dentist's appointment. Very late.",
    ),
    3: (
        "Renew your library card, but read quickly.",
        "A five-year warranty is money thrown away.",
        "You will finally find the lid that fits that box. Then rest.",
        "The cat has already made arrangements.",
        "Skip the small print. You have better things to do.",
    ),
    10: (
        "Killed in a duel over the last slice of pizza. The other one started it.",
        "You will laugh at your own joke, and it will have been worth it.",
        "Your last words: “I told you that I was ill.”",
        "You will be found asleep over a book that was overdue anyway.",
        "A garden gnome will be involved, and nobody will ever learn how.",
    ),
    30: (
        "You will outlive three sofas and every phone that you were told to protect with a case.",
        "Of boredom, in a meeting that could have been an e-mail.",
        "You will reach the end of the internet, and sigh.",
        "Dancing at a wedding to which you were not invited.",
        "There is time to learn the accordion. Your neighbours hope that you will not.",
    ),
    60: (
        "You will see your favourite band's ninth farewell tour.",
        "Your houseplants are the ones who should worry.",
        "You will still be waiting for that parcel.",
        "Your great-grandchildren will ask what a password was.",
        "At the very moment when you have got the hang of it.",
    ),
}

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
    left = years_left(person)
    fitting = next(lines for years, lines in reversed(SENTENCES.items()) if left >= years)
    return fitting[int(person.key[-8:], 16) % len(fitting)]
