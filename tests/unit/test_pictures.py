"""Pictures: well-formed, escaped, and showing what they claim."""

import math
from xml.etree import ElementTree

from graders.cases.program import Program
from graders.cases.scalar import graph
from graders.render.pictures import case_picture, curves_svg, graph_svg, sparkline
from graders.report import Counterexample

DIAMOND = Program((2.0,), (("mul", 0, 3.0), ("add", 1, 1.0), ("mul", 1, 2)), passes=((3, None),))


def parts(svg: str, name: str) -> list[ElementTree.Element]:
    return [node for node in ElementTree.fromstring(svg).iter() if node.tag.endswith(name)]


def test_a_case_draws_its_nodes_and_marks_where_the_two_part():
    found = Counterexample(snippet="", first_divergence="n1.grad", kind="scalar", case=DIAMOND.wire())
    svg = case_picture(found)
    assert len(parts(svg, "rect")) == 4
    assert [node.get("stroke") for node in parts(svg, "rect")].count("#d1453b") == 1
    assert "".join(parts(svg, "text")[0].itertext()).split() == ["a", "2"]


def test_a_node_says_both_gradients_where_they_differ():
    labels = {"pass 1: n1.grad": 1.0, "n1.grad": 7.0, "a.grad": 3.0, "pass 2: out.grad": 1.0}
    found = Counterexample(
        snippet="", expected=labels, actual=labels | {"n1.grad": 5.0}, kind="scalar", case=DIAMOND.wire()
    )
    texts = ["".join(one.itertext()) for one in parts(case_picture(found), "text")]
    assert texts.count("yours 5.0") == texts.count("expected 7.0") == texts.count("grad 3.0") == 1
    assert not any("grad 7.0" in one or "expected 3.0" in one for one in texts)


def test_a_gradient_that_was_never_reached_or_is_long_is_still_a_node():
    found = Counterexample(
        snippet="", expected={"a.grad": [1.0] * 50, "n1.grad": 2.0}, kind="scalar", case=DIAMOND.wire()
    )
    texts = ["".join(one.itertext()) for one in parts(case_picture(found), "text")]
    assert "yours –" in texts and "expected 2.0" in texts and max(map(len, texts)) <= 24


def test_every_operand_slot_has_an_edge():
    svg = graph_svg([("a", "1.0", ()), ("out", "*", (0, 0))], set())
    assert parts(svg, "path")[0].get("d").count("M") == 2


def test_deep_cases_have_no_picture():
    assert graph(Program((1.0,), (("add", 0, 0.5),), repeat=2000)) == []
    assert case_picture(Counterexample(snippet="", kind="timeline")) == ""


def test_names_are_escaped():
    assert "<script>" not in graph_svg([("<script>", "&", ()), ("b", "", (0,))], set())


def test_a_sparkline_falls_with_its_values_and_marks_what_is_not_finite():
    assert sparkline([3.0, 2.0, 1.0]) == "█▅▁" or sparkline([3.0, 2.0, 1.0]) == "█▄▁"
    assert sparkline([1.0, 1.0]) == "▁▁"
    assert sparkline([0.0, math.nan, 1.0]) == "▁!█"
    assert len(sparkline(list(range(1000)))) <= 32
    assert sparkline([]) == ""


def test_both_curves_are_drawn():
    svg = curves_svg({"torch": [3.0, 2.0, 1.0], "yours": [3.0, 2.5, math.inf]})
    assert len(parts(svg, "polyline")) == 2
    assert parts(svg, "polyline")[1].get("points").count(",") == 2


def test_a_node_is_as_wide_as_its_gradient() -> None:
    nodes = [("a", "2", ()), ("out", "exp", (0,))]
    drawn = graph_svg(nodes, {"a"}, {"a": ("–", "7.389056099")})
    assert "expected 7.389056099" in drawn
    assert min(float(rect.attrib["width"]) for rect in parts(drawn, "rect")) > 7 * len("expected 7.389056099")
