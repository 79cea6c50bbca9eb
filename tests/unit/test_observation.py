"""What an observation keeps of a long exception."""

from graders.observation import RAISED, Observation, cut


def test_a_long_text_ends_after_a_whole_word_and_says_so() -> None:
    kept = cut("word " * 100)
    assert kept.endswith("word …") and len(kept) <= 300
    assert cut("x" * 1000) == "x" * 298 + " …"
    assert cut("x" * 300) == "x" * 300 and cut("") == ""


def test_of_a_long_exception_the_first_sentence_is_said() -> None:
    text = (
        "Trying to go backward a second time (after it was freed). "
        + "Specify retain_graph=True if you need that. " * 4
    )
    seen = Observation(RAISED, [], "RuntimeError", text, "ex08.py", 7)
    assert seen.says() == "RuntimeError: Trying to go backward a second time (after it was freed) (ex08.py, line 7)"
    assert Observation(RAISED, [], "ValueError", "No. Never.").says() == "ValueError: No. Never."
    assert Observation(RAISED, [], "", text).says() == text
