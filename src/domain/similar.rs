//! The name that was meant, where another was typed.

/// Returns the name that is most like another, if one is near (Jaro-Winkler, over 0.8).
pub fn similar<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let near = known.into_iter().map(|k| (strsim::jaro_winkler(name, k), k)).filter(|(score, _)| *score > 0.8);
    near.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(a.1))).map(|(_, k)| k.to_owned())
}

/// The shortest label that can be told from a name by a letter or two.
const SHORTEST_MISSPELT: usize = 4;

/// Returns the name that a label seems to be a misspelling of: one letter away, or one in six of a long one (optimal
/// string alignment). A label is free, so this asks for more than [`similar`] does.
pub fn misspelt<'a>(label: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let length = label.chars().count();
    if length < SHORTEST_MISSPELT {
        return None;
    }
    let near = known.into_iter().map(|k| (strsim::osa_distance(label, k), k));
    near.filter(|(distance, _)| *distance <= (length / 6).max(1)).min().map(|(_, k)| k.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelling_is_told_from_another_word() {
        let languages = ["cpp", "go", "java", "javascript", "python", "rust", "typescript"];
        for (label, meant) in [
            ("pyhton", Some("python")),
            ("pythn", Some("python")),
            ("javscipt", None),
            ("javascrpt", Some("javascript")),
            ("scala", None),
            ("ruby", None),
            ("lua", None),
            ("c#", None),
            ("php", None),
            ("kotlin", None),
        ] {
            assert_eq!(misspelt(label, languages).as_deref(), meant, "{label}");
        }
    }
}
