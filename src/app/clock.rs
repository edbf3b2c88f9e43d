//! The time, for records alone: nothing is decided by it.

use jiff::Timestamp;

/// Returns the time as RFC 3339 text in UTC, to the second. `SOURCE_DATE_EPOCH` (seconds since 1970) takes its place,
/// as it does in programs whose output is to be the same twice (reproducible-builds.org).
pub(super) fn now() -> String {
    let fixed = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|text| text.parse().ok());
    let fixed = fixed.and_then(|seconds| Timestamp::from_second(seconds).ok());
    let now = fixed.unwrap_or_else(Timestamp::now);
    Timestamp::from_second(now.as_second()).unwrap_or(now).to_string()
}
