"""Python: calls, objects, lists, dictionaries, strings, sorting, big integers."""
import sys


def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


class Account:
    def __init__(self, number):
        self.number, self.balance = number, 0

    def add(self, amount):
        self.balance += amount
        return self


def count_words(lines):
    counts = {}
    for line in lines:
        for word in line.split():
            counts[word] = counts.get(word, 0) + 1
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def main(scale):
    print(fibonacci(18))
    accounts = [Account(i) for i in range(100)]
    for i in range(300 * scale):
        accounts[i * 7 % 100].add(i & 255)
    print(sum(account.balance for account in accounts))
    lines = [" ".join(f"w{i * k % 97:02x}" for k in range(12)) for i in range(30 * scale)]
    print(count_words(lines)[:3])
    numbers, state = [], 1
    for _ in range(200 * scale):
        state = state * 1103515245 + 12345 & 0x7fffffff
        numbers.append(state)
    print(sum(sorted(numbers)[::100]))
    total = 0.0
    for i in range(1, 300 * scale):
        total += 1.0 / (i * i)
    print(f"{total:.12f}", pow(3, 20 * scale) % 1000007)


main(int(sys.argv[1]))
