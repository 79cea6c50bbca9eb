"""The selftest as a terminal table and as Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from graders.course.costs import spread
from graders.course.selftest import MutantResult, SelftestResult
from graders.render.concept import points


def show_selftest(console: Console, result: SelftestResult) -> None:
    """Print scores of stubs and solutions, what the mutants cost, every one that misbehaved, and the totals."""
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for heading in (
        "exercise",
        "stub",
        "full",
        "total",
        "killed",
        "own only",
        "named",
        "unnamed",
        "misnamed",
    ):
        table.add_column(heading, justify="left" if heading == "exercise" else "right", no_wrap=True)
    for exercise, stub in result.stubs.items():
        full = result.solutions[exercise]
        mine = [mutant for mutant in result.mutants if mutant.mutant.exercise == exercise]
        scores = [points(stub.score), f"{points(full.score)}/{points(full.max_score)}"]
        table.add_row(exercise, *scores, *_counts(mine))
    table.add_row("all", "", "", *_counts(result.mutants), style="bold")
    console.print(table)
    if result.mutants:
        console.print(_costs(result), "", sep="\n")
        for line in (summary_of_costs(result), *dear(result)):
            console.print(line, highlight=False, markup=False, soft_wrap=True)
    for line in troubles(result):
        console.print(line, style="red", highlight=False, markup=False)
    console.print(
        "selftest: good" if result.good else "selftest: NOT good", style="bold green" if result.good else "bold red"
    )


def _counts(mutants: list[MutantResult]) -> list[str]:
    return [
        str(len(mutants)),
        str(sum(mutant.killed for mutant in mutants)),
        str(sum(mutant.own_only for mutant in mutants)),
        *(str(sum(mutant.naming == naming for mutant in mutants)) for naming in ("rightly", "unnamed", "misnamed")),
    ]


def _costs(result: SelftestResult) -> Table:
    """Return how many concepts and points a mutant costs: the middle, what 95 % do not exceed, the worst."""
    table = Table(box=None, pad_edge=False, padding=(1, 1, 0, 0), collapse_padding=True)
    table.add_column("a mutant costs", no_wrap=True)
    for what in ("concepts", "points"):
        for heading in (f"{what}: median", "95 %", "worst"):
            table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("of", justify="right", no_wrap=True)
    for exercise, full in result.solutions.items():
        mine = [found for found in result.mutants if found.mutant.exercise == exercise]
        if mine:
            table.add_row(exercise, *_spreads(mine), points(full.max_score))
    return table


def _spreads(mutants: Sequence[MutantResult]) -> list[str]:
    concepts = spread(found.cost.concepts for found in mutants)
    lost = spread(found.cost.points for found in mutants)
    return [points(value) for one in (concepts, lost) for value in (one.median, one.most, one.worst)]


def summary_of_costs(result: SelftestResult) -> str:
    """Return one sentence on what all mutants cost."""
    costs = [found.cost for found in result.mutants]
    concepts, lost = spread(cost.concepts for cost in costs), spread(cost.points for cost in costs)
    share, one = spread(cost.share for cost in costs), sum(cost.concepts == 1 for cost in costs)
    much = sum(cost.much for cost in costs)
    middle = f"{concepts.median:g} concept{'s' if concepts.median > 1 else ''}"
    return (
        f"One bug costs {middle} and {points(lost.median)} points in the median, at most {concepts.most:g} concepts,"
        f" {points(lost.most)} points and {share.most:.0%} of its exercise in 95 of 100 mutants;"
        f" {one} of {len(costs)} cost one concept, {much} more than a quarter of their exercise."
    )


def dear(result: SelftestResult) -> list[str]:
    """Return a line for every mutant that costs more than a quarter of its exercise, the dearest first."""
    much = sorted((found for found in result.mutants if found.cost.much), key=lambda found: -found.cost.share)
    return [
        f"{found.mutant.exercise}/{found.mutant.id} costs {_cost(found)}: {found.mutant.says}"
        + (f" ({found.mutant.dear})" if found.mutant.dear else "")
        for found in much
    ]


def _cost(found: MutantResult) -> str:
    return f"{points(found.cost.points)} of {points(found.cost.of)}"


def troubles(result: SelftestResult) -> list[str]:
    """Return a line for everything that is not as it should be."""
    lines = [f"the stub of {name} scores {report.score}" for name, report in result.stubs.items() if report.score]
    for name, report in result.solutions.items():
        for exercise, concept in report.concepts():
            if concept.status != "passed":
                said = next((check.message for check in concept.checks if check.message), "")
                lines.append(f"the solution of {name} loses {exercise.id}.{concept.id}: {said}")
    for found in result.mutants:
        mutant = found.mutant
        if not found.own_only:
            lines.append(
                f"{mutant.exercise}/{mutant.id} loses {', '.join(found.lost) or 'nothing'};"
                f" declared: {', '.join(mutant.costs)}"
            )
        if found.cost.much and not mutant.dear:
            lines.append(f"{mutant.exercise}/{mutant.id} costs {_cost(found)} points, and says nowhere why so much")
        if found.naming == "misnamed":
            lines.append(f"{mutant.exercise}/{mutant.id} is named {dict(found.named)}; declared: {dict(mutant.named)}")
        missed = {concept: name for concept, name in mutant.named.items() if concept not in found.named}
        if missed:
            lines.append(f"{mutant.exercise}/{mutant.id} is not named as declared: {missed}")
    return lines


def as_markdown(result: SelftestResult) -> str:
    """Return the kill matrix as a Markdown document."""
    total = len(result.mutants)
    lines = [
        "# Kill matrix",
        "",
        "Written by `leafgrad selftest --out`. Each row is a wrong version of a solution: what was done to it, the",
        "concepts it lost, those that wait for them, the points that all this cost, and the wrong idea that the report",
        "named.",
        "",
        f"{total} mutants: {sum(m.killed for m in result.mutants)} killed,"
        f" {sum(m.own_only for m in result.mutants)} only in their own concepts,"
        f" {sum(m.naming == 'rightly' for m in result.mutants)} named rightly,"
        f" {sum(m.naming == 'unnamed' for m in result.mutants)} unnamed,"
        f" {sum(m.naming == 'misnamed' for m in result.mutants)} misnamed.",
    ]
    if result.mutants:
        lines += ["", summary_of_costs(result)]
        lines += _dear_ones(result)
    for exercise, full in result.solutions.items():
        stub = result.stubs[exercise]
        lines += [
            "",
            f"## {exercise}",
            "",
            f"Stub {points(stub.score)}, solution {points(full.score)} of {points(full.max_score)}.",
        ]
        lines += [
            "",
            "| mutant | what was done | concepts lost | points | own only | named |",
            "|---|---|---|---|---|---|",
        ]
        lines += [_row(found) for found in result.mutants if found.mutant.exercise == exercise]
    return "\n".join(lines) + "\n"


def _dear_ones(result: SelftestResult) -> list[str]:
    lines = dear(result)
    return ["", "More than a quarter of their exercise:", "", *(f"- {line}" for line in lines)] if lines else []


def _row(found: MutantResult) -> str:
    named = ", ".join(sorted(set(found.named.values()))) or "–"
    lost = ", ".join(found.lost) + (f"; {', '.join(found.waiting)} wait" if found.waiting else "")
    own = "yes" if found.own_only else "NO"
    cells = (found.mutant.id, found.mutant.says, lost, _cost(found), own, named)
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
