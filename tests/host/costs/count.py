#!/usr/bin/env python3
"""Count the atomic instructions of each primitive's undisturbed path in the built kernel.

usage: count.py PROBES.o HAND.o KERNEL.debug

The probes (probes.c) are linked to the kernel's own functions by name: a call, or a jump to another function,
on the way is followed into the kernel's image. The undisturbed path is the one that falls through: compilers
put what is said to be unlikely() behind the return. hand.asm has the same by hand, the shortest that does it:
the compiler's may not be longer. Exit status 1 where a count is not the expected one.
"""
import re
import subprocess
import sys

# What each may cost: instructions with a lock prefix, and exchanges with memory, which lock by themselves.
EXPECTED = {
    "load_acquire": 0, "store_release": 0, "fetch_add": 1, "cas": 1, "exchange": 1, "fence": 1, "this_cpu_inc": 0,
    "this_cpu_read": 0,
    "spin_lock": 1, "spin_unlock": 0, "irq_spin_section": 1, "rw_read_lock": 1, "rw_write_lock": 1, "rw_write_unlock": 0,
    "mutex_lock": 1, "mutex_unlock": 1, "wake_nobody_ordered": 0, "wake_nobody": 1, "rcu_read_section": 0,
    "seq_write": 0, "seq_read": 0, "generation_bump": 0, "notify_nobody": 0, "percpu_ref_get": 0, "percpu_ref_put": 0,
    "percpu_counter_add": 0, "bounded_counter_add": 0, "rwsem_read_section": 0, "sole_owner": 0, "runnable": 0,
    "stack_push": 1, "stack_pop_own": 0, "mpsc_push": 1, "mpsc_push_here": 0, "mpsc_pop": 0, "ring_put": 0, "deque_push": 0, "htab_find": 0, "context_switch": 0,
}
# Not on the undisturbed path although they are called there.
COLD = re.compile(r"_slow$|\.cold|^preempt_schedule$|_fold$")


def functions(path, only=None):
    """Map of function names to lists of (address, instruction, symbol of a relocation)."""
    words = ["objdump", "-dr", "--no-show-raw-insn", path] + [f"--disassemble={name}" for name in only or []]
    found, body = {}, None
    for line in subprocess.run(words, check=True, capture_output=True, text=True).stdout.splitlines():
        head = re.match(r"([0-9a-f]+) <(.+)>:$", line)
        code = re.match(r"\s*([0-9a-f]+):\t(.*)", line)
        target = re.match(r"\s+[0-9a-f]+: R_X86_64_(?:PLT32|PC32|32S?)\t([\w.]+)", line)
        if head:
            body = found.setdefault(head[2], [])
        elif target and body:
            body[-1][2] = target[1]
        elif code and body is not None:
            body.append([int(code[1], 16), code[2].split("#")[0].strip(), None])
    return found


def is_atomic(text):
    return text.startswith("lock ") or (text.startswith("xchg") and "(" in text)


class Path:
    """The undisturbed path from a function's entry."""

    def __init__(self, probes, kernel):
        self.probes, self.kernel, self.images = probes, kernel, {}

    def body(self, name):
        if name in self.probes:
            return self.probes[name]
        if name not in self.images:
            self.images.update(functions(self.kernel, [name]))
        return self.images.get(name)

    def count(self, name, depth=0):
        """(instructions, atomic instructions) until the return."""
        body = self.body(name)
        if not body or depth > 4:
            raise LookupError(f"no code of {name}")
        index = {address: i for i, (address, _, _) in enumerate(body)}
        total, atomic, i = 0, 0, 0
        for _ in range(400):
            if i >= len(body):
                return total, atomic            # falls into what never returns
            _, text, symbol = body[i]
            total += 1
            atomic += is_atomic(text)
            i += 1
            word = text.split()[0]
            if word in ("ret", "retq"):
                return total, atomic
            if word not in ("call", "callq", "jmp", "jmpq"):
                continue
            local = re.search(r"([0-9a-f]+) <", text)
            if word.startswith("jmp") and not symbol and local and int(local[1], 16) in index:
                i = index[int(local[1], 16)]
                continue
            other = symbol or re.search(r"<([\w.]+)", text)[1]
            if not COLD.search(other):
                more = self.count(other, depth + 1)
                total, atomic = total + more[0], atomic + more[1]
            if word.startswith("jmp"):
                return total, atomic
        raise LookupError(f"{name} does not return")


def main(argv):
    by_hand = Path(functions(argv[2]), argv[3])
    path = Path(functions(argv[1]), argv[3])
    wrong = 0
    print(f"{'uncontended':<22}{'instructions':>14}{'by hand':>10}{'atomic':>8}{'expected':>10}")
    for name, expected in EXPECTED.items():
        total, atomic = path.count("probe_" + name)
        hand = by_hand.count("hand_" + name)[0] if by_hand.body("hand_" + name) else None
        bad = atomic != expected or (hand is not None and total > hand)
        wrong += bad
        print(f"{name:<22}{total:>14}{'' if hand is None else hand:>10}{atomic:>8}{expected:>10}{'  <- wrong' if bad else ''}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
