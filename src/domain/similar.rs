//! The name that was meant, where another was typed.

/// Returns the name that is most like another, if one is near (Jaro-Winkler, over 0.8).
pub fn similar<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let near = known.into_iter().map(|k| (strsim::jaro_winkler(name, k), k)).filter(|(score, _)| *score > 0.8);
    near.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(a.1))).map(|(_, k)| k.to_owned())
}
