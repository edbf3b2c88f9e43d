//! Quotas: shares made whole for one count.

use super::target::Shares;

/// Returns the whole numbers that come closest to the shares and sum to `count`, by the method of largest remainder
/// (Hamilton): each value gets the whole part of `count × weight / total`, and what is left goes, one each, to the
/// largest fractions; equal fractions in the order of the names.
pub fn quotas(count: u64, shares: &Shares) -> Vec<(String, u64)> {
    let (names, weights): (Vec<&str>, Vec<u64>) = shares.weights().unzip();
    names.into_iter().map(str::to_owned).zip(apportioned(count, &weights)).collect()
}

/// Returns quotas as [`quotas`] does, of weights of which one at least is above 0; equal fractions in their order.
pub fn apportioned(count: u64, weights: &[u64]) -> Vec<u64> {
    let total: u128 = weights.iter().copied().map(u128::from).sum();
    let parts = weights.iter().map(|weight| u128::from(count) * u128::from(*weight));
    let (mut quotas, fractions): (Vec<u64>, Vec<u128>) =
        parts.map(|part| ((part / total) as u64, part % total)).unzip();
    let left = count - quotas.iter().sum::<u64>();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    // The sort is stable, so equal fractions stay in their order.
    order.sort_by_key(|&row| std::cmp::Reverse(fractions[row]));
    for &row in order.iter().take(left as usize) {
        quotas[row] += 1;
    }
    quotas
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::domain::prompt::Axis;

    fn shares(weights: &[(&str, &str)]) -> Shares {
        let weights: BTreeMap<_, _> =
            weights.iter().map(|(v, w)| ((*v).to_owned(), w.parse().expect("a decimal"))).collect();
        Shares::new(Axis::Language, &weights).expect("shares")
    }

    fn check(count: u64, weights: &[(&str, &str)], expected: &[u64]) {
        let found: Vec<u64> = quotas(count, &shares(weights)).into_iter().map(|(_, quota)| quota).collect();
        assert_eq!(found, expected, "{count} over {weights:?}");
    }

    #[test]
    fn the_largest_remainders_get_what_is_left() {
        check(10, &[("a", "35"), ("b", "25"), ("c", "40")], &[4, 2, 4]);
        check(100, &[("a", "1"), ("b", "1"), ("c", "1")], &[34, 33, 33]);
    }

    #[test]
    fn equal_remainders_go_by_name() {
        check(
            150,
            &[
                ("cpp", "5"),
                ("go", "5"),
                ("java", "10"),
                ("javascript", "25"),
                ("python", "35"),
                ("rust", "5"),
                ("typescript", "15"),
            ],
            &[8, 8, 15, 38, 52, 7, 22],
        );
        check(1, &[("b", "1"), ("a", "1")], &[1, 0]);
    }

    #[test]
    fn nothing_asked_for_is_nothing_each() {
        check(0, &[("a", "1"), ("b", "2")], &[0, 0]);
    }

    proptest! {
        #[test]
        fn quotas_sum_to_the_count_and_stay_within_one_of_their_share(
            count in 0u64..5_000_000,
            weights in proptest::collection::vec(1u64..1000, 1..12),
        ) {
            let named: BTreeMap<_, _> = weights.iter().enumerate()
                .map(|(i, w)| (format!("v{i:02}"), w.to_string().parse().expect("a decimal"))).collect();
            let shares = Shares::new(Axis::Area, &named).expect("shares");
            let quotas = quotas(count, &shares);
            prop_assert_eq!(quotas.iter().map(|(_, q)| q).sum::<u64>(), count);
            for ((value, weight), (name, quota)) in shares.weights().zip(&quotas) {
                prop_assert_eq!(value, name);
                let exact = u128::from(count) * u128::from(weight);
                let total = u128::from(shares.total());
                prop_assert!((u128::from(*quota) * total).abs_diff(exact) < total);
            }
        }
    }
}
