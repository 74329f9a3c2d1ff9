"""A boot in Bochs, which emulates what QEMU's TCG lacks: PCID, TSC deadline, x2APIC.

The ISO's init is a shell script that runs a self-check and the programs of
tests/sys that depend on the processor, and prints to the serial line, which
Bochs writes to a file. Their output is compared with what Linux printed.
"""

import os
import re
import shutil
import subprocess
import time

import cases
import guest
import root
from external import Failed, Skipped

BUILD = cases.BUILD / "bochs"
LIMIT = 300             # s; an emulator without translation is slow
MODEL = "corei7_skylake_x"
CPUS = 2
PROGRAMS = ["fpu_state", "clock_migrate", "waits"]
# What Linux printed on QEMU's TCG, which raises no exception from SSE; Bochs does, as processors do.
LIKE_A_PROCESSOR = {"no trap from SSE": "signal 8, code 3"}
SHARE = "/usr/share/bochs"

CONFIG = """\
plugin_ctrl: speaker=false
config_interface: textconfig
display_library: rfb, options="timeout=0"
cpu: model={model}, count={cpus}, ips=100000000, reset_on_triple_fault=0
memory: guest=256, host=256
romimage: file={share}/BIOS-bochs-latest
vgaromimage: file={share}/VGABIOS-lgpl-latest
ata0-master: type=cdrom, path={folder}/percival.iso, status=inserted
boot: cdrom
com1: enabled=1, mode=file, dev={folder}/serial.txt
clock: sync=none, time0=utc
log: {folder}/bochs.log
panic: action=fatal
error: action=report
info: action=ignore
debug: action=ignore
"""

INIT = """\
#!/bin/busybox sh
mount -t proc none /proc; mount -t tmpfs none /tmp; mount -t devtmpfs none /dev
exec > /dev/console 2>&1
echo "CHECK processors $(nproc)"
for f in pcid x2apic tsc_deadline_timer avx xsave fsgsbase smep smap; do
	grep -m 1 '^flags' /proc/cpuinfo | grep -qw $f && echo "CHECK has $f"
done
for p in {programs}; do
	mkdir /tmp/$p; cd /tmp/$p
	/tests/$p | sed "s/^/OUT $p|/"
done
echo "CHECK done"
sleep 600
"""


def image(kernel):
    """The ISO with our own root."""
    a = root.base()
    a.file("init", INIT.format(programs=" ".join(PROGRAMS)), 0o755)
    for p in PROGRAMS:
        source = cases.TOP / "tests" / "sys" / f"{p}.c"
        guest.compile_static(source, cases.BUILD / "sys" / p)
        a.file(f"tests/{p}", (cases.BUILD / "sys" / p).read_bytes(), 0o755)
    BUILD.mkdir(parents=True, exist_ok=True)
    (BUILD / "root.cpio").write_bytes(a.bytes())
    subprocess.run([str(cases.TOP / "tools" / "mkiso"), str(kernel),
                    str(BUILD / "root.cpio"), "console=ttyS0",
                    str(BUILD / "percival.iso")],
                   check=True, capture_output=True)


def run_bochs():
    """Start Bochs; return what the guest printed, until it is done or time is up."""
    serial = BUILD / "serial.txt"
    for stale in ("serial.txt", "percival.iso.lock"):
        if (BUILD / stale).exists():
            (BUILD / stale).unlink()
    (BUILD / "bochsrc").write_text(CONFIG.format(
        model=MODEL, cpus=CPUS, share=SHARE, folder=BUILD))
    (BUILD / "commands").write_text("continue\n")     # Debian's has the debugger built in
    start = time.monotonic()
    with open(BUILD / "out.txt", "wb") as out:
        process = subprocess.Popen(
            ["bochs", "-q", "-f", str(BUILD / "bochsrc"), "-rc", str(BUILD / "commands")],
            stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
            start_new_session=True)
    text = ""
    try:
        while time.monotonic() - start < LIMIT:
            ended = process.poll() is not None
            if serial.exists():
                text = serial.read_bytes().decode("utf-8", "replace").replace("\r", "")
            if ended or "CHECK done" in text or re.search(r"(?m)^(\[.*\] *|<\d>)*(PANIC:|end of panic)", text):
                break
            time.sleep(0.5)
        time.sleep(1)
        if serial.exists():
            text = serial.read_bytes().decode("utf-8", "replace").replace("\r", "")
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
    return text, time.monotonic() - start


def test(report, kernel=None):
    if not shutil.which("bochs"):
        raise Skipped("no bochs (package bochs)")
    kernel = kernel or cases.TOP / "build" / "gcc" / "percival"
    image(kernel)
    text, seconds = run_bochs()
    tail = "\n".join(text.splitlines()[-40:])
    if "CHECK done" not in text:
        out = (BUILD / "out.txt").read_bytes().decode("utf-8", "replace")
        raise Failed("the self-check did not end; the serial line ends with\n" + tail
                     + "\nBochs says\n" + "\n".join(out.splitlines()[-8:]))
    said = set(re.findall(r"CHECK (.*)", text))
    wanted = {f"processors {CPUS}", "has pcid", "has x2apic", "has tsc_deadline_timer"}
    if not wanted <= said:
        raise Failed(f"missing {sorted(wanted - said)}\n" + tail)
    for p in PROGRAMS:
        got = "".join(m + "\n" for m in re.findall(rf"(?m)^OUT {p}\|(.*)$", text))
        recorded = (cases.TOP / "tests" / "sys" / f"{p}.expected").read_text()
        want = "".join(LIKE_A_PROCESSOR.get(l[2:], l[2:]) + "\n" for l in
                       recorded.partition("stdout:\n")[2].partition("stderr:")[0].splitlines()
                       if l.startswith("| "))
        if got != want:
            import differential
            raise Failed(differential.diff(want, got, (f"{p} on Linux", f"{p} in Bochs")))
    report.figure(f"Bochs, {CPUS} CPUs: {seconds:.0f} s for boot and self-check")
