#!/usr/bin/env python3
"""Show that every checker can fail: each is run on a small tree with one mistake in it.

usage: test_checkers.py TOOLS CC HARNESS_CAN_FAIL
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

TOOLS, CC, HARNESS = sys.argv[1:4]

GOOD = {
    "src/base/a.h": "#ifndef ZITHER_BASE_A_H\n#define ZITHER_BASE_A_H\nint f(int x);\n#endif\n",
    "src/base/a.c": '#include "src/base/a.h"\n\nint f(int x)\n{\n    return x;\n}\n',
    "src/core/b.c": '#include "src/base/a.h"\n\nint g(void);\nint g(void)\n{\n    return f(1);\n}\n',
}
RULES = "src/base:\nsrc/core: src/base\ndevices: src/base\nnever src/base -> src/core\n"


class Tree(unittest.TestCase):
    """A temporary source tree: the good one, changed by the test."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = pathlib.Path(self.folder.name)
        for name, text in GOOD.items():
            self.write(name, text)
        self.write("layers.rules", RULES)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def expect(self, status, text, *command):
        result = subprocess.run([str(part) for part in command], text=True, check=False,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.assertEqual(result.returncode, status, result.stdout)
        self.assertIn(text, result.stdout)


class Layers(Tree):
    def check(self, status, text):
        self.expect(status, text, sys.executable, f"{TOOLS}/check_layers.py", "--root", self.root,
                    "--rules", self.root / "layers.rules")

    def test_good_tree(self):
        self.check(0, "0 errors")

    def test_arrow_upwards(self):
        self.write("src/core/b.h", "")
        self.write("src/base/a.c", '#include "src/core/b.h"\n')
        self.check(1, "src/base/a.c:1: src/base must never include src/core/b.h")

    def test_sibling(self):
        self.write("devices/d.c", '#include "src/core/b.h"\n')
        self.write("src/core/b.h", "")
        self.check(1, "devices may not include src/core/b.h")

    def test_rule_that_grants_what_may_never_be(self):
        self.write("layers.rules", RULES.replace("src/base:\n", "src/base: src/core\n"))
        self.check(1, "src/base may include src/core, and may never")

    def test_cycle(self):
        self.write("src/base/x.h", '#include "src/base/y.h"\n')
        self.write("src/base/y.h", '#include "src/base/x.h"\n')
        self.check(1, "include cycle: src/base/x.h -> src/base/y.h -> src/base/x.h")

    def test_path_not_from_the_root(self):
        self.write("src/base/a.c", '#include "a.h"\n')
        self.check(1, '"a.h" is not a file')

    def test_folder_without_a_line(self):
        self.write("src/new/n.c", "")
        self.check(1, "src/new/n.c: its folder has no line")

    def test_empty_tree(self):
        self.expect(1, "0 files", sys.executable, f"{TOOLS}/check_layers.py", "--root",
                    self.root / "nowhere", "--rules", self.root / "layers.rules")

    def test_real_rules_hold_the_forbidden_list(self):
        for arrow in (("devices", "cpu/arch"), ("cpu/arch", "devices"), ("cpu/isa", "cpu/exec"),
                      ("cpu/arch", "cpu/isa"), ("cpu/interp", "cpu/jit"), ("cpu/jit", "cpu/kvm"),
                      ("cpu/kvm", "cpu/interp"), ("cpu/jit/host", "cpu/isa"),
                      ("devices/virtio", "devices/css"), ("devices/ccw", "devices/hostio"),
                      ("src/cli", "src/machine"), ("src/cli", "cpu/arch"),
                      ("src/gdbstub", "cpu/arch"), ("src/base", "src/core")):
            with self.subTest(arrow=arrow), tempfile.TemporaryDirectory() as folder:
                self.root = pathlib.Path(folder)
                self.write(f"{arrow[1]}/target.h", "")
                self.write(f"{arrow[0]}/source.c", f'#include "{arrow[1]}/target.h"\n')
                self.expect(1, f"{arrow[0]}/source.c:1: ", sys.executable,
                            f"{TOOLS}/check_layers.py", "--root", self.root)


class Style(Tree):
    def check(self, status, text):
        self.expect(status, text, sys.executable, f"{TOOLS}/check_style.py", "--root", self.root)

    def test_good_tree(self):
        self.check(0, "0 errors")

    def test_long_file(self):
        self.write("src/core/c.c", "\n" * 801)
        self.check(1, "length: src/core/c.c has 801 lines")

    def test_long_function(self):
        self.write("src/core/c.c", "static int\nh(void)\n{\n" + "    f(0);\n" * 61 + "}\n")
        self.check(1, "function: src/core/c.c:h has 61 lines")

    def test_function_at_the_limit(self):
        self.write("src/core/c.c", "static int h(void)\n{\n" + "    f(0);\n" * 60 + "}\n")
        self.check(0, "0 errors")

    def test_many_parameters(self):
        self.write("src/core/c.c",
                   "static int h(int a, int b, int c,\n    int (*d)(int, int), int e, int f)\n{\n}\n")
        self.check(1, "parameters: src/core/c.c:h has more than 5")

    def test_five_parameters(self):
        self.write("src/core/c.c", "static int h(int a, int b, int c, int (*d)(int, int), int e)\n{\n}\n")
        self.check(0, "0 errors")

    def test_conditional(self):
        self.write("src/core/c.c", "#ifdef __linux__\n#endif\n")
        self.check(1, "conditional: src/core/c.c:1: #ifdef")

    def test_guard(self):
        self.write("src/core/c.h", "#ifndef C_H\n#define C_H\n#endif\n")
        self.check(1, "guard: src/core/c.h: include guard is not ZITHER_CORE_C_H")

    def test_same_name(self):
        self.write("src/core/a.c", "")
        self.check(1, "name: src/core/a.c has the name of src/base/a.c")

    def test_leftover(self):
        self.write("src/core/c.c", "/* TODO: all of it */\n")
        self.check(1, "leftover: src/core/c.c:1")

    def test_exception_is_allowed_and_must_be_of_use(self):
        self.write("src/core/c.c", "\n" * 801)
        self.write("tools/style.allow", "length src/core/c.c # a reason\n")
        self.check(0, "0 errors")
        self.write("src/core/c.c", "")
        self.check(1, "of no use: length src/core/c.c")


class Headers(Tree):
    def check(self, status, text):
        self.expect(status, text, sys.executable, f"{TOOLS}/check_headers.py", "--root", self.root,
                    CC)

    def test_good_tree(self):
        self.check(0, "0 errors")

    def test_missing_include(self):
        self.write("src/core/c.h", "uint8_t c(void);\n")
        self.check(1, "src/core/c.h does not compile alone")

    def test_missing_guard(self):
        self.write("src/core/c.h", "struct c { int a; };\n")
        self.check(1, "src/core/c.h does not compile alone")


class Globals(Tree):
    def check(self, status, text, source):
        self.write("c.c", source)
        subprocess.run([CC, "-fPIC", "-c", "c.c", "-o", "c.o"], cwd=self.root, check=True)
        subprocess.run(["ar", "rcs", "c.a", "c.o"], cwd=self.root, check=True)
        self.expect(status, text, "bash", f"{TOOLS}/check_globals.sh", "--allow",
                    self.root / "globals.allow", self.root / "c.a")

    def test_constants(self):
        self.check(0, "0 errors", 'const char *const names[] = {"a", "b"};\nconst int three = 3;')

    def test_initialized(self):
        self.check(1, "writable global: counter", "int counter = 1;")

    def test_zero(self):
        self.check(1, "writable global: counter", "int counter;")

    def test_static_in_a_function(self):
        self.check(1, "calls", "int f(void) { static int calls; return ++calls; }")

    def test_thread_local(self):
        self.check(1, "writable global: mine", "_Thread_local int mine;")

    def test_writable_table_of_pointers(self):
        self.check(1, "writable global: names", 'const char *names[] = {"a", "b"};')

    def test_allowed(self):
        self.write("globals.allow", "counter # the reason\n")
        self.check(0, "0 errors", "int counter;")


class Format(Tree):
    def check(self, status, text):
        self.write(".clang-format", "BasedOnStyle: LLVM\nIndentWidth: 4\n"
                   "BreakBeforeBraces: Linux\nAllowShortFunctionsOnASingleLine: None\n")
        probe = subprocess.run(["bash", f"{TOOLS}/check_format.sh", self.root], text=True,
                               stderr=subprocess.PIPE, check=False)
        if probe.returncode == 77:
            self.skipTest(probe.stderr)
        self.expect(status, text, "bash", f"{TOOLS}/check_format.sh", self.root)

    def test_good_tree(self):
        self.check(0, "")

    def test_bad_indentation(self):
        self.write("src/core/c.c", "int h(void)\n{\n  return 1;\n}\n")
        self.check(123, "should be clang-formatted")


class Docs(Tree):
    def check(self, status, text):
        self.expect(status, text, sys.executable, f"{TOOLS}/check_docs.py", "--root", self.root)

    def test_paths_that_are_there(self):
        self.write("docs/A.md", "`src/base/a.h`, `src/base`, [B](B.md), `src/<any>/x.c`, `src`")
        self.write("docs/B.md", "")
        self.check(0, "2 pages, 3 paths, 0 errors")

    def test_missing_file(self):
        self.write("README.md", "one\nsee `src/base/gone.h` there")
        self.check(1, "README.md:2: src/base/gone.h is not there")

    def test_missing_link(self):
        self.write("docs/A.md", "[B](B.md)")
        self.check(1, "docs/A.md:1: B.md is not there")


class Tidy(Tree):
    def check(self, status, text):
        self.write(".clang-tidy", "Checks: '-*,misc-redundant-expression'\nWarningsAsErrors: '*'\n")
        commands = [{"directory": str(self.root), "command": f"{CC} -c {self.root}/{name}",
                     "file": f"{self.root}/{name}"} for name in ("src/core/c.c", "tests/t.c")]
        self.write("build/compile_commands.json", json.dumps(commands, indent=1))
        self.expect(status, text, "bash", f"{TOOLS}/check_tidy.sh", self.root / "build", self.root)

    def test_good_tree(self):
        self.write("src/core/c.c", "int h(int a) { return a; }\n")
        self.check(0, "")

    def test_redundant_expression(self):
        self.write("src/core/c.c", "int h(int a) { return a * 2 == a * 2; }\n")
        self.check(123, "misc-redundant-expression")

    def test_nothing_to_check(self):
        self.write("build/compile_commands.json", "[]\n")
        self.expect(1, "names no source", "bash", f"{TOOLS}/check_tidy.sh", self.root / "build",
                    self.root)


class Harness(unittest.TestCase):
    def test_every_check_can_fail(self):
        result = subprocess.run([HARNESS], text=True, capture_output=True, check=False)
        self.assertEqual(result.returncode, 1)
        seen = [line.split(": ", 1)[1] if line.startswith("# ") and ".c:" in line else line
                for line in result.stdout.splitlines()]
        self.assertEqual(seen, [
            "1..8",
            "ok 1 - all_true",
            "not true: 1 + 1 == 3", "not ok 2 - not_true",
            "-1 is 0xffffffffffffffff (-1), wanted 0x10 (16)", "not ok 3 - not_equal",
            '"seen" is "seen", wanted "wanted"', "not ok 4 - other_string",
            'NULL is "(null)", wanted "wanted"', "not ok 5 - no_string",
            '"abc" differs at byte 2: 0x63, wanted 0x64', "not ok 6 - other_bytes",
            "not true: false", "not ok 7 - leaves_early",
            "# nothing checked nothing", "not ok 8 - nothing",
        ])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
