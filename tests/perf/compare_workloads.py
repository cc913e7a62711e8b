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
    command: str = ""   # of a Debian program; {n} stands for the size, {f} for /perf
    n: int = 0
    kind: str = "time"  # see guest/perf_init.c
    prepare: str = ""   # a command before it that is not timed
    cpus: int = 1
    own_floor: float = 0.0

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
    Workload("python3", "debian", command="python3 -I {f}/work.py {n}", n=300,
             prepare="python3 -I {f}/work.py 1"),
    Workload("lua", "debian", command="lua5.4 {f}/work.lua {n}", n=300),
    Workload("perl", "debian", command="perl {f}/work.pl {n}", n=300),
    Workload("sqlite", "debian", n=60000,
             command="sqlite3 :memory: '.parameter set :n {n}' '.read {f}/work.sql'"),
    Workload("gzip", "debian", command="gzip -6nc {f}/text"),
    Workload("xz", "debian", command="xz -T1 -c {f}/text.small"),
    Workload("zstd", "debian", command="zstd --single-thread -q -6 -c {f}/text"),
    Workload("openssl-rsa-sign", "debian", kind="line",
             command="sh {f}/rsa.sh 1 openssl-rsa-sign"),
    Workload("openssl-rsa-verify", "debian", kind="line",
             command="sh {f}/rsa.sh 2 openssl-rsa-verify"),
    Workload("openssl-sha256", "debian",
             command="openssl dgst -sha256 {f}/noise {f}/noise {f}/noise {f}/noise"),
    Workload("openssl-aes", "debian", command="openssl enc -aes-128-cbc -in {f}/noise -iv "
             "00000000000000000000000000000000 -K 000102030405060708090a0b0c0d0e0f"),
    Workload("gcc", "debian",
             command="gcc -O2 -c -o /tmp/large.o {f}/large.c && cat /tmp/large.o"),
    Workload("bash-forks", "debian", command="bash {f}/forks.sh {n}", n=60),
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
    divisor = QUICK if quick else 1
    lines = []
    for workload in workloads:
        words = {"f": "/perf", "n": max(workload.n // divisor, 1)}
        if workload.prepare:
            lines.append(f"run {workload.name}.prepare 1 {workload.prepare.format(**words)}")
        if workload.source:
            lines.append(f"line {workload.name} 1 /perf/{workload.source} {divisor}")
        else:
            lines.append(f"{workload.kind} {workload.name} 1 {workload.command.format(**words)}")
    return "".join(line + "\n" for line in lines)
