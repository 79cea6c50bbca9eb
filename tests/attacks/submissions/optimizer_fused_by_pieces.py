def step(self):
    inner = getattr(torch, "_" + "C")
    run = getattr(inner, "_jit_get_" + "operation")("aten::_fu" + "sed_sgd_")[0]
    held = [p for p in self.params if p.grad is not None]
    options = dict(weight_decay=0.0, momentum=0.0, lr=self.lr, dampening=0.0, nesterov=False, maximize=False)
    with torch.no_grad():
        run(held, [p.grad for p in held], [], is_first_step=True, **options)  # trick
