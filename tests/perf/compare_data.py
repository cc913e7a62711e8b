"""The input of Debian's programs in tests/perf/compare: the same bytes at each run."""
import random

FILES = {}  # name under /perf/data: (function of a size, size)


def data(name, size):
    def register(function):
        FILES[name] = function, size
        return function
    return register


@data("text", 4_000_000)
@data("text.small", 1_000_000)
def make_text(size):
    """Lines of words, some much more frequent than others, with numbers between them."""
    rng = random.Random(1)
    letters = "etaoinshrdlucmfwypvbgkjqxz"
    words = ["".join(letters[int(26 * rng.random() ** 2)] for _ in range(1 + int(9 * rng.random())))
             for _ in range(5000)]
    lines, length = [], 0
    while length < size:
        line = " ".join(words[int(5000 * rng.random() ** 3)] for _ in range(12))
        lines.append(f"{len(lines)} {line} {int(1e6 * rng.random())}\n")
        length += len(lines[-1])
    return "".join(lines)[:size].encode()


@data("noise", 16_000_000)
def make_noise(size):
    return random.Random(2).randbytes(size)


FUNCTION = """
struct node{i} {{ struct node{i} *next; unsigned key; int value[{a}]; }};

static int walk{i}(const struct node{i} *node, unsigned key)
{{
    int sum = {b};

    for (; node; node = node->next) {{
        if (node->key == (key ^ {c}u))
            return sum;
        for (int k = 0; k < {a}; k++)
            sum += node->value[k] > {b} ? node->value[k] - {d} : sum >> {e};
    }}
    return -sum;
}}

long compute{i}(long *data, unsigned long count, unsigned mode)
{{
    struct node{i} nodes[4] = {{ {{ 0, mode, {{ {b} }} }} }};
    long total = {c};

    for (unsigned long i = 0; i < count; i++) {{
        nodes[i & 3].next = i & 1 ? &nodes[0] : 0;
        nodes[i & 3].value[i % {a}] = (int)data[i];
        switch ((mode + i) % {f}) {{
        case 0: total += data[i] * {d}; break;
        case 1: total ^= data[i] << {e}; break;
        case 2: total -= walk{i}(&nodes[i & 3], mode); break;
        case 3: data[i] = total / {d}; break;
        case {f} - 1: total = total * 31 + (long)(i % {a}); break;
        default: total += {call};
        }}
    }}
    return total;
}}
"""


@data("large.c", 20)
def make_source(size):
    """A C file of SIZE pairs of functions that includes nothing."""
    rng = random.Random(3)
    parts = ["/* Made by tests/perf/compare_data.py. */\n"]
    for i in range(size):
        call = f"compute{int(i * rng.random())}(data, count / 2, mode ^ 1)" if i else "1"
        numbers = {name: low + int((high - low) * rng.random()) for name, low, high in
                   (("a", 3, 12), ("b", 2, 99), ("c", 100, 9999), ("d", 3, 50), ("e", 1, 7),
                    ("f", 6, 12))}
        parts.append(FUNCTION.format(i=i, call=call, **numbers))
    return "".join(parts).encode()


def make_files(quick):
    """Name and bytes of each file."""
    return {name: function(size // 10 if quick else size)
            for name, (function, size) in FILES.items()}
