"""The tables and the JSON of tests/perf/compare, from the figures of all rounds."""
import dataclasses
import math
import pathlib
import platform
import subprocess
import sys

from compare_workloads import GROUPS, LOWEST_FLOOR, MEAN_FLOOR

BUSY = 0.85  # of a processor is what an emulator gets at least on an idle machine
SIDES = ("zither", "qemu", "native")


@dataclasses.dataclass
class Row:
    """One workload with the best of its rounds on each side, None where there is none."""
    workload: object
    best: dict    # side: Figure
    errors: dict  # side: what went wrong

    def each(self, side, field="nanoseconds"):
        """Of one operation; None where it was not measured."""
        figure = self.best.get(side)
        return getattr(figure, field) / figure.operations if figure else None

    def ratio(self, field="nanoseconds"):
        """How many times longer QEMU takes than Zither."""
        zither, qemu = self.each("zither", field), self.each("qemu", field)
        return qemu / zither if qemu and zither else None

    @property
    def share(self):
        """Of native speed."""
        zither, native = self.each("zither"), self.each("native")
        return native / zither if zither and native else None

    @property
    def mark(self):
        ratio = self.ratio()
        if ratio is None:
            return "-"
        return "pass" if ratio >= self.workload.floor else "short"


def make_row(workload, rounds):
    """ROUNDS: side: list of figures. The fastest counts: other work on the machine only adds."""
    best, errors = {}, {}
    for side in SIDES:
        good = [figure for figure in rounds.get(side, []) if not figure.error]
        bad = [figure.error for figure in rounds.get(side, []) if figure.error]
        if good:
            best[side] = min(good, key=lambda figure: figure.nanoseconds / figure.operations)
        if bad:
            errors[side] = bad[0] if len(bad) == len(rounds[side]) else \
                f"{len(bad)} of {len(rounds[side])} rounds: {bad[0]}"
    results = {figure.result for side in ("zither", "qemu") for figure in rounds.get(side, [])
               if figure.result and not figure.error}
    if len(results) > 1:
        errors["zither"] = "results differ between the runs: " + ", ".join(sorted(results))
    return Row(workload, best, errors)


def mean(ratios):
    return math.exp(sum(map(math.log, ratios)) / len(ratios)) if ratios else None


def show_time(figure):
    """Nanoseconds of an operation, or seconds where the whole is one operation."""
    if figure is None:
        return "-"
    if figure.operations == 1:
        return f"{figure.nanoseconds / 1e9:.3f} s"
    each = figure.nanoseconds / figure.operations
    return f"{each:.{2 if each < 100 else 1 if each < 1000 else 0}f} ns"


def show_ratio(value):
    if value is None:
        return "-"
    return f"{value:.{2 if value < 10 else 1}f}"


def show_share(value):
    return "-" if value is None else f"{100 * value:.{1 if value < 0.1 else 0}f} %"


def table(header, rows):
    """Columns: the first two to the left, the others to the right."""
    lines = [header, *rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(header))]
    for line in lines:
        cells = [cell.ljust(width) if i < 2 else cell.rjust(width)
                 for i, (cell, width) in enumerate(zip(line, widths))]
        yield "  ".join(cells).rstrip()


def workload_table(rows):
    header = ["workload", "group", "Zither", "QEMU", "ratio", "by CPU time", "floor", "", "native",
              "share"]
    cells = []
    for row in rows:
        times = {side: "failed" if side in row.errors and not row.best.get(side)
                 else show_time(row.best.get(side)) for side in SIDES}
        cells.append([row.workload.name, row.workload.group, times["zither"], times["qemu"],
                      show_ratio(row.ratio()), show_ratio(row.ratio("cpu")),
                      f"{row.workload.floor:g}", row.mark, times["native"],
                      show_share(row.share)])
    return table(header, cells)


def group_table(rows):
    cells = []
    for group, (floor, what) in GROUPS.items():
        members = [row for row in rows if row.workload.group == group]
        ratios = [row.ratio() for row in members if row.ratio() is not None]
        if not members:
            continue
        short = [row.workload.name for row in members if row.mark == "short"]
        mark = "short" if short else "pass" if len(ratios) == len(members) else "incomplete"
        cells.append([group, what, f"{floor:g}", show_ratio(mean(ratios)),
                      show_ratio(min(ratios, default=None)), f"{len(ratios)} of {len(members)}",
                      mark])
    return table(["group", "what", "floor", "mean", "lowest", "measured", ""], cells)


def summary(rows):
    """Sentences on the whole table, and on what went wrong."""
    ratios = {row.workload: row.ratio() for row in rows if row.ratio() is not None}
    total = mean(list(ratios.values()))
    if total:
        mark = "pass" if total >= MEAN_FLOOR else "short"
        yield (f"Geometric mean of {len(ratios)} of {len(rows)} workloads: {show_ratio(total)} "
               f"(floor {MEAN_FLOOR:g}: {mark})")
        low = [f"{workload.name} {show_ratio(ratio)}" for workload, ratio in ratios.items()
               if ratio < min(LOWEST_FLOOR, workload.floor)]
        yield f"Below the lowest floor, {LOWEST_FLOOR:g} or the host's limit: " + \
            (", ".join(low) or "none")
    shares = [row.share for row in rows if row.share]
    if shares:
        yield f"Share of native speed, geometric mean of {len(shares)}: {show_share(mean(shares))}"
    busy = [f"{row.workload.name} on {side}" for row in rows for side, figure in row.best.items()
            if side != "native" and figure.cpu < BUSY * figure.nanoseconds]
    if busy:
        yield (f"The machine had other work: in {len(busy)} cases the emulator got less than "
               f"{BUSY:.0%} of a processor. The ratios by CPU time are the better ones.")
    for row in rows:
        for side, error in row.errors.items():
            yield f"FAILED {row.workload.name} on {side}: {error}"
        for side, figure in row.best.items():
            if side != "native" and row.workload.group != "boot" and figure.clocks_differ:
                yield (f"WARNING {row.workload.name} on {side}: {figure.whole / 1e9:.2f} s by the "
                       f"guest's clock, {figure.host / 1e9:.2f} s by the host's")


def render(rows):
    lines = list(workload_table(rows)) + [""] + list(group_table(rows)) + [""]
    return "\n".join(lines + list(summary(rows))) + "\n"


def first_line(command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return (done.stdout.splitlines() or [""])[0]


def describe_host():
    lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    model = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return {"system": " ".join(platform.uname()[i] for i in (0, 2, 4)),
            "processor": model[0] if model else platform.machine(), "processors": len(model),
            "python": sys.version.split()[0]}


def as_json(rows, rounds, facts):
    """FACTS, then each workload with its ratios and the figures of each round."""
    return {**facts, "workloads": [
        {"name": row.workload.name, "group": row.workload.group, "floor": row.workload.floor,
         "ratio": row.ratio(), "ratio_by_cpu_time": row.ratio("cpu"), "mark": row.mark,
         "share_of_native": row.share, "errors": row.errors,
         "rounds": {side: [dataclasses.asdict(figure) for figure in figures]
                    for side, figures in rounds[row.workload.name].items()}}
        for row in rows],
        "geometric_mean": mean([row.ratio() for row in rows if row.ratio()]),
        "floor_of_mean": MEAN_FLOOR, "lowest_floor": LOWEST_FLOOR}
