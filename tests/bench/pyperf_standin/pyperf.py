"""A stand-in for the module `pyperf`: just what the programs of pyperformance ask of it.

Options of our own come first on the command line, as `--bench:NAME=VALUE`; the rest is the program's. Each measured
iteration is printed as a line `@time NAME SECONDS`, the result of a check as `@result NAME TEXT`. It imports only sys and
time, so that a young interpreter runs it.
"""

import sys
from time import perf_counter


class _Options:
    iterations = 5
    loops = 1
    check = False


def _take_options():
    rest = []
    for word in sys.argv[1:]:
        if not word.startswith("--bench:"):
            rest.append(word)
            continue
        name, _, value = word[8:].partition("=")
        if name == "iterations":
            _Options.iterations = int(value)
        elif name == "loops":
            _Options.loops = int(value)
        elif name == "check":
            _Options.check = True
        else:
            raise SystemExit("pyperf stand-in: unknown option " + word)
    sys.argv[1:] = rest


_take_options()


class _Arguments:
    """What `parse_args` gives: an attribute for each argument."""


class _Parser:
    """The part of argparse.ArgumentParser that the programs use: `add_argument` with a default and a type."""

    def __init__(self):
        self.options = {}
        self.positional = []

    def add_argument(self, *names, default=None, type=None, nargs=None, choices=None, metavar=None, help=None, action=None):
        if names[0].startswith("-"):
            dest = names[-1].lstrip("-").replace("-", "_")
            for name in names:
                self.options[name] = (dest, type, default)
        else:
            self.positional.append((names[0], type, default))

    def parse(self, words):
        arguments = _Arguments()
        for dest, _, default in list(self.options.values()) + self.positional:
            setattr(arguments, dest, default)
        waiting = list(self.positional)
        words = list(words)
        while words:
            word = words.pop(0)
            if word.startswith("--"):
                name, equals, value = word.partition("=")
                if name not in self.options:
                    raise SystemExit("pyperf stand-in: unknown option " + word)
                dest, kind, _ = self.options[name]
                if not equals:
                    value = words.pop(0)
            elif waiting:
                dest, kind, _ = waiting.pop(0)
                value = word
            else:
                raise SystemExit("pyperf stand-in: unexpected argument " + word)
            setattr(arguments, dest, kind(value) if kind is not None else value)
        return arguments


class Runner:
    def __init__(self, add_cmdline_args=None, values=None, processes=None, loops=None):
        self.metadata = {}
        self.argparser = _Parser()
        self.args = None

    def parse_args(self, args=None):
        if self.args is None:
            self.args = self.argparser.parse(sys.argv[1:] if args is None else args)
        return self.args

    def bench_func(self, name, func, *args, inner_loops=None, metadata=None):
        """Times calls of `func(*args)`."""
        if _Options.check:
            import results
            results.show(name, lambda: func(*args), func, args)
            return
        loops = range(_Options.loops)
        for _ in range(_Options.iterations):
            start = perf_counter()
            for _ in loops:
                func(*args)
            _report(name, perf_counter() - start)

    def bench_time_func(self, name, time_func, *args, inner_loops=None, metadata=None):
        """`time_func(loops, *args)` measures itself and gives the seconds."""
        if _Options.check:
            import results
            results.show(name, lambda: time_func(1, *args), time_func, args)
            return
        for _ in range(_Options.iterations):
            _report(name, time_func(_Options.loops, *args))


def _report(name, seconds):
    sys.stdout.write("@time %s %.9f\n" % (name, seconds))
    sys.stdout.flush()
