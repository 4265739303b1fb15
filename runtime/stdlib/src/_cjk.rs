//! `_cjk`: the tables of encodings of East Asia, and converting by them up to what they do not have. The modules that the package
//! `encodings` asks for (`_multibytecodec`, `_codecs_cn`, `_codecs_jp`, `_codecs_kr`) are Python on top of it.
//!
//! The tables are those of `encoding_rs`, which are the web's; where CPython's differ, [`Encoding::mend`] says how.

use std::sync::OnceLock;

use orochi_macros::methods;
use orochi_vm::modules::native::NativeModule;
use orochi_vm::types::bytes::buffer;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::str::Str;
use orochi_vm::{PyResult, Value, Vm};
use rustc_hash::FxHashMap;

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "_cjk",
    doc: "Tables of the encodings of East Asia.",
    functions: FUNCTIONS,
    init: |_, _| Ok(()),
};

/// What the first byte of two can be at least; smaller ones stand for themselves or for nothing.
const FIRST: usize = 0x80;
/// What the second byte can be at least.
const SECOND: usize = 0x40;
const SECONDS: usize = 0x100 - SECOND;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Cp932,
    Cp949,
    Gb2312,
    Gbk,
    ShiftJis,
}

/// A table: characters by their bytes, and back. No character is U+0000 but the first.
struct Table {
    single: [u16; 0x100 - FIRST],
    double: Box<[u16]>,
    back: FxHashMap<u16, u16>,
}

impl Encoding {
    fn named(name: &str) -> Option<Encoding> {
        Some(match name {
            "cp932" => Encoding::Cp932,
            "cp949" => Encoding::Cp949,
            "gb2312" => Encoding::Gb2312,
            "gbk" => Encoding::Gbk,
            "shift_jis" => Encoding::ShiftJis,
            _ => return None,
        })
    }

    fn table(self) -> &'static Table {
        static TABLES: [OnceLock<Table>; 5] = [const { OnceLock::new() }; 5];
        TABLES[self as usize].get_or_init(|| Table::new(self))
    }

    /// The table of the web that comes nearest.
    fn web(self) -> &'static encoding_rs::Encoding {
        match self {
            Encoding::Cp932 | Encoding::ShiftJis => encoding_rs::SHIFT_JIS,
            Encoding::Cp949 => encoding_rs::EUC_KR,
            Encoding::Gb2312 | Encoding::Gbk => encoding_rs::GBK,
        }
    }

    /// The character of one byte or of two, given the web's.
    fn mend(self, first: u8, second: Option<u8>, web: Option<char>) -> Option<char> {
        let is_private = |found: &char| ('\u{e000}'..='\u{f8ff}').contains(found);
        match (self, second) {
            (Encoding::Cp932, None) => match first {
                0xa0 => Some('\u{f8f0}'),
                0xfd..=0xff => char::from_u32(0xf8f1 + u32::from(first) - 0xfd),
                _ => web,
            },
            (Encoding::Cp932 | Encoding::Cp949, Some(_)) => web,
            // The euro sign of the web.
            (Encoding::Cp949 | Encoding::Gb2312 | Encoding::Gbk, None) => None,
            // What GB 18030 has put into free places of GBK.
            (Encoding::Gbk, Some(second)) => match (first, second) {
                (0xa2, 0xe3) | (0xa3, 0xa0) | (0xa8, 0xbc | 0xbf) | (0xa9, 0x89..=0x95) => None,
                (0xa6, 0xd9..=0xdf | 0xec | 0xed | 0xf3) | (0xfe, 0x50..=0xa0) => None,
                _ => web.filter(|found| !is_private(found)),
            },
            (Encoding::ShiftJis, None) => web.filter(|_| first != 0x80),
            (Encoding::ShiftJis, Some(second)) => match (first, second) {
                (0x81, 0x60) => Some('\u{301c}'),
                (0x81, 0x61) => Some('\u{2016}'),
                (0x81, 0x7c) => Some('\u{2212}'),
                (0x81, 0x91) => Some('\u{a2}'),
                (0x81, 0x92) => Some('\u{a3}'),
                (0x81, 0xca) => Some('\u{ac}'),
                // What NEC, IBM and Microsoft have put into free places.
                (0x87 | 0xed | 0xee | 0xf0..=0xff, _) => None,
                _ => web,
            },
            (Encoding::Gb2312, Some(second)) => match (first, second) {
                (0xa1, 0xa4) => Some('\u{30fb}'),
                (0xa1, 0xaa) => Some('\u{2015}'),
                // What GBK and GB 18030 have put into free places.
                (0xa2, 0xa1..=0xaa | 0xe3) | (0xa6, 0xd9..=0xf5) | (0xa8, 0xbb..=0xc0) => None,
                (0xa1..=0xf7, 0xa1..=0xfe) => web.filter(|found| !is_private(found)),
                _ => None,
            },
        }
    }

    /// Characters that are encoded as others are that look like them.
    fn also(self) -> &'static [(u16, u16)] {
        match self {
            Encoding::Cp932 => &[
                (0x00a2, 0x8191),
                (0x00a3, 0x8192),
                (0x00ac, 0x81ca),
                (0x2016, 0x8161),
                (0x2212, 0x817c),
                (0x301c, 0x8160),
            ],
            Encoding::ShiftJis => &[(0x00a5, 0x5c), (0x203e, 0x7e)],
            Encoding::Cp949 | Encoding::Gb2312 | Encoding::Gbk => &[],
        }
    }
}

impl Table {
    fn new(encoding: Encoding) -> Table {
        let mut table = Table {
            single: [0; 0x100 - FIRST],
            double: vec![0; (0x100 - FIRST) * SECONDS].into(),
            back: FxHashMap::default(),
        };
        let web = |bytes: &[u8]| {
            let text = encoding.web().decode_without_bom_handling_and_without_replacement(bytes)?;
            let mut characters = text.chars();
            characters.next().filter(|_| characters.next().is_none())
        };
        let narrow = |found: Option<char>| found.and_then(|found| u16::try_from(u32::from(found)).ok()).unwrap_or(0);
        for first in FIRST..0x100 {
            let byte = first as u8;
            let found = narrow(encoding.mend(byte, None, web(&[byte])));
            table.single[first - FIRST] = found;
            if found != 0 {
                table.back.insert(found, first as u16);
                continue;
            }
            for second in SECOND..0x100 {
                let pair = [byte, second as u8];
                let found = narrow(encoding.mend(byte, Some(pair[1]), web(&pair)));
                if found != 0 {
                    table.double[(first - FIRST) * SECONDS + second - SECOND] = found;
                    // Of several places of a character, it is encoded at the first.
                    table.back.entry(found).or_insert(u16::from_be_bytes(pair));
                }
            }
        }
        table.back.extend(encoding.also().iter().copied());
        table
    }

    fn pair(&self, first: u8, second: u8) -> Option<u16> {
        let row = usize::from(first).checked_sub(FIRST)?;
        let column = usize::from(second).checked_sub(SECOND)?;
        Some(self.double[row * SECONDS + column]).filter(|found| *found != 0)
    }
}

fn encoding(vm: &Vm, name: Value) -> PyResult<Encoding> {
    let name = vm.display(name);
    Encoding::named(&name).ok_or_else(|| vm.raise(vm.types().lookup_error, "no such codec is supported."))
}

/// Where to begin.
fn start(vm: &Vm, value: Value) -> PyResult<usize> {
    Ok(usize::try_from(vm.index_i64(value)?).unwrap_or(0))
}

#[methods(FUNCTIONS)]
impl Functions {
    /// Decodes from a place on: the text, the place where it ends, and why: 0 at the end of the data, 1 at bytes that stand for nothing,
    /// 2 at the beginning of a character.
    #[method("decode(encoding, data, start, /)")]
    fn decode(vm: &Vm, args: &[Value]) -> PyResult {
        let table = encoding(vm, args[0])?.table();
        let data = buffer::required(vm, args[1])?;
        let mut at = start(vm, args[2])?;
        let mut text: Vec<u32> = Vec::with_capacity(data.len().saturating_sub(at));
        let mut why = 0;
        while let Some(first) = data.get(at).copied() {
            if first < FIRST as u8 {
                text.push(first.into());
                at += 1;
                continue;
            }
            match (table.single[usize::from(first) - FIRST], data.get(at + 1)) {
                (0, None) => why = 2,
                (0, Some(second)) => match table.pair(first, *second) {
                    Some(found) => {
                        text.push(found.into());
                        at += 2;
                        continue;
                    }
                    None => why = 1,
                },
                (found, _) => {
                    text.push(found.into());
                    at += 1;
                    continue;
                }
            }
            break;
        }
        let text = Str::from_slice(vm, &text)?;
        vm.new_tuple(&[text.into(), vm.new_int(at as i64)?, Value::small(why)])
    }

    /// Encodes from a place on, up to the first character that the encoding does not have: the bytes and the place.
    #[method("encode(encoding, text, start, /)")]
    fn encode(vm: &Vm, args: &[Value]) -> PyResult {
        let table = encoding(vm, args[0])?.table();
        let Some(text) = args[1].cast::<Str>() else {
            let kind = vm.type_name(args[1]);
            return Err(vm.type_error(format!("couldn't convert the object to str: {kind}")));
        };
        let text = text.text();
        let mut at = start(vm, args[2])?;
        let mut out = Vec::with_capacity(2 * text.len().saturating_sub(at));
        while at < text.len() {
            let character = text.at(at);
            if character < 0x80 {
                out.push(character as u8);
            } else {
                let place = u16::try_from(character).ok().and_then(|character| table.back.get(&character));
                match place.copied() {
                    Some(place @ ..0x100) => out.push(place as u8),
                    Some(place) => out.extend(place.to_be_bytes()),
                    None => break,
                }
            }
            at += 1;
        }
        vm.new_tuple(&[vm.new_bytes(&out)?, vm.new_int(at as i64)?])
    }
}
