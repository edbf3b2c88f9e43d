//! What a failed request says of the next one. The order is that of both vendors' own clients: the server's word first
//! (`x-should-retry`), then the status; but a limit of spending is never tried again.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;

use super::Retry;

/// The longest pause that a server can ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(600);

/// The first pause, and the longest, where the server names none.
const FIRST: Duration = Duration::from_millis(500);
const LAST: Duration = Duration::from_secs(30);

/// Codes and types of errors that stand for money, not for haste.
const SPENDING: [&str; 8] = [
    "enforced_spend_limit_reached",
    "billing_error",
    "insufficient_quota",
    "credit_balance_exhausted",
    "organization_spend_limit_exceeded",
    "project_spend_limit_exceeded",
    "organization_usage_limit_exceeded",
    "billing_hard_limit_reached",
];

/// What a failed response says.
pub(super) struct Signs<'a> {
    pub status: u16,
    /// Every code and type in its body.
    pub codes: &'a [String],
    pub header: &'a dyn Fn(&str) -> Option<String>,
    pub now: Timestamp,
}

impl Signs<'_> {
    /// Tells whether and when to ask again.
    pub fn retry(&self) -> Retry {
        if self.is_spending() || self.status == 402 {
            return Retry::Never;
        }
        let usual = matches!(self.status, 408 | 409 | 429 | 500..);
        let retried = match (self.header)("x-should-retry").as_deref() {
            Some("true") => true,
            Some("false") => false,
            _ => usual,
        };
        if !retried {
            return Retry::Never;
        }
        match self.pause() {
            Some(pause) if pause > LONGEST_PAUSE => Retry::Never,
            Some(pause) => Retry::After(pause),
            None => Retry::Backoff,
        }
    }

    /// Tells whether every other question to the teacher would fail as well: the key, the account or the model's name.
    pub fn of_teacher(&self) -> bool {
        self.is_spending() || matches!(self.status, 301..=399 | 401..=404)
    }

    fn is_spending(&self) -> bool {
        self.codes.iter().any(|code| SPENDING.contains(&code.as_str()))
    }

    fn pause(&self) -> Option<Duration> {
        let number = |name| (self.header)(name)?.trim().parse::<f64>().ok().filter(|number| *number >= 0.0);
        if let Some(milliseconds) = number("retry-after-ms") {
            return Duration::try_from_secs_f64(milliseconds / 1000.0).ok();
        }
        if let Some(seconds) = number("retry-after") {
            return Duration::try_from_secs_f64(seconds).ok();
        }
        let date = rfc2822::parse((self.header)("retry-after")?.trim()).ok()?;
        Some(Duration::try_from(date.timestamp().duration_since(self.now)).unwrap_or_default())
    }
}

/// Returns the pause after this many failures of one question, from 1: doubling, less up to a quarter by `chance`
/// (0 to 1), so that questions that failed together do not come back together.
pub(crate) fn backoff(failures: u32, chance: f64) -> Duration {
    let doubled = FIRST.saturating_mul(1 << failures.saturating_sub(1).min(16));
    doubled.min(LAST).mul_f64(1.0 - 0.25 * chance.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn retry(status: u16, codes: &[&str], headers: &[(&str, &str)]) -> (Retry, bool) {
        let codes: Vec<String> = codes.iter().map(|code| (*code).to_owned()).collect();
        let header =
            |name: &str| headers.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        let now = "2026-11-28T12:00:00Z".parse().expect("a time");
        let signs = Signs { status, codes: &codes, header: &header, now };
        (signs.retry(), signs.of_teacher())
    }

    #[test]
    fn a_server_is_asked_again_as_it_says() {
        let after = |milliseconds| (Retry::After(Duration::from_millis(milliseconds)), false);
        let backoff = (Retry::Backoff, false);
        let never = (Retry::Never, false);
        for (status, headers, expected) in [
            (429, &[][..], backoff),
            (529, &[], backoff),
            (500, &[], backoff),
            (408, &[], backoff),
            (400, &[], never),
            (413, &[], never),
            (429, &[("retry-after", "2")], after(2_000)),
            (429, &[("retry-after", "2"), ("retry-after-ms", "1500")], after(1_500)),
            (503, &[("retry-after", "Sat, 28 Nov 2026 12:00:30 GMT")], after(30_000)),
            (503, &[("retry-after", "Sat, 28 Nov 2026 11:00:00 GMT")], after(0)),
            (429, &[("retry-after", "soon")], backoff),
            (429, &[("retry-after", "601")], never),
            (429, &[("retry-after", "-1")], backoff),
            (500, &[("x-should-retry", "false")], never),
            (400, &[("x-should-retry", "true")], backoff),
        ] {
            assert_eq!(retry(status, &[], headers), expected, "{status} {headers:?}");
        }
    }

    #[test]
    fn money_is_never_asked_for_again() {
        let given_up = (Retry::Never, true);
        assert_eq!(retry(429, &["insufficient_quota"], &[("x-should-retry", "true")]), given_up);
        assert_eq!(retry(429, &["rate_limit_error", "enforced_spend_limit_reached"], &[]), given_up);
        assert_eq!(retry(402, &[], &[("retry-after", "1")]), given_up);
        assert_eq!(retry(429, &["rate_limit_exceeded"], &[]), (Retry::Backoff, false));
    }

    #[test]
    fn a_wrong_key_fails_for_every_question() {
        for status in [301, 401, 403, 404] {
            assert_eq!(retry(status, &[], &[]), (Retry::Never, true), "{status}");
        }
    }

    #[test]
    fn pauses_double_up_to_half_a_minute() {
        let pauses: Vec<u128> = (1..=8).map(|failures| backoff(failures, 0.0).as_millis()).collect();
        assert_eq!(pauses, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
        assert_eq!(backoff(1, 1.0), Duration::from_millis(375));
        assert_eq!(backoff(u32::MAX, 0.0), LAST);
    }
}
