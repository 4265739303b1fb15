//! Brook: a tiny language, and a whole Orochi plugin for it. Read it together with `docs/plugins.md`.
//!
//! ```text
//! # twice.brook
//! use math
//! fn twice(x)
//!     return x + x
//! end
//! i = 1
//! while i < 4
//!     print i, twice(i), math.sqrt(i)
//!     i = i + 1
//! end
//! ```
//!
//! `lexer` makes tokens of the text, `compiler` makes bytecode of the tokens; this file is the frontend that a host
//! sees. Brook's values are Python's, so a Python program may `import twice` and call `twice.twice("ha")`.

mod compiler;
mod lexer;

use orochi_sdk::bytecode::Producer;
use orochi_sdk::frontend::{CompileOutput, CompileRequest, Completeness, Diagnostic, Frontend, Info, Mode, Span};

use lexer::{Place, Token};

/// The frontend. It has no state: compiling is a function from text to a module.
pub struct Brook;

impl Frontend for Brook {
    fn info(&self) -> Info {
        Info {
            name: "brook".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            mirrors: "the tutorial in docs/plugins.md".to_owned(),
            languages: vec!["brook 1".to_owned()],
            extensions: vec!["brook".to_owned()],
            options: Vec::new(),
            features: Vec::new(),
        }
    }

    fn compile(&self, request: &CompileRequest) -> Result<CompileOutput, Vec<Diagnostic>> {
        let text = match std::str::from_utf8(&request.source) {
            Ok(text) => text,
            Err(error) => {
                let message = format!("the text is not UTF-8 from byte {} on", error.valid_up_to());
                return Err(vec![Error::new(message, Place::default()).into_diagnostic("")]);
            }
        };
        if request.mode != Mode::Module {
            let error = Error::new("Brook compiles whole files only", Place::default());
            return Err(vec![error.into_diagnostic(text)]);
        }
        let info = self.info();
        let producer = Producer { frontend: info.name, version: info.version, source_hash: [0; 32] };
        lexer::tokens(text)
            .and_then(|tokens| compiler::Compiler::new(tokens, &request.source_name, producer).compile())
            .map(|module| CompileOutput { module, warnings: Vec::new() })
            .map_err(|error| vec![error.into_diagnostic(text)])
    }

    /// A text wants more lines while a block is open.
    fn completeness(&self, source: &str) -> Completeness {
        let Ok(tokens) = lexer::tokens(source) else { return Completeness::Invalid };
        let count = |words: &[&str]| {
            tokens.iter().filter(|(token, _)| matches!(token, Token::Word(word) if words.contains(word))).count()
        };
        match count(&["if", "while", "fn"]).cmp(&count(&["end"])) {
            std::cmp::Ordering::Greater => Completeness::Incomplete,
            std::cmp::Ordering::Equal => Completeness::Complete,
            std::cmp::Ordering::Less => Completeness::Invalid,
        }
    }
}

/// What is wrong with a text, where, and how to mend it.
#[derive(Debug)]
pub struct Error {
    message: String,
    place: Place,
    help: Option<String>,
}

impl Error {
    fn new(message: impl Into<String>, place: Place) -> Self {
        Self { message: message.into(), place, help: None }
    }

    fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// A diagnostic counts columns in characters and from 1. A place on line 0 is none.
    fn into_diagnostic(self, text: &str) -> Diagnostic {
        let Place { line, start, end } = self.place;
        let line_text = text.split('\n').nth((line as usize).saturating_sub(1)).unwrap_or("");
        let column = |byte: u32| {
            let before = line_text.get(..byte as usize).unwrap_or(line_text);
            before.chars().count() as i32 + 1
        };
        let (line, number) = (line as i32, line);
        let span = Span { line, column: column(start), end_line: line, end_column: column(end) };
        let error = Diagnostic::error("SyntaxError", self.message).at((number != 0).then_some(span));
        Diagnostic { help: self.help, ..error }
    }
}

orochi_sdk::export_frontend!(Brook);

#[cfg(test)]
mod tests {
    use super::*;
    use orochi_sdk::conformance::Kit;

    const TWICE: &str = include_str!("../twice.brook");

    #[test]
    fn brook_conforms() {
        Kit::new(&Brook)
            .accepts("twice", TWICE)
            .accepts("nothing", "")
            .accepts("calls", "print len(\"grüß\\n\") * -(3 - 1) % 7\nfn f()\nend\nf().x.y(1)(2)\n")
            .accepts("branches", "fn f(a, b)\nif a < b\nreturn a\nelse\nb = a\nend\nreturn b\nend\n")
            .rejects("an open string", "x = \"ab")
            .rejects("an open block", "while 1\n")
            .rejects("no value", "x = *\n")
            .rejects("not UTF-8", b"x = \xff".as_slice())
            .rejects("a return outside", "return 1\n")
            .rejects("a large number", "x = 9223372036854775808\n")
            .check();
    }

    #[test]
    fn messages_point_at_the_source() {
        let errors = Brook.compile(&CompileRequest::module("m.brook", "x = 1\nprint ü (")).expect_err("an error");
        let error = &errors[0];
        assert_eq!(error.message, "expected a value, found the end of the line");
        assert_eq!(error.span, Some(Span { line: 2, column: 10, end_line: 2, end_column: 10 }));
        let errors = Brook.compile(&CompileRequest::module("m.brook", "if 1\nprint 2\n")).expect_err("an error");
        assert_eq!(errors[0].help.as_deref(), Some("it begins on line 1"));
    }

    #[test]
    fn the_manifest_says_what_the_frontend_says() {
        let manifest = include_str!("../brook.orochi-plugin.toml");
        let info = Brook.info();
        for line in [
            format!("id = {:?}", info.name),
            format!("version = {:?}", info.version),
            format!("languages = {:?}", info.languages),
            format!("extensions = {:?}", info.extensions),
        ] {
            assert!(manifest.lines().any(|l| l == line), "the manifest lacks the line: {line}");
        }
    }

    #[test]
    fn a_block_asks_for_more_lines() {
        assert_eq!(Brook.completeness("while 1"), Completeness::Incomplete);
        assert_eq!(Brook.completeness("while 1\nend"), Completeness::Complete);
        assert_eq!(Brook.completeness("end"), Completeness::Invalid);
    }
}
