//! What nobody means well with: programs that recurse, allocate and loop without end, files that are no programs, streams that
//! are closed. The answer is a Python exception or a message, with the exit code that CPython has; never a crash.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use orochi_tests::mutate::Chance;
use orochi_tests::process::{self, End, Output};
use orochi_tests::workspace;

const LIMIT: Duration = Duration::from_secs(30);

fn orochi() -> &'static Path {
    &workspace::built().orochi
}

/// A crash, whatever else was expected.
fn is_crash(output: &Output) -> bool {
    !matches!(output.end, End::Exit(code) if code != 101)
        || ["panicked at", "memory allocation of", "overflowed its stack"]
            .iter()
            .any(|sign| output.stderr.contains(sign))
}

/// Runs `check` on every item, two at a time, and fails with all that they complain about.
fn all<T: Sync>(items: &[T], check: impl Fn(&T) -> Result<(), String> + Sync) {
    let (next, problems) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(problem) = check(item) {
                        problems.lock().expect("no check panics").push(problem);
                    }
                }
            });
        }
    });
    let problems = problems.into_inner().expect("no check panics");
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// Runs code in so many megabytes of address space.
fn run_code(code: &str, megabytes: u32) -> Output {
    let script = format!("ulimit -c 0; ulimit -v {}; exec \"$0\" \"$@\"", megabytes << 10);
    let mut command = Command::new("sh");
    command.args(["-c", &script]).arg(orochi()).args(["-c", code]);
    process::run(&mut command, "", LIMIT)
}

fn prints(code: &str, megabytes: u32, expected: &str) -> Result<(), String> {
    let output = run_code(code, megabytes);
    if !is_crash(&output) && output.stdout == expected {
        return Ok(());
    }
    Err(format!("{code}\n=> {:?}, expected {expected:?}, got {:?}\n{}", output.end, output.stdout, output.stderr))
}

/// An expression, and the exception that CPython raises for it.
const EXPRESSIONS: &[(&str, &str)] = &[
    ("'x' * 10**18", "MemoryError"),
    ("'ab' * 2**62", "MemoryError"),
    ("[0] * 10**14", "MemoryError"),
    ("(0,) * 2**60", "MemoryError"),
    ("bytes(10**18)", "MemoryError"),
    ("list(range(10**14))", "MemoryError"),
    ("list(range(10**30))", "OverflowError"),
    ("len(range(10**30))", "OverflowError"),
    ("1 << 2**63", "MemoryError|OverflowError"),
    ("2 ** 2**70", "MemoryError"),
    ("10 ** 10**11", "MemoryError"),
    ("1 << -1", "ValueError"),
    ("'\\t'.expandtabs(10**12)", "MemoryError|OverflowError"),
    ("'{:1000000000000}'.format(1)", "MemoryError"),
    ("'{:99999999999999999999}'.format(1)", "ValueError"),
    ("'{:.2147483648e}'.format(1.0)", "ValueError"),
    ("'%10000000000000s' % 'a'", "MemoryError"),
    ("b'%10000000000000s' % b'a'", "MemoryError"),
    ("'%*d' % (10**30, 1)", "OverflowError"),
    ("'{' * 1000 + ''.format()", ""),
    ("('{0:' * 1000 + '}' * 1000).format(1)", "ValueError"),
    ("('{' * 100001).format(1)", "ValueError"),
    ("int('9' * 10**6)", "ValueError"),
    ("str(10**5000)", "ValueError"),
    ("bytes.fromhex('zz')", "ValueError"),
    ("(1).to_bytes(10**14, 'big')", "MemoryError"),
    ("chr(2**100)", "OverflowError|ValueError"),
    ("'abc'[2**100]", "IndexError"),
    ("[1, 2][::2**100]", ""),
    ("('x' * 10**6).replace('x', 'y' * 10**13)", "MemoryError"),
    ("list(__import__('itertools').repeat(1, 10**14))", "MemoryError"),
    ("__import__('array').array('i', [1]) * 10**18", "MemoryError"),
    ("__import__('itertools').product([1], repeat=10**14)", "MemoryError"),
    ("__import__('sys').setrecursionlimit(0)", "ValueError"),
    ("__import__('re').match('(?:a|b)*c', 'ab' * 10**6)", ""),
    ("__import__('re').match('(?:(a)|b)*?c', 'ab' * 10**6)", ""),
    ("__import__('re').compile('(' * 10**5 + ')' * 10**5)", "RecursionError|error|PatternError"),
    ("__import__('re').sub('x', 'y' * 10**6, 'x' * 10**8)", "MemoryError"),
    ("'é'.encode('ascii', 'x' * 10**6)", "LookupError"),
    ("'x'.encode('y' * 10**6)", "LookupError"),
    ("__import__('_sre').compile('', 0, [14, 4, 0, 0, 0, 1], 2**60, {}, ())", "RuntimeError"),
    ("__import__('_sre').compile('', 0, [27, 2**32 - 1, 1, 1], 0, {}, ())", "RuntimeError"),
    ("__import__('_sre').compile('', 0, [7, 4, 16, 97, 15, 9, 0, 1], 0, {}, ())", "RuntimeError"),
    (
        "__import__('_sre').compile('', 0, [x for i in range(10**5) for x in (27, 10**6 - i * 4)] + [1], 0, {}, ())",
        "RuntimeError|RecursionError",
    ),
    (
        "[__import__('_sre').compile('', 0, [(i * 7919 >> j) % 43 for j in range(i % 30)] + [1], 3, {}, ()).search('abc') for i in range(50)]",
        "RuntimeError",
    ),
    ("float('9' * 100000)", ""),
    ("10**400 * 1.0", "OverflowError"),
    ("round(1.5, 10**30)", "OverflowError|"),
    ("compile('\\0', 'a', 'exec')", "SyntaxError"),
    ("compile('(' * 10**6, 'a', 'exec')", "SyntaxError|MemoryError|RecursionError"),
    ("compile('-' * 10**6 + '1', 'a', 'eval')", "|SyntaxError|MemoryError|RecursionError"),
    ("compile('lambda:' * 10**5 + '1', 'a', 'eval')", "SyntaxError|MemoryError|RecursionError"),
    ("compile('1+' * 10**5 + '1', 'a', 'eval')", "|SyntaxError|MemoryError|RecursionError"),
    ("compile('a' + '.a' * 10**5, 'a', 'eval')", "|SyntaxError|MemoryError|RecursionError"),
    ("compile('if 0: 0\\n' + 'elif 0: 0\\n' * 10**5, 'a', 'exec')", "|SyntaxError|MemoryError|RecursionError"),
    ("compile(''.join(' ' * i + 'class A:\\n' for i in range(3000)), 'a', 'exec')", "IndentationError"),
];

#[test]
fn sizes_without_end_are_exceptions() {
    all(EXPRESSIONS, |(expression, expected)| {
        let code = format!(
            "try:\n    ({expression})\n    print()\nexcept Exception as error:\n    print(type(error).__name__)"
        );
        let output = run_code(&code, 8000);
        let answer = output.stdout.trim_end();
        if !is_crash(&output) && expected.split('|').any(|expected| expected == answer) {
            return Ok(());
        }
        Err(format!("{expression} => {:?}, expected {expected:?}, got {answer:?}\n{}", output.end, output.stderr))
    });
}

/// Things nested in themselves, and what may recurse into them.
const NESTINGS: &[(&str, &str)] = &[
    ("[x]", "repr str == hash"),
    ("(x,)", "repr hash == < isinstance startswith"),
    ("{1: x}", "repr =="),
    ("frozenset([x])", "repr hash =="),
    ("slice(x)", "repr hash =="),
    ("list[x] if n < 60000 else list[x]", "repr hash == isinstance | [] parameters"),
    ("staticmethod(x)", "repr call abstract get"),
    ("classmethod(x)", "repr abstract get"),
    ("property(x)", "repr name abstract get"),
    ("types.MethodType(x, 1)", "repr hash == call name"),
    ("functools.partial(print, x)", "repr call"),
    ("functools.partial(x)", "repr call"),
    ("types.SimpleNamespace(a=x)", "repr =="),
    ("types.MappingProxyType({1: x})", "repr =="),
    ("collections.deque([x])", "repr =="),
    ("collections.OrderedDict(a=x)", "repr =="),
    ("ValueError(x)", "repr str"),
    ("ExceptionGroup('a', [x if isinstance(x, Exception) else ValueError()])", "repr str split raise"),
    ("types.CellType(x)", "repr == <"),
    ("{1: x}.items()", "repr =="),
    ("map(abs, x if n < 99999 else [])", "next del"),
    ("filter(None, x if n < 99999 else [])", "next del"),
    ("zip(x if n < 99999 else [])", "next del"),
    ("enumerate(x if n < 99999 else [])", "next del"),
    ("iter((x if n < 99999 else iter([])).__next__, 9)", "next del"),
    ("itertools.chain(x if n < 99999 else [])", "next del"),
    ("(lambda it: (y for y in it))(x if n < 99999 else [])", "next del"),
    ("delegate(x if n < 99999 else [])", "next del close"),
];

#[test]
fn deep_structures_are_no_danger() {
    let code = r#"
import sys, types, functools, collections, itertools
def delegate(it): yield from it
def deep():
    x = int
    for n in range(100000, 0, -1):
        x = MAKE
    return x
a, b = deep(), deep()
def split(x): return x.split(KeyError)
def throw(x):
    try: raise x
    except* KeyError: pass
operations = {
    "repr": repr, "str": str, "hash": hash, "==": lambda x: x == b, "<": lambda x: x < b, "call": lambda x: x(),
    "isinstance": lambda x: isinstance(1, x), "startswith": lambda x: "a".startswith(x), "|": lambda x: x | int,
    "[]": lambda x: x[int], "parameters": lambda x: x.__parameters__, "abstract": lambda x: x.__isabstractmethod__,
    "get": lambda x: x.__get__(1, int), "name": lambda x: x.__name__, "next": next, "close": lambda x: x.close(),
    "split": split, "raise": throw, "del": lambda x: None,
}
for name in "OPERATIONS".split():
    try: operations[name](a)
    except Exception: pass
del a, b
print("survived")
"#;
    all(NESTINGS, |(make, operations)| {
        prints(&code.replace("MAKE", make).replace("OPERATIONS", operations), 8000, "survived\n")
    });
}

/// Programs that use up their memory.
const EXHAUSTION: &[&str] = &[
    "while 1: l.append('x' * 1000000)",
    "while 1: l.append([])",
    "while 1: l.append(2.5 ** 300 * len(l))",
    "while 1: l.append(1 << 2000)",
    "while 1: l = (l,)",
    "while 1: l = {1: l}",
    "[[n] for n in range(10**12)]",
    "list(map(str, range(10**9)))",
    "l = 1\n    while 1: l <<= 10**7",
    "l = 'x' * 10**6\n    while 1: l += l",
    "l = '\u{1234}' * (50 * 10**6); [l.encode(), l.upper(), repr(l), '%s%s' % (l, l)]",
    "sorted(list(range(10 * 10**6)), key=lambda n: -n)",
    "exec('x=[' + '1,' * 10**7 + ']')",
    "print('x' * (150 * 10**6), end='')",
];

#[test]
fn without_memory_there_is_memory_error() {
    all(EXHAUSTION, |statement| {
        let code = format!("l = []\ntry:\n    {statement}\nexcept MemoryError:\n    l = None; print('MemoryError')");
        // The stacks of registers alone reserve 256 MB.
        prints(&code, 640, "MemoryError\n")
    });
}

const RECURSIONS: &[&str] = &[
    "class A:\n    def __eq__(self, o): return self == o\nA() == A()",
    "class A:\n    def __getattr__(self, n): return getattr(self, n + 'x')\nA().a",
    "class A:\n    def __repr__(self): return repr(self)\nrepr(A())",
    "class A:\n    def __hash__(self): return hash(self)\n{A()}",
    "class A: pass\nA.__call__ = A()\nA()()",
    "def f(x): return sorted([1, 2], key=f)\nf(1)",
    "def f(x): return list(map(f, [1]))\nf(1)",
    "def f(): yield from f()\nlist(f())",
    "import functools\ndef f(a, b): return functools.reduce(f, [1, 2, 3])\nf(1, 1)",
    "s = 'exec(s)'\nexec(s)",
    "def imp(*a): import foo\nimport builtins\nbuiltins.__import__ = imp\nimport foo",
    "class M(type):\n    def __instancecheck__(c, o): return isinstance(o, c)\nclass A(metaclass=M): pass\nisinstance(1, A)",
];

#[test]
fn recursion_is_bounded_whatever_the_limit_says() {
    all(RECURSIONS, |program| {
        ["", "import sys; sys.setrecursionlimit(10**9)\n"].iter().try_for_each(|start| {
            let code = format!(
                "s = {program:?}\ntry:\n    exec({start:?} + s)\nexcept RecursionError: print('RecursionError')"
            );
            let code = if program.starts_with("s = ") {
                format!("{start}s = 'exec(s)'\ntry:\n    exec(s)\nexcept RecursionError: print('RecursionError')")
            } else {
                code
            };
            prints(&code, 8000, "RecursionError\n")
        })
    });
}

/// Objects that lie, come back from the dead, or change what is being looked at.
#[test]
fn liars_and_revenants_do_no_harm() {
    let programs: &[(&str, &str)] = &[
        ("class A:\n def __len__(s): return 2**62\nprint(bool(A()))", "True\n"),
        (
            "class A:\n def __length_hint__(s): return 2**62\n def __iter__(s): return iter([1])\ntry: list(A())\nexcept MemoryError: print('MemoryError')",
            "MemoryError\n",
        ),
        (
            "class A:\n def __index__(s): l.clear(); return 3\nl = [1, 2, 3, 4, 5]\ntry: l[A()]\nexcept IndexError: print(l)",
            "[]\n",
        ),
        ("class A:\n def __index__(s): l.clear(); return 3\nl = [1, 2, 3, 4, 5]\nl[A():A()] = [9]\nprint(l)", "[9]\n"),
        (
            "class A:\n def __eq__(s, o): l.clear(); return False\nl = [A(), A(), A()]\nprint(A() in l, l.count(A()))",
            "False 0\n",
        ),
        (
            "class A:\n def __lt__(s, o): l.append(1); return True\nl = [A(), A(), A()]\ntry: l.sort()\nexcept ValueError as e: print(e)",
            "list modified during sort\n",
        ),
        (
            "d = {1: 2}\ntry:\n for k in d: d[k + 1] = 1\nexcept RuntimeError as e: print(e)",
            "dictionary changed size during iteration\n",
        ),
        (
            "class A:\n def __hash__(s): return 1\n def __eq__(s, o): d.clear(); return True\nd = {}\nd[A()] = 1\nd[A()] = 2\nprint(len(d) <= 1)",
            "True\n",
        ),
        (
            "s = {1}\ntry:\n for k in s: s.add(k + 1)\nexcept RuntimeError as e: print(e)",
            "Set changed size during iteration\n",
        ),
        (
            "l = [1]\nfor x in l:\n if len(l) < 1000: l.append(x)\nl.extend(l)\nl += l\nl[:] = l\nprint(len(l))",
            "4000\n",
        ),
        (
            "import gc\nkeep = []\nclass A:\n def __del__(s): keep.append(s)\nfor i in range(100): A()\ngc.collect(); gc.collect()\nkeep.clear()\ngc.collect()\nprint('ok')",
            "ok\n",
        ),
        ("import gc\nclass A:\n def __del__(s): A()\nA()\nfor i in range(10): gc.collect()\nprint('ok')", "ok\n"),
        (
            "import gc, sys\nseen = []\nsys.unraisablehook = lambda u: seen.append(u.exc_type.__name__)\nclass A:\n def __del__(s): 1 / 0\nfor i in range(50): A()\ngc.collect()\nprint(set(seen))",
            "{'ZeroDivisionError'}\n",
        ),
        ("import gc\nh = None\nfor i in range(1000000): h = [h]\nh = None\ngc.collect()\nprint('ok')", "ok\n"),
        (
            "l = []; l.append(l); d = {1: l}; l.append(d); print(repr(l))\ntry: l == [l, d]\nexcept RecursionError: pass",
            "[[...], {1: [...]}]\n",
        ),
        (
            "b = bytearray(10)\nm = memoryview(b)\ntry: b.extend(b'x' * 100)\nexcept BufferError: pass\nprint(len(m))",
            "10\n",
        ),
        (
            "def g():\n yield\n try: it.send(1)\n except ValueError as e: print(e)\nit = g()\nnext(it)\nfor _ in it: pass",
            "generator already executing\n",
        ),
    ];
    all(programs, |(program, expected)| prints(program, 8000, expected));
}

/// A program that waits or works for ever until Ctrl-C.
const ENDLESS: &[&str] = &[
    "while 1: pass",
    "i = 0\nwhile i < 10**12: i += 1",
    "sum(range(10**13))",
    "[x for x in range(10**12) if x < 0]",
    "def f(n):\n if n: f(n - 1), f(n - 1)\nf(100)",
    "import itertools\nset(itertools.repeat(1))",
    "import itertools\n''.join(itertools.repeat(''))",
    "import itertools\nfor x in filter(None, itertools.repeat(0)): pass",
    "import collections, itertools\ncollections.deque(itertools.count(), maxlen=1)",
    "class A:\n def __getitem__(s, i): return i\n-1 in A()",
    "sorted(range(10**7), key=lambda x: [0 for i in range(99)])",
    "import time\ntime.sleep(100)",
    "import sys\nsys.stdin.read()",
    "import re\nre.match('(a*)*b', 'a' * 40)",
    "import re\nre.search('(?:(?:a?){50}){50}(?:a|b|ab)*c', 'ab' * 50)",
    "import re\nre.match('(?:(?=a)){4000000000}', 'a')",
];

#[cfg(unix)]
#[test]
fn an_interrupt_reaches_every_loop() {
    all(ENDLESS, |program| {
        // Interrupted once it has begun: the first line is out.
        let code = format!(
            "print('begun', flush=True)\ntry:\n exec({program:?})\nexcept KeyboardInterrupt: print('interrupted')"
        );
        let mut command = Command::new(orochi());
        command.args(["-c", &code]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("orochi starts");
        let stdin = child.stdin.take();
        let mut begun = [0; 6];
        let out = child.stdout.as_mut().expect("a pipe");
        if let Err(error) = std::io::Read::read_exact(out, &mut begun) {
            let _ = child.kill();
            let _ = child.wait();
            return Err(format!("{program}: {error}"));
        }
        std::thread::sleep(Duration::from_millis(150));
        let _ = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
        let ended = wait(&mut child, Duration::from_secs(10));
        drop(stdin);
        let output = child.wait_with_output().map_err(|error| error.to_string())?;
        let text = String::from_utf8_lossy(&output.stdout);
        if ended && text.trim() == "interrupted" && output.status.success() {
            return Ok(());
        }
        Err(format!("{program}: {:?}, {text:?}, {}", output.status, String::from_utf8_lossy(&output.stderr)))
    });
}

/// Whether a process ends in time; it is killed if not.
fn wait(child: &mut Child, limit: Duration) -> bool {
    let start = Instant::now();
    while start.elapsed() < limit {
        if !matches!(child.try_wait(), Ok(None)) {
            return true;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let _ = child.kill();
    false
}

/// A file's bytes, the exit code of `orochi FILE`, and what standard output or error says.
const FILES: &[(&str, &[u8], i32, &str)] = &[
    ("empty.py", b"", 0, ""),
    ("no_newline.py", b"print('here')", 0, "here"),
    ("crlf.py", b"print('one')\r\nprint('''a\r\nb''' == 'a\\nb')\r\n", 0, "True"),
    ("cr.py", b"print('one')\rprint('two')\r", 0, "two"),
    ("bom.py", b"\xef\xbb\xbfprint('bom')\n", 0, "bom"),
    ("latin1.py", b"# coding: latin-1\nprint('\xe9')\n", 0, "\u{e9}"),
    ("no_cookie.py", b"x = 1\nprint('\xe9')\n", 1, "Non-UTF-8 code starting with '\\xe9' in file"),
    ("bad_cookie.py", b"# coding: nosuch\n", 1, "nosuch"),
    ("nul.py", b"print(1)\0\n", 1, "source code cannot contain null bytes"),
    ("binary.py", b"\x7fELF\x02\x01\x01\0\0\0", 1, "SyntaxError"),
    ("utf16.py", b"\xff\xfep\0r\0", 1, "SyntaxError"),
    ("open_string.py", b"'''abc", 1, "unterminated triple-quoted string literal"),
    ("backslash.py", b"x = 1\\", 1, "unexpected EOF"),
    ("exit_300.py", b"raise SystemExit(300)", 44, ""),
    ("exit_minus.py", b"raise SystemExit(-1)", 255, ""),
    ("exit_huge.py", b"raise SystemExit(10**30)", 255, ""),
    ("exit_text.py", b"raise SystemExit('reason')", 1, "reason"),
    ("bad.orb", b"not a module", 1, "expected: an Orochi module"),
    ("bad.orasm", b".orasm 1\n.code", 1, ""),
    ("bad.pyc", b"not a pyc file at all", 1, ""),
];

#[test]
fn files_that_are_no_programs_are_told_apart() {
    let folder = workspace::scratch("hostile");
    all(FILES, |(name, bytes, code, says)| {
        let path = folder.join(name);
        std::fs::write(&path, bytes).expect("the scratch folder can be written");
        let output = process::run(Command::new(orochi()).arg(&path), "", LIMIT);
        let said = output.stdout.contains(says) || output.stderr.contains(says);
        if !is_crash(&output) && output.end == End::Exit(*code) && said {
            return Ok(());
        }
        Err(format!("{name}: {:?}, expected {code} and {says:?}\n{}{}", output.end, output.stdout, output.stderr))
    });
}

/// Command lines with a mistake: the exit code, and a part of what standard error says.
const MISTAKES: &[(&str, i32, &str)] = &[
    ("$0 nofile.py", 2, "can't open file"),
    ("$0 run nofile.py", 2, "No such file or directory"),
    ("$0 compil x", 2, "did you mean the command 'orochi compile'?"),
    ("$0 --fronted x", 2, "--frontend"),
    ("$0 --frontend cpyhton -c 1", 1, "did you mean 'cpython'?"),
    ("$0 .", 1, "can't find '__main__' module in"),
    ("$0 -m nomodule", 1, "No module named nomodule"),
    ("$0 -c '1 +'", 1, "SyntaxError: invalid syntax"),
    ("$0 -c", 2, "-c <CODE>"),
    ("echo 'print(1)' | $0 -", 0, ""),
    ("$0 --plugin /dev/null -c 1", 1, "expected:"),
    ("$0 -c 'for i in range(10**6): print(i)' | head -1 >&2; exit 0", 0, "BrokenPipeError"),
    ("$0 -c 'print(1)' >&-", 0, ""),
    ("$0 -c '1/0' 2>&-", 1, ""),
    ("$0 - <&-", 0, ""),
    ("$0 -c 'input()' <&-", 1, "EOFError"),
    ("$0 -c 'for i in range(10**5): print(i)' >/dev/full", 120, "No space left on device"),
    ("$0 -c 'print(1)' >/dev/full", 120, "No space left on device"),
];

#[cfg(target_os = "linux")]
#[test]
fn mistakes_at_the_command_line_are_told() {
    let folder = workspace::scratch("hostile/empty");
    all(MISTAKES, |(line, code, says)| {
        let mut command = Command::new("sh");
        let line = line.replace("$0", "\"$0\"");
        command.args(["-c", &line]).arg(orochi()).current_dir(&folder);
        let output = process::run(&mut command, "", LIMIT);
        if !is_crash(&output) && output.end == End::Exit(*code) && output.stderr.contains(says) {
            return Ok(());
        }
        Err(format!("{line}: {:?}, expected {code} and {says:?}\n{}{}", output.end, output.stdout, output.stderr))
    });
}

/// Compiled programs that were cut off, or in which bytes were changed.
#[test]
fn damaged_modules_are_refused_or_run() {
    let folder = workspace::scratch("hostile");
    let source = folder.join("damage.py");
    std::fs::write(&source, "def f(a, *b, c=1.5, **d):\n    try:\n        return [x for x in b if x] + [a, c, 'text', 10**30]\n    finally:\n        print(d)\nclass A:\n    pass\nprint(f(1, 2, c=3))\n")
        .expect("the scratch folder can be written");
    let mut originals = Vec::new();
    let module = folder.join("damage.orb");
    let compiled = process::run(
        Command::new(orochi()).current_dir(&folder).args(["compile", "damage.py", "-o"]).arg(&module),
        "",
        LIMIT,
    );
    assert_eq!(compiled.end, End::Exit(0), "{}", compiled.stderr);
    originals.push(("orb", std::fs::read(&module).expect("it was written")));
    // The other compiler's, where it is there.
    let pyc = folder.join("damage.pyc");
    let script = format!(
        // The same bytes in every folder and at every time: what damage does shall not depend on them.
        "import py_compile as p; p.compile({:?}, {:?}, 'damage.py', invalidation_mode=p.PycInvalidationMode.UNCHECKED_HASH)",
        source.display().to_string(),
        pyc.display().to_string()
    );
    let python3 = process::run(Command::new("python3").args(["-c", &script]), "", LIMIT);
    if python3.end == End::Exit(0) && process::run(Command::new(orochi()).arg(&pyc), "", LIMIT).end == End::Exit(0) {
        originals.push(("pyc", std::fs::read(&pyc).expect("it was written")));
    }
    let mut chance = Chance::new(1);
    let mut damaged = Vec::new();
    for (kind, bytes) in originals {
        for round in 0..60 {
            let mut bytes = bytes.clone();
            match round % 3 {
                0 => bytes.truncate(chance.below(bytes.len())),
                1 => {
                    let at = chance.below(bytes.len());
                    bytes[at] ^= 1 << chance.below(8);
                }
                _ => {
                    // The header stays, so that the reader goes on to the rest.
                    let start = 16 + chance.below(bytes.len() - 16);
                    bytes[start..].iter_mut().for_each(|byte| *byte = chance.below(256) as u8);
                }
            }
            damaged.push((format!("damaged{round}.{kind}"), bytes));
        }
    }
    all(&damaged, |(name, bytes)| {
        let path = folder.join(name);
        std::fs::write(&path, bytes).expect("the scratch folder can be written");
        let output = process::run(Command::new(orochi()).arg(&path), "", LIMIT);
        if is_crash(&output) {
            return Err(format!("{}: {:?}\n{}", path.display(), output.end, output.stderr));
        }
        let _ = std::fs::remove_file(&path);
        Ok(())
    });
}
