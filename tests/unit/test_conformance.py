"""The conformance suite's list of behaviours, without an account."""

from tests.conformance import behaviours, report


def test_each_behaviour_has_an_identifier_a_sentence_and_a_source() -> None:
    declared = behaviours.declared()
    assert len(declared) >= 40, "issue 8 asks for at least 40"
    assert len({each.identifier for each in declared}) == len(declared)
    assert {each.area for each in declared} == set(behaviours.AREAS)
    for each in declared:
        assert each.sentence.endswith("."), each.test
        assert each.source.startswith("https://"), each.test


def test_the_document_shows_the_newest_result_of_each_target() -> None:
    first = behaviours.declared()[0].identifier
    old = report.Result(target="rehearsal", date="2026-01-01", revision="abc", outcomes={first: "passed"})
    text = report.document({"rehearsal": old})
    assert "rehearsal: 1 passed, 0 failed, 0 skipped on 2026-01-01" in text
    assert "AWS: not yet run" in text
    (row,) = [line for line in text.splitlines() if line.startswith(f"| {first} |")]
    assert "| passed | - |" in row


def test_the_committed_document_is_generated_from_the_committed_results() -> None:
    assert report.DOCUMENT.read_text() == report.document(report.newest()), "run `make conformance`"
