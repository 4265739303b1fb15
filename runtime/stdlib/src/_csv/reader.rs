//! Reading rows: an automaton that sees one character after the other, as CPython's.

use orochi_macros::methods;
use orochi_vm::types::dict::Dict;
use orochi_vm::types::list::List;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::property::GetSetDef;
use orochi_vm::types::str::Str;
use orochi_vm::{ClassDef, Gc, Layout, PyResult, Record, Value, Vm, with_text};

use super::dialect::{self, NONE, NONNUMERIC, NOTNULL, Rules, STRINGS};
use super::{error, field_limit};

/// Fields: the iterator over lines, the dialect, how many lines were read.
const SOURCE: usize = 0;
const DIALECT: usize = 1;
const LINE_NUMBER: usize = 2;
/// How many rows were begun or given: another number after a line was read says that the iterator used the reader itself.
const STEPS: usize = 3;

pub(super) static CLASS: ClassDef = ClassDef {
    methods: &[METHODS],
    getset: &[
        GetSetDef::member("dialect", "", |_, value| Ok(value.expect::<Record>().get(DIALECT))),
        GetSetDef::member("line_num", "", |_, value| Ok(value.expect::<Record>().get(LINE_NUMBER))),
    ],
    ..ClassDef::new(
        "_csv.reader",
        "CSV reader\n\nReader objects are responsible for reading and parsing tabular data\nin CSV format.\n",
        Layout::Record,
    )
};

pub(super) fn new(vm: &Vm, source: Value, dialect: Option<Value>, named: Gc<Dict>) -> PyResult {
    let source = vm.iter(source)?;
    let dialect = dialect::from_call(vm, dialect, named)?;
    Record::new(vm, vm.module_class(&CLASS)?, &[source, dialect, Value::ZERO, Value::ZERO]).map(Value::from)
}

/// Where in a row the automaton is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    StartRecord,
    StartField,
    Escaped,
    InField,
    InQuoted,
    EscapedInQuoted,
    QuoteInQuoted,
    EatLineEnd,
    AfterEscapedLineEnd,
}

const LINE_FEED: u32 = 10;
const CARRIAGE_RETURN: u32 = 13;
const SPACE: u32 = 32;

/// A row being read.
struct Row<'a> {
    vm: &'a Vm,
    rules: Rules,
    limit: usize,
    fields: Gc<List>,
    field: Vec<u32>,
    /// Whether the field was not quoted so far.
    unquoted: bool,
    state: State,
}

impl Row<'_> {
    fn add(&mut self, c: u32) -> PyResult<()> {
        if self.field.len() >= self.limit {
            return Err(error(self.vm, format!("field larger than field limit ({})", self.limit)));
        }
        if self.field.try_reserve(1).is_err() {
            return Err(self.vm.memory_error());
        }
        self.field.push(c);
        Ok(())
    }

    fn save(&mut self) -> PyResult<()> {
        let (vm, quoting) = (self.vm, self.rules.quoting);
        let value = if self.unquoted && self.field.is_empty() && matches!(quoting, NOTNULL | STRINGS) {
            vm.none()
        } else {
            let text: Value = Str::from_slice(vm, &self.field)?.into();
            let is_number = self.unquoted && !self.field.is_empty() && matches!(quoting, NONNUMERIC | STRINGS);
            if is_number { vm.call(vm.types().float.into(), &[text])? } else { text }
        };
        self.field.clear();
        self.unquoted = true;
        self.fields.push(vm, value)
    }

    /// The end of the line, or of a field there: saves the field. `c` is none where the line has no end of its own.
    fn end_line(&mut self, c: Option<u32>) -> PyResult<()> {
        self.save()?;
        self.state = if c.is_none() { State::StartRecord } else { State::EatLineEnd };
        Ok(())
    }

    /// Reads one character; none at the end of the line.
    fn read(&mut self, c: Option<u32>) -> PyResult<()> {
        let ends_line = matches!(c, None | Some(LINE_FEED | CARRIAGE_RETURN));
        let is_quote = c.is_some() && c == self.rules.quote && self.rules.quoting != NONE;
        let is_escape = c.is_some() && c == self.rules.escape;
        let is_delimiter = c == Some(self.rules.delimiter);
        match self.state {
            State::StartRecord if c.is_none() => {}
            State::StartRecord if ends_line => self.state = State::EatLineEnd,
            State::StartRecord | State::StartField => match () {
                () if ends_line => self.end_line(c)?,
                () if is_quote => {
                    self.unquoted = false;
                    self.state = State::InQuoted;
                }
                () if is_escape => self.state = State::Escaped,
                () if c == Some(SPACE) && self.rules.skip_space => self.state = State::StartField,
                () if is_delimiter => {
                    self.state = State::StartField;
                    self.save()?;
                }
                () => {
                    self.add(c.unwrap_or(LINE_FEED))?;
                    self.state = State::InField;
                }
            },
            State::Escaped => {
                self.add(c.unwrap_or(LINE_FEED))?;
                let broken = ends_line && c.is_some();
                self.state = if broken { State::AfterEscapedLineEnd } else { State::InField };
            }
            State::AfterEscapedLineEnd if c.is_none() => {}
            State::AfterEscapedLineEnd | State::InField => match () {
                () if ends_line => self.end_line(c)?,
                () if is_escape => self.state = State::Escaped,
                () if is_delimiter => {
                    self.save()?;
                    self.state = State::StartField;
                }
                () => {
                    self.add(c.unwrap_or(LINE_FEED))?;
                    self.state = State::InField;
                }
            },
            State::InQuoted => match c {
                None => {}
                Some(_) if is_escape => self.state = State::EscapedInQuoted,
                Some(_) if is_quote => {
                    self.state = if self.rules.double_quote { State::QuoteInQuoted } else { State::InField };
                }
                Some(c) => self.add(c)?,
            },
            State::EscapedInQuoted => {
                self.add(c.unwrap_or(LINE_FEED))?;
                self.state = State::InQuoted;
            }
            State::QuoteInQuoted => match c {
                Some(quote) if is_quote => {
                    self.add(quote)?;
                    self.state = State::InQuoted;
                }
                Some(_) if is_delimiter => {
                    self.save()?;
                    self.state = State::StartField;
                }
                _ if ends_line => self.end_line(c)?,
                Some(c) if !self.rules.strict => {
                    self.add(c)?;
                    self.state = State::InField;
                }
                _ => {
                    let show = |c: Option<u32>| c.and_then(char::from_u32).unwrap_or('\u{fffd}');
                    let (delimiter, quote) = (show(Some(self.rules.delimiter)), show(self.rules.quote));
                    return Err(error(self.vm, format!("'{delimiter}' expected after '{quote}'")));
                }
            },
            State::EatLineEnd => match c {
                None => self.state = State::StartRecord,
                Some(_) if ends_line => {}
                Some(_) => {
                    return Err(error(
                        self.vm,
                        "new-line character seen in unquoted field - do you need to open the file with newline=''?",
                    ));
                }
            },
        }
        Ok(())
    }

    fn read_line<T: Copy + Into<u32>>(&mut self, units: &[T]) -> PyResult<()> {
        let mut rest = units;
        while let Some((first, others)) = rest.split_first() {
            let c = (*first).into();
            // Most characters stand for themselves in a field that has begun.
            if self.state == State::InField {
                let plain = rest.iter().take_while(|unit| self.is_plain((**unit).into())).count();
                if plain > 0 && self.field.len() + plain <= self.limit {
                    if self.field.try_reserve(plain).is_err() {
                        return Err(self.vm.memory_error());
                    }
                    self.field.extend(rest[..plain].iter().map(|unit| -> u32 { (*unit).into() }));
                    rest = &rest[plain..];
                    continue;
                }
            }
            self.read(Some(c))?;
            rest = others;
        }
        self.read(None)
    }

    #[inline]
    fn is_plain(&self, c: u32) -> bool {
        c != self.rules.delimiter && c != LINE_FEED && c != CARRIAGE_RETURN && Some(c) != self.rules.escape
    }
}

/// Counts a row, and returns the number.
fn step(vm: &Vm, reader: &Record) -> Value {
    let steps = Value::small((reader.get(STEPS).as_int().unwrap_or(0) + 1) & 0xffff_ffff);
    reader.set(vm, STEPS, steps);
    steps
}

#[methods(METHODS)]
impl Methods {
    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iter(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0])
    }

    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn next(vm: &Vm, args: &[Value]) -> PyResult {
        let reader = args[0].expect::<Record>();
        let mut row = Row {
            vm,
            rules: Rules::of(vm, reader.get(DIALECT)),
            limit: field_limit(vm).max(0) as usize,
            fields: List::with_capacity(vm, 0)?,
            field: Vec::new(),
            unquoted: true,
            state: State::StartRecord,
        };
        let steps = step(vm, &reader);
        loop {
            let line = vm.next(reader.get(SOURCE))?;
            if reader.get(STEPS) != steps {
                return Err(error(vm, "iterator has already advanced the reader"));
            }
            let Some(line) = line else {
                if row.field.is_empty() && row.state != State::InQuoted {
                    return Ok(Value::UNBOUND);
                }
                if row.rules.strict {
                    return Err(error(vm, "unexpected end of data"));
                }
                row.save()?;
                return Ok(row.fields.into());
            };
            let Some(line) = line.cast::<Str>() else {
                let name = vm.type_name(line);
                return Err(error(
                    vm,
                    format!("iterator should return strings, not {name} (the file should be opened in text mode)"),
                ));
            };
            let count = reader.get(LINE_NUMBER).as_int().unwrap_or(0) + 1;
            reader.set(vm, LINE_NUMBER, vm.new_int(count)?);
            with_text!(line.text(), units => row.read_line(units))?;
            if row.state == State::StartRecord {
                return Ok(row.fields.into());
            }
        }
    }
}
