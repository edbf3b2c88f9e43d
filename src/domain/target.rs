//! Targets: the shares wanted on each axis, as exact integers.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use super::prompt::{Axis, Source};
use super::taxonomy::{Taxonomy, toml_problem};

/// A decimal number ≥ 0, kept as it was written: `mantissa` × 10^−`scale`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    mantissa: u64,
    scale: u32,
}

/// The digits that a decimal may have, so that sums of a few thousand stay exact.
const MAX_DIGITS: usize = 12;

/// The largest sum of one axis' weights, once their common factor is out. It keeps all of a plan's costs in 128 bits.
const MAX_TOTAL: u64 = 10_000_000;

/// Why targets cannot be used.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum TargetError {
    /// A weight that is no plain decimal number ≥ 0.
    #[error("a weight is a decimal number of 0 or more with at most {MAX_DIGITS} digits, such as 35 or 0.5, not `{0}`")]
    Number(String),
    /// A part of a list that is not `value=weight`.
    #[error("a target is written `value=weight,value=weight`, or `any`; found `{0}`")]
    Pair(String),
    /// A value that has two weights.
    #[error("{axis} `{value}` has two weights")]
    Twice {
        /// The axis.
        axis: Axis,
        /// The value given twice.
        value: String,
    },
    /// All weights of an axis are 0.
    #[error("the weights of {0} are all 0, and a share needs one above 0")]
    AllZero(Axis),
    /// Weights whose ratio needs too many digits.
    #[error("the weights of {0} need more than seven digits between them; round them")]
    TooFine(Axis),
    /// A weight of the source axis over 1.
    #[error("the weight of existing prompts is between 0 and 1, not {0}")]
    Weight(Decimal),
    /// Both axes that take each other's place.
    #[error("a target is set on area or on category, not on both")]
    AreaAndCategory,
    /// A targets file that is not of the expected shape.
    #[error("the targets file cannot be read: {0}")]
    File(String),
}

impl FromStr for Decimal {
    type Err = TargetError;

    fn from_str(text: &str) -> Result<Self, TargetError> {
        let wrong = || TargetError::Number(text.to_owned());
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let fraction = fraction.trim_end_matches('0');
        let digits = format!("{whole}{fraction}");
        let plain = !whole.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        if !plain || digits.trim_start_matches('0').len() > MAX_DIGITS || fraction.len() > MAX_DIGITS {
            return Err(wrong());
        }
        Ok(Self { mantissa: digits.parse().map_err(|_| wrong())?, scale: fraction.len() as u32 })
    }
}

impl Decimal {
    /// Returns the number times 10^`digits`, where that is whole and fits.
    pub fn scaled(self, digits: u32) -> Option<u64> {
        let factor = 10_u64.checked_pow(digits.checked_sub(self.scale)?)?;
        self.mantissa.checked_mul(factor)
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = 10_u64.pow(self.scale);
        write!(f, "{}", self.mantissa / unit)?;
        if self.scale > 0 {
            write!(f, ".{:0width$}", self.mantissa % unit, width = self.scale as usize)?;
        }
        Ok(())
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The shortest text of a binary fraction is the decimal that a person wrote.
        let number = f64::deserialize(deserializer)?;
        number.to_string().parse().map_err(serde::de::Error::custom)
    }
}

/// What was asked for on one axis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AxisSpec {
    /// No target on this axis.
    Any,
    /// A weight for each value.
    Weights(BTreeMap<String, Decimal>),
}

impl AxisSpec {
    /// Reads `value=weight,…` or `any`, bringing each value to its name with `name`.
    ///
    /// # Errors
    /// When a part is not `value=weight`, a weight is no decimal ≥ 0, or a value has two weights.
    pub fn parse(axis: Axis, text: &str, name: impl Fn(&str) -> String) -> Result<Self, TargetError> {
        if text.trim().eq_ignore_ascii_case("any") {
            return Ok(Self::Any);
        }
        let mut pairs = Vec::new();
        for part in text.split(',') {
            let (value, weight) = part.split_once('=').ok_or_else(|| TargetError::Pair(part.trim().to_owned()))?;
            pairs.push((name(value.trim()), weight.trim().parse()?));
        }
        Self::of(axis, pairs)
    }

    fn of(axis: Axis, pairs: Vec<(String, Decimal)>) -> Result<Self, TargetError> {
        let mut weights = BTreeMap::new();
        for (value, weight) in pairs {
            if weights.insert(value.clone(), weight).is_some() {
                return Err(TargetError::Twice { axis, value });
            }
        }
        Ok(Self::Weights(weights))
    }
}

/// What was asked for on all axes; `None` where nothing was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TargetSpec {
    /// The area axis.
    pub area: Option<AxisSpec>,
    /// The category axis, which takes the place of the area axis.
    pub category: Option<AxisSpec>,
    /// The language axis.
    pub language: Option<AxisSpec>,
    /// The share of existing prompts, 0 to 1.
    pub existing_weight: Option<Decimal>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    area: Option<Table>,
    category: Option<Table>,
    language: Option<Table>,
    existing_weight: Option<Decimal>,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a table of weights (numbers of 0 or more), or \"any\"")]
enum Table {
    Word(String),
    Weights(BTreeMap<String, Decimal>),
}

impl TargetSpec {
    /// Reads a targets file: TOML, one table an axis, and `existing_weight`.
    ///
    /// # Errors
    /// When the text is not of that shape, or a value has two weights under two of its names.
    pub fn parse_file(text: &str, taxonomy: &Taxonomy) -> Result<Self, TargetError> {
        let file: File = toml::from_str(text).map_err(|error| TargetError::File(toml_problem(text, &error)))?;
        let spec = |axis, table: Option<Table>| match table {
            None => Ok(None),
            Some(Table::Word(word)) if word == "any" => Ok(Some(AxisSpec::Any)),
            Some(Table::Word(word)) => Err(TargetError::Pair(word)),
            Some(Table::Weights(weights)) => {
                let pairs = weights.into_iter().map(|(value, weight)| (label(taxonomy, axis, &value), weight));
                AxisSpec::of(axis, pairs.collect()).map(Some)
            }
        };
        Ok(Self {
            area: spec(Axis::Area, file.area)?,
            category: spec(Axis::Category, file.category)?,
            language: spec(Axis::Language, file.language)?,
            existing_weight: file.existing_weight,
        })
    }

    /// Returns this with what `over` says put over it, axis by axis.
    pub fn overlaid(self, over: Self) -> Self {
        let topic_given = over.area.is_some() || over.category.is_some();
        let (area, category) = if topic_given { (over.area, over.category) } else { (self.area, self.category) };
        Self {
            area,
            category,
            language: over.language.or(self.language),
            existing_weight: over.existing_weight.or(self.existing_weight),
        }
    }
}

/// Returns the name that a value has in the catalog, as far as the taxonomy knows: `cpp` for `C++`.
pub fn label(taxonomy: &Taxonomy, axis: Axis, value: &str) -> String {
    let name = match axis {
        Axis::Language => taxonomy.language(value),
        Axis::Category => taxonomy.category(value),
        Axis::Area | Axis::Source => Ok(value.to_owned()),
    };
    name.unwrap_or_else(|_| value.to_owned())
}

/// The shares of one axis: whole weights without a common factor, each above 0, by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shares {
    axis: Axis,
    weights: BTreeMap<String, u64>,
}

impl Shares {
    /// Makes weights whole and takes their common factor out; a weight of 0 is no share.
    ///
    /// # Errors
    /// When all weights are 0, or need more than seven digits between them.
    pub fn new(axis: Axis, weights: &BTreeMap<String, Decimal>) -> Result<Self, TargetError> {
        let scale = weights.values().map(|w| w.scale).max().unwrap_or(0);
        let whole = weights
            .iter()
            .filter(|(_, w)| w.mantissa > 0)
            .map(|(value, w)| (value, u128::from(w.mantissa) * 10_u128.pow(scale - w.scale)))
            .collect::<Vec<_>>();
        let factor = whole.iter().fold(0, |factor, (_, w)| gcd(factor, *w));
        if factor == 0 {
            return Err(TargetError::AllZero(axis));
        }
        if whole.iter().map(|(_, w)| w / factor).sum::<u128>() > u128::from(MAX_TOTAL) {
            return Err(TargetError::TooFine(axis));
        }
        let weights = whole.into_iter().map(|(value, w)| (value.clone(), (w / factor) as u64)).collect();
        Ok(Self { axis, weights })
    }

    /// Returns the shares of the two sources for a weight of existing prompts between 0 and 1.
    ///
    /// # Errors
    /// When the weight is over 1 or needs more than seven digits.
    pub fn of_sources(existing: Decimal) -> Result<Self, TargetError> {
        let unit = 10_u64.pow(existing.scale);
        let generated = unit.checked_sub(existing.mantissa).ok_or(TargetError::Weight(existing))?;
        let weights = BTreeMap::from([
            (Source::Existing.name().to_owned(), existing),
            (Source::Generated.name().to_owned(), Decimal { mantissa: generated, scale: existing.scale }),
        ]);
        Self::new(Axis::Source, &weights)
    }

    /// Returns the shares that give everything to one source.
    pub fn only(source: Source) -> Self {
        Self { axis: Axis::Source, weights: BTreeMap::from([(source.name().to_owned(), 1)]) }
    }

    /// Returns the axis these are shares of.
    pub fn axis(&self) -> Axis {
        self.axis
    }

    /// Returns value and weight, in the order of the names.
    pub fn weights(&self) -> impl Iterator<Item = (&str, u64)> {
        self.weights.iter().map(|(value, weight)| (value.as_str(), *weight))
    }

    /// Returns the weight of a value; 0 for one without a share.
    pub fn weight(&self, value: &str) -> u64 {
        self.weights.get(value).copied().unwrap_or(0)
    }

    /// Returns the sum of the weights.
    pub fn total(&self) -> u64 {
        self.weights.values().sum()
    }

    /// Returns the shares of those values alone that `keep` allows, or nothing where it allows none.
    pub fn narrowed(&self, keep: impl Fn(&str) -> bool) -> Option<Self> {
        let weights: BTreeMap<_, _> =
            self.weights.iter().filter(|(value, _)| keep(value)).map(|(v, w)| (v.clone(), *w)).collect();
        let factor = weights.values().fold(0, |factor, w| gcd(factor, u128::from(*w)));
        let reduced = weights.into_iter().map(|(value, w)| (value, w / factor as u64));
        (factor > 0).then(|| Self { axis: self.axis, weights: reduced.collect() })
    }
}

/// Returns the greatest common divisor (Euclid); of a number and 0, the number.
pub(super) fn gcd(a: u128, b: u128) -> u128 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// The shares wanted on each axis; `None` where the axis has no target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Targets {
    /// On area, or on category in its place.
    pub topic: Option<Shares>,
    /// On language.
    pub language: Option<Shares>,
    /// On source.
    pub source: Option<Shares>,
}

impl Targets {
    /// Works out what was asked for, with the taxonomy's defaults where nothing was.
    ///
    /// # Errors
    /// When area and category both have a target, or one axis' weights are no shares.
    pub fn new(spec: &TargetSpec, taxonomy: &Taxonomy) -> Result<Self, TargetError> {
        let shares = |axis, spec: &AxisSpec| match spec {
            AxisSpec::Any => Ok(None),
            AxisSpec::Weights(weights) => Shares::new(axis, weights).map(Some),
        };
        let defaults = |pairs: &mut dyn Iterator<Item = (&String, Option<Decimal>)>| {
            AxisSpec::Weights(pairs.filter_map(|(name, target)| Some((name.clone(), target?))).collect())
        };
        let topic = match (&spec.area, &spec.category) {
            (Some(AxisSpec::Weights(_)), Some(AxisSpec::Weights(_))) => return Err(TargetError::AreaAndCategory),
            (_, Some(category @ AxisSpec::Weights(_))) => shares(Axis::Category, category)?,
            (Some(area), _) => shares(Axis::Area, area)?,
            (None, Some(AxisSpec::Any)) => None,
            (None, None) => shares(Axis::Area, &defaults(&mut taxonomy.areas().iter().map(|a| (&a.name, a.target))))?,
        };
        let language = match &spec.language {
            Some(language) => shares(Axis::Language, language)?,
            None => shares(Axis::Language, &defaults(&mut taxonomy.languages().iter().map(|l| (&l.name, l.target))))?,
        };
        let source = Shares::of_sources(spec.existing_weight.unwrap_or(taxonomy.existing_weight))?;
        Ok(Self { topic, language, source: Some(source) })
    }

    /// Returns the axes that have a target, with their shares.
    pub fn axes(&self) -> impl Iterator<Item = &Shares> {
        [&self.topic, &self.language, &self.source].into_iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<AxisSpec, TargetError> {
        AxisSpec::parse(Axis::Language, text, str::to_owned)
    }

    fn shares(text: &str) -> Result<Vec<(String, u64)>, TargetError> {
        let AxisSpec::Weights(weights) = parse(text)? else { panic!("{text} sets weights") };
        Ok(Shares::new(Axis::Language, &weights)?.weights().map(|(v, w)| (v.to_owned(), w)).collect())
    }

    fn pairs(expected: &[(&str, u64)]) -> Result<Vec<(String, u64)>, TargetError> {
        Ok(expected.iter().map(|(v, w)| ((*v).to_owned(), *w)).collect())
    }

    #[test]
    fn weights_become_whole_without_a_common_factor() {
        assert_eq!(shares("python=0.5,rust=0.25"), pairs(&[("python", 2), ("rust", 1)]));
        assert_eq!(shares(" rust = 35 , go=5.0, java=0"), pairs(&[("go", 1), ("rust", 7)]));
    }

    #[test]
    fn a_weight_is_a_plain_decimal_of_zero_or_more() {
        for wrong in ["-1", "1e3", "NaN", "inf", "", ".5", "1.2.3", "0.1234567890123", "1234567890123"] {
            assert_eq!(wrong.parse::<Decimal>(), Err(TargetError::Number(wrong.into())), "{wrong}");
        }
        assert_eq!("0.50".parse::<Decimal>().map(|d| d.to_string()).as_deref(), Ok("0.5"));
        assert_eq!("12.034".parse::<Decimal>().map(|d| d.to_string()).as_deref(), Ok("12.034"));
    }

    #[test]
    fn a_list_that_makes_no_sense_is_named() {
        assert_eq!(parse("python"), Err(TargetError::Pair("python".into())));
        let twice = TargetError::Twice { axis: Axis::Language, value: "go".into() };
        assert_eq!(parse("go=1,go=2"), Err(twice));
        assert_eq!(shares("go=0,rust=0.0"), Err(TargetError::AllZero(Axis::Language)));
        assert_eq!(shares("go=1,rust=99999999"), Err(TargetError::TooFine(Axis::Language)));
        assert_eq!(parse("ANY"), Ok(AxisSpec::Any));
    }

    #[test]
    fn a_targets_file_sets_the_axes_it_names() {
        let taxonomy = Taxonomy::parse(crate::assets::TAXONOMY).expect("well formed");
        let text = "existing_weight = 0.7\n[language]\npython = 60\n\"C++\" = 0.5\n[area]\ndebugging = 2\n";
        let spec = TargetSpec::parse_file(text, &taxonomy).expect("a targets file");
        let targets = Targets::new(&spec, &taxonomy).expect("targets");
        let shown: Vec<String> =
            targets.axes().flat_map(|s| s.weights().map(move |(v, w)| format!("{} {v} {w}", s.axis()))).collect();
        assert_eq!(
            shown,
            ["area debugging 1", "language cpp 1", "language python 120", "source existing 7", "source generated 3"]
        );
    }

    #[test]
    fn a_targets_file_with_a_typing_error_says_where() {
        let taxonomy = Taxonomy::parse(crate::assets::TAXONOMY).expect("well formed");
        let error = TargetSpec::parse_file("[langage]\npython = 1\n", &taxonomy).expect_err("no such axis");
        assert!(error.to_string().contains("unknown field `langage`"), "{error}");
        assert!(error.to_string().contains("line 1"), "{error}");
    }

    #[test]
    fn category_takes_the_place_of_area() {
        let taxonomy = Taxonomy::parse(crate::assets::TAXONOMY).expect("well formed");
        let base = TargetSpec { area: Some(parse("debugging=1").expect("a list")), ..TargetSpec::default() };
        let over = TargetSpec { category: Some(parse("bug_fix=1").expect("a list")), ..TargetSpec::default() };
        let both = TargetSpec { category: over.category.clone(), ..base.clone() };
        assert_eq!(Targets::new(&both, &taxonomy), Err(TargetError::AreaAndCategory));
        let topic = Targets::new(&base.overlaid(over), &taxonomy).expect("targets").topic.expect("a topic");
        assert_eq!(topic.axis(), Axis::Category);
    }

    #[test]
    fn the_weight_of_existing_prompts_is_between_zero_and_one() {
        let weight = |text: &str| Shares::of_sources(text.parse().expect("a decimal"));
        assert_eq!(weight("1.5"), Err(TargetError::Weight("1.5".parse().expect("a decimal"))));
        assert_eq!(weight("1").map(|s| (s.weight("existing"), s.weight("generated"))), Ok((1, 0)));
    }
}
