"""ex12_training_loop: the four calls in order, and the same with the student's own engine."""

from __future__ import annotations

from graders.concepts.ex12_banks import (
    CALLS,
    CAPSTONE,
    CHUNK_TIMELINE,
    CHUNKED,
    CUBIC,
    CUT_OFF,
    ENGINE,
    HISTORY,
    MEMORIES,
    STEPS,
    TURNS,
)
from graders.judging.rules.training import to_float32
from graders.spec import Check, ConceptSpec, ExerciseSpec

EXERCISE = ExerciseSpec(
    "ex12_training_loop",
    supplies={"given_tensor": "graders.players.tensor_given"},
    concepts=(
        ConceptSpec(
            "order",
            (
                Check(
                    "parameters",
                    "After each step, gradients and parameters are those of clear, forward, backward, step.",
                    STEPS,
                    labels=("*backward has run", "*.grad", "*bias", "*weight"),
                ),
            ),
        ),
        ConceptSpec(
            "returns_float",
            (
                Check(
                    "loss",
                    "`train_step` returns the loss before the step, as a plain float.",
                    STEPS,
                    labels=("step 1, loss*",),
                ),
            ),
        ),
        ConceptSpec(
            "forward_once",
            (Check("calls", "One step calls model, loss function, backward and optimizer once each.", CALLS),),
        ),
        ConceptSpec(
            "broken_graph",
            (Check("cut_off", "A loss without a graph raises, and no parameter moves.", CUT_OFF),),
        ),
        ConceptSpec(
            "fit_history",
            (Check("history", "`fit` returns the loss of every epoch and leaves the model trained.", HISTORY),),
        ),
        ConceptSpec(
            "two_models",
            (Check("turns", "A step moves what its optimizer holds, by gradients of this step alone.", TURNS),),
        ),
        ConceptSpec(
            "accumulation",
            (
                Check(
                    "timeline",
                    "Chunks go forward and backward in turn; one step at the end finds the gradients of all rows.",
                    CHUNK_TIMELINE,
                ),
            ),
        ),
        ConceptSpec(
            "chunk_weighting",
            (Check("values", "Chunks of any size give the loss, gradients and step of the whole batch.", CHUNKED),),
        ),
        ConceptSpec(
            "meeting_point",
            (Check("memory", "The parameter is a torch leaf in the memory of the engine's leaf.", MEMORIES),),
        ),
        ConceptSpec(
            "engine_step",
            (Check("steps", "The engine's gradients move its leaves exactly as torch's own would.", ENGINE),),
        ),
        ConceptSpec(
            "cubic_fit",
            (Check("trajectory", "The fit on the grader's engine follows torch's loss curve step by step.", CUBIC),),
        ),
        ConceptSpec(
            "capstone",
            (
                Check(
                    "trajectory",
                    "Your own engine, walk and optimizer follow torch's loss curve step by step.",
                    CAPSTONE,
                    rule=to_float32,
                    hang="Does your engine do more work with every step? A step builds its own graph and forgets it.",
                ),
            ),
        ),
    ),
)
