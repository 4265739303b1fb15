"""Runs one module of CPython's test suite and writes a line of JSON for what happens to each test.

    driver.py FOLDER VERSION MODULE RESULTS [SKIPPED]...

FOLDER holds the package `test` of a VERSION of Python; RESULTS is the file to write; the tests SKIPPED are left out, since they ended the process before.
"""

import builtins
import json
import os
import sys
import unittest

folder, version, name, results, *left_out = sys.argv[1:]
left_out = set(left_out)
sys.argv[1:] = []
sys.path.append(folder)  # The first entry is the folder of this file, where `c_modules` is.
out = open(results, 'a', encoding='utf-8', errors='backslashreplace')


def identity(test):
    return test.id().removeprefix('test.')


def write(**fields):
    out.write(json.dumps(fields) + '\n')
    out.flush()


def last_line(err):
    kind, value, _ = err
    try:
        text = str(value)
    except BaseException:
        text = '(its text cannot be made)'
    return f'{kind.__name__}: {text}'[:300]


class Result(unittest.TestResult):
    """Writes outcomes as they come; a test with failing subtests fails once."""

    def startTest(self, test):
        super().startTest(test)
        self.failed_part = None
        write(event='start', test=identity(test))

    def addSuccess(self, test):
        if self.failed_part is None:
            write(event='passed', test=identity(test))

    def addError(self, test, err):
        self.fail(test, err)

    def addFailure(self, test, err):
        self.fail(test, err)

    def addSubTest(self, test, subtest, err):
        if err is not None and self.failed_part is None:
            self.fail(test, err)

    def fail(self, test, err):
        self.failed_part = True
        write(event='failed', test=identity(test), reason=last_line(err))

    def addSkip(self, test, reason):
        write(event='skipped', test=identity(test), reason=str(reason)[:200])

    def addExpectedFailure(self, test, err):
        write(event='passed', test=identity(test))

    def addUnexpectedSuccess(self, test):
        write(event='failed', test=identity(test), reason='unexpected success')


def keep(suite):
    """The suite without the tests that are left out."""
    kept = unittest.TestSuite()
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            kept.addTest(keep(test))
        elif identity(test) not in left_out:
            kept.addTest(test)
    return kept


# Modules of 3.11's suite use the name `__annotations__`, which a module of 3.14 does not have by itself (PEP 649).
if version == '3.11':
    builtins.__annotations__ = {}


def prepare_typing():
    """3.14's typing cannot do without _typing: test_typing gets the module itself where it asks for one without."""
    from test.support import import_helper
    fresh = import_helper.import_fresh_module

    def import_fresh_module(name, fresh_names=(), blocked=(), **options):
        return fresh(name, fresh=options.pop('fresh', fresh_names), blocked=set(blocked) - {'_typing'}, **options)

    import_helper.import_fresh_module = import_fresh_module


def prepare_ast():
    """3.14's test_ast looks for modules where the library is, which is in no folder here."""
    import ast
    ast.__file__ = os.path.join(folder, 'ast.py')


# What a module needs to be imported at all.
PREPARATIONS = {'3.11': {'test_typing': prepare_typing}, '3.14': {'test_ast': prepare_ast}}

try:
    import c_modules
    c_modules.install(name, version)
    from test import support
    PREPARATIONS[version].get(name, lambda: None)()
    support.use_resources = []
    support.verbose = 0
    suite = unittest.defaultTestLoader.loadTestsFromName('test.' + name)
except unittest.SkipTest as skip:
    write(event='skipped', test=name, reason=str(skip))
except BaseException as error:
    write(event='failed', test=name, reason='import: ' + last_line((type(error), error, None)))
else:
    keep(suite).run(Result())
write(event='end')
out.close()
# Threads that tests left behind are not waited for.
sys.stdout.flush()
os._exit(0)
