//! Money: whole nano-dollars, so that sums are exact and a price of a single token is a number too.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub};
use std::str::FromStr;

use serde::{Serialize, Serializer};

use super::target::Decimal;

/// Digits of a dollar behind the point.
const SCALE: u32 = 9;

/// An amount in nano-dollars (10⁻⁹ USD). It serialises as that whole number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(pub u64);

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// More than any work costs: what stands for "no limit".
    pub const MAX: Self = Self(i64::MAX as u64);

    /// Returns this many times the amount.
    #[must_use]
    pub fn times(self, count: u64) -> Self {
        Self(self.0.saturating_mul(count)).min(Self::MAX)
    }
}

impl Add for Money {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0)).min(Self::MAX)
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Money {
    type Output = Self;

    /// Never goes below nothing.
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for Money {
    /// Writes dollars: two digits behind the point from ten dollars on, else as many as tell four digits of the amount.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.checked_ilog10().map_or(0, |log| log + 1);
        let shown = (SCALE + 4).saturating_sub(digits).clamp(2, SCALE);
        let unit = 10_u64.pow(SCALE - shown);
        let rounded = (self.0 + unit / 2) / unit;
        let (dollars, fraction) = (rounded / 10_u64.pow(shown), rounded % 10_u64.pow(shown));
        let fraction = format!("{fraction:0width$}", width = shown as usize);
        let cents = fraction.trim_end_matches('0').len().max(2);
        f.pad(&format!("${dollars}.{}", &fraction[..cents]))
    }
}

impl FromStr for Money {
    type Err = String;

    /// Reads dollars: `10`, `0.25`, `$3`.
    fn from_str(text: &str) -> Result<Self, String> {
        let number = text.trim().trim_start_matches('$');
        let decimal: Option<Decimal> = number.parse().ok();
        decimal.and_then(|decimal| decimal.scaled(SCALE)).filter(|nanos| *nanos <= Self::MAX.0).map(Self).ok_or_else(
            || format!("an amount is in dollars, such as 10 or 0.25, with at most {SCALE} digits behind the point, not `{text}`"),
        )
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_shown_with_the_digits_that_matter() {
        for (nanos, shown) in [
            (0, "$0.00"),
            (1, "$0.000000001"),
            (123_456, "$0.0001235"),
            (1_500_000_000, "$1.50"),
            (1_234_567_890, "$1.235"),
            (12_345_678_901, "$12.35"),
            (9_999_999_999, "$10.00"),
            (123_456_789_012_345, "$123456.79"),
        ] {
            assert_eq!(Money(nanos).to_string(), shown);
        }
    }

    #[test]
    fn dollars_are_read_to_the_last_digit() {
        for (text, nanos) in [("10", 10_000_000_000), ("$0.25", 250_000_000), ("0.000000001", 1), ("0", 0)] {
            assert_eq!(text.parse(), Ok(Money(nanos)), "{text}");
        }
        for wrong in ["", "-1", "1,50", "0.0000000001", "1e3", "99999999999"] {
            assert!(wrong.parse::<Money>().is_err(), "{wrong}");
        }
    }
}
