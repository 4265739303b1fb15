//! Sets of characters: what `[...]`, `\w` and letters without case are in a program, and the categories they are made of.

use orochi_vm::types::str::unicode;

/// How a character is changed before a set is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fold {
    None,
    Ascii,
    /// The C locale: only ASCII letters have case. A character is in the set if its lower or its upper case is.
    Locale,
    Unicode,
}

impl Fold {
    /// The lower case of a character.
    #[must_use]
    pub fn lower(self, c: u32) -> u32 {
        match self {
            Fold::None => c,
            Fold::Ascii | Fold::Locale => lower_ascii(c),
            Fold::Unicode => unicode::simple_lower(c),
        }
    }
}

/// The lower case of an ASCII letter; any other character itself.
#[must_use]
pub fn lower_ascii(c: u32) -> u32 {
    if (0x41..=0x5a).contains(&c) { c + 0x20 } else { c }
}

fn upper_ascii(c: u32) -> u32 {
    if (0x61..=0x7a).contains(&c) { c - 0x20 } else { c }
}

/// A category, by its number in the code that `re` compiles.
#[derive(Clone, Copy, Debug)]
pub struct Category(u32);

impl Category {
    /// The category of a number.
    #[must_use]
    pub fn new(number: u32) -> Option<Category> {
        (number < 18).then_some(Category(number))
    }

    fn contains(self, c: u32) -> bool {
        // Odd numbers are the complement of the number before.
        let positive = match self.0 & !1 {
            0 => matches!(c, 0x30..=0x39),
            2 => matches!(c, 0x09..=0x0d | 0x20),
            4 | 8 => is_word_ascii(c),
            6 => c == 0x0a,
            10 => unicode::is_decimal(c),
            12 => unicode::is_space(c),
            14 => is_word_unicode(c),
            _ => unicode::is_line_break(c),
        };
        positive != (self.0 & 1 == 1)
    }
}

/// `\w` with the flag ASCII.
#[must_use]
pub fn is_word_ascii(c: u32) -> bool {
    matches!(c, 0x30..=0x39 | 0x41..=0x5a | 0x5f | 0x61..=0x7a)
}

/// `\w`.
#[must_use]
pub fn is_word_unicode(c: u32) -> bool {
    c == 0x5f || unicode::is_alnum(c)
}

/// A part of a set. They are asked in order; the first that has the character decides.
#[derive(Debug)]
pub enum Item {
    /// From here on, having a character means that the set has it not, or the other way round.
    Negate,
    Literal(u32),
    Range(u32, u32),
    /// A range that a character is in as well if its upper case is.
    RangeOrUpper(u32, u32),
    Category(Category),
    /// A bit for each of the first 256 characters.
    Bits([u32; 8]),
    /// The same for the first 65536, in blocks: the number of the block for each 256 characters, and the blocks.
    Blocks(Box<[u8; 256]>, Box<[[u32; 8]]>),
}

fn has_bit(bits: &[u32; 8], c: u32) -> bool {
    bits[(c >> 5 & 7) as usize] >> (c & 31) & 1 == 1
}

impl Item {
    fn contains(&self, c: u32) -> bool {
        match self {
            Item::Negate => false,
            Item::Literal(literal) => c == *literal,
            Item::Range(first, last) => (*first..=*last).contains(&c),
            Item::RangeOrUpper(first, last) => {
                let range = *first..=*last;
                range.contains(&c) || range.contains(&unicode::simple_upper(c))
            }
            Item::Category(category) => category.contains(c),
            Item::Bits(bits) => c < 0x100 && has_bit(bits, c),
            Item::Blocks(numbers, blocks) => {
                c < 0x1_0000
                    && blocks.get(usize::from(numbers[(c >> 8) as usize])).is_some_and(|block| has_bit(block, c))
            }
        }
    }

    /// Whether it may have a character beyond Latin-1.
    fn is_wide(&self) -> bool {
        match self {
            Item::Literal(literal) => *literal > 0xff,
            Item::Range(_, last) => *last > 0xff,
            Item::Category(category) => !matches!(category.0, 0 | 2 | 4 | 6 | 8),
            Item::Bits(_) => false,
            Item::Negate | Item::RangeOrUpper(..) | Item::Blocks(..) => true,
        }
    }
}

/// Characters that may come first, or a set as far as Latin-1 goes: a bit for each, and whether there may be any beyond.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct First {
    pub latin1: [u64; 4],
    pub wide: bool,
}

impl First {
    pub const NOTHING: First = First { latin1: [0; 4], wide: false };
    pub const ANYTHING: First = First { latin1: [u64::MAX; 4], wide: true };

    /// Just one character.
    #[must_use]
    pub fn of(c: u32) -> First {
        let mut first = First::NOTHING;
        match u8::try_from(c) {
            Ok(byte) => first.add(byte),
            Err(_) => first.wide = true,
        }
        first
    }

    fn add(&mut self, byte: u8) {
        self.latin1[usize::from(byte >> 6)] |= 1 << (byte & 63);
    }

    /// Whether a character may be in it.
    #[inline(always)]
    #[must_use]
    pub fn may_contain(&self, c: u32) -> bool {
        if c < 0x100 { self.latin1[(c >> 6) as usize] >> (c & 63) & 1 == 1 } else { self.wide }
    }

    /// What is in one of both.
    #[must_use]
    pub fn union(&self, other: &First) -> First {
        let mut latin1 = self.latin1;
        latin1.iter_mut().zip(other.latin1).for_each(|(mine, theirs)| *mine |= theirs);
        First { latin1, wide: self.wide || other.wide }
    }

    /// Whether certainly nothing is in both.
    #[must_use]
    pub fn is_disjoint(&self, other: &First) -> bool {
        !(self.wide && other.wide) && self.latin1.iter().zip(other.latin1).all(|(mine, theirs)| mine & theirs == 0)
    }

    /// Everything but a line feed.
    #[must_use]
    pub fn any_but(c: u32) -> First {
        let mut first = First::ANYTHING;
        if c < 0x100 {
            first.latin1[(c >> 6) as usize] &= !(1 << (c & 63));
        }
        first
    }
}

/// A set of characters.
#[derive(Debug)]
pub struct Set {
    /// What it has of Latin-1, and whether it may have others: exact and worked out beforehand.
    pub first: First,
    fold: Fold,
    items: Box<[Item]>,
}

impl Set {
    /// A set of parts that are asked for the character that `fold` makes of one.
    #[must_use]
    pub fn new(fold: Fold, items: Vec<Item>) -> Set {
        // Letters beyond Latin-1 may have a lower case within: the Kelvin sign.
        let wide = fold == Fold::Unicode || items.iter().any(Item::is_wide);
        let mut set = Set { first: First { wide, ..First::NOTHING }, fold, items: items.into() };
        for byte in 0..=255u8 {
            if set.ask(byte.into()) {
                set.first.add(byte);
            }
        }
        set
    }

    /// Whether a character is in it.
    #[inline(always)]
    #[must_use]
    pub fn contains(&self, c: u32) -> bool {
        if c < 0x100 { self.first.may_contain(c) } else { self.first.wide && self.ask(c) }
    }

    #[inline(never)]
    fn ask(&self, c: u32) -> bool {
        if self.fold == Fold::Locale {
            return self.ask_items(lower_ascii(c)) || self.ask_items(upper_ascii(c));
        }
        self.ask_items(self.fold.lower(c))
    }

    fn ask_items(&self, c: u32) -> bool {
        let mut found = true;
        for item in &self.items {
            if let Item::Negate = item {
                found = !found;
            } else if item.contains(c) {
                return found;
            }
        }
        !found
    }
}
