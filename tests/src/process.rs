//! Runs a command with a time limit and gives back everything that it wrote.

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How a command ended and what it wrote.
#[derive(Clone, Debug)]
pub struct Output {
    pub stdout: String,
    pub stderr: String,
    pub end: End,
    pub time: Duration,
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Exit(i32),
    /// Killed by a signal: for a program under test, a crash.
    Signal,
    /// Killed by us when its time was up.
    Timeout,
    /// It could not be started.
    NotStarted,
}

/// Runs a command to its end, or for `limit` at most. Bytes that are not UTF-8 come back as replacement characters.
#[must_use]
pub fn run(command: &mut Command, stdin: &str, limit: Duration) -> Output {
    let start = Instant::now();
    // What the person who runs the tests asks of Python is not meant for the programs under test.
    for name in ["PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "PYTHONWARNINGS"] {
        command.env_remove(name);
    }
    let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = match spawned {
        Ok(child) => child,
        Err(error) => {
            let stderr = format!("{}: {error}", command.get_program().to_string_lossy());
            return Output { stdout: String::new(), stderr, end: End::NotStarted, time: start.elapsed() };
        }
    };
    let stdout = drain(child.stdout.take());
    let stderr = drain(child.stderr.take());
    if let Some(mut pipe) = child.stdin.take() {
        // A program that does not read its input may close the pipe first; that is its right.
        let _ = pipe.write_all(stdin.as_bytes());
    }
    let end = wait(&mut child, start, limit);
    Output { stdout: join(stdout), stderr: join(stderr), end, time: start.elapsed() }
}

fn drain<R: Read + Send + 'static>(pipe: Option<R>) -> JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            // What was read before an error is still worth showing.
            let _ = pipe.read_to_end(&mut bytes);
        }
        bytes
    })
}

fn join(reader: JoinHandle<Vec<u8>>) -> String {
    let bytes = reader.join().unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn wait(child: &mut Child, start: Instant, limit: Duration) -> End {
    let mut pause = Duration::from_micros(500);
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return status.code().map_or(End::Signal, End::Exit),
            Ok(None) if start.elapsed() > limit => {
                let _ = child.kill();
                let _ = child.wait();
                return End::Timeout;
            }
            Ok(None) => std::thread::sleep(pause),
            Err(_) => return End::Signal,
        }
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_and_code_come_back() {
        let out = run(Command::new("sh").args(["-c", "cat; echo err >&2; exit 3"]), "in", Duration::from_secs(10));
        assert_eq!((out.stdout.as_str(), out.stderr.as_str(), out.end), ("in", "err\n", End::Exit(3)));
    }

    #[test]
    fn a_command_that_does_not_end_is_killed() {
        let out = run(Command::new("sleep").arg("30"), "", Duration::from_millis(50));
        assert_eq!(out.end, End::Timeout);
        assert!(out.time < Duration::from_secs(5));
    }

    #[test]
    fn a_missing_command_is_named() {
        let out = run(&mut Command::new("no-such-command-here"), "", Duration::from_secs(1));
        assert_eq!(out.end, End::NotStarted);
        assert!(out.stderr.contains("no-such-command-here"));
    }
}
