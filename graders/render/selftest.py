"""The selftest as a terminal table and as Markdown."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from graders.render.concept import points
from graders.selftest import MutantResult, SelftestResult


def show_selftest(console: Console, result: SelftestResult) -> None:
    """Print scores of stubs and solutions, every mutant that misbehaved, and the totals."""
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
        "concepts it lost, and the wrong idea that the report named.",
        "",
        f"{total} mutants: {sum(m.killed for m in result.mutants)} killed,"
        f" {sum(m.own_only for m in result.mutants)} only in their own concepts,"
        f" {sum(m.naming == 'rightly' for m in result.mutants)} named rightly,"
        f" {sum(m.naming == 'unnamed' for m in result.mutants)} unnamed,"
        f" {sum(m.naming == 'misnamed' for m in result.mutants)} misnamed.",
    ]
    for exercise, full in result.solutions.items():
        stub = result.stubs[exercise]
        lines += [
            "",
            f"## {exercise}",
            "",
            f"Stub {points(stub.score)}, solution {points(full.score)} of {points(full.max_score)}.",
        ]
        lines += ["", "| mutant | what was done | concepts lost | own only | named |", "|---|---|---|---|---|"]
        lines += [_row(found) for found in result.mutants if found.mutant.exercise == exercise]
    return "\n".join(lines) + "\n"


def _row(found: MutantResult) -> str:
    named = ", ".join(sorted(set(found.named.values()))) or "–"
    cells = (found.mutant.id, found.mutant.says, ", ".join(found.lost), "yes" if found.own_only else "NO", named)
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
