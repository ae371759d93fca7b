from datetime import date
from statistics import mean

import pytest
from backend import oracle
from backend.person import OLDEST, Person, features

TODAY = date(2026, 1, 1)
NAMES = ["Ada", "Blaise", "Chien-Shiung", "Émilie", "Grace", "李", "O'Neill", "Zoë"]


def people(age):
    return [Person(first_name=first, name=last, age=age) for first in NAMES for last in NAMES]


def test_the_older_the_fewer_years_are_left_on_average():
    averages = [mean(map(oracle.years_left, people(age))) for age in range(0, OLDEST + 1, 10)]
    assert averages == sorted(averages, reverse=True)
    assert averages[0] > 60
    assert 0 < averages[-1] < 3


def test_a_name_makes_a_difference():
    assert len({round(oracle.years_left(person), 3) for person in people(40)}) > len(NAMES)


@pytest.mark.parametrize("age", [0, 50, 100, OLDEST])
def test_nobody_is_told_a_day_that_has_come(age):
    assert all(oracle.date_of_death(person, TODAY) > TODAY for person in people(age))


def test_what_does_not_make_another_person_changes_nothing():
    one = Person(first_name="Zoë", name="van Dyke", age=40)
    other = Person(first_name=" zoe\u0308", name="VAN  DYKE", age=40)
    assert one.key == other.key
    assert (features(one) == features(other)).all()
    assert oracle.sentence(one) == oracle.sentence(other)


def test_sentences_fit_the_years_and_vary():
    told = {age: {oracle.sentence(person) for person in people(age)} for age in (5, 40, 80, OLDEST)}
    assert all(len(sentences) >= 4 for sentences in told.values())
    assert told[5].isdisjoint(told[OLDEST])
