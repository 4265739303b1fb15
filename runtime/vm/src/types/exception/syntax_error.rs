//! `SyntaxError`: where in which source.

use orochi_gc::Gc;

use crate::compile::CompileError;
use crate::error::{PyResult, Raised};
use crate::methods;
use crate::types::exception::Exception;
use crate::types::exception::methods::{base_init, or_none};
use crate::types::list::List;
use crate::types::native::NativeDef;
use crate::types::property::GetSetDef;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// Places in the list that field 0 holds.
pub(crate) const MESSAGE: usize = 0;
pub(crate) const FILENAME: usize = 1;
pub(crate) const LINE: usize = 2;
pub(crate) const OFFSET: usize = 3;
pub(crate) const TEXT: usize = 4;
pub(crate) const END_LINE: usize = 5;
pub(crate) const END_OFFSET: usize = 6;
const PRINT_FILE_AND_LINE: usize = 7;
const METADATA: usize = 8;
/// How long the text may be in which `traceback` looks for misspelled keywords.
const MOST_TRIED: usize = 1000;
const COUNT: usize = 9;

/// The list of details, made from the arguments when it is not there yet.
fn details(vm: &Vm, exception: Gc<Exception>) -> PyResult<Gc<List>> {
    if let Some(details) = exception.fields[0].get().cast::<List>() {
        return Ok(details);
    }
    let details = List::new(vm, &[vm.none(); COUNT])?;
    if let Some(message) = exception.arg(0) {
        details.set(vm, MESSAGE, message);
    }
    if let Some(place) = exception.arg(1).and_then(Value::cast::<Tuple>) {
        for (index, value) in place.items().iter().take(6).enumerate() {
            details.set(vm, FILENAME + index, *value);
        }
    }
    exception.set_field(vm, 0, details.into());
    Ok(details)
}

pub(crate) fn detail(vm: &Vm, exception: Gc<Exception>, index: usize) -> PyResult {
    Ok(or_none(vm, details(vm, exception)?.get(index).unwrap_or_default()))
}

fn get<const INDEX: usize>(vm: &Vm, value: Value) -> PyResult {
    detail(vm, value.expect(), INDEX)
}

fn set<const INDEX: usize>(vm: &Vm, value: Value, new: Option<Value>) -> PyResult<()> {
    details(vm, value.expect())?.set(vm, INDEX, new.unwrap_or(vm.none()));
    Ok(())
}

pub(crate) static GETSET: &[GetSetDef] = &[
    GetSetDef::new("_metadata", "exception private metadata", get::<METADATA>, set::<METADATA>),
    GetSetDef::new("end_lineno", "exception end lineno", get::<END_LINE>, set::<END_LINE>),
    GetSetDef::new("end_offset", "exception end offset", get::<END_OFFSET>, set::<END_OFFSET>),
    GetSetDef::new("filename", "exception filename", get::<FILENAME>, set::<FILENAME>),
    GetSetDef::new("lineno", "exception lineno", get::<LINE>, set::<LINE>),
    GetSetDef::new("msg", "exception msg", get::<MESSAGE>, set::<MESSAGE>),
    GetSetDef::new("offset", "exception offset", get::<OFFSET>, set::<OFFSET>),
    GetSetDef::new(
        "print_file_and_line",
        "exception print_file_and_line",
        get::<PRINT_FILE_AND_LINE>,
        set::<PRINT_FILE_AND_LINE>,
    ),
    GetSetDef::new("text", "exception text", get::<TEXT>, set::<TEXT>),
];

#[methods(pub(crate) METHODS)]
impl Methods {
    /// Initialize self.
    #[method("__init__($self, /, *args, **kwargs)")]
    fn init(vm: &Vm, args: &[Value]) -> PyResult {
        base_init(vm, args)?;
        let exception = args[0].expect::<Exception>();
        exception.set_field(vm, 0, Value::UNBOUND);
        if exception.arg_count() == 2
            && let Some(place) = exception.arg(1)
        {
            let place = vm.tuple_from(place)?;
            let message = match place.len() {
                4 | 6 | 7 => None,
                5 => Some("end_offset must be provided when end_lineno is provided".to_owned()),
                len @ 0..4 => Some(format!("function takes at least 4 arguments ({len} given)")),
                len => Some(format!("function takes at most 7 arguments ({len} given)")),
            };
            if let Some(message) = message {
                return Err(vm.type_error(message));
            }
            let details = details(vm, exception)?;
            for (index, value) in place.items().iter().take(6).enumerate() {
                details.set(vm, FILENAME + index, *value);
            }
            if let Some(metadata) = place.get(6) {
                details.set(vm, METADATA, metadata);
            }
        }
        Ok(vm.none())
    }

    /// Return str(self).
    #[method("__str__($self, /)")]
    fn str(vm: &Vm, args: &[Value]) -> PyResult {
        let exception = args[0].expect::<Exception>();
        let message = vm.to_str(detail(vm, exception, MESSAGE)?)?;
        let filename = detail(vm, exception, FILENAME)?.cast::<Str>().map(|name| name.to_string());
        let filename = filename.map(|name| name.rsplit('/').next().unwrap_or("").to_owned());
        let line = detail(vm, exception, LINE)?;
        match (filename, line.as_int()) {
            (Some(filename), Some(line)) => vm.new_str(&format!("{message} ({filename}, line {line})")),
            (Some(filename), None) => vm.new_str(&format!("{message} ({filename})")),
            (None, Some(line)) => vm.new_str(&format!("{message} (line {line})")),
            (None, None) => Ok(message.into()),
        }
    }
}

impl Vm {
    /// The SyntaxError (or subclass) that says why a source does not compile.
    #[cold]
    pub fn syntax_error(&self, error: &CompileError) -> Raised {
        let types = self.types();
        let class = match error.kind.as_str() {
            "IndentationError" => types.indentation_error,
            "TabError" => types.tab_error,
            "_IncompleteInputError" => types.incomplete_input_error,
            "NotImplementedError" => types.not_implemented_error,
            "SystemError" => types.system_error,
            "TypeError" => types.type_error,
            "ValueError" => types.value_error,
            "MemoryError" => types.memory_error,
            "RecursionError" => types.recursion_error,
            "OverflowError" => types.overflow_error,
            _ => types.syntax_error,
        };
        if !class.is_subclass_of(types.syntax_error) {
            return self.raise(class, &error.message);
        }
        let make = || -> PyResult<(Value, Option<Value>)> {
            let message = self.new_str(&error.message)?;
            let Some(place) = error.place else { return Ok((message, None)) };
            let number = |value: i32| Value::small(i64::from(value));
            let filename = self.new_str(&error.filename)?;
            let start = [filename, number(place.line), number(place.column), self.error_text(error, place.line)?];
            let details = if place.end_line == 0 && (place.line != 0 || place.column == -1) {
                self.new_tuple(&start)?
            } else {
                let end = [number(place.end_line), number(place.end_column)];
                self.new_tuple(&[start[0], start[1], start[2], start[3], end[0], end[1]])?
            };
            Ok((message, Some(details)))
        };
        match make() {
            Ok((message, Some(details))) => self.raise_with(class, &[message, details]),
            Ok((message, None)) => self.raise_with(class, &[message]),
            Err(raised) => raised,
        }
    }

    /// Has the pending SyntaxError keep the source, and a line from which on it is tried, for `traceback`, which tries keywords that are
    /// spelled alike: for those errors for which it does. It tries no more than about a thousand characters.
    pub fn keep_source(&self, error: &CompileError, source: &[u8]) -> PyResult<()> {
        let searched = error.message == "invalid syntax" || error.message.contains("Perhaps you forgot a comma");
        let Some(place) = error.place.filter(|_| searched && error.kind == "SyntaxError") else { return Ok(()) };
        let source = String::from_utf8_lossy(source);
        let end = usize::try_from(place.line).unwrap_or(0);
        let lines: Vec<&str> = source.lines().take(end).collect();
        let (mut length, mut first) = (0, 0);
        for (number, line) in lines.iter().enumerate().rev() {
            length += line.len() + 1;
            if length > MOST_TRIED {
                break;
            }
            if !line.starts_with([' ', '\t', '#']) && !line.is_empty() {
                first = number + 1;
            }
        }
        let first = if length <= MOST_TRIED { 0 } else { first };
        let text = self.new_str(&source)?;
        let metadata = self.new_tuple(&[Value::small(first as i64), Value::ZERO, text])?;
        match self.pending.get().cast::<Exception>() {
            Some(exception) => details(self, exception)?.set(self, METADATA, metadata),
            None => false,
        };
        Ok(())
    }

    /// The line that is shown with an error: from the compiler, or from the file.
    fn error_text(&self, error: &CompileError, line: i32) -> PyResult {
        if let Some(text) = &error.text {
            return self.new_str(text);
        }
        let line = u32::try_from(line).ok().filter(|_| !error.filename.starts_with('<'));
        match line.and_then(|line| self.source_line(&error.filename, line)) {
            Some(text) => self.new_str(&format!("{text}\n")),
            None => Ok(self.none()),
        }
    }
}
