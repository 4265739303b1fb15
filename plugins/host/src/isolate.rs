//! Isolation: a plugin in a process of its own, with a limit on time and memory.
//!
//! The parent starts the `orochi` program again with a hidden subcommand for every call; the child loads the library,
//! answers one frame and ends. A frontend that crashes or hangs there is a diagnostic here. This guards against
//! accidents, not against malice: the child has the user's rights.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use orochi_abi::{frame, wire};
use orochi_frontend::{
    CompileOutput, CompileRequest, Completeness, Diagnostic, Frontend, Info, ParseOutput, PreludeModule, Symbols,
    Tokens, tree::Tree,
};

use crate::error::PluginError;
use crate::load::{self, Answers, Asking, LoadedFrontend};

/// The hidden subcommand: `orochi __plugin-worker CALL LIBRARY MEMORY_BYTES`.
pub const SUBCOMMAND: &str = "__plugin-worker";

/// An answer longer than this is not read to its end.
const LONGEST_ANSWER: u64 = 1 << 30;

/// What a call may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub time: Duration,
    /// Bytes of address space.
    pub memory: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { time: Duration::from_secs(30), memory: 2 << 30 }
    }
}

/// A frontend in a dynamic library that a child process loads.
#[derive(Debug)]
pub struct IsolatedFrontend {
    program: PathBuf,
    library: PathBuf,
    limits: Limits,
    info: Info,
}

impl IsolatedFrontend {
    /// A frontend that `program`, an `orochi`, runs for us, and that its manifest describes.
    #[must_use]
    pub fn new(program: &Path, library: &Path, limits: Limits, info: Info) -> Self {
        Self { program: program.to_owned(), library: library.to_owned(), limits, info }
    }

    /// Asks a library, in a child process, who it is.
    ///
    /// # Errors
    /// When the child cannot be started, fails, or the library is no plugin for this host.
    pub fn ask(program: &Path, library: &Path, limits: Limits) -> Result<wire::Info, PluginError> {
        let bytes = call(program, library, limits, "info", &[])?;
        let info: wire::Info = load::answer(library, "info", &bytes)?;
        load::check_bytecode(library, info.bytecode.into())?;
        Ok(info)
    }

    fn call(&self, name: &'static str, request: &[u8]) -> Result<Vec<u8>, PluginError> {
        call(&self.program, &self.library, self.limits, name, request)
    }
}

impl Answers for IsolatedFrontend {
    fn library(&self) -> &Path {
        &self.library
    }

    fn answer(&self, request: &[u8]) -> Result<Vec<u8>, PluginError> {
        self.call("compile", request)
    }

    fn has(&self, feature: &str) -> bool {
        self.info.features.iter().any(|own| own == feature)
    }

    fn refusal(&self, what: &str) -> Diagnostic {
        self.lacks(what)
    }
}

impl Frontend for IsolatedFrontend {
    fn info(&self) -> Info {
        self.info.clone()
    }

    fn compile(&self, request: &CompileRequest) -> Result<CompileOutput, Vec<Diagnostic>> {
        Asking(self).compile(request)
    }

    fn parse(&self, request: &CompileRequest) -> Result<ParseOutput, Vec<Diagnostic>> {
        Asking(self).parse(request)
    }

    fn compile_tree(&self, tree: &Tree, request: &CompileRequest) -> Result<CompileOutput, Vec<Diagnostic>> {
        Asking(self).compile_tree(tree, request)
    }

    fn optimize_tree(&self, tree: &Tree, request: &CompileRequest) -> Result<ParseOutput, Vec<Diagnostic>> {
        Asking(self).optimize_tree(tree, request)
    }

    fn symbols(&self, request: &CompileRequest) -> Result<Symbols, Vec<Diagnostic>> {
        Asking(self).symbols(request)
    }

    fn tokens(&self, source: &str, extra: bool) -> Result<Tokens, Vec<Diagnostic>> {
        Asking(self).tokens(source, extra)
    }

    fn completeness(&self, source: &str) -> Completeness {
        let request = frame::encode(&wire::Empty {}, source.as_bytes());
        match self.call("completeness", &request) {
            Ok(bytes) => load::read_completeness(&self.library, &bytes),
            Err(_) => Completeness::Complete,
        }
    }

    fn prelude(&self) -> Vec<PreludeModule> {
        self.call("prelude", &[]).map(|bytes| load::read_prelude(&self.library, &bytes)).unwrap_or_default()
    }
}

/// One call in a child process: starts it, hands over the request, takes the answer.
fn call(
    program: &Path,
    library: &Path,
    limits: Limits,
    name: &'static str,
    request: &[u8],
) -> Result<Vec<u8>, PluginError> {
    let failed = |found: String| PluginError::Isolation { path: library.to_owned(), found };
    let mut child = Command::new(program)
        .args([SUBCOMMAND, name])
        .arg(library)
        .arg(limits.memory.to_string())
        // A trace of our own functions would hide what the frontend says.
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| failed(format!("'{}' could not be started: {error}", program.display())))?;
    // Three threads, so that a child that neither reads nor ends cannot hold us up.
    let stdin = child.stdin.take();
    let request = request.to_vec();
    std::thread::spawn(move || {
        // A child that ends early closes the pipe; its exit status says why.
        let _ = stdin.map(|mut pipe| pipe.write_all(&request));
    });
    let stdout = read_in_background(child.stdout.take());
    let stderr = read_in_background(child.stderr.take());
    let deadline = Instant::now() + limits.time;
    let answer = receive(&stdout, deadline);
    let status = answer.as_ref().and_then(|_| wait(&mut child, deadline));
    let Some(status) = status else {
        // A child that has just ended by itself cannot be killed, and need not be.
        let _ = child.kill();
        let _ = child.wait();
        return Err(failed(format!("no answer to '{name}' within {} seconds", limits.time.as_secs_f32())));
    };
    if status.success() {
        return Ok(answer.unwrap_or_default());
    }
    let stderr = receive(&stderr, Instant::now() + Duration::from_secs(1)).unwrap_or_default();
    Err(failed(describe(name, status, &stderr, limits)))
}

fn read_in_background(pipe: Option<impl Read + Send + 'static>) -> mpsc::Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(pipe) = pipe {
            // What arrived before an error is what there is.
            let _ = pipe.take(LONGEST_ANSWER).read_to_end(&mut bytes);
        }
        // Nobody listens any more when the time is up.
        let _ = sender.send(bytes);
    });
    receiver
}

fn receive(receiver: &mpsc::Receiver<Vec<u8>>, deadline: Instant) -> Option<Vec<u8>> {
    receiver.recv_timeout(deadline.saturating_duration_since(Instant::now())).ok()
}

/// Waits for a child that has closed its output, and so is about to end.
fn wait(child: &mut Child, deadline: Instant) -> Option<ExitStatus> {
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(1)),
            _ => return None,
        }
    }
}

fn describe(name: &str, status: ExitStatus, stderr: &[u8], limits: Limits) -> String {
    let stderr = String::from_utf8_lossy(stderr);
    let lines: Vec<&str> = stderr.trim_end().lines().collect();
    let last = lines[lines.len().saturating_sub(8)..].join("\n");
    let memory = if last.contains("memory allocation") {
        format!(" (it may use {} MB)", limits.memory >> 20)
    } else {
        String::new()
    };
    let separator = if last.is_empty() { "" } else { "\n" };
    format!("the process ended with {status} instead of answering '{name}'{memory}{separator}{last}")
}

/// The child's side: limits itself, loads the library, answers one call.
///
/// # Errors
/// When the library cannot be loaded, or a pipe breaks.
pub fn work(name: &str, library: &Path, memory: u64) -> Result<(), Box<dyn std::error::Error>> {
    limit_memory(memory)?;
    let mut request = Vec::new();
    io::stdin().lock().read_to_end(&mut request)?;
    let frontend = LoadedFrontend::load(library)?;
    let answer = match name {
        "info" => frame::encode(frontend.wire_info(), &[]),
        "compile" => frontend.compile_bytes(&request),
        "completeness" => frontend.completeness_bytes(&request),
        "prelude" => frontend.prelude_bytes(),
        other => return Err(format!("'{other}' is not a call that plugins answer").into()),
    };
    let mut stdout = io::stdout().lock();
    stdout.write_all(&answer)?;
    stdout.flush()?;
    Ok(())
}

#[cfg(unix)]
fn limit_memory(bytes: u64) -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = |resource, bytes: u64| {
        let maximum = getrlimit(resource).maximum;
        let current = maximum.map_or(bytes, |maximum| maximum.min(bytes));
        setrlimit(resource, Rlimit { current: Some(current), maximum })
    };
    limit(Resource::As, bytes)?;
    // A crash is told in a line; nobody asked for an image of the process.
    limit(Resource::Core, 0)?;
    Ok(())
}

#[cfg(not(unix))]
fn limit_memory(_bytes: u64) -> io::Result<()> {
    Ok(())
}
