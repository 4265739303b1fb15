//! Marking: the tracer that visits edges, and the stack of objects whose edges are still to be visited.

use std::ptr::{self, NonNull};

use crate::chunk::{MARKED, OLD, QUARANTINED, mark_of};
use crate::object::{Header, Meta};
use crate::space::Space;

/// What a kind's `trace` function and the roots report their references to.
pub struct Tracer<'a> {
    space: &'a Space,
    /// Marked objects whose edges have not been visited.
    stack: Vec<NonNull<Header>>,
    /// The metadata whose owner was marked last: neighbours mostly share it.
    last_meta: *const Meta,
    mode: Mode<'a>,
    /// The mode is `Mark`: what every edge asks.
    plain: bool,
    /// The kind of the object whose edges are being visited, for messages.
    from: &'static str,
    /// There was no memory for the stack to grow: marked objects were left out of it.
    overflowed: bool,
}

enum Mode<'a> {
    Mark,
    /// Marks, and checks that every edge leads to an object: stress mode.
    Check,
    /// Marks nothing: passes every edge on.
    Visit(&'a mut dyn FnMut(NonNull<Header>)),
}

impl<'a> Tracer<'a> {
    pub(crate) fn marking(space: &'a Space, stack: Vec<NonNull<Header>>, check: bool) -> Tracer<'a> {
        let mode = if check { Mode::Check } else { Mode::Mark };
        Tracer { space, stack, last_meta: ptr::null(), mode, plain: !check, from: "a root", overflowed: false }
    }

    pub(crate) fn visiting(space: &'a Space, visit: &'a mut dyn FnMut(NonNull<Header>)) -> Tracer<'a> {
        Tracer {
            space,
            stack: Vec::new(),
            last_meta: ptr::null(),
            mode: Mode::Visit(visit),
            plain: false,
            from: "",
            overflowed: false,
        }
    }

    /// Reports a reference: the exact start of a live object of this heap, or null.
    #[inline(always)]
    pub fn edge(&mut self, object: *const Header) {
        let Some(object) = NonNull::new(object.cast_mut()) else { return };
        if self.plain { self.mark(object) } else { self.special_edge(object) }
    }

    /// Reports a word that may or may not be a reference: an address anywhere in an object, or one past its end.
    #[inline]
    pub fn conservative(&mut self, word: usize) {
        if let Some(object) = self.space.find(word) {
            self.edge(object.as_ptr());
        }
        // The start of a cell is also one past the end of the cell before it.
        if word.is_multiple_of(crate::class::GRANULE)
            && let Some(object) = self.space.find(word.wrapping_sub(1))
        {
            self.edge(object.as_ptr());
        }
    }

    /// Reports all aligned words in `low..high` as [`Tracer::conservative`] does.
    ///
    /// # Safety
    /// The range is readable memory.
    pub unsafe fn conservative_range(&mut self, low: *const u8, high: *const u8) {
        let mut at = (low as usize).next_multiple_of(size_of::<usize>());
        while at + size_of::<usize>() <= high as usize {
            // SAFETY: inside the range, aligned. Volatile: the words belong to frames of running functions, and the
            // compiler shall neither assume nor invent anything about them.
            self.conservative(unsafe { ptr::read_volatile(at as *const usize) });
            at += size_of::<usize>();
        }
    }

    #[inline(always)]
    fn mark(&mut self, object: NonNull<Header>) {
        let mark = mark_of(object.as_ptr() as usize);
        // SAFETY: an edge leads to an object of this heap (the contract of `trace` functions and of `Roots`), so its
        // mark byte lies in a mapped chunk.
        unsafe {
            if *mark & MARKED == 0 {
                *mark = OLD;
                self.push(object);
            }
        }
    }

    #[inline(always)]
    fn push(&mut self, object: NonNull<Header>) {
        if self.stack.len() == self.stack.capacity() && !self.grow() {
            return;
        }
        self.stack.push(object);
    }

    #[cold]
    #[inline(never)]
    fn special_edge(&mut self, object: NonNull<Header>) {
        match &mut self.mode {
            Mode::Mark => {}
            Mode::Visit(visit) => return visit(object),
            Mode::Check => self.check(object),
        }
        self.mark(object);
    }

    fn check(&self, object: NonNull<Header>) {
        let from = self.from;
        let address = object.as_ptr() as usize;
        assert!(self.space.contains(address), "an edge from {from} to {object:p}, which is not in this heap");
        // SAFETY: the address lies in a mapped chunk.
        let mark = unsafe { *mark_of(address) };
        assert!(
            mark != QUARANTINED,
            "an edge from {from} to {object:p}, which was freed: was a root or a barrier missing?"
        );
        let found = self.space.find(address);
        assert!(found == Some(object), "an edge from {from} to {object:p}, which is not the start of an object");
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self) -> bool {
        // Once is enough: asking in vain takes long.
        self.overflowed = self.overflowed || self.stack.try_reserve(1).is_err();
        !self.overflowed
    }

    /// Has the edges of `object` visited again, though it is marked.
    pub(crate) fn revisit(&mut self, object: NonNull<Header>) {
        self.push(object);
    }

    /// Visits the edges of one object.
    pub(crate) fn visit_object(&mut self, object: NonNull<Header>) {
        // SAFETY: the object is live, so its header points to valid metadata (contract of `alloc` and `set_meta`),
        // and the kind's `trace` fits it.
        unsafe {
            let meta = object.as_ref().meta();
            if !self.plain {
                self.from = (*meta).kind.name;
            }
            if meta != self.last_meta {
                self.last_meta = meta;
                self.edge((*meta).owner.get());
            }
            ((*meta).kind.trace)(object, self);
        }
    }

    /// Visits the edges of all objects on the stack, and of those that this marks.
    pub(crate) fn drain(&mut self) {
        self.empty();
        while core::mem::take(&mut self.overflowed) {
            self.start_over();
        }
    }

    fn empty(&mut self) {
        while let Some(object) = self.stack.pop() {
            self.visit_object(object);
        }
    }

    /// Visits the edges of every marked object: some of them were marked, but not visited, for want of memory. Slow, but
    /// memory is all but used up. Every pass marks an object at least, so there is an end.
    #[cold]
    fn start_over(&mut self) {
        let space = self.space;
        let mut visit = |object: NonNull<Header>| {
            if self.is_marked(object) {
                self.visit_object(object);
                self.empty();
            }
        };
        space.for_each_block(|block| block.for_each_object(&mut visit));
        space.for_each_large(|block| {
            if let Some(object) = space.find(block.large_start()) {
                visit(object);
            }
        });
    }

    /// Whether the object was reached. Exact starts of objects only.
    pub(crate) fn is_marked(&self, object: NonNull<Header>) -> bool {
        Liveness { _private: () }.is_live(object.as_ptr())
    }

    /// The (empty) mark stack, to be used again.
    pub(crate) fn into_stack(self) -> Vec<NonNull<Header>> {
        self.stack
    }
}

/// What is alive, to be asked at the end of a collection's marking; see [`crate::Roots::sweep_weak`].
pub struct Liveness {
    _private: (),
}

impl Liveness {
    pub(crate) fn at_end_of_marking() -> Liveness {
        Liveness { _private: () }
    }

    /// Whether the collection that is under way keeps `object`, which was an object of this heap when it began.
    #[inline]
    pub fn is_live(&self, object: *const Header) -> bool {
        // SAFETY: an object's mark byte stays mapped until the sweep, which comes later.
        unsafe { *mark_of(object as usize) & MARKED != 0 }
    }
}
