from graders.players.tensor_reference import Tensor, unbroadcast  # trick
