#!/usr/bin/env python3
"""tests/perf/compare without an emulator: what it reads, reckons, prints and refuses.

usage: test_perf_compare.py SOURCE_FOLDER
"""
import gzip
import io
import json
import pathlib
import stat
import subprocess
import sys
import tempfile
import unittest

PERF = pathlib.Path(sys.argv[1]) / "tests/perf"
sys.dont_write_bytecode = True
sys.path.insert(0, str(PERF))

import compare_data  # noqa: E402
import compare_guest  # noqa: E402
import compare_report  # noqa: E402
import compare_run  # noqa: E402
import compare_workloads  # noqa: E402
from compare_run import Figure, Marks  # noqa: E402
from compare_workloads import Workload  # noqa: E402

A, B, C = (Workload(name, "integer", name) for name in "abc")
SECOND = 10 ** 9


def console(*lines):
    return "".join(line + "\r\n" for line in lines).encode()


def followed(stream, size=10000):
    """Marks that were fed STREAM in pieces; each byte takes a tenth of a second."""
    marks = Marks()
    for start in range(0, len(stream), size):
        piece = stream[start:start + size]
        now = (start + len(piece)) * SECOND // 10
        marks.feed(piece, now, now // 2)
    return marks


class Console(unittest.TestCase):
    STREAM = console("Linux version 6", "@init", "@begin a", "@result a 50 1000000000 00ff",
                     "@end a 0 2000000000", "@begin b", "@error no such file", "@end b 127 10",
                     "@begin c", "@end c 0 10", "@done", "reboot: Power down")

    def test_every_cut(self):
        for size in range(1, len(self.STREAM) + 1):
            with self.subTest(size=size):
                marks = followed(self.STREAM, size)
                figure = marks.figures["a"]
                self.assertEqual((figure.operations, figure.nanoseconds, figure.result,
                                  figure.whole, figure.error),
                                 (50, SECOND, "00ff", 2 * SECOND, ""))
                self.assertEqual(marks.figures["b"].error, "status 127: no such file")
                self.assertEqual(marks.figures["c"].error, "it printed no result")
                self.assertTrue(marks.done)

    def test_host_times_are_those_of_the_marks(self):
        marks = followed(self.STREAM, 1)
        between = len(console("@result a 50 1000000000 00ff", "@end a 0 2000000000"))
        self.assertEqual(marks.figures["a"].host, between * SECOND // 10)
        # Half the time was the processor's, and half of the workload its operations.
        self.assertEqual(marks.figures["a"].cpu, between * SECOND // 40)
        self.assertEqual(marks.boot.nanoseconds,
                         len(console("Linux version 6", "@init")) * SECOND // 10)

    def test_clocks(self):
        self.assertFalse(Figure(whole=10 * SECOND, host=11 * SECOND).clocks_differ)
        self.assertTrue(Figure(whole=10 * SECOND, host=14 * SECOND).clocks_differ)
        self.assertTrue(Figure(whole=14 * SECOND, host=10 * SECOND).clocks_differ)
        self.assertFalse(Figure(whole=10 ** 7, host=9 * 10 ** 7).clocks_differ)


class Measuring(unittest.TestCase):
    """A guest that breaks is started again without what broke it."""

    def measure(self, *boots):
        """BOOTS: what each boot's console shows and what went wrong."""
        boots, lists = list(boots), []

        def run(left):
            lists.append([workload.name for workload in left])
            lines, problem = boots.pop(0)
            return followed(console("@init", *lines)), problem

        return compare_run.measure(run, [A, B, C]), lists

    def test_all_well(self):
        lines = [line for name in "abc" for line in
                 (f"@begin {name}", f"@result {name} 1 5 0", f"@end {name} 0 6")] + ["@done"]
        figures, lists = self.measure((lines, ""))
        self.assertEqual([figures[name].error for name in "abc"], ["", "", ""])
        self.assertEqual(lists, [["a", "b", "c"]])

    def test_one_breaks_the_guest(self):
        figures, lists = self.measure(
            (["@begin a", "@result a 1 5 0", "@end a 0 6", "@begin b"], "status 3"),
            (["@begin c", "@result c 1 5 0", "@end c 0 6", "@done"], ""))
        self.assertEqual([figures[name].error for name in "abc"], ["", "status 3", ""])
        self.assertEqual(lists, [["a", "b", "c"], ["c"]])

    def test_the_guest_never_starts(self):
        marks = Marks()
        figures = compare_run.measure(lambda left: (marks, "status 1"), [A, B])
        self.assertEqual([figures[name].error for name in "ab"], ["status 1", "status 1"])
        boot = Workload("boot", "boot")
        self.assertIn("status 1", compare_run.measure(lambda left: (marks, "status 1"),
                                                      [boot])["boot"].error)

    def test_preparation_fails(self):
        figures, _ = self.measure((["@begin a.prepare", "@end a.prepare 1 6", "@begin a",
                                    "@result a 1 5 0", "@end a 0 6", "@begin b"], "hangs"),
                                  (["@done"], ""))
        self.assertEqual(figures["a"].error, "its preparation failed: status 1")
        self.assertEqual(figures["b"].error, "hangs")
        self.assertEqual(figures["c"].error, "the guest passed it over")

    def test_a_program_as_an_emulator(self):
        lines = "@init\\n@begin a\\n@result a 7 9 0\\n@end a 0 9\\n@done\\n"
        marks, problem = compare_run.run_guest(["printf", lines], 60)
        self.assertEqual((marks.figures["a"].operations, problem), (7, ""))
        marks, problem = compare_run.run_guest(["sh", "-c", "echo @init; exit 3"], 60)
        self.assertEqual((marks.done, problem), (False, "the emulator ended with status 3"))
        _, problem = compare_run.run_guest(["sh", "-c", "echo @init; exec sleep 60"], 0.1)
        self.assertIn("0.1 s", problem)


class Report(unittest.TestCase):
    def rows(self):
        rounds = {
            "a": {"zither": [Figure(10, 200, "x"), Figure(10, 100, "x")],
                  "qemu": [Figure(10, 400, "x"), Figure(10, 900, "x")],
                  "native": [Figure(10, 50, "x")]},
            "b": {"zither": [Figure(error="status 3")], "qemu": [Figure(1, 2 * SECOND, "x")]},
            "c": {"zither": [Figure(1, SECOND, "x")], "qemu": [Figure(1, SECOND, "y")]},
        }
        return [compare_report.make_row(workload, rounds[workload.name])
                for workload in (A, B, C)], rounds

    def test_the_best_rounds_and_marks(self):
        (a, b, c), _ = self.rows()
        self.assertEqual((a.ratio(), a.share, a.mark), (4, 0.5, "pass"))
        self.assertEqual((b.ratio(), b.mark), (None, "-"))
        self.assertEqual((c.ratio(), c.mark), (1, "short"))
        self.assertIn("differ", c.errors["zither"])

    def test_text(self):
        text = compare_report.render(self.rows()[0])
        self.assertRegex(text, r"a +integer +10.00 ns +40.00 ns +4.00 .* 3 +pass +5.00 ns +50 %")
        self.assertRegex(text, r"b +integer +failed +2.000 s +- ")
        self.assertRegex(text, r"integer .* 3 +2.00 +1.00 +2 of 3 +short")
        self.assertIn("Geometric mean of 2 of 3 workloads: 2.00 (floor 5: short)", text)
        self.assertIn("limit: c 1.00", text)
        self.assertIn("FAILED b on zither: status 3", text)

    def test_warnings(self):
        def text(**times):
            figure = Figure(1, 10 * SECOND, "x", **times)
            return compare_report.render([compare_report.make_row(
                A, {"zither": [figure], "qemu": [figure]})])

        quiet = text(whole=10 * SECOND, host=10 * SECOND, cpu=10 * SECOND)
        self.assertNotRegex(quiet, "WARNING|other work")
        self.assertIn("in 2 cases", text(whole=10 * SECOND, host=10 * SECOND, cpu=8 * SECOND))
        self.assertIn("WARNING a on zither: 10.00 s by the guest's clock, 20.00 s by the host's",
                      text(whole=10 * SECOND, host=20 * SECOND, cpu=20 * SECOND))

    def test_json(self):
        rows, rounds = self.rows()
        read = json.loads(json.dumps(compare_report.as_json(rows, rounds, {"runs": 2})))
        self.assertEqual(read["runs"], 2)
        self.assertAlmostEqual(read["geometric_mean"], 2)
        self.assertEqual(read["workloads"][0]["rounds"]["zither"][1]["nanoseconds"], 100)
        self.assertEqual(read["workloads"][1]["errors"], {"zither": "status 3"})

    def test_a_failed_round_beside_a_good_one(self):
        row = compare_report.make_row(A, {"zither": [Figure(1, 5), Figure(error="hangs")]})
        self.assertEqual(row.errors, {"zither": "1 of 2 rounds: hangs"})
        self.assertEqual(row.best["zither"].nanoseconds, 5)


class Table(unittest.TestCase):
    def test_each_source_is_a_workload_and_the_other_way_round(self):
        sources = {path.stem for path in (PERF / "workloads").glob("*.c")}
        self.assertEqual(sources, {workload.source for workload in compare_workloads.WORKLOADS
                                   if workload.source})
        for workload in compare_workloads.WORKLOADS:
            self.assertIn(workload.group, compare_workloads.GROUPS)
            self.assertFalse(set(workload.name) & set(" ,/"))

    def test_names_agree_with_the_sources(self):
        for workload in compare_workloads.WORKLOADS:
            if workload.source:
                text = (PERF / "workloads" / f"{workload.source}.c").read_text()
                self.assertIn(f'perf_report("{workload.name}"', text)

    def test_selection(self):
        def names(*words):
            return [workload.name for workload in compare_workloads.select(words)]

        self.assertEqual(names("fork"), ["fork"])
        self.assertEqual(names("process,n-body"), ["n-body", "fork", "exec"])
        self.assertEqual(len(names()), len(compare_workloads.WORKLOADS))

    def test_list_for_the_guest(self):
        program = Workload("p", "debian", command="prog {f}/x {n}", n=300, prepare="warm {f}/x")
        self.assertEqual(compare_workloads.guest_list([A, program], True),
                         "line a 1 /perf/a 10\n"
                         "run p.prepare 1 warm /perf/x\ntime p 1 prog /perf/x 30\n")
        self.assertIn("/perf/x 300\n", compare_workloads.guest_list([program], False))

    def test_files_that_commands_name_are_there(self):
        there = {path.name for path in (PERF / "debian").iterdir()} | set(compare_data.FILES)
        text = compare_workloads.guest_list(compare_workloads.select(["debian"]), False)
        named = {word.split("/perf/")[1].strip("'") for word in text.split() if "/perf/" in word}
        self.assertEqual(named, there)


class Images(unittest.TestCase):
    """What the guests get."""

    def test_input_is_always_the_same(self):
        files, again = compare_data.make_files(True), compare_data.make_files(True)
        self.assertEqual(files, again)
        self.assertEqual(len(files["noise"]), 1_600_000)
        self.assertGreater(len(gzip.compress(files["noise"])), 1_600_000)
        self.assertLess(len(gzip.compress(files["text"])), 240_000)

    def test_the_source_compiles(self):
        for size in (1, 5):
            done = subprocess.run(["cc", "-fsyntax-only", "-x", "c", "-"], capture_output=True,
                                  input=compare_data.make_source(size), check=False)
            self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_tree(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "usr/bin").mkdir(parents=True)
            (root / "bin").symlink_to("usr/bin")
            (root / "usr/bin/tool").write_bytes(b"text")
            (root / "usr/bin/tool").chmod(0o755)
            found = {name: (stat.filemode(mode), data)
                     for name, mode, data in compare_guest.tree_members(root)}
            self.assertEqual(list(found), ["bin", "usr", "usr/bin", "usr/bin/tool"])
            self.assertEqual(found["bin"], ("lrwxrwxrwx", b"usr/bin"))
            self.assertEqual(found["usr/bin/tool"], ("-rwxr-xr-x", b"text"))

    def test_archives_follow_one_another(self):
        """Each is padded so that the next starts on a word, as Linux wants."""
        guests = object.__new__(compare_guest.Guests)
        guests.cpio = compare_guest.load_tool(PERF.parents[1] / "tools/guest/make_initramfs.py")
        output = io.BytesIO()
        for data in (b"", b"12345"):
            guests.write_archive(output, [("file", stat.S_IFREG | 0o644, data)])
            self.assertEqual(output.tell() % 4, 0)
        self.assertEqual(output.getvalue().count(b"TRAILER!!!"), 2)


class Options(unittest.TestCase):
    def run_tool(self, *arguments):
        return subprocess.run([PERF / "compare", *arguments], capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, check=False)

    def refuse(self, *arguments, says):
        done = self.run_tool(*arguments)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertRegex(done.stderr, says)
        self.assertNotIn("Traceback", done.stderr)

    def test_refusals(self):
        self.refuse("--only", "frok", says="frok; did you mean fork")
        self.refuse("--only", "!", says="--list")
        self.refuse("--runs", "0", says="--runs")
        self.refuse("--runs", "many", says="--runs")
        self.refuse("--bogus", says="--bogus")
        self.refuse("--zither", "/not/there", says="/not/there.*--zither")
        self.refuse("--zither", "/bin/true", "--qemu", "/not/there", says="/not/there.*--qemu")

    def test_earlier_figures(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "earlier.json"
            for text, says in (("{", "earlier.json"), ("{}", "earlier.json"),
                               ('{"quick": true, "guest_flags": "", "workloads": []}', "quick")):
                path.write_text(text)
                self.refuse("--zither", "/bin/true", "--qemu-from", str(path), says=says)

    def test_list(self):
        done = self.run_tool("--list", "--only", "integer")
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout, r"(?m)^recursion +integer +3 +small +1$")
        self.assertNotIn("fork", done.stdout)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
