import ast
import time
from datetime import date
from pathlib import Path
from statistics import mean

import pytest
from backend import oracle
from backend.database import Prediction
from backend.person import OLDEST, Person, features
from backend.sentences import AGE, YEARS_LEFT
from sqlalchemy import String

TODAY = date(2026, 1, 1)
TRAINING = Path(__file__).parent.parent / "training" / "train.py"
NAMES = ["Ada", "Blaise", "Chien-Shiung", "Émilie", "Grace", "李", "O'Neill", "Zoë"]


def people(age: int) -> list[Person]:
    return [Person(first_name=first, name=last, age=age) for first in NAMES for last in NAMES]


def test_the_older_the_fewer_years_are_left_on_average() -> None:
    averages = [mean(map(oracle.years_left, people(age))) for age in range(0, OLDEST + 1, 10)]
    assert averages == sorted(averages, reverse=True)
    assert averages[0] > 60
    assert 0 < averages[-1] < 3


def test_a_name_makes_a_difference() -> None:
    assert len({round(oracle.years_left(person), 3) for person in people(40)}) > len(NAMES)


@pytest.mark.parametrize("age", [0, 50, 100, OLDEST])
def test_nobody_is_told_a_day_that_has_come(age: int) -> None:
    assert all(oracle.date_of_death(person, TODAY) > TODAY for person in people(age))


@pytest.mark.parametrize("age", [0, 50, 100, OLDEST])
def test_the_model_answers_alike_each_time_and_with_a_positive_number(age: int) -> None:
    answers = [oracle.years_left(person) for person in people(age)]
    assert answers == [oracle.years_left(person) for person in people(age)]
    assert min(answers) > 0


def test_the_model_takes_milliseconds_of_a_processor() -> None:
    began = time.process_time()
    for person in people(40):
        oracle.years_left(person)
    assert time.process_time() - began < len(people(40)) / 50


def test_the_model_is_trained_on_the_features_that_it_is_asked_with() -> None:
    imports = [node for node in ast.walk(ast.parse(TRAINING.read_text())) if isinstance(node, ast.ImportFrom)]
    assert {one.module for one in imports if "features" in {name.name for name in one.names}} == {features.__module__}


def test_what_does_not_make_another_person_changes_nothing() -> None:
    one = Person(first_name="Zoë", name="van Dyke", age=40)
    other = Person(first_name=" zo\u200be\u0308", name="VAN  DYKE", age=40)
    assert one.key == other.key
    assert (features(one) == features(other)).all()
    assert oracle.sentence(one) == oracle.sentence(other)


def test_sentences_fit_the_years_and_vary() -> None:
    told = {age: {oracle.sentence(person) for person in people(age)} for age in (5, 40, 80, OLDEST)}
    assert all(len(sentences) >= 6 for sentences in told.values())
    assert told[5].isdisjoint(told[OLDEST])


def test_there_are_enough_sentences_and_each_can_be_stored() -> None:
    sentences = [line for table in (YEARS_LEFT, AGE) for lines in table.values() for line in lines]
    assert len(set(sentences)) == len(sentences) >= 20
    column = Prediction.__table__.c.sentence.type
    assert isinstance(column, String)
    assert column.length is not None
    assert max(map(len, sentences)) <= column.length
