#!/usr/bin/env python3
"""Exit statuses and reports: how a guest ended, and nothing else, decides."""
import signal
import subprocess
import time

import cli
from cli import FOR_EVER, PSW_64, STOP, WAIT, Case, load_psw, run


class Statuses(Case):
    def test_stopped(self):
        result = self.run_guest(STOP)
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, b"", b""))

    def test_wait_that_means_success(self):
        self.assertEqual(self.run_guest(*load_psw(PSW_64 | WAIT, 0xfff)).returncode, 0)

    def test_disabled_wait(self):
        result = self.run_guest("a7f90123" + load_psw(0, 0)[0],
                                load_psw(PSW_64 | WAIT, 0xdead)[1])
        text = result.stderr.decode()
        self.assertEqual(result.returncode, 3)
        self.assertIn("CPU 0 is in a disabled wait at 0xdead", text)
        self.assertIn("PSW 0002000180000000 000000000000dead", text)
        self.assertIn("wait, supervisor state", text)
        self.assertIn("0000000000000123", text)  # a register

    def test_report_of_all_cpus(self):
        result = self.run_guest(*load_psw(PSW_64 | WAIT, 0xdead), "--cpus", "3")
        text = result.stderr.decode()
        self.assertEqual(result.returncode, 3)
        self.assertIn("CPU 0: in a disabled wait", text)
        self.assertIn("CPU 1: stopped", text)
        self.assertIn("CPU 2: stopped", text)

    def test_program_interruption_loop(self):
        result = self.run_guest("0000", {0x1d0: PSW_64, 0x1d8: 0x1000})
        self.assertEqual(result.returncode, 4)
        self.assertIn(b"takes interruptions without end", result.stderr)

    def test_invalid_new_psw(self):
        result = self.run_guest("0000", {0x1d0: 1, 0x1d8: 0})
        self.assertEqual(result.returncode, 4)

    def test_jump_to_nowhere(self):
        """Behind the end of storage: addressing exceptions, for the new PSW is there too."""
        result = self.run_guest(*load_psw(PSW_64, 0x7ffffffffffffffe))
        self.assertEqual(result.returncode, 4)

    def run_pair(self, code, second, *options, words=None):
        """CPU 0 restarts CPU 1, whose restart-new PSW is SECOND, and goes on with CODE."""
        restart = "a7590001" + "ae050006"  # LGHI 5,1; SIGP 0,5,6
        words = {0x1a0: second[0], 0x1a8: second[1]} | (words or {})
        return self.run_guest(restart + code, words, "--cpus", "2", *options)

    def test_one_of_two_is_alive(self):
        result = self.run_pair(STOP, (PSW_64, 0x1100), "--timeout", "0.5")
        self.assertEqual(result.returncode, 4)  # what is at 0x1100 is no instruction
        for code in (STOP, "0000", load_psw(0, 0)[0]):
            with self.subTest(code=code):
                result = self.run_pair(code + FOR_EVER, (PSW_64, 0x1008 + len(code) // 2),
                                       "--timeout", "0.5")
                self.assertEqual(result.returncode, 124)
                self.assertIn(b"CPU 1: operating", result.stderr)

    def test_last_of_two_decides(self):
        wait = (PSW_64 | WAIT, 0xdead)
        result = self.run_pair(STOP, wait)
        self.assertEqual(result.returncode, 3)
        self.assertIn(b"CPU 1 is in a disabled wait at 0xdead", result.stderr)
        self.assertEqual(self.run_pair(STOP, (PSW_64 | WAIT, 0xfff)).returncode, 0)
        self.assertEqual(self.run_pair("0000", wait).returncode, 3)

    def test_stopping_each_other(self):
        """Neither is lost: each stops the other, and the loser is stopped for good."""
        for _ in range(20):
            # CPU 1 at 0x100c: LGHI 5,1; SIGP 0,0,5 stops CPU 0; then it stops itself.
            result = self.run_pair("ae050005" + "a7590001" + "ae000005" + "ae050005",
                                   (PSW_64, 0x100c))
            self.assertEqual(result.returncode, 0)

    def test_timeout(self):
        start = time.monotonic()
        result = self.run_guest(FOR_EVER, None, "--timeout", "0.5")
        self.assertEqual(result.returncode, 124)
        self.assertLess(time.monotonic() - start, 20)
        self.assertIn(b"CPU 0: operating", result.stderr)

    def test_timeout_while_nobody_reads(self):
        """A guest that writes without end into a pipe whose reader sleeps."""
        kernel = self.file("guest", cli.printing(b"x" * 1000, cli.PRINT_AGAIN))
        for console in ("stdio", "file:/dev/fd/1"):
            process = subprocess.Popen([cli.ZITHER, "run", "--kernel", kernel, "--timeout", "2",
                                        "--console", console],
                                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE)
            with self.subTest(console=console):
                try:
                    self.assertEqual(process.wait(timeout=30), 124)
                finally:
                    process.kill()
                    process.communicate()

    def test_timeout_of_a_waiting_guest(self):
        result = self.run_guest(*load_psw(PSW_64 | WAIT | 0x0300000000000000, 0x2000),
                                "--timeout", "0.5")
        self.assertEqual(result.returncode, 124)

    def test_reboot(self):
        """DIAGNOSE 308, subcode 3: without the option the guest would go on for ever."""
        code = "a7390003" + "83030308"  # LGHI 3,3; DIAG 0,3,0x308
        self.assertEqual(self.run_guest(code, None, "--no-reboot").returncode, 0)
        self.assertEqual(self.run_guest(code, None, "--timeout", "0.5").returncode, 124)

    def test_statistics(self):
        code = "a7490005" + "a7460000" + STOP  # LGHI 4,5; BRCT 4,.
        result = self.run_guest(code, None, "--stats")
        self.assertEqual(result.returncode, 0)
        rows = dict(reversed(line.split(None, 1)) for line in result.stderr.decode().splitlines())
        self.assertEqual(int(rows["instructions"]), 1 + 5 + 1)
        for row in ("MIPS, by CPU time", "blocks decoded", "TLB misses",
                    "program interruptions"):
            self.assertIn(row, rows)

    def test_trace(self):
        path = self.folder / "trace"
        code = "a7490005" + STOP
        self.assertEqual(self.run_guest(code, None, "--trace", path).returncode, 0)
        lines = path.read_text().splitlines()
        self.assertEqual(lines[0].split(),
                         ["0", "0000000000001000", "a7490005", "cc0", "lghi", "%r4,5"])
        self.assertEqual(lines[1].split(), ["0", "r4=5"])
        self.assertIn("sigp", lines[2])
        self.assertIn(b"lghi", self.run_guest(code, None, "--trace", "-").stderr)

    def test_deterministic(self):
        """The clock counts instructions: two runs store the same time."""
        code = "b2050800" + "e31008000004" + load_psw(0, 0)[0].replace("0800", "0810")
        words = {0x810: PSW_64 | WAIT, 0x818: 0xdead}
        runs = {self.run_guest(code, words, "--deterministic").stderr for _ in range(3)}
        self.assertEqual(len(runs), 1)

    def test_deterministic_pair(self):
        """CPU 1 counts in a register until CPU 0, having counted too, stops it."""
        count = "c04100002710" + "a7460000"  # LGFI 4,10000; BRCT 4,.
        code = count + "ae050005" + load_psw(0, 0)[0]
        second = "a76b0001" + "a7f4fffe"  # AGHI 6,1; J .-4
        runs = set()
        for _ in range(5):
            result = self.run_pair(code + second, (PSW_64, 0x1008 + len(code) // 2),
                                   "--deterministic", words=load_psw(PSW_64 | WAIT, 0xdead)[1])
            self.assertEqual(result.returncode, 3)
            runs.add(result.stderr)
        self.assertEqual(len(runs), 1)
        self.assertNotIn(b"CPU 1: stopped after 0 instructions", runs.pop())

    def test_verify(self):
        """Two machines in lock step: the ordinary statuses where they agree."""
        self.assertEqual(self.run_guest("a7490005" + STOP, None, "--verify").returncode, 0)
        result = self.run_pair(STOP, (PSW_64, 0x1100), "--verify=7")
        self.assertEqual(result.returncode, 4)
        path = self.file("guest", cli.printing(b"hello", then=STOP))
        result = run("run", "--kernel", path, "--verify=50")
        self.assertEqual((result.returncode, result.stdout), (0, b"hello"))

    def test_console_that_cannot_be_written(self):
        path = self.file("guest", cli.printing(b"hello"))
        self.assertEqual(run("run", "--kernel", path, "--timeout", "1").stdout, b"hello")
        for console in ("file:/dev/full", "stdio"):
            with self.subTest(console=console), open("/dev/full", "wb") as full:
                result = subprocess.run(
                    [cli.ZITHER, "run", "--kernel", path, "--console", console, "--timeout", "30"],
                    stdin=subprocess.DEVNULL, stdout=full, stderr=subprocess.PIPE, timeout=60,
                    check=False)
                self.assertEqual(result.returncode, 1)
                self.assertEqual(result.stderr.decode(), "zither: the console's output cannot be "
                                 "written: No space left on device; give another --console\n")

    def test_help_that_cannot_be_written(self):
        with open("/dev/full", "wb") as full:
            result = subprocess.run([cli.ZITHER, "--version"], stdout=full,
                                    stderr=subprocess.PIPE, check=False)
        self.assertEqual(result.returncode, 1)
        self.assertIn(b"standard output cannot be written", result.stderr)

    def test_closed_descriptors(self):
        """The kernel's file does not become the console's input, nor its output."""
        keys = self.file("guest", cli.flat(FOR_EVER) + b"\x01x" * 9)
        for redirection in ("<&-", ">&-", "2>&-", "<&- >&- 2>&-"):
            with self.subTest(redirection=redirection):
                result = subprocess.run(["sh", "-c", f'exec "$@" {redirection}', "sh", cli.ZITHER,
                                         "run", "--kernel", keys, "--timeout", "0.5"],
                                        timeout=60, check=False, capture_output=True)
                self.assertEqual(result.returncode, 124)

    def test_signals(self):
        path = self.guest(FOR_EVER)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            process = subprocess.Popen([cli.ZITHER, "run", "--kernel", path],
                                       stdin=subprocess.DEVNULL)
            time.sleep(0.5)
            process.send_signal(number)
            self.assertEqual(process.wait(timeout=30), -number)


if __name__ == "__main__":
    cli.main()
