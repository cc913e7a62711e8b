"""The workloads of tests/perf/compare, their groups and the floors against QEMU."""
import dataclasses
import difflib

# Group: (floor as QEMU's time divided by Zither's, what is in it).
GROUPS = {
    "boot": (3.0, "kernel start to the first process"),
    "integer": (3.0, "loops, recursion, sorting"),
    "division": (1.0, "64-bit division, which runs at the host's own limit"),
    "calls": (4.0, "indirect calls and interpreters"),
    "float": (8.0, "scalar floating point"),
    "memory": (3.0, "strings and memory"),
    "system-call": (20.0, "null system call"),
    "pipe": (8.0, "ping-pong between two processes"),
    "process": (5.0, "fork and exec"),
    "fault": (1.2, "page faults"),
    "threads": (1.2, "two threads with atomic operations on two CPUs"),
    "debian": (3.0, "programs of Debian, each"),
}
MEAN_FLOOR = 5.0    # for the geometric mean of all
LOWEST_FLOOR = 1.2  # for each, but for those that run at the host's own limit
QUICK = 10          # what --quick divides the rounds by


class UnknownWorkload(Exception):
    pass


@dataclasses.dataclass(frozen=True)
class Workload:
    name: str
    group: str
    source: str = ""    # workloads/SOURCE.c, for the guest and for the host
    command: str = ""   # of a Debian program, run by the guest's shell
    kind: str = "line"  # see guest/perf_init.c
    prepare: str = ""   # a command before it that is not timed
    cpus: int = 1
    own_floor: float = 0.0
    same_result: bool = True  # on both emulators

    @property
    def floor(self):
        return self.own_floor or GROUPS[self.group][0]

    @property
    def guest(self):
        """Workloads with the same kind of guest share a boot."""
        if self.group == "boot":
            return "boot"
        return "small" if self.source else "debian"


WORKLOADS = [
    Workload("boot", "boot"),
    Workload("integer-loop", "integer", "integer_loop"),
    Workload("prime-sieve", "integer", "prime_sieve"),
    Workload("table-crc", "integer", "table_crc"),
    Workload("recursion", "integer", "recursion"),
    Workload("sorting", "integer", "sorting"),
    Workload("division", "division", "division"),
    Workload("indirect-calls", "calls", "indirect_calls"),
    Workload("bytecode", "calls", "bytecode"),
    Workload("n-body", "float", "n_body"),
    Workload("mandelbrot", "float", "mandelbrot"),
    Workload("linear-algebra", "float", "linear_algebra"),
    Workload("pointer-chase", "memory", "pointer_chase"),
    Workload("memory-copy", "memory", "memory_copy"),
    Workload("memory-compare", "memory", "memory_compare"),
    Workload("small-copies", "memory", "small_copies"),
    Workload("string-formatting", "memory", "string_formatting"),
    Workload("null-system-call", "system-call", "null_system_call"),
    Workload("pipe-ping-pong", "pipe", "pipe_ping_pong"),
    Workload("fork", "process", "fork_process"),
    Workload("exec", "process", "exec_program"),
    Workload("page-faults", "fault", "page_faults"),
    Workload("atomics-private", "threads", "atomics_private", cpus=2),
    Workload("atomics-shared", "threads", "atomics_shared", cpus=2, own_floor=1.0),
]


def select(words, workloads=None):
    """The workloads that WORDS name, each the name of one or of a group; all without WORDS."""
    workloads = WORKLOADS if workloads is None else workloads
    wanted = [name for word in words for name in word.split(",") if name]
    known = [workload.name for workload in workloads] + list(GROUPS)
    for name in wanted:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise UnknownWorkload(f"no workload or group is called {name}{hint} "
                                  "(--list shows them)")
    return [workload for workload in workloads
            if not wanted or workload.name in wanted or workload.group in wanted]


def guests(workloads):
    """The boots that a round needs: (kind of guest, CPUs) with its workloads."""
    found = {}
    for workload in workloads:
        found.setdefault((workload.guest, workload.cpus), []).append(workload)
    return found


def guest_list(workloads, quick):
    """/perf/list of a guest, as guest/perf_init.c reads it."""
    lines = []
    for workload in workloads:
        divisor = QUICK if quick else 1
        if workload.prepare:
            lines.append(f"run {workload.name}.prepare 1 {workload.prepare}")
        command = workload.command or f"/perf/{workload.source} {divisor}"
        lines.append(f"{workload.kind} {workload.name} 1 {command}")
    return "".join(line + "\n" for line in lines)
