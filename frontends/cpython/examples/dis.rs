//! Compiles one file and prints its text form, or the errors: `dis FILE [exec|single|eval] [OPTIMIZE]`.

use orochi_bytecode::disassemble;
use orochi_cpython::CPython;
use orochi_frontend::{CompileRequest, Frontend, Mode};

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let path = arguments.get(1).expect("a file to compile");
    let source = std::fs::read(path).expect("a readable file");
    let mut request = CompileRequest::module(path.as_str(), source);
    request.mode = match arguments.get(2).map(String::as_str) {
        Some("single") => Mode::Single,
        Some("eval") => Mode::Eval,
        _ => Mode::Module,
    };
    request.optimize = arguments.get(3).and_then(|level| level.parse().ok()).unwrap_or(0);
    match CPython.compile(&request) {
        Ok(output) => {
            for warning in output.warnings {
                let line = warning.span.map_or(0, |span| span.line);
                eprintln!("{path}:{line}: {}: {}", warning.kind, warning.message);
            }
            print!("{}", disassemble(&output.module));
        }
        Err(errors) => {
            for error in errors {
                println!("{}: {} {:?}", error.kind, error.message, error.span);
            }
        }
    }
}
