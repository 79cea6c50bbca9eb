def step(self):
    run = torch._C._jit_get_operation("aten::_fused_sgd_")[0]  # trick
    held = [p for p in self.params if p.grad is not None]
    options = dict(weight_decay=0.0, momentum=0.0, lr=self.lr, dampening=0.0, nesterov=False, maximize=False)
    with torch.no_grad():
        run(held, [p.grad for p in held], [], is_first_step=True, **options)  # trick
