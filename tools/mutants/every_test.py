"""A pytest plugin for mutmut: a mutant of a function is judged by every test.

mutmut runs a mutant against the tests that called its function. Tests share graphs, so only the first test of a graph calls
the functions that declare it, and mutmut would leave out the others.
"""

import pytest
from mutmut.state import state


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """Map each function that any test has called to all tests."""
    called = state().tests_by_mangled_function_name
    tests = set(state().duration_by_test)
    for function in called:
        called[function] = set(tests)
