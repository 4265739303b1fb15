//! `_tokenize`: the tokenizer behind `tokenize`. The tokens come from the frontend of the code that asks, all at once when the first
//! one is asked for; what is wrong with the source is told behind the tokens before it.

use core::cell::{Cell, RefCell};

use std::collections::HashSet;

use orochi_macros::methods;
use orochi_vm::codecs;
use orochi_vm::compile::{CompileError, Request, Tokens};
use orochi_vm::modules::frames;
use orochi_vm::modules::native::NativeModule;
use orochi_vm::types::bytes::Bytes;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::opaque::Opaque;
use orochi_vm::types::str::Str;
use orochi_vm::{ClassDef, Gc, Layout, PyResult, Raised, Value, Vm};

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "_tokenize",
    doc: "",
    functions: &[],
    init: |vm, module| vm.add_module_class(module, &TOKENIZER_ITER).map(drop),
};

static TOKENIZER_ITER: ClassDef = ClassDef {
    methods: &[METHODS],
    ..ClassDef::new("_tokenize.TokenizerIter", "Iterator over the tokens of a source.", Layout::Opaque)
};

/// Values of the iterator: the function that gives lines, until they are read; the line of the last token.
const READLINE: usize = 0;
const LINE: usize = 1;

/// Numbers of kinds of tokens.
const NEWLINE: u8 = 4;
const NL: u8 = 66;

/// The state of the iterator.
struct State {
    encoding: Option<String>,
    extra: bool,
    tokens: RefCell<Tokens>,
    /// The lines that came without an end although others follow.
    unended: RefCell<HashSet<i32>>,
    /// How many tokens were given, and the number of the line in [`LINE`], with whether its end was taken off.
    given: Cell<usize>,
    line: Cell<Option<(u32, bool)>>,
}

#[methods(METHODS)]
impl Methods {
    /// Create and return a new object.
    #[method("static __new__(type, readline, /, *, extra_tokens, encoding='utf-8')")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        let extra = vm.is_true(args[2])?;
        let encoding = match args[3].cast::<Str>() {
            Some(encoding) => Some(encoding.to_string()),
            None if !args[3].is_bound() => None,
            None => {
                let found = if args[3] == vm.none() { "None".to_owned() } else { vm.type_name(args[3]).to_string() };
                let message = format!("TokenizerIter() argument 'encoding' must be str, not {found}");
                return Err(vm.type_error(message));
            }
        };
        let state = State {
            encoding,
            extra,
            tokens: RefCell::default(),
            unended: RefCell::default(),
            given: Cell::new(0),
            line: Cell::new(None),
        };
        let iterator = Opaque::new(vm, args[0].expect(), Box::new(state))?;
        iterator.set(vm, READLINE, args[1]);
        Ok(iterator.into())
    }

    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iter(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0])
    }

    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn next(vm: &Vm, args: &[Value]) -> PyResult {
        let iterator = args[0].expect::<Opaque>();
        let Some(state) = iterator.state::<State>() else { return Ok(Value::UNBOUND) };
        let readline = iterator.get(READLINE);
        if readline.is_bound() {
            // Whoever asks again while lines are read finds nothing.
            iterator.set(vm, READLINE, Value::UNBOUND);
            let source = source(vm, readline, state.encoding.as_deref())?;
            let tokens = ask(vm, &source.text, state.extra)?;
            *state.tokens.borrow_mut() = tokens;
            *state.unended.borrow_mut() = source.unended;
        }
        token(vm, &iterator, state)
    }
}

/// What a function gives line by line.
#[derive(Default)]
struct Source {
    text: String,
    unended: HashSet<i32>,
}

/// All lines that a function gives.
fn source(vm: &Vm, readline: Value, encoding: Option<&str>) -> PyResult<Source> {
    let mut source = Source::default();
    let mut count = 0;
    loop {
        let Some(line) = vm.absorb(vm.call(readline, &[]), vm.types().stop_iteration)? else { return Ok(source) };
        let line: Gc<Str> = match encoding {
            Some(encoding) => match line.cast::<Bytes>() {
                Some(line) => codecs::decode(vm, line.as_slice(), encoding, "replace")?.expect(),
                None => return Err(vm.type_error("readline() returned a non-bytes object")),
            },
            None => match line.cast::<Str>() {
                Some(line) => line,
                None => return Err(vm.type_error("readline() returned a non-string object")),
            },
        };
        if line.is_empty() {
            return Ok(source);
        }
        let bytes = codecs::encode(vm, line, "utf-8", "strict")?;
        vm.check_room_for(source.text.len() + bytes.len())?;
        match core::str::from_utf8(&bytes) {
            Ok(line) => {
                if !source.text.is_empty() && !source.text.ends_with('\n') {
                    source.text.push('\n');
                    source.unended.insert(count);
                }
                source.text.push_str(line);
                count += 1;
            }
            Err(_) => return Err(vm.value_error("readline() returned text that is not UTF-8")),
        }
    }
}

/// The tokens of a source.
fn ask(vm: &Vm, source: &str, extra: bool) -> PyResult<Tokens> {
    let caller = frames::current_code(vm);
    let request = Request {
        source: source.as_bytes(),
        filename: "<string>",
        asked_by: caller.as_ref().map(|code| code.module.producer().frontend.as_str()),
        ..Request::default()
    };
    vm.ask_compiler(&request, |compiler, request| compiler.tokens(request, extra))
}

/// The next token as a tuple; unbound at the end.
fn token(vm: &Vm, iterator: &Opaque, state: &State) -> PyResult {
    // Nothing is borrowed while objects are made: that may run other code.
    let found = state.tokens.borrow().tokens.get(state.given.get()).cloned();
    let Some(mut token) = found else {
        let error = state.tokens.borrow_mut().error.take();
        return match error {
            Some(error) => Err(raise(vm, &error)),
            None => Ok(Value::UNBOUND),
        };
    };
    let unended = state.unended.borrow().contains(&token.end.0);
    let line = Some((token.line, unended));
    if state.line.get() != line {
        let mut text = state.tokens.borrow().lines.get(token.line as usize).cloned().unwrap_or_default();
        if unended && text.ends_with('\n') {
            text.pop();
        }
        iterator.set(vm, LINE, vm.new_str(&text)?);
        state.line.set(line);
    }
    if unended && state.extra {
        match token.kind {
            NEWLINE if token.text.ends_with('\n') => drop(token.text.pop()),
            NL => token.text.clear(),
            _ => {}
        }
    }
    let place =
        |(line, column): (i32, i32)| vm.new_tuple(&[Value::small(i64::from(line)), Value::small(i64::from(column))]);
    let (start, end) = (place(token.start)?, place(token.end)?);
    let kind = Value::small(i64::from(token.kind));
    let result = vm.new_tuple(&[kind, vm.new_str(&token.text)?, start, end, iterator.get(LINE)])?;
    state.given.set(state.given.get() + 1);
    Ok(result)
}

/// Raises what is wrong with a source. Unlike a compiler's, these errors always have six details.
fn raise(vm: &Vm, error: &CompileError) -> Raised {
    let types = vm.types();
    let class = match error.kind.as_str() {
        "IndentationError" => types.indentation_error,
        "TabError" => types.tab_error,
        _ => return vm.syntax_error(error),
    };
    let make = || -> PyResult<[Value; 2]> {
        let place = error.place.unwrap_or_default();
        let text = error.text.as_deref().map_or(Ok(vm.none()), |text| vm.new_str(text))?;
        let (line, column) = (Value::small(i64::from(place.line)), Value::small(i64::from(place.column)));
        let details = [vm.new_str(&error.filename)?, line, column, text, vm.none(), vm.none()];
        Ok([vm.new_str(&error.message)?, vm.new_tuple(&details)?])
    };
    match make() {
        Ok(arguments) => vm.raise_with(class, &arguments),
        Err(raised) => raised,
    }
}
