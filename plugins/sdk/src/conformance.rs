//! The conformance kit: what every frontend has to hold, checked on samples of its language.
//!
//! ```text
//! #[test]
//! fn conforms() {
//!     Kit::new(&Mine).accepts("hello", "print 1\n").rejects("open", "print (\n").check();
//! }
//! ```
//!
//! | rule | what it says |
//! |---|---|
//! | C1 | `info` is the same at every call, and sane: a name of lower-case letters, digits and `-`, a version, a language, extensions without a dot, options with a sentence each |
//! | C2 | an accepted sample compiles; a rejected one gives at least one error, each with a kind and a message |
//! | C3 | `compile` is pure: the same request gives the same bytes, on any thread, in any order |
//! | C4 | what comes out verifies, comes back the same from its bytes, and says who made it and from what |
//! | C5 | no text panics: mutations of the samples, and texts that nest ten thousand deep |
//! | C6 | places are inside the source: those of diagnostics and those in position tables |
//! | C7 | `completeness` calls accepted samples complete when an empty line follows them, and panics on no beginning of a sample |
//!
//! A stack overflow cannot be caught: it ends the test's process. The text that was being compiled is named on
//! standard error then, when the kit's `verbose` is on.

use orochi_bytecode::{Module, VerifiedModule, binary};
use orochi_frontend::{CompileOutput, CompileRequest, Completeness, Diagnostic, Frontend, Severity, Span};

use crate::shim::shielded;

/// Samples of a language and the checks to run on them.
pub struct Kit<'a> {
    frontend: &'a dyn Frontend,
    samples: Vec<Sample>,
    mutations: u32,
    verbose: bool,
}

struct Sample {
    name: String,
    source: Vec<u8>,
    accepted: bool,
}

/// Where a frontend does not conform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// `C1` to `C7`.
    pub rule: &'static str,
    /// The sample, and what was done to it.
    pub sample: String,
    pub message: String,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({}): {}", self.rule, self.sample, self.message)
    }
}

impl<'a> Kit<'a> {
    /// A kit without samples.
    #[must_use]
    pub fn new(frontend: &'a dyn Frontend) -> Self {
        Self { frontend, samples: Vec::new(), mutations: 100, verbose: false }
    }

    /// Adds a program of the language.
    #[must_use]
    pub fn accepts(mut self, name: &str, source: impl Into<Vec<u8>>) -> Self {
        self.samples.push(Sample { name: name.to_owned(), source: source.into(), accepted: true });
        self
    }

    /// Adds a text that is no program of the language.
    #[must_use]
    pub fn rejects(mut self, name: &str, source: impl Into<Vec<u8>>) -> Self {
        self.samples.push(Sample { name: name.to_owned(), source: source.into(), accepted: false });
        self
    }

    /// How many mutations of each sample are tried: 100 unless told.
    #[must_use]
    pub fn mutations(mut self, count: u32) -> Self {
        self.mutations = count;
        self
    }

    /// Names each text on standard error before it is compiled, to find one that ends the process.
    #[must_use]
    pub fn verbose(mut self) -> Self {
        self.verbose = true;
        self
    }

    /// Runs every check.
    ///
    /// # Panics
    /// With all failures, when there are any.
    pub fn check(&self) {
        let failures = self.failures();
        let text: Vec<String> = failures.iter().map(ToString::to_string).collect();
        assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), text.join("\n"));
    }

    /// Runs every check and gives what failed, at most the first failure of each text.
    #[must_use]
    pub fn failures(&self) -> Vec<Failure> {
        let mut failures = Vec::new();
        let mut note = |sample: &str, result: Result<(), (&'static str, String)>| {
            if let Err((rule, message)) = result {
                failures.push(Failure { rule, sample: sample.to_owned(), message });
            }
        };
        note("info", self.check_info());
        for sample in &self.samples {
            note(&sample.name, self.check_sample(sample));
            note(&sample.name, self.check_completeness(sample));
            for round in 0..self.mutations {
                let name = format!("{}, mutation {round}", sample.name);
                note(&name, self.check_text(&name, &mutate(&sample.source, round)).map(|_| ()));
            }
        }
        for (name, source) in deep_texts() {
            note(&name, self.check_text(&name, source.as_bytes()).map(|_| ()));
        }
        failures
    }

    fn check_info(&self) -> Result<(), (&'static str, String)> {
        let fail = |message: String| Err(("C1", message));
        let info = shielded(|| self.frontend.info()).map_err(|panic| ("C1", format!("`info` panicked: {panic}")))?;
        if info != self.frontend.info() {
            return fail("`info` differs from call to call".to_owned());
        }
        let fine = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if info.name.is_empty() || !info.name.bytes().all(fine) {
            return fail(format!("the name '{}' is not of lower-case letters, digits and '-'", info.name));
        }
        if info.version.is_empty() || info.languages.is_empty() {
            return fail("there is no version, or no language".to_owned());
        }
        if let Some(extension) = info.extensions.iter().find(|e| e.is_empty() || e.contains(['.', '/'])) {
            return fail(format!("'{extension}' is not an extension without its dot"));
        }
        for (index, option) in info.options.iter().enumerate() {
            if option.name.is_empty() || option.doc.is_empty() {
                return fail(format!("the option '{}' has no name, or no sentence about it", option.name));
            }
            if info.options[..index].iter().any(|earlier| earlier.name == option.name) {
                return fail(format!("there are two options called '{}'", option.name));
            }
        }
        Ok(())
    }

    fn check_sample(&self, sample: &Sample) -> Result<(), (&'static str, String)> {
        let first = self.check_text(&sample.name, &sample.source)?;
        if sample.accepted != first.is_ok() {
            return Err((
                "C2",
                match first {
                    Ok(_) => "it compiles, and was to be rejected".to_owned(),
                    Err(diagnostics) => format!("it does not compile: {}", describe(&diagnostics)),
                },
            ));
        }
        let request = request(&sample.name, &sample.source);
        let again = std::thread::scope(|scope| {
            let threads: Vec<_> =
                (0..2).map(|_| scope.spawn(|| shielded(|| self.frontend.compile(&request)))).collect();
            threads.into_iter().map(std::thread::ScopedJoinHandle::join).collect::<Vec<_>>()
        });
        for result in again {
            let result = match result {
                Ok(Ok(result)) => result,
                Ok(Err(panic)) => return Err(("C5", format!("it panics on another thread: {panic}"))),
                Err(_) => return Err(("C5", "it panics on another thread".to_owned())),
            };
            if !same(&first, &result) {
                return Err(("C3", "compiled again, the answer is another".to_owned()));
            }
        }
        Ok(())
    }

    fn check_completeness(&self, sample: &Sample) -> Result<(), (&'static str, String)> {
        let Ok(text) = std::str::from_utf8(&sample.source) else { return Ok(()) };
        let ask = |text: &str| {
            shielded(|| self.frontend.completeness(text))
                .map_err(|panic| ("C7", format!("`completeness` panicked: {panic}")))
        };
        // Where blocks are ended by indentation, a prompt waits for an empty line.
        if sample.accepted && ask(&format!("{text}\n\n"))? != Completeness::Complete {
            return Err(("C7", "`completeness` does not call it complete".to_owned()));
        }
        let ends: Vec<usize> = (0..text.len()).filter(|end| text.is_char_boundary(*end)).collect();
        let step = (ends.len() / 200).max(1);
        ends.iter().step_by(step).try_for_each(|end| ask(&text[..*end]).map(|_| ()))
    }

    /// What holds of every text, program or not.
    #[allow(clippy::type_complexity, reason = "the inner result is the frontend's own answer")]
    fn check_text(
        &self,
        name: &str,
        source: &[u8],
    ) -> Result<Result<CompileOutput, Vec<Diagnostic>>, (&'static str, String)> {
        if self.verbose {
            eprintln!("conformance: {name}");
        }
        let request = request(name, source);
        let result = shielded(|| self.frontend.compile(&request))
            .map_err(|panic| ("C5", format!("it panics: {panic}; the text is {:?}", excerpt(source))))?;
        let lines = Lines::of(source);
        match &result {
            Ok(output) => {
                self.check_module(&output.module, name)?;
                check_positions(&output.module, &lines)?;
                check_diagnostics(&output.warnings, &lines)?;
            }
            Err(diagnostics) => {
                if !diagnostics.iter().any(|d| d.severity == Severity::Error) {
                    return Err(("C2", format!("no module and no error; the text is {:?}", excerpt(source))));
                }
                check_diagnostics(diagnostics, &lines)
                    .map_err(|(rule, message)| (rule, format!("{message}; the text is {:?}", excerpt(source))))?;
            }
        }
        Ok(result)
    }

    fn check_module(&self, module: &Module, name: &str) -> Result<(), (&'static str, String)> {
        let fail = |message: String| Err(("C4", message));
        if let Err(error) = VerifiedModule::verify(module.clone()) {
            return fail(format!("the module does not verify: {error}"));
        }
        match binary::decode(&binary::encode(module)) {
            Ok(back) if back == *module => {}
            Ok(_) => return fail("the module comes back from its bytes as another".to_owned()),
            Err(error) => return fail(format!("the module does not come back from its bytes: {error}")),
        }
        let producer = &module.producer;
        let info = self.frontend.info();
        if (&producer.frontend, &producer.version) != (&info.name, &info.version) {
            return fail(format!(
                "the module's producer is '{} {}', the frontend is '{} {}'",
                producer.frontend, producer.version, info.name, info.version
            ));
        }
        if module.source_name != name {
            return fail(format!("the module's source is '{}', the request's was '{name}'", module.source_name));
        }
        Ok(())
    }
}

fn request(name: &str, source: &[u8]) -> CompileRequest {
    CompileRequest::module(name, source)
}

fn same(a: &Result<CompileOutput, Vec<Diagnostic>>, b: &Result<CompileOutput, Vec<Diagnostic>>) -> bool {
    match (a, b) {
        (Ok(a), Ok(b)) => binary::encode(&a.module) == binary::encode(&b.module) && a.warnings == b.warnings,
        (Err(a), Err(b)) => a == b,
        _ => false,
    }
}

fn describe(diagnostics: &[Diagnostic]) -> String {
    match diagnostics.first() {
        Some(d) => format!("{}: {} at {:?}", d.kind, d.message, d.span),
        None => "without a diagnostic".to_owned(),
    }
}

fn excerpt(source: &[u8]) -> String {
    String::from_utf8_lossy(&source[..source.len().min(300)]).into_owned()
}

/// The lengths of a source's lines, in characters and in bytes.
struct Lines {
    lengths: Vec<(u32, u32)>,
}

impl Lines {
    fn of(source: &[u8]) -> Self {
        let text = String::from_utf8_lossy(source).replace("\r\n", "\n").replace(['\r', '\u{c}'], "\n");
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let lengths = text.split('\n').map(|line| (count(line.chars().count()), count(line.len()))).collect();
        Self { lengths }
    }

    /// One line and one column past the end are where an end is.
    fn holds(&self, line: u32, column: u32, length: impl Fn(&(u32, u32)) -> u32) -> bool {
        let index = line as usize;
        if index == self.lengths.len() + 1 {
            return column <= 1;
        }
        index >= 1 && self.lengths.get(index - 1).is_some_and(|lengths| column <= length(lengths) + 2)
    }
}

fn check_diagnostics(diagnostics: &[Diagnostic], lines: &Lines) -> Result<(), (&'static str, String)> {
    for d in diagnostics {
        if d.kind.is_empty() || d.message.is_empty() {
            return Err(("C2", format!("a diagnostic without kind or message: {d:?}")));
        }
        let Some(Span { line, column, end_line, end_column }) = d.span else { continue };
        // A column of 0 or -1 is not known, as a line of 0 is not.
        let known = |number: i32| u32::try_from(number).unwrap_or(0);
        let holds = |line: i32, column: i32| {
            line == 0 || line > 0 && column >= -1 && lines.holds(known(line), known(column), |l| l.0)
        };
        let inside = holds(line, column);
        let ordered = end_line == 0
            || (end_column <= 0 || (line, column) <= (end_line, end_column)) && holds(end_line, end_column);
        if !inside || !ordered {
            return Err(("C6", format!("'{}' is said of {:?}, outside the source", d.message, d.span)));
        }
    }
    Ok(())
}

fn check_positions(module: &Module, lines: &Lines) -> Result<(), (&'static str, String)> {
    for code in &module.codes {
        for p in code.positions.iter().filter(|p| p.line != 0) {
            let inside = lines.holds(p.line, p.column, |l| l.1)
                && (p.end_line == 0
                    || (lines.holds(p.end_line, p.end_column, |l| l.1)
                        && (p.line, p.column) <= (p.end_line, p.end_column)));
            if !inside {
                return Err(("C6", format!("an instruction has the position {p:?}, outside the source")));
            }
        }
    }
    Ok(())
}

/// Texts that nest deeper than any recursion may follow.
fn deep_texts() -> Vec<(String, String)> {
    const DEPTH: usize = 10_000;
    let mut texts: Vec<(String, String)> =
        ["(", "[", "{", "-", "not ", "a.", "f(", "x[", "!", "~", "lambda: ", "1+", "if a then "]
            .iter()
            .map(|part| (format!("'{part}' ten thousand times"), part.repeat(DEPTH)))
            .collect();
    texts.push(("balanced parentheses".to_owned(), "(".repeat(DEPTH) + "1" + &")".repeat(DEPTH)));
    let nested: String = (0..1000).map(|depth| " ".repeat(depth) + "if x:\n").collect();
    texts.push(("indentation a thousand deep".to_owned(), nested));
    texts
}

/// A mutation of a text: the same for the same number.
fn mutate(source: &[u8], round: u32) -> Vec<u8> {
    const PIECES: &[&[u8]] = &[
        b"(",
        b")",
        b"\"",
        b"'",
        b"\n",
        b"\t",
        b"\0",
        b"\\",
        b"#",
        b"\xff",
        b"\xc3\xa9",
        b"99999999999999999999",
        b"=",
    ];
    let mut random = Random(0x9E37_79B9_7F4A_7C15 ^ (u64::from(round) << 17) ^ source.len() as u64);
    let mut text = source.to_vec();
    for _ in 0..=random.below(3) {
        let at = random.below(text.len() + 1);
        let end = (at + random.below(12)).min(text.len());
        match random.below(6) {
            0 => drop(text.drain(at..end)),
            1 => text.truncate(at),
            2 => {
                let piece = text[at..end].to_vec();
                let to = random.below(text.len() + 1);
                text.splice(to..to, piece);
            }
            3 => {
                if let Some(byte) = text.get_mut(at) {
                    *byte ^= 1 << random.below(8);
                }
            }
            _ => {
                let piece = PIECES[random.below(PIECES.len())];
                text.splice(at..at, piece.iter().copied());
            }
        }
    }
    text
}

/// A xorshift generator: no test may depend on luck.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        if limit == 0 { 0 } else { (self.0 % limit as u64) as usize }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use orochi_bytecode::builder::{CodeBuilder, ModuleBuilder};
    use orochi_bytecode::{Code, Op, Position, Producer};
    use orochi_frontend::Info;
    use std::sync::atomic::{AtomicU32, Ordering};

    /// A frontend for which every text without `!` is an empty program, with one thing wrong.
    struct Wrong {
        what: &'static str,
        count: AtomicU32,
    }

    fn failing(what: &'static str) -> Vec<&'static str> {
        let frontend = Wrong { what, count: AtomicU32::new(0) };
        let kit = Kit::new(&frontend).accepts("good", "one\ntwo\n").rejects("bad", "!").mutations(20);
        let mut rules: Vec<&str> = kit.failures().iter().map(|failure| failure.rule).collect();
        rules.dedup();
        rules
    }

    impl Frontend for Wrong {
        fn info(&self) -> Info {
            let number = self.count.fetch_add(1, Ordering::Relaxed);
            Info {
                name: if self.what == "name" { "Wrong" } else { "wrong" }.to_owned(),
                version: if self.what == "info" { number.to_string() } else { "1".to_owned() },
                mirrors: String::new(),
                languages: vec!["any".to_owned()],
                extensions: vec![if self.what == "extension" { ".x" } else { "x" }.to_owned()],
                options: Vec::new(),
                features: Vec::new(),
            }
        }

        fn compile(&self, request: &CompileRequest) -> Result<CompileOutput, Vec<Diagnostic>> {
            let text = String::from_utf8_lossy(&request.source);
            let span = Span { line: if self.what == "span" { 7000 } else { 1 }, column: 1, end_line: 0, end_column: 0 };
            if text.contains('!') && self.what != "accepts all" {
                if self.what == "silence" {
                    return Err(Vec::new());
                }
                let message = "an exclamation mark".to_owned();
                let (severity, kind) = (Severity::Error, "SyntaxError".to_owned());
                return Err(vec![Diagnostic {
                    severity,
                    kind,
                    message,
                    span: Some(span),
                    help: None,
                    text: None,
                    as_error: None,
                }]);
            }
            assert!(self.what != "panics" || text.starts_with("one"), "not one");
            let mut module = ModuleBuilder::new(request.source_name.clone());
            let frontend = if self.what == "producer" { "other" } else { "wrong" };
            module.set_producer(Producer {
                frontend: frontend.to_owned(),
                version: "1".to_owned(),
                source_hash: [0; 32],
            });
            let index = module.reserve_code();
            let name = module.name("<module>");
            let mut code = CodeBuilder::new(Code { name, qualname: name, ..Code::default() });
            let line = if self.what == "position" { 9000 } else { 1 };
            code.set_position(Position { offset: 0, line, end_line: line, column: 0, end_column: 0 });
            let number = self.count.fetch_add(1, Ordering::Relaxed);
            let value = module.int(if self.what == "impure" { i64::from(number) } else { 0 });
            code.emit(Op::Const { value });
            code.emit(Op::Return);
            module.set_code(index, code.finish().expect("a body"));
            let mut module = module.finish().expect("a module");
            if self.what == "unverifiable" {
                module.codes[0].max_stack = 0;
            }
            Ok(CompileOutput { module, warnings: Vec::new() })
        }

        fn completeness(&self, source: &str) -> Completeness {
            assert!(self.what != "completeness panics" || source.len() > 3, "too short");
            if self.what == "incomplete" { Completeness::Incomplete } else { Completeness::Complete }
        }
    }

    #[test]
    fn the_kit_finds_what_is_wrong_and_nothing_else() {
        for (what, rule) in [
            ("name", "C1"),
            ("info", "C1"),
            ("extension", "C1"),
            ("accepts all", "C2"),
            ("silence", "C2"),
            ("impure", "C3"),
            ("producer", "C4"),
            ("unverifiable", "C4"),
            ("panics", "C5"),
            ("span", "C6"),
            ("position", "C6"),
            ("incomplete", "C7"),
            ("completeness panics", "C7"),
        ] {
            assert!(failing(what).contains(&rule), "{what}: {:?}", failing(what));
        }
        assert_eq!(failing("nothing"), [""; 0]);
    }
}
