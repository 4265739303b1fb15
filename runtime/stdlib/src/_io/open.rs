//! The functions: `open` chooses and stacks the streams for a mode.

use orochi_macros::methods;
use orochi_vm::types::dict::Dict;
use orochi_vm::types::native::NativeDef;
use orochi_vm::{Gc, PyResult, Value, Vm};

use super::arguments::{c_int, given, text};
use super::{DEFAULT_BUFFER_SIZE, both, buffered, fileio, newline::Newline, text as text_stream};

/// The largest buffer that a file's block size asks for.
const LARGEST_BUFFER: i64 = 8 << 20;

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

impl Mode {
    /// The mode of the raw stream.
    fn raw(&self) -> String {
        let letters = [
            (self.creating, 'x'),
            (self.reading, 'r'),
            (self.writing, 'w'),
            (self.appending, 'a'),
            (self.updating, '+'),
        ];
        letters.into_iter().filter(|(flag, _)| *flag).map(|(_, letter)| letter).collect()
    }
}

/// A flag of `sys.flags`.
fn system_flag(vm: &Vm, name: &str) -> PyResult<bool> {
    let sys: Option<Gc<Dict>> = vm.state.sys.get().cast();
    let Some(flags) = sys.and_then(|sys| sys.get_interned(vm, vm.intern("flags"))) else { return Ok(false) };
    let flag = vm.get_attr_str(flags, name)?;
    vm.is_true(flag)
}

/// Whether a program wants to know where it relies on the locale's encoding.
pub(super) fn warns_about_encoding(vm: &Vm) -> bool {
    system_flag(vm, "warn_default_encoding").unwrap_or_else(|raised| {
        let _ = vm.take_exception(raised);
        false
    })
}

/// The definition of `open`, for the built-in functions.
pub(super) fn open_def() -> &'static NativeDef {
    &FUNCTIONS[0]
}

/// The streams above a raw one: those that the mode and the buffering ask for.
fn stack(vm: &Vm, raw: Value, args: &[Value], mode: &Mode, buffering: i32) -> PyResult {
    let mut size = i64::from(buffering);
    let is_terminal = buffering < 0 && {
        let answer = match fileio::native(vm, raw) {
            Some(file) => vm.bool(file.is_terminal_at_open()),
            None => vm.call_method(raw, "_isatty_open_only", &[])?,
        };
        vm.is_true(answer)?
    };
    let line_buffering = buffering == 1 || is_terminal;
    if buffering == 1 {
        size = -1;
    }
    if size < 0 {
        let block = match fileio::native(vm, raw) {
            Some(file) => file.block_size(),
            None => vm.index_i64(vm.get_attr_str(raw, "_blksize")?)?,
        };
        size = block.clamp(DEFAULT_BUFFER_SIZE, LARGEST_BUFFER);
    }
    if size == 0 {
        return if mode.binary { Ok(raw) } else { Err(vm.value_error("can't have unbuffered text I/O")) };
    }
    let kind = if mode.updating {
        buffered::Kind::Random
    } else if mode.creating || mode.writing || mode.appending {
        buffered::Kind::Writer
    } else if mode.reading {
        buffered::Kind::Reader
    } else {
        let shown = vm.display(args[1].bound().unwrap_or(vm.none()));
        return Err(vm.value_error(format!("unknown mode: '{shown}'")));
    };
    let buffer = vm.call(buffered::class(vm, kind)?.into(), &[raw, vm.new_int(size)?])?;
    if mode.binary {
        return Ok(buffer);
    }
    let or_none = |index: usize| args[index].bound().unwrap_or(vm.none());
    let settings = [buffer, or_none(3), or_none(4), or_none(5), vm.bool(line_buffering)];
    let stream = match vm.call(text_stream::class(vm)?.into(), &settings) {
        Ok(stream) => stream,
        Err(raised) => return both(vm, Err(raised), || vm.call_method(buffer, "close", &[])),
    };
    let shown = args[1].bound().unwrap_or_else(|| vm.latin1_char(b'r').into());
    match vm.set_attr(stream, vm.intern("mode"), Some(shown)) {
        Ok(()) => Ok(stream),
        Err(raised) => both(vm, Err(raised), || vm.call_method(stream, "close", &[])),
    }
}

/// ValueError for arguments that are for text only.
fn check_binary(vm: &Vm, args: &[Value], buffering: i32) -> PyResult<()> {
    for (index, name) in [(3, "an encoding"), (4, "an errors"), (5, "a newline")] {
        if given(vm, args[index]).is_some() {
            return Err(vm.value_error(format!("binary mode doesn't take {name} argument")));
        }
    }
    if buffering == 1 {
        let text = "line buffering (buffering=1) isn't supported in binary mode, the default buffer size will be used";
        vm.warn(vm.types().runtime_warning, text, 1)?;
    }
    Ok(())
}

#[methods(pub(super) FUNCTIONS)]
impl Functions {
    /// Open a file and return a stream.
    ///
    /// The mode is 'r' (read), 'w' (write, after emptying the file), 'x' (create) or 'a' (append), with 'b' for bytes and '+' for
    /// reading and writing. buffering is 0 for none (bytes only), 1 for lines (text only), or the size of the buffer.
    #[method("open(file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)")]
    fn open(vm: &Vm, args: &[Value]) -> PyResult {
        let mode_text =
            text(vm, args[1], "open", "mode", false)?.map_or_else(|| "r".to_owned(), |mode| mode.to_string());
        let buffering = c_int(vm, args[2], -1)?;
        text(vm, args[3], "open", "encoding", true)?;
        text(vm, args[4], "open", "errors", true)?;
        text(vm, args[5], "open", "newline", true)?;
        let path = if vm.try_index(args[0])?.is_some() { args[0] } else { vm.fspath(args[0])? };
        let mode = parse(vm, &mode_text)?;
        if mode.binary {
            check_binary(vm, args, buffering)?;
        } else {
            Newline::of(vm, args[5], "open")?;
        }
        if buffering < -1 {
            return Err(vm.value_error("invalid buffering size"));
        }
        let raw_mode = vm.new_str(&mode.raw())?;
        let closefd = args[6].bound().unwrap_or(vm.true_());
        let opener = args[7].bound().unwrap_or(vm.none());
        let raw = vm.call(fileio::class(vm)?.into(), &[path, raw_mode, closefd, opener])?;
        match stack(vm, raw, args, &mode, buffering) {
            Ok(stream) => Ok(stream),
            Err(raised) => both(vm, Err(raised), || vm.call_method(raw, "close", &[])),
        }
    }

    /// Open a file of code for reading bytes.
    #[method("open_code(path)")]
    fn open_code(vm: &Vm, args: &[Value]) -> PyResult {
        text(vm, args[0], "open_code", "path", false)?;
        let mut all = [Value::UNBOUND; 8];
        [all[0], all[1]] = [args[0], vm.intern("rb").into()];
        open(vm, &all)
    }

    /// Return the encoding that was given, or 'locale' for none, with an EncodingWarning if such are wanted.
    #[method("text_encoding(encoding, stacklevel=2, /)")]
    fn text_encoding(vm: &Vm, args: &[Value]) -> PyResult {
        let level = c_int(vm, args[1], 2)?;
        if args[0] != vm.none() {
            return Ok(args[0]);
        }
        if warns_about_encoding(vm) {
            vm.warn(vm.types().encoding_warning, "'encoding' argument not specified", level.into())?;
        }
        let name = if system_flag(vm, "utf8_mode")? { "utf-8" } else { "locale" };
        Ok(vm.intern(name).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_modes_have_the_letters_that_matter() {
        let mode = Mode { reading: true, updating: true, binary: true, ..Mode::default() };
        assert_eq!(mode.raw(), "r+");
    }
}
