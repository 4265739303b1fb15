// Runs a program under CPython 3.14 compiled to WebAssembly, for blessing where no native 3.14 is installed:
//
//     npm install --prefix target/pyodide pyodide@314
//     OROCHI_BLESS=1 OROCHI_PYTHON314="node tests/tools/python314.mjs" cargo test -p orochi-tests --test corpus python3
//
// It is a 32-bit build: hashes of numbers, `sys.maxsize`, errno values and the depth of recursion are not those of a
// 64-bit one, so programs that show these have 3.11 as their oracle.
import { createRequire } from "node:module";
import { dirname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { writeSync } from "node:fs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const require = createRequire(resolve(root, "target/pyodide/node_modules/x"));
const { loadPyodide } = await import(pathToFileURL(require.resolve("pyodide/pyodide.mjs")));

const program = resolve(process.argv[2]);
const folder = dirname(program);
const python = await loadPyodide();
const stream = (fd) => ({ write: (bytes) => (writeSync(fd, bytes), bytes.length), isatty: false });
python.setStdout(stream(1));
python.setStderr(stream(2));
python.FS.mkdirTree(folder);
python.mountNodeFS(folder, folder);
python.globals.set("_program", program);
const code = python.runPython(`
import sys, types, builtins
def _run(path):
    sys.dont_write_bytecode = True
    main = types.ModuleType("__main__")
    main.__file__, main.__builtins__ = path, builtins
    sys.modules["__main__"] = main
    sys.path.insert(0, path.rsplit("/", 1)[0])
    sys.argv = [path]
    try:
        exec(compile(open(path).read(), path, "exec"), main.__dict__)
        code = 0
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else int(error.code is not None)
        if error.code is not None and not isinstance(error.code, int):
            print(error.code, file=sys.stderr)
    except BaseException as error:
        # The first frame is this function's.
        sys.excepthook(type(error), error, error.__traceback__.tb_next)
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    return code
_run(_program)
`);
process.exit(code & 255);
