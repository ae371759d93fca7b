"""Recovery of a stack whose `up` or `destroy` was cut off: what was created but is not in the state is taken into it."""
