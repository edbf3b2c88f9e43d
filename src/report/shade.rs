//! Shades of numbers: even steps of the square root, so that small numbers beside a large one can be told apart. The
//! legend of what is shaded names the numbers of each.

/// Returns the shade of a number, 1 to `steps`, where the largest is `most`; 0 for nothing.
pub(super) fn shade(count: u64, most: u64, steps: u64) -> u64 {
    (0..=steps).find(|step| count <= bounds(*step, most, steps).1).unwrap_or(steps)
}

/// Returns the smallest and the largest number of a shade; the largest is less where no number has it.
pub(super) fn bounds(step: u64, most: u64, steps: u64) -> (u64, u64) {
    let high = |step: u64| (u128::from(most) * u128::from(step * step)).div_ceil(u128::from(steps * steps)) as u64;
    match step {
        0 => (0, 0),
        _ => (high(step - 1) + 1, high(step)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_a_shade_and_the_legend_names_it() {
        for (most, steps) in [(1, 6), (2, 6), (5, 4), (36, 6), (100, 4), (1_234_567, 6)] {
            assert_eq!(shade(0, most, steps), 0);
            for count in [1, most / 2 + 1, most] {
                let step = shade(count, most, steps);
                let (low, high) = bounds(step, most, steps);
                assert!(step > 0 && (low..=high).contains(&count), "{count} of {most}: {low}–{high}");
            }
        }
        assert_eq!([0, 1, 4, 5, 36].map(|count| shade(count, 36, 6)), [0, 1, 2, 3, 6]);
    }
}
