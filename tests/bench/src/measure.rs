//! Runs one program under one engine and reads what the stand-in for `pyperf` prints.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use wait4::{ResUse, Wait4};

use crate::engine::Engine;
use crate::programs::Program;
use crate::setup::Places;

/// After this long a program counts as hung.
const LIMIT: Duration = Duration::from_secs(300);

/// What one start of a program gave: for each benchmark in it, the seconds of its iterations in order.
#[derive(Debug)]
pub struct Run {
    pub times: Vec<(String, Vec<f64>)>,
    /// The largest resident set in bytes. A process that stays below this runner's own size shows that size.
    pub memory: u64,
}

/// Time and memory of a start that does nothing.
#[derive(Clone, Copy, Debug)]
pub struct Startup {
    pub seconds: f64,
    pub memory: u64,
}

struct Finished {
    stdout: String,
    memory: u64,
    seconds: f64,
}

/// Starts a program and measures its iterations.
pub fn timed(engine: &Engine, places: &Places, program: &Program, iterations: usize) -> Result<Run, String> {
    let words = [format!("--bench:iterations={iterations}"), format!("--bench:loops={}", program.loops)];
    let finished = run(Command::new(&engine.command).arg(places.program(program, engine.compiled)).args(words))?;
    let mut times: Vec<(String, Vec<f64>)> = Vec::new();
    for line in finished.stdout.lines().filter_map(|line| line.strip_prefix("@time ")) {
        let (name, seconds) = line.split_once(' ').ok_or_else(|| format!("cannot read `@time {line}`"))?;
        let seconds: f64 = seconds.parse().map_err(|_| format!("cannot read `@time {line}`"))?;
        match times.iter_mut().find(|(known, _)| known == name) {
            Some((_, times)) => times.push(seconds),
            None => times.push((name.to_owned(), vec![seconds])),
        }
    }
    if times.is_empty() {
        return Err("it measured nothing".to_owned());
    }
    Ok(Run { times, memory: finished.memory })
}

/// Runs a program once for what it computes: everything that it prints.
pub fn results(engine: &Engine, places: &Places, program: &Program) -> Result<String, String> {
    let mut command = Command::new(&engine.command);
    run(command.arg(places.program(program, engine.compiled)).arg("--bench:check=1")).map(|finished| finished.stdout)
}

/// The best of many starts of a program that does nothing.
pub fn startup(engine: &Engine) -> Result<Startup, String> {
    let mut best: Option<Startup> = None;
    for _ in 0..20 {
        let finished = run(Command::new(&engine.command).args(["-c", "pass"]))
            .map_err(|error| format!("{} -c pass: {error}", engine.command.display()))?;
        let this = Startup { seconds: finished.seconds, memory: finished.memory };
        if best.is_none_or(|best| this.seconds < best.seconds) {
            best = Some(this);
        }
    }
    best.ok_or_else(|| "no start was measured".to_owned())
}

fn run(command: &mut Command) -> Result<Finished, String> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.env("PYTHONHASHSEED", "0").env("PYTHONDONTWRITEBYTECODE", "1").env_remove("PYTHONPATH");
    let start = Instant::now();
    let mut child = command.spawn().map_err(|error| format!("{}: {error}", command.get_program().to_string_lossy()))?;
    let (stdout, stderr) = (drain(child.stdout.take()), drain(child.stderr.take()));
    let used = wait(child, start)?;
    let seconds = start.elapsed().as_secs_f64();
    let text = |reader: std::thread::JoinHandle<Vec<u8>>| {
        String::from_utf8_lossy(&reader.join().unwrap_or_default()).into_owned()
    };
    let (stdout, stderr) = (text(stdout), text(stderr));
    if used.status.success() {
        return Ok(Finished { stdout, memory: used.rusage.maxrss, seconds });
    }
    let last = stderr.trim_end().lines().last().unwrap_or("no message");
    Err(format!("{}: {last}", used.status))
}

fn drain<R: Read + Send + 'static>(pipe: Option<R>) -> std::thread::JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            // What came before an error is still worth reading.
            let _ = pipe.read_to_end(&mut bytes);
        }
        bytes
    })
}

/// Waits for the end. A thread ends what does not end by itself, so that the wait itself can block: polling would blur a
/// start of a few milliseconds.
fn wait(child: Child, start: Instant) -> Result<ResUse, String> {
    let id = child.id();
    let (done, watched) = std::sync::mpsc::channel::<()>();
    let watch = std::thread::spawn(move || {
        let timed_out = matches!(watched.recv_timeout(LIMIT), Err(std::sync::mpsc::RecvTimeoutError::Timeout));
        if timed_out {
            // The process is not reaped yet, so the number is still its own.
            let _ = Command::new("kill").args(["-9", &id.to_string()]).status();
        }
        timed_out
    });
    let used = child.wait4().map_err(|error| format!("waiting for a program: {error}"));
    drop(done);
    if watch.join().unwrap_or(false) {
        return Err(format!("no end after {:.0?}", start.elapsed()));
    }
    used
}
