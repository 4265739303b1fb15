//! `sys.stdin`, `sys.stdout`, `sys.stderr`: text streams over buffered files, and what the VM does with them.

use orochi_vm::host::descriptor::Status;
use orochi_vm::host::locale;
use orochi_vm::modules::output::{StreamLibrary, StreamSettings};
use orochi_vm::object::layout::shape_of_header;
use orochi_vm::object::shape::Attrs;
use orochi_vm::types::dict::Dict;
use orochi_vm::types::str::Str;
use orochi_vm::{Gc, PyResult, Value, Vm};

use super::newline::Newline;
use super::{DEFAULT_BUFFER_SIZE, buffered, fileio, text};

static LIBRARY: StreamLibrary = StreamLibrary {
    write: |vm, stream, text| match text::native(vm, stream).filter(|_| has_own_methods(vm, stream)) {
        Some(own) => text::write_text(vm, own, text).map(|()| true),
        None => Ok(false),
    },
    flush: |vm, stream| match text::native(vm, stream).filter(|_| has_own_methods(vm, stream)) {
        Some(own) => text::flush(vm, own).map(|()| true),
        None => Ok(false),
    },
};

/// Whether no program has put other methods over those of the stream's class.
#[inline]
fn has_own_methods(vm: &Vm, stream: Value) -> bool {
    let Some(header) = stream.as_header() else { return false };
    let shape = shape_of_header(header);
    match shape.attrs {
        Attrs::None => true,
        // The streams have an attribute `mode`.
        Attrs::Slots if shape.keys().len() <= 1 => {
            shape.keys().iter().all(|key| key.len() != 5 || !(key.equals_str("write") || key.equals_str("flush")))
        }
        _ => ["write", "flush"].into_iter().all(|name| matches!(vm.instance_get(header, vm.intern(name)), Ok(None))),
    }
}

/// A stream on a descriptor of the process; None when it is not open. The encoding is that of the locale if no other is asked for.
fn open(vm: &Vm, number: i32, settings: &StreamSettings, of_locale: &str) -> PyResult {
    if Status::of(number).is_err() {
        return Ok(vm.none());
    }
    let (name, mode) = [("<stdin>", "r"), ("<stdout>", "w"), ("<stderr>", "w")][number.clamp(0, 2) as usize];
    let writes = mode == "w";
    let file = vm.call(
        fileio::class(vm)?.into(),
        &[Value::small(number.into()), vm.intern(if writes { "wb" } else { "rb" }).into(), vm.false_()],
    )?;
    vm.set_attr(file, vm.intern("name"), Some(vm.new_str(name)?))?;
    let native = fileio::native(vm, file);
    let is_terminal = native.is_some_and(|file| file.is_terminal_at_open());
    let unbuffered = settings.unbuffered && writes;
    let beneath = if unbuffered {
        file
    } else {
        let kind = if writes { buffered::Kind::Writer } else { buffered::Kind::Reader };
        let size = native.map_or(DEFAULT_BUFFER_SIZE, |file| file.block_size().max(DEFAULT_BUFFER_SIZE));
        vm.call(buffered::class(vm, kind)?.into(), &[file, vm.new_int(size)?])?
    };
    let encoding = match &settings.encoding {
        Some(encoding) => Str::from_utf8(vm, encoding)?,
        None => Str::from_utf8(vm, of_locale)?,
    };
    let errors = match &settings.errors {
        _ if number == 2 => "backslashreplace",
        Some(errors) => errors,
        None if locale::is_plain() => "surrogateescape",
        None => "strict",
    };
    let stream = text::new(vm)?;
    let settings = text::Settings {
        encoding,
        errors: Str::from_utf8(vm, errors)?,
        newline: Newline::Feed,
        line_buffering: !unbuffered && (is_terminal || number == 2),
        write_through: unbuffered,
    };
    text::initialize(vm, stream, beneath, &settings)?;
    vm.set_attr(stream, vm.intern("mode"), Some(vm.intern(mode).into()))?;
    Ok(stream)
}

/// Makes the streams, and tells the VM how to write to them.
pub(super) fn add(vm: &Vm) -> PyResult<()> {
    let settings = vm.state.output.settings.borrow().clone();
    let sys: Gc<Dict> = vm.state.sys.get().expect();
    let of_locale = locale::encoding().to_lowercase();
    let mut streams = [Value::UNBOUND; 3];
    for (number, name) in (0..).zip(["stdin", "stdout", "stderr"]) {
        let stream = open(vm, number, &settings, &of_locale)?;
        sys.set_str(vm, vm.intern(name), stream)?;
        sys.set_str(vm, vm.intern(&format!("__{name}__")), stream)?;
        streams[number as usize] = stream;
    }
    vm.set_standard_streams(&LIBRARY, streams);
    Ok(())
}

/// Whether finalizers at the end of the program may still write to a stream, so that it is not closed with the others.
pub(super) fn outlives_finalizers(vm: &Vm, stream: Value) -> bool {
    let sys: Option<Gc<Dict>> = vm.state.sys.get().cast();
    let is = |name: &str| sys.and_then(|sys| sys.get_interned(vm, vm.intern(name))) == Some(stream);
    vm.is_standard_stream(stream) || is("stdout") || is("stderr")
}
