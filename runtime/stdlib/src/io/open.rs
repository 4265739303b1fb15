//! `open`: chooses and stacks the streams for a mode.

use orochi_macros::methods;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::str::Str;
use orochi_vm::{PyResult, Value, Vm};

use super::{DEFAULT_BUFFER_SIZE, buffered, file, newline::Newline, text};

/// The text of an argument; `None` when it is absent, or None where that is allowed.
fn text_of(vm: &Vm, value: Value, name: &str, or_none: bool) -> PyResult<Option<String>> {
    let Some(value) = value.bound() else { return Ok(None) };
    if or_none && value == vm.none() {
        return Ok(None);
    }
    match value.cast::<Str>() {
        Some(text) => Ok(Some(text.to_string())),
        None => {
            let found = if value == vm.none() { "None".to_owned() } else { vm.type_name(value) };
            let wanted = if or_none { "str or None" } else { "str" };
            Err(vm.type_error(format!("open() argument '{name}' must be {wanted}, not {found}")))
        }
    }
}

/// What a mode asks for.
#[derive(Default)]
struct Mode {
    creating: bool,
    reading: bool,
    writing: bool,
    appending: bool,
    updating: bool,
    text: bool,
    binary: bool,
}

fn parse(vm: &Vm, mode: &str) -> PyResult<Mode> {
    let mut parsed = Mode::default();
    for (index, letter) in mode.char_indices() {
        let flag = match letter {
            'x' => &mut parsed.creating,
            'r' => &mut parsed.reading,
            'w' => &mut parsed.writing,
            'a' => &mut parsed.appending,
            '+' => &mut parsed.updating,
            't' => &mut parsed.text,
            'b' => &mut parsed.binary,
            _ => return Err(vm.value_error(format!("invalid mode: '{mode}'"))),
        };
        *flag = true;
        if mode[..index].contains(letter) {
            return Err(vm.value_error(format!("invalid mode: '{mode}'")));
        }
    }
    if parsed.text && parsed.binary {
        return Err(vm.value_error("can't have text and binary mode at once"));
    }
    let kinds = [parsed.creating, parsed.reading, parsed.writing, parsed.appending];
    if kinds.into_iter().filter(|kind| *kind).count() > 1 {
        return Err(vm.value_error("must have exactly one of create/read/write/append mode"));
    }
    Ok(parsed)
}

#[methods(pub(super) FUNCTIONS)]
impl Functions {
    /// Open a file and return a stream.
    ///
    /// The mode is 'r' (read), 'w' (write, after emptying the file), 'x' (create) or 'a' (append), with 'b' for bytes and '+' for
    /// reading and writing. buffering is 0 for none (bytes only), 1 for lines (text only), or the size of the buffer.
    #[method("open(file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)")]
    fn open(vm: &Vm, args: &[Value]) -> PyResult {
        let mode_text = text_of(vm, args[1], "mode", false)?.unwrap_or_else(|| "r".to_owned());
        let buffering = match args[2].bound() {
            Some(buffering) => vm.index_i64(buffering)?,
            None => -1,
        };
        text_of(vm, args[3], "encoding", true)?;
        text_of(vm, args[4], "errors", true)?;
        let newline_given = text_of(vm, args[5], "newline", true)?.is_some();
        let given = |index: usize| args[index].bound().filter(|value| *value != vm.none());
        let path = if vm.try_index(args[0])?.is_some() { args[0] } else { vm.fspath(args[0])? };
        let mode = parse(vm, &mode_text)?;
        if mode.binary {
            let refused = [
                (given(3).is_some(), "binary mode doesn't take an encoding argument"),
                (given(4).is_some(), "binary mode doesn't take an errors argument"),
                (newline_given, "binary mode doesn't take a newline argument"),
            ];
            if let Some((_, message)) = refused.into_iter().find(|(refused, _)| *refused) {
                return Err(vm.value_error(message));
            }
        }
        let raw_mode: String = mode_text.chars().filter(|letter| "xrwa+".contains(*letter)).collect();
        let closefd = args[6].bound().unwrap_or(vm.true_());
        let opener = args[7].bound().unwrap_or(vm.none());
        let raw = vm.call(file::class(vm)?.into(), &[path, vm.new_str(&raw_mode)?, closefd, opener])?;
        let stream = stack(vm, raw, &mode, buffering, &args[3..6]);
        match stream {
            Ok(stream) if mode.binary => Ok(stream),
            Ok(stream) => {
                vm.set_attr(stream, vm.intern("mode"), Some(args[1].bound().unwrap_or(vm.latin1_char(b'r').into())))?;
                Ok(stream)
            }
            Err(raised) => {
                let exception = vm.take_exception(raised);
                vm.call_method(raw, "close", &[])?;
                Err(vm.raise_exception(exception))
            }
        }
    }
}

/// The streams above a raw one: those that the mode and the buffering ask for.
fn stack(vm: &Vm, raw: Value, mode: &Mode, buffering: i64, text_args: &[Value]) -> PyResult {
    let is_terminal = buffering < 0 && vm.call_method(raw, "isatty", &[])? == vm.true_();
    let line_buffering = !mode.binary && (buffering == 1 || is_terminal);
    let size = match buffering {
        i64::MIN..0 | 1 => DEFAULT_BUFFER_SIZE,
        0 if mode.binary => return Ok(raw),
        0 => return Err(vm.value_error("can't have unbuffered text I/O")),
        size => size,
    };
    let kind = if mode.updating {
        buffered::Kind::Random
    } else if mode.reading {
        buffered::Kind::Reader
    } else {
        buffered::Kind::Writer
    };
    let buffer = vm.call(buffered::class(vm, kind)?.into(), &[raw, vm.new_int(size)?])?;
    if mode.binary {
        return Ok(buffer);
    }
    Newline::of(vm, text_args[2], "open")?;
    let or_none = |index: usize| text_args[index].bound().unwrap_or(vm.none());
    let args = [buffer, or_none(0), or_none(1), or_none(2), vm.bool(line_buffering)];
    vm.call(text::class(vm)?.into(), &args)
}
