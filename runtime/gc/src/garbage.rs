//! What a collection that somebody asks for has found unreachable, to be looked at before it goes: for counts, and for programs that
//! want to see their garbage.

use std::ptr::NonNull;

use crate::object::Header;
use crate::space::Space;
use crate::trace::{Liveness, Tracer};

/// The objects that were not reached, before finalizers bring any back. No object may be allocated meanwhile.
pub struct Garbage<'a> {
    space: &'a Space,
    kept: Vec<NonNull<Header>>,
}

impl<'a> Garbage<'a> {
    pub(crate) fn new(space: &'a Space) -> Garbage<'a> {
        Garbage { space, kept: Vec::new() }
    }

    pub(crate) fn into_kept(self) -> Vec<NonNull<Header>> {
        self.kept
    }

    /// Has the collection keep an object, and all that it refers to.
    pub fn keep(&mut self, object: NonNull<Header>) {
        self.kept.push(object);
    }

    /// All of them, in the order of their addresses.
    #[must_use]
    pub fn all(&self) -> Vec<NonNull<Header>> {
        let mut all = Vec::new();
        self.for_each(|object| all.push(object));
        all.sort_unstable();
        all
    }

    /// Calls `f` with each of them.
    pub fn for_each(&self, mut f: impl FnMut(NonNull<Header>)) {
        let live = Liveness::at_end_of_marking();
        let mut look = |object: NonNull<Header>| {
            if !live.is_live(object.as_ptr()) {
                f(object);
            }
        };
        self.space.for_each_block(|block| block.for_each_object(&mut look));
        self.space.for_each_large(|block| {
            if let Some(object) = self.space.find(block.large_start()) {
                look(object);
            }
        });
    }

    /// Those in cycles, or that cycles refer to: what a collector would find that counts references for the rest.
    #[must_use]
    pub fn in_cycles(&self) -> Vec<NonNull<Header>> {
        let all = self.all();
        let place = |object: NonNull<Header>| all.binary_search(&object).ok();
        let mut counts = vec![0u32; all.len()];
        for object in &all {
            self.for_each_reference(*object, |target| {
                if let Some(place) = place(target) {
                    counts[place] += 1;
                }
            });
        }
        // Whatever nothing refers to goes, and then what only that referred to.
        let mut free: Vec<usize> = (0..all.len()).filter(|place| counts[*place] == 0).collect();
        while let Some(next) = free.pop() {
            self.for_each_reference(all[next], |target| {
                if let Some(place) = place(target) {
                    counts[place] -= 1;
                    if counts[place] == 0 {
                        free.push(place);
                    }
                }
            });
        }
        all.iter().zip(counts).filter_map(|(object, count)| (count > 0).then_some(*object)).collect()
    }

    fn for_each_reference(&self, object: NonNull<Header>, mut f: impl FnMut(NonNull<Header>)) {
        Tracer::visiting(self.space, &mut f).visit_object(object);
    }
}
