//! Source lines for tracebacks (Python's `linecache`): from files in the encoding that they declare, from the loaders of modules, from the
//! command line.

use std::rc::Rc;
use std::time::SystemTime;

use orochi_bytecode::VerifiedModule;
use orochi_gc::Gc;

use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::Vm;

/// What is known of a source.
#[derive(Clone)]
pub(crate) struct Source {
    lines: Rc<[String]>,
    /// When the file was changed, and its size.
    stamp: Option<(SystemTime, u64)>,
}

/// The program of `-c`.
pub(crate) struct Command {
    module: VerifiedModule,
    text: String,
    lines: Rc<[String]>,
}

fn lines_of(text: &str) -> Rc<[String]> {
    text.strip_prefix('\u{feff}').unwrap_or(text).lines().map(str::to_owned).collect()
}

fn stamp(filename: &str) -> Option<(SystemTime, u64)> {
    let data = std::fs::metadata(filename).ok()?;
    Some((data.modified().ok()?, data.len()))
}

/// The encoding that one of the first two lines declares (PEP 263).
fn declared(bytes: &[u8]) -> Option<&str> {
    for (number, line) in bytes.split(|byte| *byte == b'\n').take(2).enumerate() {
        let line = line.trim_ascii();
        match line.strip_prefix(b"#") {
            Some(comment) => {
                let at = comment.windows(7).position(|part| matches!(part, b"coding:" | b"coding="));
                let Some(at) = at else { continue };
                let name = comment[at + 7..].trim_ascii_start();
                let end = name.iter().position(|byte| !(byte.is_ascii_alphanumeric() || b"-_.".contains(byte)));
                let name = &name[..end.unwrap_or(name.len())];
                return core::str::from_utf8(name).ok().filter(|name| !name.is_empty());
            }
            None if line.is_empty() && number == 0 => {}
            None => return None,
        }
    }
    None
}

impl Vm {
    /// A line of a file, 1-based, without its end. `None` when the file or the line is not there.
    #[must_use]
    pub fn source_line(&self, filename: &str, line: u32) -> Option<String> {
        self.file_lines(filename)?.get(line.checked_sub(1)? as usize).cloned()
    }

    /// The lines that code was compiled from, as far as they can be found.
    pub(super) fn source_lines(&self, code: Gc<Code>, function: Gc<Function>) -> Option<Rc<[String]>> {
        let filename = self.display(code.filename.get());
        if let Some(command) = &*self.command.borrow()
            && command.module.is(&code.module)
        {
            return Some(Rc::clone(&command.lines));
        }
        self.file_lines(&filename).or_else(|| self.loaded_lines(&filename, function))
    }

    fn file_lines(&self, filename: &str) -> Option<Rc<[String]>> {
        // `<string>` and the like are no files.
        if filename.starts_with('<') && filename.ends_with('>') {
            return None;
        }
        let now = stamp(filename);
        let known = self.sources.borrow().get(filename).cloned();
        if let Some(known) = known.filter(|known| known.stamp == now) {
            return Some(known.lines);
        }
        let bytes = std::fs::read(filename).ok()?;
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").map(<[u8]>::to_vec).unwrap_or(bytes);
        let text = declared(&bytes).and_then(|encoding| self.decoded(&bytes, encoding));
        let lines = lines_of(&text.unwrap_or_else(|| String::from_utf8_lossy(&bytes).into_owned()));
        let source = Source { lines: Rc::clone(&lines), stamp: now };
        self.sources.borrow_mut().insert(filename.to_owned(), source);
        Some(lines)
    }

    fn decoded(&self, bytes: &[u8], encoding: &str) -> Option<String> {
        match crate::codecs::decode(self, bytes, encoding, "replace") {
            Ok(text) => text.cast::<Str>().map(|text| text.to_string()),
            Err(raised) => {
                let _ = self.take_exception(raised);
                None
            }
        }
    }

    /// What the loader of the function's module says its source is: for modules of the library, of archives.
    fn loaded_lines(&self, filename: &str, function: Gc<Function>) -> Option<Rc<[String]>> {
        let known = self.sources.borrow().get(filename).cloned();
        if let Some(known) = known {
            return Some(known.lines);
        }
        let globals = function.globals.get().cast::<Dict>()?;
        let global = |name: &str| globals.get_interned(self, self.intern(name));
        let name = global("__name__")?;
        let loader = global("__loader__").filter(|loader| *loader != self.none())?;
        let source = match self.find_attr_str(loader, "get_source") {
            Ok(Some(get_source)) => self.call(get_source, &[name]),
            Ok(None) => return None,
            Err(raised) => Err(raised),
        };
        let text = match source {
            Ok(text) => text.cast::<Str>()?,
            Err(raised) => {
                let _ = self.take_exception(raised);
                return None;
            }
        };
        let lines = lines_of(&text.to_string());
        self.sources.borrow_mut().insert(filename.to_owned(), Source { lines: Rc::clone(&lines), stamp: None });
        Some(lines)
    }

    /// Remembers the program of `-c`, which is no file.
    pub fn register_command(&self, module: &VerifiedModule, text: &str) {
        let command = Command { module: module.clone(), text: text.to_owned(), lines: lines_of(text) };
        *self.command.borrow_mut() = Some(command);
    }

    /// The program of `-c`: its code and its text.
    pub fn command(&self) -> crate::PyResult<Option<(Gc<Code>, Value)>> {
        let (module, text) = match &*self.command.borrow() {
            Some(command) => (command.module.clone(), command.text.clone()),
            None => return Ok(None),
        };
        let code = Code::new(self, &module, orochi_bytecode::operands::CodeIdx(0))?;
        Ok(Some((code, self.new_str(&text)?)))
    }
}
