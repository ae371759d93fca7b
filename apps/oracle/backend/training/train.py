"""Trains the oracle's model and saves it as `backend/model.onnx`. Run it in the backend's folder: python -m training.train

The data is made up, and so is the answer. Ages at death follow Gompertz's law: mortality grows exponentially with age,
hazard(x) = b * exp(b * (x - M)), given by the modal age at death M and the rate of ageing b. M = 85 and b = 0.1 lie within the
range of national life tables. Source: Missov, Lenart, Nemeth, Canudas-Romo, Vaupel, "The Gompertz force of mortality in terms of
the modal age at death", Demographic Research 32 (2015), article 36, https://doi.org/10.4054/DemRes.2015.32.36

Names tell nothing about a life. For the joke's sake the data says that they do: vowels lengthen it, long surnames weigh it
down, two equal initials are lucky.
"""

import string
from pathlib import Path

import numpy as np
from backend.person import OLDEST, Person, features
from numpy.typing import NDArray
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.metrics import mean_absolute_error
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPRegressor

MODEL = Path(__file__).parent.parent / "backend" / "model.onnx"
SEED = 20_261_121
PEOPLE = 40_000
MODAL_AGE, AGEING = 85.0, 0.1
# Years for a name of vowels only, for the longest surname, for two equal initials, for the best luck.
VOWEL_YEARS, LENGTH_YEARS, INITIAL_YEARS, LUCK_YEARS = 12.0, -15.0, 7.0, 10.0


def years_left(ages: NDArray[np.float64], chance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Gompertz's law for those who have reached an age: solves survival(age + t) / survival(age) = chance for t."""
    hazard = AGEING * np.exp(AGEING * (ages - MODAL_AGE))
    return np.log1p(-AGEING * np.log(chance) / hazard) / AGEING


def name(generator: np.random.Generator) -> str:
    return "".join(generator.choice(list(string.ascii_lowercase), size=generator.integers(2, 16)))


def data() -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Features of people, and the years that each had left."""
    generator = np.random.default_rng(SEED)
    ages = generator.integers(0, OLDEST + 1, PEOPLE)
    known = np.concatenate([features(Person(first_name=name(generator), name=name(generator), age=int(age))) for age in ages])
    left = years_left(ages.astype(float), generator.uniform(0.0, 1.0, PEOPLE))
    _, _, surname, vowels, initials, luck = known.T
    joke = VOWEL_YEARS * vowels + LENGTH_YEARS * surname + INITIAL_YEARS * initials + LUCK_YEARS * (luck - 0.5)
    # The joke fades as the years go: nobody of 130 gets ten more.
    return known, np.maximum(left + joke * left / (left + 10), 0.01)


def main() -> None:
    known, left = data()
    train_known, test_known, train_left, test_left = train_test_split(known, left, random_state=SEED)
    model = MLPRegressor(hidden_layer_sizes=(16, 16), early_stopping=True, random_state=SEED)
    model.fit(train_known, train_left)
    error = mean_absolute_error(test_left, model.predict(test_known))
    guess = mean_absolute_error(test_left, np.full_like(test_left, np.median(train_left)))
    print(f"mean absolute error on people that it has not seen: {error:.2f} years; by always saying the median: {guess:.2f}")
    saved = to_onnx(model, initial_types=[("features", FloatTensorType([None, known.shape[1]]))], target_opset=18)
    MODEL.write_bytes(saved.SerializeToString())
    print(f"{MODEL.name}: {MODEL.stat().st_size} bytes")


if __name__ == "__main__":
    main()
