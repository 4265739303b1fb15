//! The shim between the ABI's bytes and a frontend: reads frames, writes frames, and lets no panic through, since an
//! unwinding that crosses the boundary would end the host's process.

use std::any::Any;
use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

use orochi_abi::{frame, wire};
use orochi_bytecode::binary;
use orochi_frontend::{CompileRequest, Diagnostic, Frontend, tree};

/// Gives the frontend; makes it at the first call.
pub type Get = fn() -> &'static dyn Frontend;

/// Answers `info`.
#[must_use]
pub fn info(frontend: Get) -> Vec<u8> {
    match shielded(|| frontend().info()) {
        Ok(info) => frame::encode(&wire::Info::new(info, binary::VERSION), &[]),
        // An answer without a name; the host says that the plugin is broken.
        Err(_) => frame::encode(&wire::Info::default(), &[]),
    }
}

/// Answers `compile`, whatever it is asked for.
#[must_use]
pub fn compile(frontend: Get, request: &[u8]) -> Vec<u8> {
    let answer = shielded(|| -> Answer {
        let (head, body) = frame::decode::<wire::CompileRequest>(request).map_err(|e| vec![fault(e.to_string())])?;
        let task = head.task.clone();
        let request = head.into_api(body).map_err(|error| vec![fault(error)])?;
        perform(frontend(), &task, request)
    });
    match answer {
        Ok(Ok((bytes, warnings))) => answer_frame(true, warnings, &bytes),
        Ok(Err(diagnostics)) => answer_frame(false, diagnostics, &[]),
        Err(panic) => answer_frame(false, vec![fault(format!("the frontend panicked: {panic}"))], &[]),
    }
}

/// What was asked for, as bytes, and warnings; or why there is nothing.
type Answer = Result<(Vec<u8>, Vec<Diagnostic>), Vec<Diagnostic>>;

fn perform(frontend: &dyn Frontend, task: &str, mut request: CompileRequest) -> Answer {
    use wire::task;
    match task {
        task::COMPILE => {
            let output = frontend.compile(&request)?;
            Ok((binary::encode(&output.module), output.warnings))
        }
        task::PARSE => {
            let output = frontend.parse(&request)?;
            Ok((tree::encode(&output.tree), output.warnings))
        }
        task::COMPILE_TREE | task::OPTIMIZE_TREE => {
            let body = std::mem::take(&mut request.source);
            let tree = tree::decode(&body).map_err(|error| vec![fault(format!("the host's syntax tree: {error}"))])?;
            if task == task::OPTIMIZE_TREE {
                let output = frontend.optimize_tree(&tree, &request)?;
                return Ok((tree::encode(&output.tree), output.warnings));
            }
            let output = frontend.compile_tree(&tree, &request)?;
            Ok((binary::encode(&output.module), output.warnings))
        }
        task::SYMBOLS => Ok((json(&frontend.symbols(&request)?)?, Vec::new())),
        task::TOKENS | task::EXTRA_TOKENS => {
            let source = String::from_utf8_lossy(&request.source);
            let tokens = frontend.tokens(&source, task == task::EXTRA_TOKENS)?;
            Ok((json(&tokens)?, Vec::new()))
        }
        other => Err(vec![fault(format!("the host asks for '{other}', which this plugin does not know"))]),
    }
}

fn json(value: &impl serde::Serialize) -> Result<Vec<u8>, Vec<Diagnostic>> {
    serde_json::to_vec(value).map_err(|error| vec![fault(error.to_string())])
}

/// Answers `completeness`. A frontend that panics says that the text is complete, and then panics again when it is
/// compiled, where there is a diagnostic to say so.
#[must_use]
pub fn completeness(frontend: Get, request: &[u8]) -> Vec<u8> {
    let answer = shielded(|| match frame::decode::<wire::Empty>(request) {
        Ok((_, source)) => wire::CompletenessAnswer::from(frontend().completeness(&String::from_utf8_lossy(source))),
        Err(_) => wire::CompletenessAnswer::default(),
    });
    frame::encode(&answer.unwrap_or_default(), &[])
}

/// Answers `prelude`.
#[must_use]
pub fn prelude(frontend: Get) -> Vec<u8> {
    let modules = shielded(|| frontend().prelude()).unwrap_or_default();
    frame::encode(&wire::PreludeAnswer::from(modules), &[])
}

fn answer_frame(compiled: bool, diagnostics: Vec<Diagnostic>, module: &[u8]) -> Vec<u8> {
    let diagnostics = diagnostics.into_iter().map(wire::Diagnostic::from).collect();
    frame::encode(&wire::CompileAnswer { compiled, diagnostics }, module)
}

/// A diagnostic for a fault of the plugin itself.
fn fault(message: String) -> Diagnostic {
    Diagnostic {
        help: Some("this is a fault of the frontend, not of the source; report it to the plugin's author".to_owned()),
        ..Diagnostic::error("SystemError", message)
    }
}

thread_local! {
    /// While a shield is up on this thread, what a panic said and where.
    static CAUGHT: RefCell<Option<Option<String>>> = const { RefCell::new(None) };
}

/// Runs code that may panic; gives the panic's message and place.
///
/// # Errors
/// When it panicked.
pub fn shielded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    install_hook();
    let outer = CAUGHT.replace(Some(None));
    // What a panic leaves half done is the frontend's own; it is pure, so nothing of it is looked at again.
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    let caught = CAUGHT.replace(outer).flatten();
    result.map_err(|payload| caught.unwrap_or_else(|| payload_text(&*payload)))
}

/// A panic's place is known to the hook only. Under a shield it is kept there and nothing is printed; elsewhere the
/// hook that was there before does its work.
fn install_hook() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let text = || {
                let place = info.location().map(|l| format!(" ({}:{})", l.file(), l.line())).unwrap_or_default();
                format!("{}{place}", payload_text(info.payload()))
            };
            let kept = CAUGHT.with_borrow_mut(|slot| match slot {
                Some(caught) => {
                    *caught = Some(text());
                    true
                }
                None => false,
            });
            if !kept {
                previous(info);
            }
        }));
    });
}

fn payload_text(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(|s| (*s).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exported_symbol_is_the_one_that_hosts_look_for() {
        assert_eq!(orochi_abi::ENTRY_SYMBOL, "_1as_0lib_1header_0root_bmodule_bloader");
    }

    #[test]
    fn a_shield_tells_what_the_panic_said_and_where() {
        let text = shielded(|| -> u8 { panic!("no {} here", "luck") }).expect_err("it panics");
        assert!(text.starts_with("no luck here (") && text.contains("shim.rs:"), "{text}");
        assert_eq!(shielded(|| 1), Ok(1));
    }

    #[test]
    fn a_request_that_is_none_is_a_diagnostic() {
        fn never() -> &'static dyn Frontend {
            panic!("not made")
        }
        for request in [&b""[..], b"\x02\0\0\0{}", b"\x07\0\0\0[1,2,3]"] {
            let bytes = compile(never, request);
            let (answer, body) = frame::decode::<wire::CompileAnswer>(&bytes).expect("a frame");
            assert!(!answer.compiled && body.is_empty());
            assert_eq!(answer.diagnostics[0].kind, "SystemError");
        }
    }
}
