//! Writing rows.

use orochi_macros::methods;
use orochi_vm::protocol::text::TextBuf;
use orochi_vm::types::dict::Dict;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::property::GetSetDef;
use orochi_vm::types::str::Str;
use orochi_vm::{ClassDef, Gc, Layout, PyResult, Record, Special, Value, Vm};

use super::dialect::{self, ALL, NONE, NONNUMERIC, NOTNULL, Rules, STRINGS};
use super::error;

/// Fields: the method that takes the text of a row, and the dialect.
const WRITE: usize = 0;
const DIALECT: usize = 1;

pub(super) static CLASS: ClassDef = ClassDef {
    methods: &[METHODS],
    getset: &[GetSetDef::member("dialect", "", |_, value| Ok(value.expect::<Record>().get(DIALECT)))],
    ..ClassDef::new(
        "_csv.writer",
        "CSV writer\n\nWriter objects are responsible for generating tabular data\nin CSV format from sequence input.\n",
        Layout::Record,
    )
};

pub(super) fn new(vm: &Vm, file: Value, dialect: Option<Value>, named: Gc<Dict>) -> PyResult {
    let dialect = dialect::from_call(vm, dialect, named)?;
    let write = vm.find_attr_str(file, "write")?.filter(|write| vm.is_callable(*write));
    let Some(write) = write else { return Err(vm.type_error("argument 1 must have a \"write\" method")) };
    Record::new(vm, vm.module_class(&CLASS)?, &[write, dialect]).map(Value::from)
}

/// A row being put together.
struct Line {
    text: TextBuf,
    rules: Rules,
    fields: usize,
    /// Whether nothing has been added yet, not even a delimiter.
    empty: bool,
}

impl Line {
    /// Whether a character means something, so that a field with it is quoted or it is escaped.
    fn is_special(&self, c: u32) -> bool {
        c == self.rules.delimiter
            || c == 10
            || c == 13
            || Some(c) == self.rules.escape
            || Some(c) == self.rules.quote
            || self.rules.line_terminator.text().iter().any(|other| other == c)
    }

    /// Adds a field; `value` is none for None.
    fn add(&mut self, vm: &Vm, value: Option<Gc<Str>>, mut quoted: bool) -> PyResult<()> {
        let quoting = self.rules.quoting;
        if self.fields > 0 {
            self.text.push_code_point(self.rules.delimiter);
            self.empty = false;
        }
        self.fields += 1;
        // Reading would skip an empty field as space.
        if value.is_none_or(|value| value.is_empty()) && self.rules.delimiter == 32 && self.rules.skip_space {
            if quoting == NONE || (value.is_none() && matches!(quoting, STRINGS | NOTNULL)) {
                return Err(error(
                    vm,
                    "empty field must be quoted if delimiter is a space and skipinitialspace is true",
                ));
            }
            quoted = true;
        }
        let mut body = TextBuf::new();
        let mut any = false;
        for c in value.iter().flat_map(|value| value.text().iter()) {
            any = true;
            if self.is_special(c) {
                let mut escaped = quoting == NONE;
                if quoting != NONE {
                    if Some(c) == self.rules.quote {
                        if self.rules.double_quote {
                            body.push_code_point(c);
                        } else {
                            escaped = true;
                        }
                    } else if Some(c) == self.rules.escape {
                        escaped = true;
                    }
                    quoted |= !escaped;
                }
                if escaped {
                    let Some(escape) = self.rules.escape else {
                        return Err(error(vm, "need to escape, but no escapechar set"));
                    };
                    body.push_code_point(escape);
                }
            }
            body.push_code_point(c);
        }
        self.empty &= !any && !quoted;
        let quote = self.rules.quote.filter(|_| quoted);
        if let Some(quote) = quote {
            self.text.push_code_point(quote);
        }
        self.text.push_buf(&body);
        if let Some(quote) = quote {
            self.text.push_code_point(quote);
        }
        Ok(())
    }
}

fn is_number(vm: &Vm, value: Value) -> bool {
    let class = vm.class_of(value);
    [Special::Index, Special::Int, Special::Float, Special::Complex]
        .iter()
        .any(|special| class.special(*special).is_bound())
}

fn write_row(vm: &Vm, writer: Gc<Record>, row: Value) -> PyResult {
    let iterator = match vm.iter(row) {
        Ok(iterator) => iterator,
        Err(raised) if vm.pending_is(vm.types().type_error) => {
            let _ = vm.take_exception(raised);
            return Err(error(vm, format!("iterable expected, not {}", vm.type_name(row))));
        }
        Err(raised) => return Err(raised),
    };
    let rules = Rules::of(vm, writer.get(DIALECT));
    let quoting = rules.quoting;
    let mut line = Line { text: TextBuf::new(), rules, fields: 0, empty: true };
    let mut last_is_none = false;
    while let Some(value) = vm.next(iterator)? {
        last_is_none = value == vm.none();
        let text = value.cast::<Str>();
        let quoted = match quoting {
            NONNUMERIC => !is_number(vm, value),
            ALL => true,
            STRINGS => text.is_some(),
            NOTNULL => !last_is_none,
            _ => false,
        };
        let text = match text {
            None if !last_is_none => Some(vm.to_str(value)?),
            text => text,
        };
        line.add(vm, text, quoted)?;
    }
    if line.fields > 0 && line.empty {
        if quoting == NONE || (last_is_none && matches!(quoting, STRINGS | NOTNULL)) {
            return Err(error(vm, "single empty field record must be quoted"));
        }
        line.fields = 0;
        line.add(vm, None, true)?;
    }
    line.text.push_str(&line.rules.line_terminator);
    let text = line.text.finish(vm)?;
    vm.call(writer.get(WRITE), &[text])
}

#[methods(METHODS)]
impl Methods {
    /// writerow(iterable)
    ///
    /// Construct and write a CSV record from an iterable of fields.  Non-string
    /// elements will be converted to string.
    #[method("writerow($self, row, /)")]
    fn writerow(vm: &Vm, args: &[Value]) -> PyResult {
        write_row(vm, args[0].expect(), args[1])
    }

    /// writerows(iterable of iterables)
    ///
    /// Construct and write a series of iterables to a csv file.  Non-string
    /// elements will be converted to string.
    #[method("writerows($self, rows, /)")]
    fn writerows(vm: &Vm, args: &[Value]) -> PyResult {
        vm.for_each(args[1], |row| write_row(vm, args[0].expect(), row).map(|_| ()))?;
        Ok(vm.none())
    }
}
