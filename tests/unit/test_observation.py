"""What an observation keeps of a long exception."""

from graders.observation import cut


def test_a_long_text_ends_after_a_whole_word_and_says_so() -> None:
    kept = cut("word " * 100)
    assert kept.endswith("word …") and len(kept) <= 300
    assert cut("x" * 1000) == "x" * 298 + " …"
    assert cut("x" * 300) == "x" * 300 and cut("") == ""
