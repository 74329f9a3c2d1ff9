"""The parts of tools/vm: see tools/vm for what they do together."""
