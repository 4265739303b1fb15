//! Source lines for tracebacks (Python's `linecache`).

use std::rc::Rc;

use crate::vm::Vm;

impl Vm {
    /// A line of a source, 1-based, without its end. `None` when the file or the line is not there.
    #[must_use]
    pub fn source_line(&self, filename: &str, line: u32) -> Option<String> {
        let known = self.sources.borrow().get(filename).cloned();
        let lines = match known {
            Some(lines) => lines,
            None => self.read_source(filename),
        };
        lines.get(line.checked_sub(1)? as usize).cloned()
    }

    fn read_source(&self, filename: &str) -> Rc<[String]> {
        // `<string>` and the like are no files; what they hold was registered, or is not known.
        let is_file = !(filename.starts_with('<') && filename.ends_with('>'));
        let bytes = if is_file { std::fs::read(filename).unwrap_or_default() } else { Vec::new() };
        self.register_source(filename, &String::from_utf8_lossy(&bytes))
    }

    /// Remembers the text of a source that is no file, such as that of `-c`.
    pub fn register_source(&self, filename: &str, text: &str) -> Rc<[String]> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let lines: Rc<[String]> = text.lines().map(str::to_owned).collect();
        self.sources.borrow_mut().insert(filename.to_owned(), lines.clone());
        lines
    }
}
