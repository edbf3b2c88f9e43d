//! Axes that begin at nothing and end at a round number.

use crate::report::grouped;

/// The most steps of an axis.
const MOST_STEPS: f64 = 5.0;

/// From numbers to places on an axis.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    step: f64,
    steps: u32,
    /// Whether the numbers are shares, which show as percentages.
    shares: bool,
}

impl Scale {
    /// Returns the scale that holds a number in five steps or fewer of 1, 2 or 5 times a power of ten.
    pub fn new(most: f64, shares: bool) -> Self {
        // Shares are counted in percent, so that both are in whole steps.
        let most = if shares { most * 100.0 } else { most };
        let mut step = 1.0;
        let mut growths = [2.0, 2.5, 2.0].into_iter().cycle();
        while step * MOST_STEPS < most {
            step *= growths.next().unwrap_or(10.0);
        }
        let steps = (most / step).ceil().max(1.0) as u32;
        Self { step, steps, shares }
    }

    /// Returns where a number is, 0 to 1.
    pub fn at(&self, number: f64) -> f64 {
        let number = if self.shares { number * 100.0 } else { number };
        number / (self.step * f64::from(self.steps))
    }

    /// Returns the place and the text of each step.
    pub fn ticks(&self) -> Vec<(f64, String)> {
        let tick = |index: u32| {
            let number = (self.step * f64::from(index)) as u64;
            let unit = if self.shares { " %" } else { "" };
            (f64::from(index) / f64::from(self.steps), format!("{}{unit}", grouped(number)))
        };
        (0..=self.steps).map(tick).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticks(most: f64, shares: bool) -> String {
        Scale::new(most, shares).ticks().into_iter().map(|(_, text)| text).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn an_axis_ends_at_a_round_number() {
        assert_eq!(ticks(0.0, false), "0 1");
        assert_eq!(ticks(1.0, false), "0 1");
        assert_eq!(ticks(7.0, false), "0 2 4 6 8");
        assert_eq!(ticks(25.0, false), "0 5 10 15 20 25");
        assert_eq!(ticks(26.0, false), "0 10 20 30");
        assert_eq!(ticks(1_234_567.0, false), "0 500,000 1,000,000 1,500,000");
        assert_eq!(ticks(0.324, true), "0 % 10 % 20 % 30 % 40 %");
        assert_eq!(ticks(1.0, true), "0 % 20 % 40 % 60 % 80 % 100 %");
    }

    #[test]
    fn numbers_stand_in_proportion() {
        let scale = Scale::new(7.0, false);
        assert_eq!((scale.at(0.0), scale.at(4.0), scale.at(8.0)), (0.0, 0.5, 1.0));
        assert_eq!(Scale::new(0.4, true).at(0.1), 0.25);
    }
}
