//! What an embedder's choice of frontends is told: whose code asks for text to be compiled.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use orochi::{Builder, Choice, ExitStatus, Frontends};

/// A text and who asked for it.
type Asked = (String, Option<String>);

/// Remembers what it was asked.
#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<Vec<Asked>>>);

impl Frontends for Recorder {
    fn choose(&self, name: &str, _: &[u8], asked_by: Option<&str>) -> Result<Choice, String> {
        let mut asked = self.0.lock().map_err(|error| error.to_string())?;
        asked.push((name.to_owned(), asked_by.map(str::to_owned)));
        Ok(Choice { frontend: Arc::new(orochi_cpython::CPython), options: BTreeMap::new() })
    }

    fn extensions(&self) -> Vec<String> {
        vec!["py".to_owned()]
    }
}

#[test]
fn text_that_a_program_compiles_is_in_the_language_of_the_program() {
    let recorder = Recorder::default();
    let source = b"exec('x = 1')\nassert eval('x') == 1\ncompile('2', 'page.html', 'eval')\n";
    let status = Builder::new(recorder.clone()).run(|interpreter| interpreter.run_source("main.py", source));
    assert!(matches!(status, Ok(ExitStatus::Code(0))));
    let asked = recorder.0.lock().expect("nobody panicked").clone();
    let by_program = |name: &str| (name.to_owned(), Some("cpython".to_owned()));
    assert_eq!(asked[0], ("main.py".to_owned(), None));
    assert_eq!(asked[1..], [by_program("<string>"), by_program("<string>"), by_program("page.html")]);
}
