#!/usr/bin/env -S node --stack-size=2000
// Runs modules of CPython's suite under a CPython 3.14 that is compiled to WebAssembly (see python314.mjs), as the conformance command runs
// them under Orochi: to see which tests of the suite for 3.11 fail in 3.14 itself.
//
//     orochi-conformance --python tests/tools/suite314.mjs -v
//
// There are no processes, threads and sockets there, and no ctypes: what needs them is skipped or fails.
import { createRequire } from "node:module";
import { realpathSync, writeSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../../target/pyodide");
const require = createRequire(resolve(root, "node_modules/x"));
const { loadPyodide } = await import(pathToFileURL(require.resolve("pyodide/pyodide.mjs")));

const words = process.argv.slice(2);
const [driver, suite, results] = [words[0], words[1], words[3]].map((path) => resolve(path));
const python = await loadPyodide();
const stream = (fd) => ({ write: (bytes) => (writeSync(fd, bytes), bytes.length), isatty: false });
python.setStdout(stream(1));
python.setStderr(stream(2));
const mount = (path, real) => {
  python.FS.mkdirTree(path);
  python.mountNodeFS(path, real);
};
mount(dirname(driver), dirname(driver));
mount(resolve(suite, "test"), realpathSync(resolve(suite, "test")));
mount(dirname(results), dirname(results));
python.FS.chdir(process.cwd());
python.globals.set("_argv", python.toPy([driver, suite, words[2], results, ...words.slice(4)]));
python.runPython(`
import os, sys, types

class Done(BaseException):
    pass

def leave(code):
    raise Done

os._exit = leave
# No library can be called by ctypes; and modules that ask for sockets as a whole have tests that do not.
sys.modules['ctypes'] = None
sys.path.append(_argv[1])
import test.support.socket_helper
required = test.support.requires_working_socket
test.support.requires_working_socket = lambda *, module=False: None if module else required()
sys.path.pop()

sys.dont_write_bytecode = True
sys.argv = list(_argv)
main = types.ModuleType('__main__')
main.__file__, main.__builtins__ = sys.argv[0], __builtins__
sys.modules['__main__'] = main
sys.path.insert(0, os.path.dirname(sys.argv[0]))
with open(sys.argv[0]) as file:
    source = file.read()
try:
    exec(compile(source, sys.argv[0], 'exec'), main.__dict__)
except Done:
    pass
sys.stdout.flush()
sys.stderr.flush()
`);
process.exit(0);
