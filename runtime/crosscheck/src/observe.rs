//! Watching a process: what it writes, how it ends, and which exception it ends with.

use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// How much of an output stream is kept.
const LONGEST_OUTPUT: usize = 64 << 20;

/// What a program did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
    pub end: End,
    /// The exception that ended it, as its traceback says.
    pub exception: Option<Exception>,
    pub time: Duration,
}

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Status(i32),
    /// Killed by this signal, or ended otherwise without a status.
    Signal(i32),
    TimedOut,
}

/// An exception as a traceback shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    pub kind: String,
    pub message: String,
    /// The program was refused by the compiler: there is a place in a file, and no traceback.
    pub at_compile_time: bool,
}

/// Runs a command to its end, or until its time is up.
///
/// # Errors
/// When it cannot be started.
pub fn observe(command: &mut Command, time: Duration) -> io::Result<Observation> {
    let start = Instant::now();
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let stdout = collect(child.stdout.take());
    let stderr = collect(child.stderr.take());
    let status = wait(&mut child, start + time);
    if status.is_none() {
        // It may just have ended; then there is nothing to kill.
        let _ = child.kill();
        let _ = child.wait();
    }
    // A grandchild may hold the pipes open: what came so far is what there is.
    let patience = Duration::from_millis(500);
    let (stdout, stderr) = (drain(&stdout, patience), drain(&stderr, patience));
    let end = status.map_or(End::TimedOut, end);
    let exception = exception(&String::from_utf8_lossy(&stderr)).filter(|_| end != End::Status(0));
    Ok(Observation { stdout, stderr, end, exception, time: start.elapsed() })
}

/// Waits with growing pauses, so that short programs are not held up and long ones cost nothing.
fn wait(child: &mut Child, deadline: Instant) -> Option<ExitStatus> {
    let mut pause = Duration::from_micros(200);
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) if Instant::now() < deadline => {
                thread::sleep(pause);
                pause = (pause * 2).min(Duration::from_millis(20));
            }
            _ => return None,
        }
    }
}

/// Reads a pipe on a thread of its own, piece by piece.
fn collect(pipe: Option<impl Read + Send + 'static>) -> mpsc::Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let Some(mut pipe) = pipe else { return };
        let mut piece = vec![0; 1 << 16];
        let mut length = 0;
        while let Ok(count @ 1..) = pipe.read(&mut piece) {
            // What is beyond the limit is read and dropped, so that the program does not wait for us.
            if length < LONGEST_OUTPUT && sender.send(piece[..count].to_vec()).is_err() {
                return;
            }
            length += count;
        }
    });
    receiver
}

/// Everything that was read; waits for the end of the stream, but not longer than `patience` for each piece.
fn drain(receiver: &mpsc::Receiver<Vec<u8>>, patience: Duration) -> Vec<u8> {
    let mut bytes = Vec::new();
    while let Ok(piece) = receiver.recv_timeout(patience) {
        bytes.extend_from_slice(&piece);
    }
    bytes
}

fn end(status: ExitStatus) -> End {
    match status.code() {
        Some(code) => End::Status(code),
        None => End::Signal(signal(status)),
    }
}

#[cfg(unix)]
fn signal(status: ExitStatus) -> i32 {
    std::os::unix::process::ExitStatusExt::signal(&status).unwrap_or(0)
}

#[cfg(not(unix))]
fn signal(_status: ExitStatus) -> i32 {
    0
}

/// The exception at the end of what a program wrote to standard error.
fn exception(stderr: &str) -> Option<Exception> {
    let lines: Vec<&str> = stderr.lines().collect();
    let heading = lines.iter().rposition(|line| *line == "Traceback (most recent call last):");
    // Without a traceback only the place of a syntax error tells that something was raised.
    let (from, at_compile_time) = match heading {
        Some(heading) => (heading + 1, false),
        None => (lines.iter().rposition(|line| line.starts_with("  File \""))?, true),
    };
    let after = lines[from..].iter().position(|line| !line.starts_with(' ') && !line.is_empty())?;
    let text = lines[from + after..].join("\n");
    let (kind, message) = text.split_once(": ").unwrap_or((&text, ""));
    let name = kind.rsplit('.').next().unwrap_or(kind);
    let is_name = !name.is_empty() && kind.chars().all(|c| c.is_alphanumeric() || "._<>".contains(c));
    is_name.then(|| Exception { kind: name.to_owned(), message: message.trim_end().to_owned(), at_compile_time })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exception_is_read_from_the_traceback() {
        let text = "noise\nTraceback (most recent call last):\n  File \"x.py\", line 1, in <module>\n    f()\n    ~^^\n\
                    mod.MyError: first: a\nsecond\n";
        let found = exception(text).expect("an exception");
        assert_eq!((found.kind.as_str(), found.message.as_str()), ("MyError", "first: a\nsecond"));
        assert!(!found.at_compile_time);
        let found = exception("  File \"x.py\", line 1\n    x = \n       ^\nSyntaxError: invalid syntax\n");
        assert!(found.is_some_and(|e| e.at_compile_time && e.kind == "SyntaxError"));
        assert_eq!(exception("just words: here\n"), None);
        let chained = "Traceback (most recent call last):\n  a\nKeyError: 1\n\nDuring handling of the above exception, \
                       another exception occurred:\n\nTraceback (most recent call last):\n  b\nKeyboardInterrupt\n";
        assert_eq!(exception(chained).map(|e| e.kind).as_deref(), Some("KeyboardInterrupt"));
    }

    #[test]
    fn time_and_status_are_seen() {
        let mut sleep = Command::new("sleep");
        let seen = observe(sleep.arg("20"), Duration::from_millis(50)).expect("sleep can be run");
        assert_eq!(seen.end, End::TimedOut);
        let mut shell = Command::new("sh");
        let seen = observe(shell.args(["-c", "echo out; exit 3"]), Duration::from_secs(10)).expect("sh can be run");
        assert_eq!((seen.stdout.as_slice(), seen.end), (&b"out\n"[..], End::Status(3)));
        let mut shell = Command::new("sh");
        let seen = observe(shell.args(["-c", "kill -11 $$"]), Duration::from_secs(10)).expect("sh can be run");
        assert_eq!(seen.end, End::Signal(11));
    }
}
