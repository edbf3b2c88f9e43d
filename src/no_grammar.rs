//! What stands in for the grammars in a program that was built without them.

/// Whether this program has grammars.
pub(crate) const IS_HERE: bool = false;

/// Nobody knows.
pub(crate) fn parses(_: &str, _: &str) -> Option<bool> {
    None
}
