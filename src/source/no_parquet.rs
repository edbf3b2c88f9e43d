//! What stands in for Parquet in a program that was built without it.

use std::fs::File;

use super::Emit;
use super::record::{Item, Reason, Reject};
use super::shape::FieldMap;

pub(super) fn read(_: File, _: &FieldMap, emit: &mut Emit<'_>) {
    let detail = "this program was built without the feature `parquet`".to_owned();
    let _ = emit(Item::Reject(Reject { line: 0, reason: Reason::Unreadable(detail), raw: Vec::new() }));
}

/// Tells whether this thread is where a panic is caught; none is.
pub fn panic_is_contained() -> bool {
    false
}
