"""The parts of tools/bench: measure two kernels side by side, keep the figures, show them."""
