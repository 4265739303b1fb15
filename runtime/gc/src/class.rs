//! Size classes: every 16 bytes up to 512, then four to each doubling, up to 8 KiB. What is larger is a large object.

/// The unit of allocation and of marking: every cell starts on such a boundary.
pub const GRANULE: usize = 16;
/// The largest object that shares a block with others.
pub const MAX_SMALL: usize = 8192;
pub const CLASSES: usize = 48;

const FINE: usize = 512;
const FINE_CLASSES: usize = FINE / GRANULE;

/// Cell size of each class, in bytes.
pub const CELL_SIZES: [u32; CLASSES] = {
    let mut sizes = [0u32; CLASSES];
    let mut i = 0;
    while i < FINE_CLASSES {
        sizes[i] = ((i + 1) * GRANULE) as u32;
        i += 1;
    }
    let mut base = FINE;
    while i < CLASSES {
        let mut step = 1;
        while step <= 4 {
            sizes[i] = (base + base / 4 * step) as u32;
            i += 1;
            step += 1;
        }
        base *= 2;
    }
    sizes
};

/// Class by `(bytes - 1) / 128`, for sizes above `FINE`: all those classes are multiples of 128 bytes.
const COARSE: [u8; MAX_SMALL / 128] = {
    let mut table = [0u8; MAX_SMALL / 128];
    let mut i = 0;
    let mut class = FINE_CLASSES;
    while i < table.len() {
        let largest = (i + 1) * 128;
        if largest > FINE {
            while (CELL_SIZES[class] as usize) < largest {
                class += 1;
            }
            table[i] = class as u8;
        }
        i += 1;
    }
    table
};

/// The class whose cells hold `bytes`. `bytes` is at least 1 and at most [`MAX_SMALL`].
#[inline(always)]
pub const fn class_of(bytes: usize) -> usize {
    debug_assert!(bytes >= 1 && bytes <= MAX_SMALL);
    if bytes <= FINE { (bytes - 1) / GRANULE } else { COARSE[(bytes - 1) / 128] as usize }
}

/// The size of the cells that hold `bytes`.
#[inline(always)]
pub const fn cell_of(bytes: usize) -> usize {
    if bytes <= FINE { (bytes + GRANULE - 1) & !(GRANULE - 1) } else { CELL_SIZES[class_of(bytes)] as usize }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_size_gets_the_smallest_class_that_holds_it() {
        assert_eq!(CELL_SIZES[CLASSES - 1] as usize, MAX_SMALL);
        for bytes in 1..=MAX_SMALL {
            let class = class_of(bytes);
            assert!(CELL_SIZES[class] as usize >= bytes, "{bytes}");
            assert!(class == 0 || (CELL_SIZES[class - 1] as usize) < bytes, "{bytes}");
            assert_eq!(CELL_SIZES[class] as usize % GRANULE, 0);
            assert_eq!(CELL_SIZES[class] as usize, cell_of(bytes), "{bytes}");
        }
    }
}
