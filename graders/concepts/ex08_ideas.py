"""Wrong ideas about clearing and accumulating gradients, with what to say to whoever has them."""

from __future__ import annotations

from graders.concepts.optimizer_ideas import wrong

IDEAS = (
    wrong(
        "zeros_always",
        "Your gradients end as zeros where torch leaves None. None says that there is no gradient, and an "
        "optimizer skips such a parameter; zeros are a gradient like any other.",
        "none_mode",
    ),
    wrong(
        "zeros_by_default",
        "Your zero_grad fills gradients with zeros when nothing is said. Since torch 2.0 the default is None, and "
        "zeros come only with set_to_none=False.",
        "none_mode",
    ),
    wrong(
        "local_name",
        "Nothing is cleared: giving a local name another value does not reach the parameter. The attribute .grad "
        "of the parameter itself has to change.",
        "none_mode",
    ),
    wrong(
        "new_zeros",
        "The numbers are zeros, but in a new tensor: whoever holds the old gradient still sees the old numbers. "
        "Write the zeros into the tensor that is there.",
        "zero_mode",
    ),
    wrong(
        "none_always",
        "Your zero_grad sets None even with set_to_none=False. That mode keeps the tensor and fills it with zeros.",
        "zero_mode",
    ),
    wrong(
        "needs_every_grad",
        "Your zero_grad raises when it meets a .grad of None. Before the first backward every .grad is None, and "
        "in most loops zero_grad is the first call.",
        "none_survives",
    ),
    wrong(
        "makes_zeros",
        "Where .grad was None you made a tensor of zeros. A parameter that no loss reached has no gradient, and "
        "clearing does not give it one.",
        "none_survives",
    ),
    wrong(
        "stops_at_none",
        "The first .grad of None ends your zero_grad, and the parameters after it keep their gradients. None "
        "concerns that one parameter: go on with the next.",
        "none_survives",
    ),
    wrong(
        "all_or_nothing",
        "As soon as one .grad is None you clear nothing at all. None concerns that one parameter: the others are "
        "cleared as always.",
        "none_survives",
        given=("none_mode", "zero_mode"),
    ),
    wrong(
        "needs_a_list",
        "Your zero_grad asks for the length of params or for one by its place, and a generator has neither. Go "
        "through it with a plain for loop.",
        "generator",
    ),
    wrong(
        "reads_twice",
        "Your zero_grad goes through params more than once, and a generator is empty the second time. Do all in "
        "one pass, or keep a list of what it yields.",
        "generator",
        given=("none_mode",),
    ),
    wrong(
        "trainable_only",
        "You pass over parameters that do not require gradients. A frozen parameter may have a gradient left "
        "over, and a step would still use it.",
        "only_given",
    ),
    wrong(
        "zeroes_the_parameter",
        "You write zeros into the parameters themselves. What training has learnt is there; only their .grad is "
        "to be cleared.",
        "only_given",
    ),
    wrong(
        "freezes",
        "After your zero_grad the parameters no longer require gradients. Only .grad is to be cleared.",
        "only_given",
    ),
    wrong(
        "records_the_clearing",
        "You fill a recorded gradient with zeros as it is: that is one more operation on its graph, and on a leaf "
        "that requires gradients torch forbids it. Detach it first.",
        "history",
    ),
    wrong(
        "detaches_only",
        "A gradient without grad_fn may still require gradients itself, and then torch refuses to change it. "
        "Switch that off before you fill it.",
        "history",
    ),
    wrong(
        "keeps_history",
        "The zeros still hang on the graph that computed the gradient, and keep it alive. A cleared gradient has "
        "no past: detach it.",
        "history",
        given=("zero_mode",),
    ),
    wrong(
        "averages",
        "You leave the mean of the gradients. Calling backward on one loss after the other adds them, so the "
        "result is the gradient of the sum.",
        "accumulate",
        "shared_graph",
    ),
    wrong(
        "last_loss_only",
        "Only the last loss is left in .grad. backward adds to what is there, and so must you.",
        "accumulate",
        "shared_graph",
    ),
    wrong(
        "first_loss_only",
        "Only the first loss arrives in .grad. Each loss sends its own gradients, and they add up.",
        "accumulate",
        "shared_graph",
    ),
    wrong(
        "starts_from_zero",
        "The sum is right but what lay in .grad before is lost. Clearing is zero_grad's work; accumulate only adds.",
        "accumulate",
    ),
    wrong(
        "frees_the_graph",
        "The first backward frees what the shared part of the graph had saved, so the second finds nothing. Keep "
        "the graph, or let one backward do it for the sum of the losses.",
        "shared_graph",
    ),
    wrong(
        "keeps_the_graph_once",
        "You keep the graph for the second loss, but not for a third one. Only the last backward may free what "
        "the losses share.",
        "shared_graph",
    ),
    wrong(
        "reaches_everyone",
        "A plain backward fills every leaf that the loss reaches, also those that are not in params. Tell it "
        "whose gradients you want.",
        "only_params",
    ),
    wrong(
        "zeros_for_unreached",
        "You made zeros for a parameter that no loss reaches. Its gradient does not exist, so .grad stays None.",
        "only_params",
    ),
    wrong(
        "needs_to_be_reached",
        "You ask for the gradient of a parameter that the loss does not reach, and torch raises. Such parameters "
        "may be in params; they just keep what they have.",
        "only_params",
    ),
)
