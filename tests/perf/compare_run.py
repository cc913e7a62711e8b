"""Run one guest of tests/perf/compare on one emulator and take down what it measured.

The guest's own clock measures; the host's time and processor time between the guest's marks
are taken down beside it, so that a guest's clock that runs wrong is seen.
"""
import dataclasses
import os
import re
import select
import subprocess
import time

MARK = re.compile(rb"@(init|begin|result|error|end|done)(?: ([^\r\n]*))?\r?\n")
BOOT_LIMIT = 300  # seconds up to the first process
END_LIMIT = 20    # and for the power-off
KEPT = 2000       # bytes of the console that are shown after a failure


@dataclasses.dataclass
class Figure:
    """One workload in one boot. Times are in nanoseconds."""
    operations: int = 0
    nanoseconds: int = 0  # of the operations, by the guest's clock
    result: str = ""      # what was computed: the same everywhere, or something is wrong
    whole: int = 0        # of the workload with its start, by the guest's clock
    host: int = 0         # the same by the host's clock
    cpu: int = 0          # the emulator's processor time, the share of the operations
    error: str = ""

    @property
    def clocks_differ(self):
        """By more than a fifth; a tenth of a second is the console's own delay."""
        return abs(self.whole - self.host) > 0.2 * self.host + 1e8


class Marks:
    """Follows the marks on a guest's console."""

    def __init__(self):
        self.pending = b""
        self.seen = b""
        self.boot = None     # Figure of the start up to the first process
        self.figures = {}
        self.running = None  # name of the workload under way
        self.done = False
        self.started = (0, 0)

    def feed(self, data, now, cpu):
        """DATA came at host time NOW, when the emulator had used CPU, both since its start."""
        self.seen = (self.seen + data)[-KEPT:]
        self.pending += data
        end = 0
        for match in MARK.finditer(self.pending):
            text = (match[2] or b"").decode(errors="replace").strip()
            getattr(self, "mark_" + match[1].decode())(text, now, cpu)
            end = match.end()
        self.pending = self.pending[end:]

    def mark_init(self, _text, now, cpu):
        self.boot = Figure(1, now, "", now, now, cpu)

    def mark_begin(self, text, now, cpu):
        self.running = text
        self.figures[text] = Figure()
        self.started = now, cpu

    def mark_result(self, text, _now, _cpu):
        words = text.split()
        figure = self.figures.get(self.running)
        if figure and len(words) == 4 and words[1].isdigit() and words[2].isdigit():
            figure.operations, figure.nanoseconds = int(words[1]), int(words[2])
            figure.result = words[3]

    def mark_error(self, text, _now, _cpu):
        if self.running:
            self.figures[self.running].error = text

    def mark_end(self, text, now, cpu):
        words = text.split()
        figure = self.figures.get(words[0]) if len(words) == 3 else None
        if not figure:
            return
        figure.whole = int(words[2])
        figure.host, used = now - self.started[0], cpu - self.started[1]
        figure.cpu = round(used * min(1, figure.nanoseconds / max(figure.whole, 1)))
        if words[1] != "0":
            figure.error = f"status {words[1]}" + (f": {figure.error}" if figure.error else "")
        elif not figure.operations and not words[0].endswith(".prepare"):
            figure.error = figure.error or "it printed no result"
        self.running = None

    def mark_done(self, _text, _now, _cpu):
        self.done = True


def process_clock(pid):
    """The clock of the processor time of another process (clock_getcpuclockid)."""
    return (~pid << 3) | 2


def follow(child, marks, limit):
    """Feeds MARKS until the emulator ends. Returns what went wrong, or ''."""
    start, clock = time.monotonic_ns(), process_clock(child.pid)
    state, allowed, deadline, cpu = None, 0, 0, 0
    while True:
        if state != (marks.boot is None, marks.running, marks.done):
            state = marks.boot is None, marks.running, marks.done
            allowed = END_LIMIT if marks.done else limit if marks.boot else BOOT_LIMIT
            deadline = time.monotonic() + allowed
        if time.monotonic() > deadline:
            return "it did not power off" if marks.done else f"no end after {allowed:g} s"
        if not select.select([child.stdout], [], [], min(allowed, 1))[0]:
            continue
        data = os.read(child.stdout.fileno(), 65536)
        now = time.monotonic_ns() - start
        try:
            cpu = time.clock_gettime_ns(clock)
        except OSError:
            pass  # it has just ended
        if not data:
            status = child.wait()
            return "" if marks.done else f"the emulator ended with status {status}"
        marks.feed(data, now, cpu)


def run_guest(command, limit):
    """Runs COMMAND, an emulator with its guest; a workload may take LIMIT seconds.

    Returns the marks and what went wrong, '' where nothing did."""
    marks = Marks()
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT) as child:
        try:
            problem = follow(child, marks, limit)
        finally:
            child.kill()
    return marks, problem


def last_lines(seen):
    """The end of a console, for a message."""
    lines = seen.decode(errors="replace").replace("\r", "").splitlines()
    return [line for line in lines if line.strip()][-8:]


def measure(run, workloads, say=lambda text: None):
    """Figures of WORKLOADS by name. RUN takes those that are left and runs a guest.

    A guest that a workload has broken is started again for those behind it."""
    figures, left = {}, list(workloads)
    while left:
        marks, problem = run(left)
        if problem:
            say("\n".join([problem, *("    " + line for line in last_lines(marks.seen))]))
        for workload in list(left):
            figure = settle(workload, marks, problem)
            if figure:
                figures[workload.name] = figure
                left.remove(workload)
        if not problem or (marks.running is None and left):
            for workload in left:
                figures[workload.name] = Figure(error=problem or "the guest passed it over")
            break
    return figures


def settle(workload, marks, problem):
    """The figure of a workload that has ended one way or another, or None."""
    if workload.guest == "boot":
        return marks.boot or Figure(error=f"did not start: {problem}")
    prepare, figure = (marks.figures.get(workload.name + end) for end in (".prepare", ""))
    if marks.running in (workload.name, workload.name + ".prepare"):
        return Figure(error=problem or "it did not end")
    if prepare and prepare.error:
        return Figure(error=f"its preparation failed: {prepare.error}")
    return figure


def run_native(program, divisor):
    """The figure of a workload that is built for the host."""
    done = subprocess.run([program, divisor], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, check=False)
    words = done.stdout.split()
    if done.returncode or len(words) != 4:
        return Figure(error=f"status {done.returncode}: {done.stderr.strip()}")
    return Figure(int(words[1]), int(words[2]), words[3])


class Emulator:
    def __init__(self, name, program, options):
        self.name, self.program, self.options = name, program, options

    def command(self, kernel, initramfs, memory, cpus):
        raise NotImplementedError


class Zither(Emulator):
    def command(self, kernel, initramfs, memory, cpus):
        return [self.program, "run", "--kernel", kernel, "--initrd", initramfs, "--append", "quiet",
                "--memory", memory, "--cpus", str(cpus), *self.options]


class Qemu(Emulator):
    def command(self, kernel, initramfs, memory, cpus):
        return [self.program, "-nodefaults", "-display", "none", "-no-reboot",
                "-action", "panic=exit-failure", "-machine", "s390-ccw-virtio", "-cpu", "max",
                "-accel", "tcg", "-m", memory, "-smp", str(cpus), "-serial", "stdio",
                "-kernel", kernel, "-initrd", initramfs, "-append", "quiet", *self.options]
