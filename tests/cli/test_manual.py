#!/usr/bin/env python3
"""The manual page and --help name the same options, with the same values."""
import re
import unittest

import cli


def options_of_help():
    text = cli.run("run", "--help").stdout.decode()
    return re.findall(r"^  (?:(-\w), |    )(--[\w-]+)(?:(?: |\[=)([A-Z]+))?", text, re.M)


def options_of_manual():
    text = (cli.SOURCE / "docs/man/zither.1").read_text()
    section = text[text.index(".SH OPTIONS"):text.index(".SH KEYS")]
    found = []
    for line in re.findall(r"^\.TP\n(.*)$", section, re.M):
        value = re.search(r"\\fI(\w+)\\fR", line)
        plain = re.sub(r'^\.BR? |"|\\fI.*|\\', "", line)
        names = re.findall(r"--?[\w-]+", plain)
        letter = names[0] if len(names) == 2 else ""
        found.append((letter, names[-1], value[1].upper() if value else ""))
    return found


class Manual(unittest.TestCase):
    def test_options(self):
        self.assertGreater(len(options_of_help()), 10)
        self.assertEqual(sorted(options_of_help()), sorted(options_of_manual()))

    def test_statuses(self):
        text = (cli.SOURCE / "docs/man/zither.1").read_text()
        section = text[text.index(".SH EXIT STATUS"):text.index(".SH EXAMPLES")]
        self.assertEqual(re.findall(r"^\.B (\d+)$", section, re.M), ["0", "1", "3", "4", "5", "124"])


if __name__ == "__main__":
    cli.main()
