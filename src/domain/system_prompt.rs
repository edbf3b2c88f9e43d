//! The teacher's system prompt: a base, and what an area, a category and a language add to it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::hash::ContentHash;
use super::prompt::Axis;

/// The texts that system prompts are made of.
#[derive(Clone, Debug)]
pub struct SystemPrompts {
    base: String,
    additions: BTreeMap<Axis, BTreeMap<String, String>>,
}

/// One system prompt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SystemPrompt {
    /// The SHA-256 of the text: another text is another version.
    pub version: ContentHash,
    /// The text.
    pub text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Additions {
    area: BTreeMap<String, String>,
    category: BTreeMap<String, String>,
    language: BTreeMap<String, String>,
}

impl SystemPrompts {
    /// Reads the texts: the base as it is, the additions as TOML, a table an axis.
    ///
    /// # Errors
    /// When the additions are not of that shape.
    pub fn parse(base: &str, additions: &str) -> Result<Self, toml::de::Error> {
        let Additions { area, category, language } = toml::from_str(additions)?;
        let additions = BTreeMap::from([(Axis::Area, area), (Axis::Category, category), (Axis::Language, language)]);
        Ok(Self { base: base.trim_end().to_owned(), additions })
    }

    /// Returns the system prompt for the values given, each with its axis; a value without an addition adds nothing.
    pub fn compose(&self, values: &[(Axis, &str)]) -> SystemPrompt {
        let addition = |(axis, value): &(Axis, &str)| self.additions.get(axis)?.get(*value);
        let parts = std::iter::once(&self.base).chain(values.iter().filter_map(addition));
        let text = parts.map(String::as_str).collect::<Vec<_>>().join("\n\n");
        SystemPrompt { version: ContentHash::of(&text), text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::taxonomy::Taxonomy;

    #[test]
    fn a_system_prompt_is_the_base_and_what_the_values_add() {
        let additions = "[area]\ntesting = \"T\"\n[category]\nbug_fix = \"B\"\n[language]\ngo = \"G\"\n";
        let prompts = SystemPrompts::parse("Base.\n", additions).expect("well formed");
        assert_eq!(prompts.compose(&[]).text, "Base.");
        assert_eq!(prompts.compose(&[(Axis::Area, "testing"), (Axis::Language, "go")]).text, "Base.\n\nT\n\nG");
        assert_eq!(prompts.compose(&[(Axis::Category, "none")]).text, "Base.");
        assert_eq!(prompts.compose(&[]).version, ContentHash::of("Base."));
    }

    #[test]
    fn every_area_and_language_with_a_target_has_an_addition_and_every_addition_a_name() {
        let taxonomy = Taxonomy::parse(crate::assets::TAXONOMY).expect("well formed");
        let prompts =
            SystemPrompts::parse(crate::assets::SYSTEM_PROMPT, crate::assets::SYSTEM_ADDITIONS).expect("well formed");
        let names = |axis: Axis| prompts.additions[&axis].keys().cloned().collect::<std::collections::BTreeSet<_>>();
        assert_eq!(names(Axis::Area), taxonomy.areas().iter().map(|area| area.name.clone()).collect());
        let languages = taxonomy.languages().iter().filter(|language| language.target.is_some());
        assert_eq!(names(Axis::Language), languages.map(|language| language.name.clone()).collect());
        assert!(names(Axis::Category).iter().all(|category| taxonomy.known_category(category).is_some()));
    }
}
