//! What programs leave on the disk: files that were never closed are complete when the program has ended, however it ended.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use orochi_tests::process::{self, End, Output};
use orochi_tests::workspace;

const LIMIT: Duration = Duration::from_secs(30);

fn folder(name: &str) -> PathBuf {
    let folder = workspace::scratch("folders").join("files").join(name);
    // It is not there yet at the first run.
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("the target folder can be written");
    folder
}

fn run(name: &str, code: &str) -> (PathBuf, Output) {
    let folder = folder(name);
    let mut command = Command::new(&workspace::built().orochi);
    command.args(["-c", code]).current_dir(&folder);
    let output = process::run(&mut command, "", LIMIT);
    (folder, output)
}

#[test]
fn a_file_that_was_never_closed_is_complete_at_the_end() {
    let open = "f = open('text', 'w')\nf.write('text é\\n')\ng = open('bytes', 'wb')\ng.write(b'bytes')\n\
                h = open('both', 'w+')\nh.write('bo')\nh.write('th')\nb = h.buffer\n\
                r = open('raw', 'wb', 0)\nr.write(b'raw')\n";
    let ends = [
        ("returns", "", End::Exit(0)),
        ("exits", "import sys; sys.exit(3)", End::Exit(3)),
        ("raises", "1 / 0", End::Exit(1)),
        ("cycle", "f.me = f; g.other = f; f.other = g; del f, g", End::Exit(0)),
        ("in_function", "def k(): yield open('later', 'w').write('x')\nk = k(); next(k)", End::Exit(0)),
    ];
    for (name, end, expected) in ends {
        let (folder, output) = run(name, &format!("{open}{end}"));
        assert_eq!(output.end, expected, "{name}: {}", output.stderr);
        let read = |file: &str| std::fs::read_to_string(folder.join(file)).expect("the program made it");
        assert_eq!((read("text"), read("bytes")), ("text é\n".to_owned(), "bytes".to_owned()), "{name}");
        assert_eq!((read("both"), read("raw")), ("both".to_owned(), "raw".to_owned()), "{name}");
    }
}

#[test]
fn a_file_that_is_lost_is_written_and_closed_while_the_program_runs() {
    let code = "import gc\n\
                def lose(n):\n    f = open(f'f{n}', 'w')\n    f.write('x' * n)\n    return f.fileno()\n\
                highest = max(lose(n) for n in range(500) for _ in [gc.collect() if n % 20 == 0 else 0])\n\
                print(highest < 400)\n";
    let (folder, output) = run("lost", code);
    assert_eq!((output.stdout.as_str(), output.end), ("True\n", End::Exit(0)), "{}", output.stderr);
    for n in [0, 250, 499] {
        let text = std::fs::read_to_string(folder.join(format!("f{n}"))).expect("the program made it");
        assert_eq!(text.len(), n);
    }
}

#[test]
fn a_disk_that_is_full_is_told() {
    let code = "f = open('/dev/full', 'w')\nf.write('x')\n\
                try: f.close()\nexcept OSError as e: print(e, f.closed)\n\
                g = open('/dev/full', 'wb')\ng.write(b'x')\n";
    let (_, output) = run("full", code);
    assert_eq!((output.stdout.as_str(), output.end), ("[Errno 28] No space left on device True\n", End::Exit(0)));
    assert!(output.stderr.contains("OSError: [Errno 28] No space left on device"), "{}", output.stderr);
}

#[test]
fn descriptors_are_closed_once() {
    // The number of a closed file goes to the next one, which a second close would hit.
    let code = "import gc\n\
                f = open('a', 'w'); n = f.fileno(); f.close()\n\
                g = open('b', 'w'); print(g.fileno() == n)\n\
                f.close(); f.buffer.close(); f.buffer.raw.close()\n\
                del f; gc.collect(); gc.collect()\n\
                g.write('still open'); g.close()\n\
                h = open('b'); k = open(h.fileno(), closefd=False); k.close(); del k; gc.collect()\n\
                print(h.read())\n";
    let (_, output) = run("once", code);
    assert_eq!((output.stdout.as_str(), output.end), ("True\nstill open\n", End::Exit(0)), "{}", output.stderr);
}

#[test]
fn streams_that_lie_do_no_harm() {
    let code = "\
import io
class Liar(io.RawIOBase):
    def __init__(self, lie): self.lie = lie
    def readable(self): return True
    writable = seekable = readable
    def readinto(self, room):
        if self.lie == 'shrink': room.clear(); return 5
        if self.lie == 'grow': room.extend(b'x' * 100000); return len(room)
        if self.lie == 'self': return reader.read(3) and 1
        if self.lie == 'close': reader.close(); return 3
        if self.lie == 'deep': return len(io.BufferedReader(Liar('deep')).read(1))
        return self.lie
    def write(self, data): return self.lie
    def seek(self, *args): return self.lie
    def tell(self): return self.lie
def attempt(call):
    try: call()
    except Exception: pass
for lie in (-1, 10**6, 10**30, 'x', None, 1.5, 'shrink', 'grow', 'self', 'close', 'deep'):
    reader = io.BufferedReader(Liar(lie), 16)
    text = io.TextIOWrapper(io.BufferedReader(Liar(lie)))
    writer = io.BufferedWriter(Liar(lie), 4)
    for call in (lambda: reader.read(4), lambda: reader.readline(3), lambda: reader.seek(0), reader.tell, reader.peek,
                 lambda: text.read(2), lambda: text.readline(5), lambda: writer.write(b'12345678'), writer.detach):
        attempt(call)
for maker in (io.FileIO, io.BufferedReader, io.BufferedRandom, io.TextIOWrapper):
    stream = maker.__new__(maker)
    for name in dir(stream):
        attempt(lambda: getattr(stream, name)())
for bases in ((io.FileIO, io.BytesIO), (io.FileIO, io.BufferedReader), (io.StringIO, io.TextIOWrapper)):
    try: type('Both', bases, {}); print('two layouts in one')
    except TypeError: pass
with open('f', 'w') as f: f.write('abc')
class Named(io.FileIO): pass
named = Named('f'); named.name = named
reader = io.BufferedReader(Named('f')); reader.raw.name = reader
attempt(lambda: repr(named)); attempt(lambda: repr(reader))
print('alive')
";
    let (_, output) = run("liars", code);
    assert_eq!((output.stdout.as_str(), output.end), ("alive\n", End::Exit(0)), "{}", output.stderr);
}
