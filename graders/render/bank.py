"""A bank for people: its cases in a line each, or one of them as code with torch's values and every wrong answer."""

from __future__ import annotations

from graders import observation
from graders.banks.bank import Bank
from graders.judging.compare import Tolerance
from graders.judging.finding import NO_FAILURE, find, judged
from graders.judging.showing import show
from graders.observation import Observation
from graders.snippets import snippet
from graders.spec import Check

_LINE = 100


def show_bank(check: Check, bank: Bank, tolerance: Tolerance) -> None:
    """Print the cases of a check in their order: torch's values, and how many wrong ideas fail on each."""
    tells = {
        idea: [_fails(check, bank, index, answer, tolerance) for index, answer in enumerate(answers)]
        for idea, answers in bank.wrong.items()
    }
    told = [sum(fails) for fails in zip(*tells.values(), strict=True)] or [0] * len(bank)
    ideas = sum(map(any, tells.values()))
    picked = set(bank.spec.fixed)
    fixed = sum(bank.case(index) in picked for index in range(len(bank)))
    print(f"{check.id} (bank {check.bank.id}): {check.says}")
    print(f"  {len(bank)} cases, {fixed} of them hand-picked; it compares {', '.join(check.labels)}.")
    if len(bank) > fixed:
        print(f"  {rule_of_three(len(bank) - fixed)}")
    if check.rule:
        print(f"  Rule: {_sentence(check.rule.__doc__)}")
    if ideas:
        print(f"  {ideas} wrong ideas fail it; the second column counts those that fail each case.")
    for index in range(len(bank)):
        print(f"  {index + 1:4}  {f'{told[index]:2}  ' if ideas else ''}{_values(bank, check, index)}")
    print()


def rule_of_three(drawn: int) -> str:
    """Return what passing all of some drawn cases says. Source: n passed cases bound a rate by 3/n at 95 %."""
    share = min(100.0, 300 / drawn)
    return f"{drawn} are random: code that passes them all fails at most {share:.0f}% of such cases (95% confidence)."


def show_case(check: Check, bank: Bank, index: int, tolerance: Tolerance) -> None:
    """Print one case: the code to paste, torch's values, and what each wrong idea of the bank answers."""
    labels = list(bank.expected[index])
    print(f"{check.id}, case {index + 1} of {len(bank)}: {check.says}\n")
    print(snippet(bank.spec.kind, bank.case(index), bank.spec.play))
    concerned = judged(check.labels, tuple(labels))
    print("torch gives" + ("" if len(concerned) == len(labels) else " (* this check looks at)"))
    for position, label in enumerate(labels):
        mark = "*" if position in concerned and len(concerned) < len(labels) else " "
        print(f"  {mark} {label} = {show(bank.expected[index][label])}")
    for idea, answers in bank.wrong.items():
        answer = answers[index]
        if _fails(check, bank, index, answer, tolerance):
            print(f"\n{idea.id}: {idea.sentence}\n  {_differs(bank, index, answer, concerned)}")
    print()


def _fails(check: Check, bank: Bank, index: int, seen: Observation, tolerance: Tolerance) -> bool:
    found = find(check, lambda: bank.case(index), bank.expected[index], seen, tolerance)
    return found.status not in NO_FAILURE


def _differs(bank: Bank, index: int, seen: Observation, concerned: tuple[int, ...]) -> str:
    if seen.status == observation.RAISED:
        return f"raises {seen.error or 'an error'}: {seen.text}"
    if seen.status != observation.OK:
        return f"{seen.status}: {seen.text}"
    labels = list(bank.expected[index])
    told = [
        f"{labels[position]} = {show(seen.fields[position]) if position < len(seen.fields) else 'never reached'}"
        for position in concerned
        if position >= len(seen.fields) or seen.fields[position] != bank.expected[index][labels[position]]
    ]
    return ", ".join(told)


def _values(bank: Bank, check: Check, index: int) -> str:
    """Return what torch gives where a check looks, in a line."""
    labels = tuple(bank.expected[index])
    shown = [f"{labels[at]} = {show(bank.expected[index][labels[at]])}" for at in judged(check.labels, labels)]
    text = ", ".join(shown)
    return text if len(text) <= _LINE else f"{text[:_LINE]}…"


def _sentence(text: str | None) -> str:
    return " ".join((text or "").split("\n\n")[0].split())
