//! Places in a source: lines and columns, as the nodes of a tree carry them.

/// A line (1-based) and a column (0-based, in bytes of UTF-8). Signed, since trees that programs make hold any numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub line: i32,
    pub column: i32,
}

/// From one place to another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Range {
    start: Place,
    end: Place,
}

impl Range {
    pub const fn new(start: Place, end: Place) -> Range {
        Range { start, end }
    }

    /// The place of something that takes none.
    pub const fn empty(at: Place) -> Range {
        Range { start: at, end: at }
    }

    pub const fn start(self) -> Place {
        self.start
    }

    /// The line that it starts on; 0 for none.
    pub fn line(self) -> u32 {
        u32::try_from(self.start.line).unwrap_or(0)
    }

    pub const fn end(self) -> Place {
        self.end
    }
}

/// What has a place.
pub(crate) trait Ranged {
    fn range(&self) -> Range;

    fn start(&self) -> Place {
        self.range().start()
    }

    fn end(&self) -> Place {
        self.range().end()
    }
}

impl Ranged for Range {
    fn range(&self) -> Range {
        *self
    }
}

impl<T: Ranged> Ranged for &T {
    fn range(&self) -> Range {
        (**self).range()
    }
}
